import type pg from 'pg';
import type { Statement } from './statements.ts';

/** The database's plans for the statements of a real call (statements.ts), which are planned again. */

type Node = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Plan Rows': number;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Node[];
};

/** The nodes of its plan, run and rolled back; what inserts is only planned. */
async function nodesOf(client: pg.Client, { text, values }: Statement): Promise<Node[]> {
  const analyze = /\bINSERT\b/i.test(text) ? '' : 'ANALYZE, ';
  await client.query('BEGIN');
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Node }[] }>(
      `EXPLAIN (${analyze}FORMAT JSON) ${text}`,
      values,
    );
    const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];
    return flat(rows[0]!['QUERY PLAN'][0]!.Plan);
  } finally {
    await client.query('ROLLBACK');
  }
}

/** What a plan must not do over tables that grow; empty: nothing of it. */
export async function problemsOf(
  client: pg.Client,
  statement: Statement,
  { growing, most }: { growing: ReadonlySet<string>; most: number },
): Promise<string[]> {
  const nodes = await nodesOf(client, statement);
  return nodes.flatMap((node) => {
    const { 'Node Type': type, 'Relation Name': table = '', 'Index Name': index = '' } = node;
    if (type === 'Seq Scan' && growing.has(table)) return [`reads all of ${table}`];
    const loops = node['Actual Loops'] ?? 1;
    const removed =
      (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
    const read = ((node['Actual Rows'] ?? node['Plan Rows']) + removed) * loops;
    if (type.endsWith('Scan') && read > most)
      return [`reads ${read} rows of ${table || type} ${index}`.trim()];
    return type.endsWith('Sort') && read > most ? [`sorts ${read} rows`] : [];
  });
}

import pg from 'pg';
import type { Statement } from './statements.ts';
import type { Stack } from './stack.ts';

/** The database's plans for the statements of a real call (statements.ts), which are planned again. */

/** Plans as the service does: under the database's policies, which are part of every plan. */
export async function planner(
  { config: { database }, practiceId: own }: Stack,
  practiceId = own,
): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: database.kind === 'external' ? database.url : '',
  });
  await client.connect();
  await client.query(`SET optgate.practice = ${pg.escapeLiteral(practiceId)}`);
  await client.query('SET ROLE optgate_api');
  return client;
}

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

/** The nodes of its plan, run and rolled back; what inserts a row that must be there once is only planned. */
async function nodesOf(
  client: pg.Client,
  { text, values }: Statement,
  statistics: boolean,
): Promise<Node[]> {
  const again = !/\bINSERT\b/i.test(text) || /ON CONFLICT DO NOTHING/i.test(text);
  const analyze = again ? 'ANALYZE, ' : '';
  await client.query('BEGIN');
  try {
    if (!statistics) await client.query(forgetStatistics);
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

/** As before the first ANALYZE, for this transaction: the planner guesses that a condition lets few rows pass. */
const forgetStatistics = `
  SET LOCAL ROLE NONE;
  DELETE FROM pg_statistic s USING pg_class c WHERE c.oid = s.starelid AND c.relnamespace = 'public'::regnamespace;
  SET LOCAL ROLE optgate_api`;

/** What a plan must not do over tables that grow; empty: nothing of it. */
export async function problemsOf(
  client: pg.Client,
  statement: Statement,
  {
    growing,
    most,
    statistics = true,
  }: { growing: ReadonlySet<string>; most: number; statistics?: boolean },
): Promise<string[]> {
  const nodes = await nodesOf(client, statement, statistics);
  return nodes.flatMap((node) => {
    const { 'Node Type': type, 'Relation Name': table = '', 'Index Name': index = '' } = node;
    if (type === 'Seq Scan' && growing.has(table)) return [`reads all of ${table}`];
    const read = rowsOf(node);
    if (type.endsWith('Scan') && read > most)
      return [`reads ${read} rows of ${table || type} ${index}`.trim()];
    return type.endsWith('Sort') && read > most ? [`sorts ${read} rows`] : [];
  });
}

function rowsOf(node: Node): number {
  const removed =
    (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return ((node['Actual Rows'] ?? node['Plan Rows']) + removed) * (node['Actual Loops'] ?? 1);
}

/** How many rows of a table the statements read, each as often as it is read. */
export async function rowsRead(
  client: pg.Client,
  statements: readonly Statement[],
  table: string,
): Promise<number> {
  let read = 0;
  for (const statement of statements)
    for (const node of await nodesOf(client, statement, true))
      if (node['Relation Name'] === table && node['Node Type'].endsWith('Scan'))
        read += rowsOf(node);
  return read;
}

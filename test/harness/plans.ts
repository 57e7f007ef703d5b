import pg from 'pg';

/** What the database does for the statements of a real call: they are taken down as they are sent, and planned again. */

export type Statement = { text: string; values: unknown[] };

/** Every statement that this process sends to any database while `run` runs. */
export async function statementsOf(run: () => Promise<unknown>): Promise<Statement[]> {
  const seen: Statement[] = [];
  const query = Object.getOwnPropertyDescriptor(pg.Client.prototype, 'query')!;
  const original = query.value as (...given: unknown[]) => unknown;
  Object.defineProperty(pg.Client.prototype, 'query', {
    ...query,
    value: function record(this: unknown, ...given: unknown[]): unknown {
      const [first, second] = given;
      const { text, values } =
        typeof first === 'string'
          ? { text: first, values: Array.isArray(second) ? second : [] }
          : (first as Partial<Statement>);
      if (typeof text === 'string') seen.push({ text, values: values ?? [] });
      return original.apply(this, given);
    },
  });
  try {
    await run();
  } finally {
    Object.defineProperty(pg.Client.prototype, 'query', query);
  }
  return seen.filter(({ text }) => /^\s*(SELECT|UPDATE|DELETE|INSERT|WITH)\b/i.test(text));
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

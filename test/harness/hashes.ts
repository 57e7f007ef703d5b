import type { Database } from '../../src/platform/db/database.ts';
import { hashColumns } from '../../src/platform/db/lookup.ts';

/** Keyed hashes in the record, wherever they stand: every column of every table that the database knows of. */

type Columns = Map<string, Set<string>>;

/** Where the look-up key's hashes are, as the service knows it. */
export const listedColumns: string[] = Object.values(hashColumns)
  .flat()
  .map((column: string) => column.replace('[]', ''));

export async function textColumns({ prisma }: Pick<Database, 'prisma'>): Promise<string[]> {
  const columns = await prisma.$queryRaw<{ column: string }[]>`
    SELECT table_name || '.' || column_name AS column FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'
      AND (data_type IN ('text', 'character varying', 'jsonb', 'json') OR data_type = 'ARRAY')
    ORDER BY 1`;
  return columns.map(({ column }) => column);
}

/** Values that have the shape of a hash: alone, after a prefix, in an array, or as a text of a JSON document. */
export async function hashesIn(db: Pick<Database, 'prisma'>): Promise<Columns> {
  const found: Columns = new Map();
  for (const name of await textColumns(db)) {
    const [table, column] = name.split('.');
    const rows = await db.prisma.$queryRawUnsafe<{ hash: string }[]>(
      `SELECT DISTINCT m[1] AS hash FROM ${table} t
       CROSS JOIN LATERAL regexp_matches(to_jsonb(t."${column}")::text, '"(?:[0-9]+:)?([A-Za-z0-9_-]{43})"', 'g') m`,
    );
    if (rows.length > 0) found.set(name, new Set(rows.map(({ hash }) => hash)));
  }
  return found;
}

/** The columns in which one of the words stands, as a part of whatever. */
export async function columnsWith(
  db: Pick<Database, 'prisma'>,
  words: Iterable<string>,
): Promise<string[]> {
  const sought = [...words];
  const found: string[] = [];
  for (const name of await textColumns(db)) {
    const [table, column] = name.split('.');
    const rows = await db.prisma.$queryRawUnsafe<{ value: string | null }[]>(
      `SELECT string_agg(to_jsonb(t."${column}")::text, ' ') AS value FROM ${table} t`,
    );
    const text = rows[0]!.value ?? '';
    if (sought.some((word) => text.includes(word))) found.push(name);
  }
  return found;
}

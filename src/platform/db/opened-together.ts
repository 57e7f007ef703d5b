import { firstWithin, partsWithin } from '../../core/within-bytes.ts';
import { Prisma, type Sql } from './database.ts';
import { sealedColumns } from './sealed-columns.ts';

/**
 * Rows hold what other people wrote, as long as they like: a page of them may be a hundred times what it usually is. So
 * readers of many rows find out which there are, and then open as many together as `limits.openedBytes` allows. Messages
 * have their size in a column; these are asked for the sizes of their sealed values, which are not read for it.
 */

type Table = 'inbound_messages' | 'opt_in_requests' | 'rejected_signals';
type Row = { id: string };

/** The rows in their order, in parts that may be opened together. */
export async function togetherOf<R extends Row>(
  sql: Sql,
  table: Table,
  rows: readonly R[],
): Promise<R[][]> {
  const sizeOf = await sizesOf(sql, table, rows);
  return [...partsWithin(rows, sizeOf)];
}

/** The first of the rows that may be opened together. */
export async function firstTogether<R extends Row>(
  sql: Sql,
  table: Table,
  rows: readonly R[],
): Promise<R[]> {
  return firstWithin(rows, await sizesOf(sql, table, rows));
}

async function sizesOf(
  sql: Sql,
  table: Table,
  rows: readonly Row[],
): Promise<(row: Row) => number> {
  if (rows.length === 0) return () => 0;
  const columns = Object.values(sealedColumns)
    .filter((sealed) => sealed.table === table)
    .flatMap((sealed) => sealed.columns);
  const sum = columns.map((column) => `COALESCE(octet_length(${column}), 0)`).join(' + ');
  const sizes = await sql.$queryRaw<{ id: string; bytes: number }[]>`
    SELECT id::text AS id, (${Prisma.raw(sum)})::int AS bytes FROM ${Prisma.raw(table)}
    WHERE id = ANY(${rows.map(({ id }) => id)}::uuid[])`;
  const bytes = new Map(sizes.map((size) => [size.id, size.bytes]));
  return ({ id }) => bytes.get(id) ?? 0;
}

import { Prisma, type Database } from './database.ts';
import { sealedColumns } from './sealed-columns.ts';

/**
 * Counts the sealed values of the database by the id of their key: all of them, locked or not, as they are committed. A
 * scan of each table, for an operator's command.
 */
export async function countSealed(db: Database): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { table, columns } of Object.values(sealedColumns))
    for (const column of columns) {
      const value = Prisma.raw(column);
      const rows = await db.prisma.$queryRaw<{ key: string; values: bigint }[]>`
        SELECT split_part(${value}, '.', 1) AS key, count(*) AS values
        FROM ${Prisma.raw(table)} WHERE ${value} <> '' GROUP BY 1`;
      for (const { key, values } of rows) counts.set(key, (counts.get(key) ?? 0) + Number(values));
    }
  return counts;
}

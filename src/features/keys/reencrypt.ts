import { waivedReason } from '../../core/consent/consent-by-staff.ts';
import { partsWithin } from '../../core/within-bytes.ts';
import { boundMark, UnsealError } from '../../platform/db/cipher.ts';
import { isLockTimeout } from '../../platform/db/database-errors.ts';
import { Prisma, type Database } from '../../platform/db/database.ts';
import {
  placeOf,
  sealedColumns,
  type Place,
  type SealedColumn,
} from '../../platform/db/sealed-columns.ts';

/**
 * Seals every value with the first of ENCRYPTION_KEYS, bound to its row, so that older keys can be retired and
 * REQUIRE_BOUND_VALUES switched on; it also seals words that an earlier release wrote in the clear, and removes the
 * clear ones. The ledger's chain does not change: it covers the contents, not their encryption.
 *
 * May be run while the service runs, and again after it was stopped: each table is walked once in the order of its
 * primary key, and a value is replaced only as long as it is the one that was read.
 */

/** Rows of one page, as many of them as may be opened together; each is written by a statement of its own, so nobody waits for more than one. */
const rowsAtOnce = 500;

type Reencrypted = {
  /** Values that were re-encrypted. */
  sealed: number;
  /** Values that do not open: changed, moved, or sealed with a key that is not given. They stay as they are. */
  unopened: number;
  /** Values whose row another transaction held for longer than a statement waits. They stay as they are. */
  held: number;
};

/** `currentKey`: the id of the first key. Returns the totals; `onProgress` gets the counts of each column. */
export async function reencrypt(
  db: Database,
  currentKey: string,
  onProgress: (name: string, count: Reencrypted) => void,
): Promise<Reencrypted> {
  const total: Reencrypted = { sealed: 0, unopened: 0, held: 0 };
  const names = Object.keys(sealedColumns) as SealedColumn[];
  for (const name of names)
    for (const work of worksOf(name, currentKey)) {
      const count = await walk(db, name, work);
      onProgress(`${sealedColumns[name].table}.${work.from}`, count);
      total.sealed += count.sealed;
      total.unopened += count.unopened;
      total.held += count.held;
    }
  total.sealed += await forgetWaivers(db, onProgress);
  return total;
}

/** The work on one column. */
type Work = {
  from: string;
  /** Selects the values to re-encrypt. */
  wanted: Prisma.Sql;
  seal: (db: Database, value: string, place: Place) => string;
  /** The assignment, applied while the value is still the one that was read. */
  set: (sealed: string) => Prisma.Sql;
};

function worksOf(name: SealedColumn, currentKey: string): Work[] {
  const spec: (typeof sealedColumns)[SealedColumn] = sealedColumns[name];
  const works: Work[] = spec.columns.map((column) => {
    const value = Prisma.raw(column);
    return {
      from: column,
      wanted: Prisma.sql`${value} <> '' AND (split_part(${value}, '.', 1) <> ${currentKey}
        OR split_part(${value}, '.', 5) <> ${boundMark})`,
      seal: (db, sealed, place) => db.cipher.seal(db.cipher.open(sealed, place), place),
      set: (sealed) => Prisma.sql`${value} = ${sealed}`,
    };
  });
  if (!('formerly' in spec)) return works;
  const { column, left } = spec.formerly;
  const [clear, sealedColumn] = [Prisma.raw(column), Prisma.raw(spec.columns[0])];
  works.push({
    from: column,
    wanted: Prisma.sql`${clear} IS DISTINCT FROM ${left} AND ${clear} IS NOT NULL`,
    seal: (db, words, place) => db.cipher.seal(words, place),
    set: (sealed) => Prisma.sql`${clear} = ${left}, ${sealedColumn} = ${sealed}`,
  });
  return works;
}

/** Why a channel was waived is in the ledger, sealed; releases before wrote it beside the channel's state too. */
async function forgetWaivers(
  db: Database,
  onProgress: Parameters<typeof reencrypt>[2],
): Promise<number> {
  const { count } = await db.prisma.channel.updateMany({
    where: { state: 'waived', reason: { not: waivedReason } },
    data: { reason: waivedReason },
  });
  onProgress('channels.reason', { sealed: count, unopened: 0, held: 0 });
  return count;
}

async function walk(
  db: Database,
  name: SealedColumn,
  { from, wanted, seal, set }: Work,
): Promise<Reencrypted> {
  const { table, row } = sealedColumns[name];
  const key = await primaryKey(db, table);
  const [place, value] = [textArray(row), Prisma.raw(from)];
  const keyColumns = Prisma.raw(key.map(({ column }) => column).join(', '));
  const count: Reencrypted = { sealed: 0, unopened: 0, held: 0 };
  let last: string[] | undefined;
  const page = (): Prisma.Sql => {
    const beyond = last ? Prisma.sql`AND (${keyColumns}) > (${typed(key, last)})` : Prisma.empty;
    return Prisma.sql`FROM ${Prisma.raw(table)} WHERE ${wanted} ${beyond} ORDER BY ${keyColumns}`;
  };
  for (;;) {
    const sizes = await db.prisma.$queryRaw<{ bytes: number }[]>`
      SELECT octet_length(${value}) AS bytes ${page()} LIMIT ${rowsAtOnce}`;
    for (const together of partsWithin(sizes, ({ bytes }) => bytes)) {
      const rows = await db.prisma.$queryRaw<{ key: string[]; row: string[]; value: string }[]>`
        SELECT ${textArray(key.map(({ column }) => column))} AS key, ${place} AS row, ${value} AS value
        ${page()} LIMIT ${together.length}`;
      for (const found of rows) {
        const sealed = sealOrLeave(db, name, found, seal);
        if (sealed === undefined) {
          count.unopened += 1;
          continue;
        }
        const replaced = await unlessHeld(
          db.prisma.$executeRaw`
            UPDATE ${Prisma.raw(table)} SET ${set(sealed)}
            WHERE (${keyColumns}) = (${typed(key, found.key)}) AND ${value} = ${found.value}`,
        );
        if (replaced === undefined) count.held += 1;
        else count.sealed += replaced;
      }
      last = rows.at(-1)?.key ?? last;
    }
    if (sizes.length < rowsAtOnce) return count;
  }
}

/** One row that somebody holds keeps none of the others as they are. */
async function unlessHeld(change: Promise<number>): Promise<number | undefined> {
  try {
    return await change;
  } catch (error) {
    if (isLockTimeout(error)) return undefined;
    throw error;
  }
}

function sealOrLeave(
  db: Database,
  name: SealedColumn,
  { row, value }: { row: string[]; value: string },
  seal: Work['seal'],
): string | undefined {
  try {
    // As many words as the row has columns: they were selected by it.
    return seal(db, value, placeOf(name, ...(row as never)));
  } catch (error) {
    if (error instanceof UnsealError) return undefined;
    throw error;
  }
}

type KeyColumn = { column: string; type: string };

async function primaryKey(db: Database, table: string): Promise<KeyColumn[]> {
  return db.prisma.$queryRaw<KeyColumn[]>`
    SELECT a.attname::text AS column, format_type(a.atttypid, NULL) AS type
    FROM pg_index i
    CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = ${table}::regclass AND i.indisprimary ORDER BY k.place`;
}

function textArray(columns: readonly string[]): Prisma.Sql {
  return Prisma.raw(`ARRAY[${columns.map((column) => `${column}::text`).join(', ')}]`);
}

function typed(key: readonly KeyColumn[], values: readonly string[]): Prisma.Sql {
  return Prisma.join(
    key.map(({ type }, index) => Prisma.sql`${values[index]}::text::${Prisma.raw(type)}`),
  );
}

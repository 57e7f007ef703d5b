import { limits } from '../../core/limits.ts';
import { partsWithin } from '../../core/within-bytes.ts';
import { giveWay } from '../event-loop.ts';
import { Prisma, type Sql } from './database.ts';
import type { LedgerEntry, Message, PracticeSender } from './generated/client.ts';

/**
 * Writes as many rows as a caller brings. `createMany` compiles a statement with a parameter for each value of each row: of
 * a thousand rows half a second in one piece, while nobody's STOP is heard. Here a statement has one array for each
 * column, whatever the number of its rows, and no more bytes than are sent in a few milliseconds.
 */

/** By table, what the service writes; the other columns have their defaults. */
export type Rows = {
  messages: Omit<Message, 'unrouted' | 'cancelledAt'>;
  ledger: Omit<LedgerEntry, 'adoptedIn'>;
  practice_senders: PracticeSender;
};

type TypeOf<Value> = Value extends Date
  ? 'timestamptz'
  : Value extends bigint
    ? 'bigint'
    : Value extends number
      ? 'integer'
      : Value extends boolean
        ? 'boolean'
        : Value extends string[]
          ? 'text[]'
          : 'text' | 'uuid';

/** A column for each field, of a type that takes its values: a field that is new in the schema does not compile. */
type Columns<Row> = {
  [Field in keyof Row]-?: readonly [name: string, type: TypeOf<NonNullable<Row[Field]>>];
};

const tables: { [Table in keyof Rows]: Columns<Rows[Table]> } = {
  messages: {
    practiceId: ['practice_id', 'text'],
    id: ['id', 'text'],
    contactId: ['contact_id', 'text'],
    kind: ['kind', 'text'],
    contentEnc: ['content_enc', 'text'],
    contentHash: ['content_hash', 'text'],
    size: ['size', 'integer'],
    methods: ['methods', 'text[]'],
    anyMethod: ['any_method', 'boolean'],
    dueAt: ['due_at', 'timestamptz'],
    notAfter: ['not_after', 'timestamptz'],
    eventAt: ['event_at', 'timestamptz'],
    about: ['about', 'text'],
    aboutEnc: ['about_enc', 'text'],
    supersedes: ['supersedes', 'text'],
    source: ['source', 'text'],
    arrival: ['arrival', 'bigint'],
    createdAt: ['created_at', 'timestamptz'],
  },
  ledger: {
    practiceId: ['practice_id', 'text'],
    contactId: ['contact_id', 'text'],
    seq: ['seq', 'integer'],
    id: ['id', 'uuid'],
    type: ['type', 'text'],
    method: ['method', 'text'],
    at: ['at', 'timestamptz'],
    saltEnc: ['salt_enc', 'text'],
    fieldsEnc: ['fields_enc', 'text'],
    commitment: ['commitment', 'text'],
    hash: ['hash', 'text'],
    writtenAt: ['written_at', 'timestamptz'],
  },
  practice_senders: {
    practiceId: ['practice_id', 'text'],
    kind: ['kind', 'text'],
    value: ['value', 'text'],
    shared: ['shared', 'boolean'],
    allottedAt: ['allotted_at', 'timestamptz'],
  },
};

/** In their order. A row whose key is taken is an error (`isKeyTaken`), or left out with `skipTaken`. */
export async function insertRows<Table extends keyof Rows>(
  sql: Sql,
  table: Table,
  rows: readonly Rows[Table][],
  { skipTaken = false }: { skipTaken?: boolean } = {},
): Promise<void> {
  const onConflict = Prisma.raw(skipTaken ? 'ON CONFLICT DO NOTHING' : '');
  const fields = Object.keys(tables[table]) as (keyof Rows[Table])[];
  const written = rows.map((row) => fields.map((field) => textOf(row[field])));
  for (const part of partsWithin(written, bytesOf, limits.insertedBytes)) {
    await giveWay();
    await sql.$executeRaw`${insertOf(table, Object.values(tables[table]), part)} ${onConflict}`;
  }
}

function insertOf(
  table: string,
  columns: readonly (readonly [name: string, type: string])[],
  rows: readonly (readonly (string | null)[])[],
): Prisma.Sql {
  const names = Prisma.raw(columns.map(([name]) => name).join(', '));
  // `unnest` flattens lists in lists: each list is a text until it stands in its row.
  const arrays = columns.map(([, type], column) => {
    const values = rows.map((row) => row[column]);
    return Prisma.sql`${values}::${Prisma.raw(type === 'text[]' ? 'text' : type)}[]`;
  });
  const values = columns.map(([name, type]) => (type === 'text[]' ? `${name}::text[]` : name));
  return Prisma.sql`
    INSERT INTO ${Prisma.raw(table)} (${names})
    SELECT ${Prisma.raw(values.join(', '))} FROM unnest(${Prisma.join(arrays)}) AS x (${names})`;
}

/** As PostgreSQL reads it. */
function textOf(value: unknown): string | null {
  if (value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map(quoted).join(',')}}`;
  return String(value);
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** Sealed values, ids and numbers have a byte for each of their characters. */
const bytesOf = (row: readonly (string | null)[]): number =>
  row.reduce((sum, value) => sum + (value?.length ?? 0), 0);

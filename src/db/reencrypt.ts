import { Prisma, type Database } from './database.ts';

/**
 * Seals every value with the first of ENCRYPTION_KEYS, so that older keys can be retired. The ledger's chain does not
 * change: it is over what was sealed, not over the seal.
 */

/** Every sealed column: table, column, the key's columns, and the context that its seal is bound to. */
export const sealedColumns: [table: string, column: string, key: string[], context: string][] = [
  ['contacts', 'name_enc', ['practice_id', 'id'], 'contacts.name'],
  ['contacts', 'birth_date_enc', ['practice_id', 'id'], 'contacts.birth_date'],
  ['channels', 'address_enc', ['practice_id', 'contact_id', 'method'], 'channels.address'],
  ['messages', 'content_enc', ['practice_id', 'id'], 'messages.content'],
  ['deliveries', 'content_enc', ['id'], 'deliveries.content'],
  ['batches', 'payload_enc', ['id'], 'batches.payload'],
  ['opt_in_requests', 'shown_enc', ['id'], 'opt_in_requests.shown'],
  ['opt_in_requests', 'page_enc', ['id'], 'opt_in_requests.page'],
  ['ledger', 'salt_enc', ['id'], 'ledger.salt'],
  ['ledger', 'fields_enc', ['id'], 'ledger.fields'],
  ['ledger_ends', 'end_enc', ['practice_id', 'chain'], 'ledger_ends.end'],
  ['inbound_messages', 'from_enc', ['id'], 'inbound_messages.from'],
  ['inbound_messages', 'text_enc', ['id'], 'inbound_messages.text'],
  ['inbound_messages', 'resolved_by_enc', ['id'], 'inbound_messages.resolved_by'],
  ['rejected_signals', 'payload_enc', ['id'], 'rejected_signals.payload'],
  ['idempotency_keys', 'answer_enc', ['practice_id', 'scope', 'key'], 'idempotency_keys.answer'],
  ['webhook_endpoints', 'secret_enc', ['id'], 'webhook_endpoints.secret'],
  ['webhook_endpoints', 'previous_secret_enc', ['id'], 'webhook_endpoints.secret'],
  ['booking_sessions', 'details_enc', ['id'], 'booking_sessions.details'],
  ['console_sessions', 'key_enc', ['token_hash'], 'console_sessions.key'],
  ['console_sessions', 'staff_enc', ['token_hash'], 'console_sessions.staff'],
  ['console_sessions', 'notice_enc', ['token_hash'], 'console_sessions.notice'],
  ['secrets', 'value_enc', ['name'], 'secrets.lookup'],
];

/** Rows of one round: a short transaction each. */
const rowsAtOnce = 500;

/** `currentKey`: the id of the first key. Returns how many values were sealed anew; may be run while the service runs. */
export async function reencrypt(
  db: Database,
  currentKey: string,
  onProgress: (table: string, column: string, count: number) => void,
): Promise<number> {
  let total = 0;
  for (const [table, column, key, context] of sealedColumns) {
    let count = 0;
    for (;;) {
      const done = await round(db, currentKey, { table, column, key, context });
      count += done;
      if (done === 0) break;
    }
    onProgress(table, column, count);
    total += count;
  }
  return total;
}

async function round(
  db: Database,
  currentKey: string,
  {
    table,
    column,
    key,
    context,
  }: { table: string; column: string; key: string[]; context: string },
): Promise<number> {
  const name = Prisma.raw(column);
  return db.prisma.$transaction(async (sql) => {
    const rows = await sql.$queryRaw<{ ref: string; value: string }[]>`
      SELECT jsonb_build_array(${Prisma.raw(key.map((part) => `${part}::text`).join(', '))})::text AS ref,
             ${name} AS value
      FROM ${Prisma.raw(table)}
      WHERE ${name} IS NOT NULL AND ${name} <> '' AND split_part(${name}, '.', 1) <> ${currentKey}
      LIMIT ${rowsAtOnce} FOR UPDATE SKIP LOCKED`;
    for (const { ref, value } of rows) {
      const sealed = db.cipher.seal(db.cipher.open(value, context), context);
      const ids = JSON.parse(ref) as string[];
      const match = Prisma.join(
        key.map((part, index) => Prisma.sql`${Prisma.raw(`${part}::text`)} = ${ids[index]}`),
        ' AND ',
      );
      await sql.$executeRaw`
        UPDATE ${Prisma.raw(table)} SET ${name} = ${sealed} WHERE ${match} AND ${name} = ${value}`;
    }
    return rows.length;
  });
}

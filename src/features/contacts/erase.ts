import { v7 as newId } from 'uuid';
import type { ContactRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { methods } from '../../core/method.ts';
import { idsOf } from '../../record/contacts/alias-store.ts';
import { forgetBatchesOf } from '../../record/messages/batch-store.ts';
import {
  forgetBookingsById,
  lockBookingsById,
  lockBookingsOf,
} from '../../record/links/booking-store.ts';
import { changeConsent } from '../../record/consent/consent-store.ts';
import { lockContact, readContacts } from '../../record/consent/contact-lock.ts';
import { Prisma, type Database, type Sql } from '../../platform/db/database.ts';
import { emptiedChannel, emptiedContact } from './emptied.ts';
import { forgetAnswers } from '../../platform/http/idempotency-store.ts';
import { eraseEvidence } from '../../ledger/store.ts';
import { erasedWords } from '../../record/messages/message-words.ts';
import { transaction } from '../../platform/db/transaction.ts';

/** Why a delivery of an erased contact is `cancelled`. */
export const erasedReason = 'the contact was erased';

/** Everything by which the record knows one person. */
type Person = {
  practiceId: string;
  /** Its own, and those that were merged into it. */
  contactIds: string[];
  /**
   * Keyed hashes of the addresses that it has, or had, or that came in beside its ids, by whatever door, and that no
   * other contact has.
   */
  addressHashes: string[];
};

const sending = { status: 'sending' };
const isSending = ({ status }: { status: string }): boolean => status === sending.status;

/**
 * Erases everything that names or describes a person: names, addresses, texts, replies, bookings, kept answers, the
 * ledger's contents. Ids, times and states stay; so do the ledger's chain (it verifies without the erased contents, and
 * records the erasure); the suppression of a stopped address, because forgetting it would mean writing to somebody who
 * said stop; so do the last word about an address that was a no, the unsubscribe links of emails that were sent and the
 * numbers that texts were sent from, so that stop can still be said; and for a day the counts of what was sent to an
 * address (question-budget.ts, code-budget.ts). These hold keyed hashes, and name nobody.
 *
 * `busy`: a call is under way; nothing was erased. `unknown`: no such contact, or erased already.
 */
export async function eraseContact(
  db: Database,
  sql: Sql,
  ref: ContactRef,
): Promise<'erased' | 'busy' | 'unknown'> {
  // Bookings are locked before contacts, everywhere.
  const bookings = await lockBookingsOf(sql, await personOf(sql, ref));
  const contact = await lockContact(sql, ref);
  if (!contact || contact.gone) return 'unknown';
  const person = await personOf(sql, ref);
  const { practiceId, contactIds, addressHashes } = person;
  // Entries under an id that was merged into this one are about the same person.
  const mine = { practiceId, contactId: { in: contactIds } };
  const codes = await lockCodes(sql, { practiceId, addressHashes, bookings });
  if (codes.some(isSending) || (await sql.delivery.count({ where: { ...mine, ...sending } })) > 0)
    return 'busy';
  const codeIds = codes.map(({ id }) => id);

  const now = db.clock.now();
  // Through the same door as every change: links close, the queue steps aside, epochs end.
  await changeConsent(
    db,
    sql,
    contact,
    () => ({ type: 'assigned', at: now, methods: [], email: {}, sms: {}, fax: {} }),
    {},
  );
  await sql.delivery.updateMany({
    where: { ...mine, OR: [{ status: 'queued' }, { reason: 'method_unassigned' }] },
    data: { status: 'cancelled', reason: erasedReason },
  });
  await sql.optInRequest.deleteMany({ where: mine });
  await sql.undo.deleteMany({ where: mine });
  await sql.messageLink.deleteMany({ where: mine });
  await sql.unsubscribeLink.updateMany({ where: mine, data: { contactId: null } });
  await sql.preferenceLink.deleteMany({ where: mine });
  await forgetBatchesOf(sql, { practiceId, contactIds, codeIds });
  await forgetCodesById(sql, codeIds);
  // Of an address that nobody else has: nobody is left to follow.
  await sql.reopening.deleteMany({
    where: { practiceId, addressHash: { in: addressHashes } },
  });
  await sql.delivery.updateMany({
    where: mine,
    data: { contentEnc: null, addressHash: null, earlierAddresses: [] },
  });
  await sql.message.updateMany({
    where: mine,
    data: { ...erasedWords, contentHash: '', notAfter: now },
  });
  await sql.inboundMessage.deleteMany({
    where: {
      practiceId,
      OR: [
        { contactId: { in: contactIds } },
        // Written from the number before anybody was registered with it.
        { contactId: null, addressHash: { in: addressHashes } },
      ],
    },
  });
  await sql.rejectedSignal.deleteMany({ where: mine });
  await eraseEvidence(
    db,
    sql,
    (await readContacts(sql, practiceId, contactIds)).map(({ ref, version }) => ({
      id: newId(),
      ref,
      version,
    })),
  );
  await sql.channel.updateMany({ where: mine, data: { ...emptiedChannel, assigned: false } });
  await sql.contact.updateMany({
    where: { practiceId, id: { in: contactIds } },
    data: { ...emptiedContact, erasedAt: now, updatedAt: now },
  });
  await forgetBookingsById(sql, bookings);
  await forgetAnswers(sql, practiceId, contactIds, now);
  return 'erased';
}

/**
 * Erases what a call or a booking stored during its contact's erasure: neither saw the other. The sweeper comes after
 * both, and comes again for a booking whose code is being sent.
 */
export async function eraseLate(db: Database): Promise<void> {
  const since = new Date(db.clock.now().getTime() - limits.erasedLatelyMs);
  const erased = Prisma.sql`
    SELECT c.practice_id, c.id, c.erased_at FROM contacts c WHERE c.erased_at >= ${since}
    UNION ALL SELECT a.practice_id, a.id, c.erased_at
    FROM contacts c JOIN contacts a ON a.practice_id = c.practice_id AND a.merged_into = c.id
    WHERE c.erased_at >= ${since}`;
  await db.prisma.$executeRaw`
    WITH erased AS (${erased})
    UPDATE idempotency_keys k SET answer_enc = NULL, body_hash = '' FROM erased e
    WHERE k.practice_id = e.practice_id AND k.contact_ids && ARRAY[e.id]
      AND k.created_at <= e.erased_at AND k.answer_enc IS NOT NULL`;
  const late = await db.prisma.$queryRaw<{ practiceId: string; id: string }[]>`
    WITH erased AS (${erased}),
      practices AS (SELECT practice_id, array_agg(id) AS ids FROM erased GROUP BY practice_id)
    -- Each practice's bookings once, by their index; OFFSET keeps the planner from reading everybody's.
    SELECT s.practice_id AS "practiceId", s.id FROM practices p CROSS JOIN LATERAL (
      SELECT * FROM booking_sessions WHERE practice_id = p.practice_id AND contact_ids && p.ids OFFSET 0) s
    WHERE EXISTS (
      SELECT 1 FROM erased e WHERE e.practice_id = s.practice_id AND e.id = ANY(s.contact_ids)
        AND s.created_at <= e.erased_at)`;
  for (const { practiceId, id } of late)
    await transaction(db, async (sql) => {
      const bookings = await lockBookingsById(sql, [id]);
      const codes = await lockCodes(sql, { practiceId, addressHashes: [], bookings });
      if (codes.some(isSending)) return;
      await forgetCodesById(
        sql,
        codes.map((code) => code.id),
      );
      await forgetBookingsById(sql, bookings);
    });
}

/** The codes of these bookings, wherever they went, and all to these addresses: locked, so that none begins to leave. */
async function lockCodes(
  sql: Sql,
  of: { practiceId: string; addressHashes: readonly string[]; bookings: readonly string[] },
): Promise<{ id: string; status: string }[]> {
  const { practiceId, addressHashes, bookings } = of;
  return sql.$queryRaw`
    SELECT d.id::text AS id, d.status FROM deliveries d
    WHERE d.practice_id = ${practiceId} AND d.purpose = 'code' AND d.id = ANY (ARRAY(
      SELECT c.id FROM booking_codes c WHERE c.session_id = ANY(${[...bookings]}::uuid[])
      UNION SELECT t.id FROM deliveries t WHERE t.practice_id = ${practiceId} AND t.purpose = 'code'
        AND t.address_hash = ANY(${[...addressHashes]})))
    ORDER BY d.id FOR UPDATE`;
}

/** None of them is being sent. */
async function forgetCodesById(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.$executeRaw`
    UPDATE deliveries SET status = 'cancelled', reason = ${erasedReason}
    WHERE id = ANY(${[...ids]}::uuid[]) AND status = 'queued'`;
  await sql.$executeRaw`
    UPDATE deliveries SET content_enc = NULL, address_hash = NULL, earlier_addresses = '{}'
    WHERE id = ANY(${[...ids]}::uuid[])`;
}

/**
 * Every column that holds the hash of a person's address, in a table whose rows have the ids of contacts: what is erased
 * by id brings its addresses along.
 */
export const addressColumns = [
  'channels.address_hash',
  'deliveries.address_hash',
  'deliveries.earlier_addresses[]',
  'opt_in_requests.address_hash',
  'unsubscribe_links.address_hash',
  'preference_links.address_hash',
  'inbound_messages.address_hash',
  'booking_sessions.address_hashes[]',
] as const;

async function personOf(sql: Sql, ref: ContactRef): Promise<Person> {
  const { practiceId } = ref;
  const contactIds = await idsOf(sql, ref);
  const had = addressColumns.map((name) => {
    const [table, column] = name.split('.') as [string, string];
    const hash = column.endsWith('[]') ? `unnest(${column.slice(0, -2)})` : column;
    return table === 'booking_sessions'
      ? Prisma.sql`SELECT ${Prisma.raw(hash)} AS hash FROM bookings`
      : Prisma.sql`
          SELECT ${Prisma.raw(hash)} AS hash FROM ${Prisma.raw(table)}
          WHERE practice_id = ${practiceId} AND contact_id = ANY(${contactIds})`;
  });
  // An address that was replaced on a booking's page is only with its code any more.
  const codes = Prisma.sql`
    SELECT d.address_hash FROM bookings s JOIN booking_codes c ON c.session_id = s.id
    JOIN deliveries d ON d.id = c.id`;
  const rows = await sql.$queryRaw<{ hash: string }[]>`
    WITH bookings AS MATERIALIZED (
      SELECT id, address_hashes FROM booking_sessions
      WHERE practice_id = ${practiceId} AND contact_ids && ${contactIds}::text[])
    SELECT had.hash FROM (${Prisma.join([...had, codes], ' UNION ')}) had
    WHERE had.hash IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM channels other WHERE other.practice_id = ${practiceId}
        AND other.method = ANY(${methods}) AND other.address_hash = had.hash
        AND NOT other.contact_id = ANY(${contactIds}))`;
  return { practiceId, contactIds, addressHashes: rows.map(({ hash }) => hash) };
}

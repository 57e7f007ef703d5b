import { v7 as newId } from 'uuid';
import type { ContactRef } from '../domain/ids.ts';
import { limits } from '../domain/limits.ts';
import { aliasesOf } from './alias-store.ts';
import { forgetBatchesOf } from './batch-store.ts';
import { forgetBookingsById, lockBookingsOf } from './booking-store.ts';
import { changeConsent } from './consent-store.ts';
import { lockContact, readContacts } from './contact-lock.ts';
import type { Database, Sql } from './database.ts';
import { emptiedChannel, emptiedContact } from './emptied.ts';
import { forgetAnswers } from './idempotency-store.ts';
import { eraseEvidence } from './ledger-store.ts';
import { erasedWords } from './message-words.ts';

/** Why a delivery of an erased contact is `cancelled`. */
export const erasedReason = 'the contact was erased';

/** Everything by which the record knows one person. */
type Person = {
  practiceId: string;
  /** Its own, and those that were merged into it. */
  contactIds: string[];
  /** Keyed hashes of the addresses that it has, or had, and that nobody else has. */
  addressHashes: string[];
};

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
  const { practiceId, contactIds } = person;
  // Entries under an id that was merged into this one are about the same person.
  const mine = { practiceId, contactId: { in: contactIds } };
  const codes = { practiceId, purpose: 'code', addressHash: { in: person.addressHashes } };
  const sending = { status: 'sending', OR: [mine, codes] };
  if ((await sql.delivery.count({ where: sending })) > 0) return 'busy';

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
  await sql.delivery.updateMany({
    where: { ...codes, status: 'queued' },
    data: { status: 'cancelled', reason: erasedReason },
  });
  await sql.optInRequest.deleteMany({ where: mine });
  await sql.undo.deleteMany({ where: mine });
  await sql.messageLink.deleteMany({ where: mine });
  await sql.unsubscribeLink.updateMany({ where: mine, data: { contactId: null } });
  await sql.preferenceLink.deleteMany({ where: mine });
  // Before the addresses go by which its codes are found.
  await forgetBatchesOf(sql, person);
  // Of an address that nobody else has: nobody is left to follow.
  await sql.reopening.deleteMany({
    where: { practiceId, addressHash: { in: person.addressHashes } },
  });
  await sql.delivery.updateMany({
    where: { OR: [mine, codes] },
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
        { contactId: null, addressHash: { in: person.addressHashes } },
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
 * both.
 */
export async function eraseLate(db: Database): Promise<void> {
  const since = new Date(db.clock.now().getTime() - limits.erasedLatelyMs);
  await db.prisma.$executeRaw`
    WITH erased AS (
      SELECT c.practice_id, c.id, c.erased_at FROM contacts c WHERE c.erased_at >= ${since}
      UNION ALL SELECT a.practice_id, a.id, c.erased_at
      FROM contacts c JOIN contacts a ON a.practice_id = c.practice_id AND a.merged_into = c.id
      WHERE c.erased_at >= ${since}
    ), answers AS (
      UPDATE idempotency_keys k SET answer_enc = NULL, body_hash = '' FROM erased e
      WHERE k.practice_id = e.practice_id AND k.contact_ids && ARRAY[e.id]
        AND k.created_at <= e.erased_at AND k.answer_enc IS NOT NULL
    )
    DELETE FROM booking_sessions s USING erased e
    WHERE s.practice_id = e.practice_id AND s.contact_ids && ARRAY[e.id] AND s.created_at <= e.erased_at`;
}

async function personOf(sql: Sql, ref: ContactRef): Promise<Person> {
  const { practiceId, contactId } = ref;
  const contactIds = [contactId, ...(await aliasesOf(sql, ref))];
  const rows = await sql.$queryRaw<{ hash: string }[]>`
    SELECT had.hash FROM (
      SELECT address_hash AS hash FROM channels
      WHERE practice_id = ${practiceId} AND contact_id = ANY(${contactIds})
      UNION SELECT address_hash FROM deliveries
      WHERE practice_id = ${practiceId} AND contact_id = ANY(${contactIds})
      UNION SELECT unnest(earlier_addresses) FROM deliveries
      WHERE practice_id = ${practiceId} AND contact_id = ANY(${contactIds})
      UNION SELECT address_hash FROM opt_in_requests
      WHERE practice_id = ${practiceId} AND contact_id = ANY(${contactIds})
      UNION SELECT address_hash FROM unsubscribe_links
      WHERE practice_id = ${practiceId} AND contact_id = ANY(${contactIds})
      UNION SELECT address_hash FROM preference_links
      WHERE practice_id = ${practiceId} AND contact_id = ANY(${contactIds})
      UNION SELECT address_hash FROM inbound_messages
      WHERE practice_id = ${practiceId} AND contact_id = ANY(${contactIds})
    ) had
    WHERE had.hash IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM channels other WHERE other.practice_id = ${practiceId}
        AND other.method IN ('email', 'sms', 'fax') AND other.address_hash = had.hash
        AND NOT other.contact_id = ANY(${contactIds}))`;
  return { practiceId, contactIds, addressHashes: rows.map(({ hash }) => hash) };
}

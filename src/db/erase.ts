import { v7 as newId } from 'uuid';
import type { ContactRef } from '../domain/ids.ts';
import { changeConsent } from './consent-store.ts';
import { aliasesOf } from './alias-store.ts';
import { lockContact, readContacts } from './contact-lock.ts';
import type { Database, Sql } from './database.ts';
import { eraseEvidence } from './ledger-store.ts';
import { emptyContent } from './message-store.ts';

/** Why a delivery is `cancelled` whose contact was erased. */
export const erasedReason = 'the contact was erased';

/**
 * Erases what names or describes a person: names, addresses, texts, replies, what the ledger knew. What stays are ids,
 * times and states, the ledger's chain (it verifies without what was erased, and says that it was), and the suppression of a stopped address:
 * it holds only a keyed hash, and forgetting it would mean writing to somebody who said stop.
 *
 * `busy`: a call is under way; nothing was erased. `unknown`: no such contact, or erased already.
 */
export async function eraseContact(
  db: Database,
  sql: Sql,
  ref: ContactRef,
): Promise<'erased' | 'busy' | 'unknown'> {
  const contact = await lockContact(sql, ref);
  if (!contact || contact.gone) return 'unknown';
  const { practiceId, contactId } = ref;
  const aliases = await aliasesOf(sql, ref);
  // What was said under an id that was merged into this one is about the same person.
  const mine = { practiceId, contactId: { in: [contactId, ...aliases] } };
  if ((await sql.delivery.count({ where: { ...mine, status: 'sending' } })) > 0) return 'busy';

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
  await sql.unsubscribeLink.deleteMany({ where: mine });
  await sql.preferenceLink.deleteMany({ where: mine });
  await sql.delivery.updateMany({
    where: mine,
    data: { contentEnc: null, addressHash: null, earlierAddresses: [] },
  });
  await sql.message.updateMany({
    where: mine,
    data: { contentEnc: emptyContent(db), contentHash: '', about: null, notAfter: now },
  });
  await sql.inboundMessage.deleteMany({ where: mine });
  await sql.rejectedSignal.deleteMany({ where: mine });
  await eraseEvidence(
    db,
    sql,
    (await readContacts(sql, practiceId, [contactId, ...aliases])).map(({ ref, version }) => ({
      id: newId(),
      ref,
      version,
    })),
  );
  await sql.channel.updateMany({
    where: mine,
    data: { addressEnc: null, addressHash: null, lookAt: null, dispatched: false },
  });
  await sql.contact.update({
    where: { practiceId_id: { practiceId, id: contactId } },
    data: {
      registered: false,
      role: 'client',
      nameEnc: null,
      nameWords: [],
      birthDateEnc: null,
      timeZone: null,
      locale: null,
      actsFor: [],
      declinedKinds: [],
      openedAt: null,
      erasedAt: now,
      updatedAt: now,
    },
  });
  return 'erased';
}

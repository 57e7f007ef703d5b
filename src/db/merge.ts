import { consentMethods } from '../domain/method.ts';
import { changeConsent, type Announcement } from './consent-store.ts';
import { lockContacts, type ContactView } from './contact-lock.ts';
import type { Database, Sql } from './database.ts';

export type MergeResult =
  | { status: 'merged'; announcements: Announcement[] }
  /** `busy`: a call for the one that joins is under way; nothing was changed. */
  | { status: 'busy' | 'unknown' | 'into_unknown' };

/**
 * Two records of one person become one: the queue of `from` joins that of `into` in its order, per address the
 * strictest word wins, what is not wanted under either id is not wanted, and `from` stays an alias. Name, addresses and
 * methods of `into` stay as they are. The ledger of `from` is closed, never rewritten; both chains name each other. Both
 * ids are current ones (alias-store.ts).
 */
export async function mergeContacts(
  db: Database,
  sql: Sql,
  practiceId: string,
  from: string,
  into: string,
): Promise<MergeResult> {
  const locked = await lockContacts(sql, practiceId, [from, into]);
  const joining = locked.find(({ ref }) => ref.contactId === from);
  const staying = locked.find(({ ref }) => ref.contactId === into);
  if (!joining || joining.gone) return { status: 'unknown' };
  if (!staying || staying.gone || !staying.consent.registered) return { status: 'into_unknown' };
  const mine = { practiceId, contactId: from };
  if ((await sql.delivery.count({ where: { ...mine, status: 'sending' } })) > 0)
    return { status: 'busy' };

  await moveQueue(sql, mine, into);
  const at = db.clock.now();
  const { contact, announcements } = await changeConsent(
    db,
    sql,
    staying,
    () => ({ type: 'merged', at, joining: joining.consent }),
    { from },
  );
  await moveRequests(sql, joining, contact);
  await changeConsent(
    db,
    sql,
    joining,
    () => ({ type: 'assigned', at, methods: [], email: {}, sms: {}, fax: {} }),
    { mergedInto: into },
  );
  await leaveAlias(sql, mine, into, at);
  return { status: 'merged', announcements };
}

type Mine = { practiceId: string; contactId: string };

/** Opt-ins and answers stay: they were sent, or not, under the old id, and are not sent again. */
async function moveQueue(sql: Sql, mine: Mine, into: string): Promise<void> {
  const data = { contactId: into };
  await sql.message.updateMany({ where: mine, data });
  await sql.delivery.updateMany({ where: { ...mine, purpose: 'content' }, data });
  await sql.inboundMessage.updateMany({ where: mine, data });
  await sql.rejectedSignal.updateMany({ where: mine, data });
  await sql.unsubscribeLink.updateMany({ where: mine, data });
  await sql.messageLink.updateMany({ where: mine, data });
  await sql.preferenceLink.updateMany({ where: mine, data });
}

/** Who was asked under the old id, at the address that the one that stays has too, may still answer. */
async function moveRequests(sql: Sql, joining: ContactView, staying: ContactView): Promise<void> {
  for (const method of consentMethods) {
    const { address, epoch } = staying.consent.channels[method];
    const before = joining.consent.channels[method];
    if (address === undefined || before.address !== address) continue;
    await sql.optInRequest.updateMany({
      where: { ...joining.ref, method, epoch: before.epoch, closedAt: null },
      data: { contactId: staying.ref.contactId, epoch },
    });
  }
}

async function leaveAlias(sql: Sql, mine: Mine, into: string, at: Date): Promise<void> {
  const { practiceId, contactId: from } = mine;
  await sql.channel.updateMany({
    where: mine,
    data: { addressEnc: null, addressHash: null, lookAt: null, dispatched: false },
  });
  await sql.contact.updateMany({
    where: { practiceId, mergedInto: from },
    data: { mergedInto: into },
  });
  const row = await sql.contact.update({
    where: { practiceId_id: { practiceId, id: from } },
    data: {
      mergedInto: into,
      registered: false,
      nameEnc: null,
      nameWords: [],
      birthDateEnc: null,
      timeZone: null,
      locale: null,
      actsFor: [],
      declinedKinds: [],
      openedAt: null,
      updatedAt: at,
    },
  });
  // Its workflow only finds out that there is nobody to look after.
  await sql.contact.update({
    where: { practiceId_id: { practiceId, id: from } },
    data: { announcedVersion: row.version },
  });
  await sql.$executeRaw`
    UPDATE contacts SET acts_for = array_replace(acts_for, ${from}, ${into})
    WHERE practice_id = ${practiceId} AND ${from} = ANY(acts_for)`;
}

import { limits } from '../../core/limits.ts';
import { consentMethods } from '../../core/method.ts';
import { changeConsent, type Announcement } from '../../record/consent/consent-store.ts';
import { lockContacts, type ContactView } from '../../record/consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { emptiedChannel, emptiedContact } from './emptied.ts';
import { movePage } from '../../record/contacts/joining.ts';
import { appendEvidence } from '../../ledger/store.ts';
import { lookAtQueues } from '../../record/messages/queue-store.ts';
import {
  fitsMessageLink,
  fitsPreferenceLink,
  fitsRequest,
  sealMessageLink,
  sealPreferenceLink,
  sealRequest,
} from '../../record/links/link-seal.ts';

export type MergeResult =
  | { status: 'merged'; announcements: Announcement[] }
  /** `busy`: a call for the one that joins is under way; nothing was changed. */
  | { status: 'busy' | 'unknown' | 'into_unknown' };

/**
 * Two records of one person become one: the queue of `from` joins that of `into` in its order (a long one within the next
 * minutes: joining.ts), per address the strictest word wins, a kind declined under either id is declined, and `from`
 * stays an alias. Name, addresses and methods of `into` stay as they are. The ledger of `from` is closed, never
 * rewritten; both chains name each other.
 * Both ids are current ones (alias-store.ts).
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

  await moveSignals(sql, mine, into);
  await keepTries(sql, mine, into);
  const at = db.clock.now();
  const { contact, announcements } = await changeConsent(
    db,
    sql,
    staying,
    () => ({ type: 'merged', at, joining: joining.consent }),
    { from },
  );
  const isMore = await movePage(sql, contact.ref, from, at, limits.movedAtOnce);
  await lookAtQueues(sql, practiceId, [into], at);
  await moveRequests(db, sql, joining, contact);
  await moveLinks(db, sql, mine, [staying, joining], contact);
  const evidence = { mergedInto: into };
  const left = await changeConsent(
    db,
    sql,
    { ...joining, gone: true },
    () => ({ type: 'assigned', at, methods: [], email: {}, sms: {}, fax: {} }),
    evidence,
  );
  // A contact without methods changes nothing by it, and its chain must still name the other one.
  if (left.outcome === 'unchanged') {
    const { consentId: id, contact: joined } = left;
    const { ref, version } = joined;
    await appendEvidence(db, sql, [
      { id, ref, version, evidence: { type: 'assigned', at, fields: evidence } },
    ]);
  }
  await leaveAlias(sql, mine, into, at);
  await sql.contact.updateMany({
    where: { practiceId, id: into },
    data: { joining: [...staying.joining, ...joining.joining, ...(isMore ? [from] : [])] },
  });
  return { status: 'merged', announcements };
}

type Mine = { practiceId: string; contactId: string };

/** Wrong birth dates of either record count: a merge gives nobody new tries, at links that move with it. */
async function keepTries(
  sql: Sql,
  { practiceId, contactId: from }: Mine,
  into: string,
): Promise<void> {
  await sql.$executeRaw`
    UPDATE channels stays SET identity_tries = GREATEST(stays.identity_tries, joins.identity_tries)
    FROM channels joins
    WHERE stays.practice_id = ${practiceId} AND stays.contact_id = ${into}
      AND joins.practice_id = ${practiceId} AND joins.contact_id = ${from} AND joins.method = stays.method`;
}

/** Opt-ins and answers stay: they were sent, or not, under the old id, and are not sent again. */
async function moveSignals(sql: Sql, mine: Mine, into: string): Promise<void> {
  const data = { contactId: into };
  await sql.inboundMessage.updateMany({ where: mine, data });
  await sql.rejectedSignal.updateMany({ where: mine, data });
  await sql.unsubscribeLink.updateMany({ where: mine, data });
}

/** Requests under the old id, at an address that the remaining contact has too, may still be answered. */
async function moveRequests(
  db: Database,
  sql: Sql,
  joining: ContactView,
  staying: ContactView,
): Promise<void> {
  for (const method of consentMethods) {
    const { address, epoch } = staying.consent.channels[method];
    const before = joining.consent.channels[method];
    if (address === undefined || before.address !== address) continue;
    const moved = { contactId: staying.ref.contactId, epoch };
    const open = await sql.optInRequest.findMany({
      where: { ...joining.ref, method, epoch: before.epoch, closedAt: null },
    });
    for (const row of open.filter((request) => fitsRequest(db, request)))
      await sql.optInRequest.update({
        where: { id: row.id },
        data: { ...moved, tokenEnc: sealRequest(db, { ...row, ...moved }) },
      });
  }
}

/**
 * Links to messages hold for an epoch of an address: those of either record, for that of the record that remains. Each
 * link is sealed again for what it is now; one that does not fit its seal stays one that does not.
 */
async function moveLinks(
  db: Database,
  sql: Sql,
  mine: Mine,
  records: readonly ContactView[],
  { ref, consent }: ContactView,
): Promise<void> {
  const { address, epoch } = consent.channels.email;
  // Of each record by itself: a link that held no more for its own holds for neither.
  const epochOf = new Map(
    records.flatMap(({ ref: { contactId: id }, consent: { channels } }) =>
      channels.email.address === address ? [[id, channels.email.epoch] as const] : [],
    ),
  );
  const ids = [mine.contactId, ref.contactId];
  const both = { practiceId: ref.practiceId, contactId: { in: ids } };
  const { contactId } = ref;
  const movedEpoch = (before: number, of: string): number =>
    epochOf.get(of) === before ? epoch : noEpoch;
  for (const row of await sql.messageLink.findMany({ where: both })) {
    const moved = {
      contactId,
      epoch: row.epoch === null ? null : movedEpoch(row.epoch, row.contactId),
    };
    const sealed = fitsMessageLink(db, row)
      ? { tokenEnc: sealMessageLink(db, { ...row, ...moved }) }
      : {};
    await sql.messageLink.update({
      where: { tokenHash: row.tokenHash },
      data: { ...moved, ...sealed },
    });
  }
  for (const row of await sql.preferenceLink.findMany({ where: mine })) {
    const sealed = fitsPreferenceLink(db, row)
      ? { tokenEnc: sealPreferenceLink(db, { ...row, contactId }) }
      : {};
    await sql.preferenceLink.update({
      where: { tokenHash: row.tokenHash },
      data: { contactId, ...sealed },
    });
  }
}

/** Of a link that holds no more, and for no later epoch. */
const noEpoch = -1;

async function leaveAlias(sql: Sql, mine: Mine, into: string, at: Date): Promise<void> {
  const { practiceId, contactId: from } = mine;
  await sql.channel.updateMany({
    where: mine,
    data: emptiedChannel,
  });
  await sql.contact.updateMany({
    where: { practiceId, mergedInto: from },
    data: { mergedInto: into },
  });
  const row = await sql.contact.update({
    where: { practiceId_id: { practiceId, id: from } },
    data: { ...emptiedContact, mergedInto: into, joining: [], updatedAt: at },
  });
  // Its workflow only finds out that there is nobody to look after.
  await sql.contact.update({
    where: { practiceId_id: { practiceId, id: from } },
    data: { announcedVersion: row.version },
  });
  await sql.$executeRaw`
    UPDATE contacts SET acts_for = array_replace(acts_for, ${from}, ${into})
    WHERE practice_id = ${practiceId} AND acts_for <> '{}' AND ${from} = ANY(acts_for)`;
}

import { lockFirstHolders, type ConsentChange } from '../../record/consent/consent-store.ts';
import type { ContactView } from '../../record/consent/contact-lock.ts';
import { addressHash } from '../../record/contacts/contact-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { InboundMessage, OptInRequest } from '../../platform/db/generated/client.ts';
import {
  doubtedLater,
  lockInbound,
  noteResolution,
  openDoubts,
  refusedLater,
  settleReplies,
  staffNotes,
  type NumberAt,
  type Resolution,
} from '../../record/replies/inbound-store.ts';
import { openReply } from '../../record/replies/inbound-words.ts';
import type { Evidence } from '../../ledger/store.ts';
import { activeSuppressions, barsOf } from '../../record/consent/suppression-store.ts';
import { doubts, type Doubt } from '../../core/consent/doubt.ts';
import { barAddress } from '../../record/consent/bar-address.ts';
import { settleDoubt } from '../../record/replies/doubt.ts';
import { newestOfOne, openRequests, wasOtherOpen } from './open-requests.ts';
import {
  appliedTo,
  type Further,
  type ReopenedChange,
} from '../../record/consent/reopen-address.ts';
import { acceptRequest } from './request-answer.ts';

/**
 * Staff say what a reply meant: a stop, the yes to the request that was open, or nothing of the kind. Their decision
 * goes on the reply and into the evidence, with who decided.
 */

export type Resolved =
  | { outcome: 'resolved'; reply: InboundMessage; changes: ReopenedChange[]; further?: Further }
  | { outcome: 'not_found' | 'already_resolved' | 'not_resolvable' | Refusal };

/** It is no yes: to nothing that was asked, or while another reply says that somebody else has the number. */
type Refusal = 'no_open_request' | 'doubtful_stop';

/** `further`: a doubt that has ended reaches more contacts with the number. */
type Decided = { changes: ConsentChange[]; further?: Further };

type Settling = {
  row: InboundMessage;
  number: NumberAt & { practiceId: string };
  holders: ContactView[];
  evidence: Evidence['fields'];
};

/** Said twice it is said once; said otherwise afterwards it is refused. Nothing is changed where it is refused. */
export async function resolveReply(
  db: Database,
  sql: Sql,
  {
    practiceId,
    id,
    as,
    by,
  }: { practiceId: string; id: string; as: Resolution; by: string | undefined },
): Promise<Resolved> {
  const seen = await sql.inboundMessage.findFirst({ where: { practiceId, id } });
  if (!seen) return { outcome: 'not_found' };
  const { from, text } = openReply(db, seen);
  const hash = seen.addressHash ?? addressHash(db, from);
  // Contacts before their replies, as everywhere.
  const number = { practiceId, practiceIds: [practiceId], addressHash: hash };
  const asked = as === 'yes' ? await askedBefore(db, sql, number, seen) : undefined;
  const alsoLock = asked ? [asked.contactId] : [];
  const { holders } = await lockFirstHolders(sql, { ...number, method: 'sms' }, alsoLock);
  const row = await lockInbound(sql, practiceId, id);
  if (!row) return { outcome: 'not_found' };
  if (row.resolvedAs === as) return { outcome: 'resolved', reply: row, changes: [] };
  if (row.resolvedAs !== null) return { outcome: 'already_resolved' };
  if (!isResolvable(row)) return { outcome: 'not_resolvable' };

  const evidence = {
    via: 'staff',
    by,
    replyId: id,
    from,
    text,
    receivedAt: row.receivedAt.toISOString(),
  };
  const decided = await decide[as](db, sql, { row, number, holders, evidence });
  if (typeof decided === 'string') return { outcome: decided };
  const { changes, further } = decided;
  return {
    outcome: 'resolved',
    reply: await noteResolution(db, sql, row, as, by),
    changes: appliedTo({ changes, holders }),
    ...(further ? { further } : {}),
  };
}

/** The one request that was open when the reply came: nobody can have agreed to a later one. */
async function askedBefore(
  db: Database,
  sql: Sql,
  { practiceIds, addressHash: hash }: NumberAt,
  { receivedAt: before }: InboundMessage,
): Promise<OptInRequest | undefined> {
  const request = newestOfOne(await openRequests(db, sql, { practiceIds, hash, before }));
  return request && !(await wasOtherOpen(sql, request, before)) ? request : undefined;
}

/** A reply that waits, or that may have been misread. One that was plainly understood and acted on is final. */
function isResolvable({ meaning, doubtful, handledAt }: InboundMessage): boolean {
  if (staffNotes.some((note) => note === meaning)) return false;
  return doubtful || handledAt === null || ['unclear', 'reaction', 'automatic'].includes(meaning);
}

/** The person said no after that reply, wherever they said it: on the page as well as by text. */
async function declinedLater(
  sql: Sql,
  { ref }: ContactView,
  { receivedAt }: InboundMessage,
): Promise<boolean> {
  const no = { ...ref, type: 'declined', method: 'sms', at: { gt: receivedAt } };
  return (await sql.ledgerEntry.count({ where: no })) > 0;
}

/** Doubts of other replies, weakest first: those since the doubt began that now holds the number. */
async function doubtedBesides(
  sql: Sql,
  { number, row }: Pick<Settling, 'number' | 'row'>,
): Promise<Doubt[]> {
  const { practiceId, addressHash: hash } = number;
  const bars = await activeSuppressions(sql, practiceId, [hash]);
  const { doubt } = barsOf(bars.get(`sms ${hash}`));
  return doubt ? openDoubts(sql, number, { besides: row.id, since: doubt.since }) : [];
}

const decide: Record<
  Resolution,
  (db: Database, sql: Sql, settling: Settling) => Promise<Decided | Refusal>
> = {
  async stop(db, sql, { number, evidence }) {
    await settleReplies(sql, number, 'stop', db.clock.now(), {});
    const address = { ...number, method: 'sms' } as const;
    const bar = { kind: 'stopped', reason: 'reply read by staff' } as const;
    return { changes: await barAddress(db, sql, address, bar, evidence) };
  },

  async yes(db, sql, { row, number, holders, evidence }) {
    const refused = await refusedLater(sql, number, row);
    if (refused || (await doubtedLater(sql, number, row))) return 'no_open_request';
    // As the person's own YES: it says nothing while somebody else may hold the phone.
    if ((await doubtedBesides(sql, { number, row })).some((why) => why !== 'unsure'))
      return 'doubtful_stop';
    // Read again under the lock: a stop may have closed it while we waited.
    const request = await askedBefore(db, sql, number, row);
    const contact = holders.find(({ ref }) => ref.contactId === request?.contactId);
    if (!request || !contact) return 'no_open_request';
    if (await declinedLater(sql, contact, row)) return 'no_open_request';
    await settleReplies(sql, number, 'yes', db.clock.now(), {
      only: 'unsure',
      upTo: row.receivedAt,
    });
    return acceptRequest(db, sql, contact, request, evidence, { readByStaff: true });
  },

  /**
   * Settles this reply, and earlier ones that say the same. Staff did not read later or different replies with it:
   * while one of those may be a stop, the hold stays.
   */
  async nothing(db, sql, { row, number, evidence }) {
    if (row.meaning !== 'doubtful_stop') return { changes: [] };
    const same = doubts.find((doubt) => doubt === row.doubt);
    if (same)
      await settleReplies(sql, number, 'nothing', db.clock.now(), {
        only: same,
        upTo: row.receivedAt,
      });
    const left = (await doubtedBesides(sql, { number, row })).at(-1);
    return settleDoubt(db, sql, { ...number, method: 'sms' }, evidence, { left });
  },
};

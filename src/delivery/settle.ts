import { forgetEnded } from '../record/messages/batch-store.ts';
import { changeConsent } from '../record/consent/consent-store.ts';
import { lockContacts, type ContactView } from '../record/consent/contact-lock.ts';
import { Prisma, type Database, type Sql } from '../platform/db/database.ts';
import { unwantedMessages } from '../record/messages/message-store.ts';
import { shownWith } from '../record/links/opt-in-request.ts';
import { transaction } from '../platform/db/transaction.ts';
import type { ConsentEvent } from '../core/consent/consent-state.ts';
import { limits } from '../core/limits.ts';
import { needsConsent, type ConsentMethod } from '../core/method.ts';
import type { Claimed } from './claim.ts';
import { placeOf, type Place, type Waiting } from './may-leave.ts';

/** The outcome of one claimed delivery. `throttled`: the provider asked for a pause of all calls. */
export type Outcome =
  | { kind: 'sent'; providerId: string }
  | { kind: 'failed'; reason: string }
  /** It may have arrived. Final for order; a provider's webhook may still correct it. */
  | { kind: 'unknown'; reason: string }
  /** It certainly did not leave: back to the head of its lane, after `waitMs`, where it is still wanted. */
  | { kind: 'given_back'; waitMs: number; reason: string; throttled?: true }
  /** An email call without an answer: it stays `sending` and repeats under its key after `waitMs`. */
  | { kind: 'repeat'; waitMs: number; reason: string; throttled?: true };

export type Settled = { deliveryId: string; outcome: Outcome };

type MemberRow = Waiting & { id: string };

const memberColumns = {
  id: true,
  contactId: true,
  method: true,
  purpose: true,
  messageId: true,
  kind: true,
  notAfter: true,
  epoch: true,
  addressHash: true,
} as const;

/**
 * Records the outcomes and frees the lanes. Fenced by the lease: a caller that was stopped for so long that its lease
 * passed on can still record that a message was sent, but changes nothing that happened since. Harmless twice.
 */
export async function settleLanes(
  db: Database,
  claimed: Claimed,
  outcomes: readonly Settled[],
): Promise<void> {
  await noteAnswers(db, claimed, outcomes);
  await settleUnderLocks(db, claimed, outcomes);
}

/**
 * Writes down what the provider said, in one statement without any contact's lock. An opt-in stays `sending`, since its
 * status and the consent change together; the provider's id tells that it was taken (interrupted.ts).
 */
export async function noteAnswers(
  db: Database,
  { lease }: Claimed,
  outcomes: readonly Settled[],
): Promise<void> {
  const answers = outcomes.flatMap(({ deliveryId, outcome }) =>
    outcome.kind === 'sent' || outcome.kind === 'failed' || outcome.kind === 'unknown'
      ? [{ deliveryId, reason: '', providerId: '', ...outcome }]
      : [],
  );
  if (answers.length === 0) return;
  // A webhook may have been faster than the provider's own answer: then it is `delivered` already. Where the lease passed
  // on, the delivery was given up as `unknown`; what is known is better.
  const holds = Prisma.sql`d.purpose <> 'opt_in'
    AND (d.status = 'sending' OR d.status = 'unknown' AND s.kind <> 'unknown')`;
  await db.prisma.$executeRaw`
    UPDATE deliveries d
    SET status = CASE WHEN ${holds} THEN s.kind ELSE d.status END,
        reason = CASE WHEN ${holds} THEN NULLIF(s.reason, '') ELSE d.reason END,
        provider_id = COALESCE(NULLIF(s.provider_id, ''), d.provider_id),
        sent_at = CASE WHEN s.kind = 'sent' THEN ${db.clock.now()} ELSE d.sent_at END
    FROM unnest(${answers.map((s) => s.deliveryId)}::uuid[], ${answers.map((s) => s.kind)}::text[],
                ${answers.map((s) => s.reason)}::text[], ${answers.map((s) => s.providerId)}::text[])
      AS s (id, kind, reason, provider_id)
    WHERE d.id = s.id AND d.lease_token = ${lease.token}::uuid`;
}

/** What follows from the answers, for the contacts concerned and their lanes. */
export async function settleUnderLocks(
  db: Database,
  claimed: Claimed,
  outcomes: readonly Settled[],
): Promise<void> {
  const { practiceId, method, lease } = claimed;
  await transaction(db, async (sql) => {
    const now = db.clock.now();
    const members: MemberRow[] = await sql.delivery.findMany({
      where: { id: { in: outcomes.map((o) => o.deliveryId) }, leaseToken: lease.token },
      select: memberColumns,
    });
    const asked = needsConsent(method) ? members.filter((m) => m.purpose === 'opt_in') : [];
    const back = members.filter(({ id }) =>
      outcomes.some((o) => o.deliveryId === id && o.outcome.kind === 'given_back'),
    );
    // Only an opt-in's outcome changes consent, and only returning deliveries are judged by consent. Contacts are
    // locked before rows, as everywhere.
    const contacts = await lockContacts(sql, practiceId, [
      ...new Set([...asked, ...back].map((m) => m.contactId)),
    ]);
    const unwanted = await unwantedMessages(sql, practiceId, back);
    const placeBack = (deliveryId: string): Place => {
      const member = back.find(({ id }) => id === deliveryId);
      const contact = contacts.find(({ ref }) => ref.contactId === member?.contactId);
      return member && contact ? placeOf(contact, member, unwanted, now) : { status: 'queued' };
    };
    await record(sql, lease.token, outcomes, members, placeBack, now);
    if (needsConsent(method))
      for (const member of asked) {
        const outcome = outcomes.find((o) => o.deliveryId === member.id)?.outcome;
        const contact = contacts.find(({ ref }) => ref.contactId === member.contactId);
        if (outcome && contact) await noteOptIn(db, sql, contact, method, member, outcome, now);
      }
    await endAttempts(sql, lease.token, asked, outcomes);
    await releaseLanes(sql, claimed, members, outcomes, now);
    if (claimed.kind === 'email') await forgetEnded(sql, [claimed.batchId]);
  });
}

/** What noteAnswers has left: opt-ins, and deliveries that go back or are to be repeated. */
async function record(
  sql: Sql,
  token: string,
  outcomes: readonly Settled[],
  members: readonly MemberRow[],
  placeBack: (deliveryId: string) => Place,
  now: Date,
): Promise<void> {
  for (const { deliveryId, outcome } of outcomes) {
    const isOptIn = members.some(({ id, purpose }) => id === deliveryId && purpose === 'opt_in');
    const isNoted = outcome.kind !== 'given_back' && outcome.kind !== 'repeat';
    if (isNoted && !isOptIn) continue;
    const late = outcome.kind === 'sent' || outcome.kind === 'failed';
    await sql.delivery.updateMany({
      where: {
        id: deliveryId,
        leaseToken: token,
        status: late ? { in: ['sending', 'unknown'] } : 'sending',
      },
      data: becomes(outcome, now, () => placeBack(deliveryId)),
    });
  }
}

function becomes(outcome: Outcome, now: Date, placeBack: () => Place) {
  switch (outcome.kind) {
    case 'sent':
      return { status: 'sent', reason: null, providerId: outcome.providerId, sentAt: now };
    case 'failed':
    case 'unknown':
      return { status: outcome.kind, reason: outcome.reason };
    case 'repeat':
      return { status: 'sending', reason: outcome.reason };
    case 'given_back':
      return { reason: outcome.reason, batchId: null, ...placeBack() };
  }
}

/** Settled once more, after a commit whose answer was lost, the evidence would say twice that the opt-in was sent. */
async function endAttempts(
  sql: Sql,
  token: string,
  asked: readonly MemberRow[],
  outcomes: readonly Settled[],
): Promise<void> {
  const ids = asked.flatMap(({ id }) =>
    outcomes.some(
      ({ deliveryId, outcome }) => deliveryId === id && consentKinds.includes(outcome.kind),
    )
      ? [id]
      : [],
  );
  if (ids.length === 0) return;
  await sql.delivery.updateMany({
    where: { id: { in: ids }, leaseToken: token },
    data: { leaseToken: null },
  });
}

/** Outcomes of an opt-in that consent knows of. */
const consentKinds: readonly Outcome['kind'][] = ['sent', 'failed', 'unknown'];

/** The evidence of the request: the exact text, its version, and the provider's answer. */
export async function noteOptIn(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
  member: MemberRow,
  outcome: Outcome,
  at: Date,
): Promise<void> {
  const event = consentEvent(method, member.epoch ?? 0, outcome, at);
  if (!event) return;
  // A webhook may have said already that it will not arrive.
  const failed = { id: member.id, status: 'failed' };
  if (outcome.kind === 'sent' && (await sql.delivery.count({ where: failed })) > 0) return;
  const request = await sql.optInRequest.findFirst({ where: { deliveryId: member.id } });
  await changeConsent(db, sql, contact, () => event, {
    deliveryId: member.id,
    ...(outcome.kind === 'sent' ? { providerId: outcome.providerId } : {}),
    ...('reason' in outcome ? { reason: outcome.reason } : {}),
    ...(request ? { requestId: request.id, ...shownWith(db, request) } : {}),
  });
}

function consentEvent(
  method: ConsentMethod,
  epoch: number,
  outcome: Outcome,
  at: Date,
): ConsentEvent | undefined {
  switch (outcome.kind) {
    case 'sent':
      return { type: 'opt_in_sent', at, method, epoch, confirmed: true };
    case 'unknown':
      return { type: 'opt_in_sent', at, method, epoch, confirmed: false };
    case 'failed':
      return { type: 'opt_in_failed', at, method, epoch, reason: outcome.reason };
    case 'given_back':
    case 'repeat':
      return undefined;
  }
}

/** Lanes whose call must be tried again wait; the others are free at once. */
async function releaseLanes(
  sql: Sql,
  { practiceId, method, lease }: Claimed,
  members: readonly MemberRow[],
  outcomes: readonly Settled[],
  now: Date,
): Promise<void> {
  const waits = new Map<string, number>();
  for (const { deliveryId, outcome } of outcomes) {
    if (outcome.kind !== 'given_back' && outcome.kind !== 'repeat') continue;
    const contactId = members.find(({ id }) => id === deliveryId)?.contactId;
    if (contactId) waits.set(contactId, Math.max(waits.get(contactId) ?? 0, outcome.waitMs));
  }
  // A report may have been faster than the answer, and have said how long to wait: the longer wait counts.
  for (const [contactId, waitMs] of waits) {
    const until = new Date(now.getTime() + waitMs);
    // Given back or still open: there is something to look at when the wait is over.
    await sql.$executeRaw`
      UPDATE channels
      SET lease_token = NULL, lease_until = NULL, failures = failures + 1,
          retry_at = GREATEST(retry_at, ${until}), look_at = GREATEST(retry_at, ${until})
      WHERE practice_id = ${practiceId} AND contact_id = ${contactId} AND method = ${method}
        AND lease_token = ${lease.token}::uuid`;
  }
  await sql.$executeRaw`
    UPDATE channels
    SET lease_token = NULL, lease_until = NULL, failures = 0, retry_at = CASE WHEN retry_at > ${now} THEN retry_at END
    WHERE practice_id = ${practiceId} AND contact_id = ANY(${lease.contactIds}) AND method = ${method}
      AND lease_token = ${lease.token}::uuid`;
}

/** Doubling waits while a provider is down. */
export function backoffMs(failures: number): number {
  return Math.min(limits.retryFirstMs * 2 ** Math.min(failures, 20), limits.retryMaxMs);
}

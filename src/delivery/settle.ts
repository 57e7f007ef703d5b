import { changeConsent } from '../db/consent-store.ts';
import { lockContacts, type ContactView } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import { replacedMessages } from '../db/message-store.ts';
import { shownWith } from '../db/opt-in-request.ts';
import type { ConsentEvent } from '../domain/consent-state.ts';
import { limits } from '../domain/limits.ts';
import { needsConsent, type ConsentMethod } from '../domain/method.ts';
import type { Claimed } from './claim.ts';
import { placeOf, type Place, type Waiting } from './may-leave.ts';

/** What came of one claimed delivery. `throttled`: the provider asked to wait, whatever it is given. */
export type Outcome =
  | { kind: 'sent'; providerId: string }
  | { kind: 'failed'; reason: string }
  /** It may have arrived. Final for order; a provider's webhook may still correct it. */
  | { kind: 'unknown'; reason: string }
  /** It certainly did not leave: back to the head of its lane, after `waitMs`, where it is still wanted. */
  | { kind: 'given_back'; waitMs: number; reason: string; throttled?: true }
  /** An email call without an answer: it stays `sending` and repeats under its key after `waitMs`. */
  | { kind: 'repeat'; waitMs: number; reason: string; throttled?: true };

type Settled = { deliveryId: string; outcome: Outcome };

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
 * passed on can still say that a message was sent, but changes nothing of what happened since.
 */
export async function settleLanes(
  db: Database,
  claimed: Claimed,
  outcomes: readonly Settled[],
): Promise<void> {
  const { practiceId, method, lease } = claimed;
  await db.prisma.$transaction(async (sql) => {
    const now = db.clock.now();
    const members: MemberRow[] = await sql.delivery.findMany({
      where: { id: { in: outcomes.map((o) => o.deliveryId) }, leaseToken: lease.token },
      select: memberColumns,
    });
    const asked = needsConsent(method) ? members.filter((m) => m.purpose === 'opt_in') : [];
    const back = members.filter(({ id }) =>
      outcomes.some((o) => o.deliveryId === id && o.outcome.kind === 'given_back'),
    );
    // Only an opt-in's fate changes consent, and only what comes back is judged by it. Contacts are locked before rows, as
    // everywhere.
    const contacts = await lockContacts(sql, practiceId, [
      ...new Set([...asked, ...back].map((m) => m.contactId)),
    ]);
    const replaced = await replacedMessages(sql, practiceId, back);
    const placeBack = (deliveryId: string): Place => {
      const member = back.find(({ id }) => id === deliveryId);
      const contact = contacts.find(({ ref }) => ref.contactId === member?.contactId);
      return member && contact ? placeOf(contact, member, replaced, now) : { status: 'queued' };
    };
    await record(sql, lease.token, outcomes, placeBack, now);
    if (needsConsent(method))
      for (const member of asked) {
        const outcome = outcomes.find((o) => o.deliveryId === member.id)?.outcome;
        const contact = contacts.find(({ ref }) => ref.contactId === member.contactId);
        if (outcome && contact) await noteOptIn(db, sql, contact, method, member, outcome, now);
      }
    await releaseLanes(sql, claimed, members, outcomes, now);
    if (claimed.kind === 'email') await forgetBatch(sql, claimed.batchId);
  });
}

/**
 * A frozen call is kept only while it may have to be repeated: it holds addresses and texts. Whether it may, the rows say:
 * who was stopped may come back while another repeats the call.
 */
async function forgetBatch(sql: Sql, batchId: string): Promise<void> {
  await sql.$executeRaw`
    UPDATE batches SET payload_enc = '' WHERE id = ${batchId}::uuid
      AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.batch_id = batches.id AND d.status = 'sending')`;
}

async function record(
  sql: Sql,
  token: string,
  outcomes: readonly Settled[],
  placeBack: (deliveryId: string) => Place,
  now: Date,
): Promise<void> {
  const sent = outcomes.flatMap(({ deliveryId, outcome }) =>
    outcome.kind === 'sent' ? [{ deliveryId, providerId: outcome.providerId }] : [],
  );
  if (sent.length > 0)
    // A webhook may have been faster than the provider's own answer: then it is `delivered` already.
    await sql.$executeRaw`
      UPDATE deliveries d
      SET status = CASE WHEN d.status IN ('sending', 'unknown') THEN 'sent' ELSE d.status END,
          reason = CASE WHEN d.status IN ('sending', 'unknown') THEN NULL ELSE d.reason END,
          provider_id = s.provider_id, sent_at = ${now}
      FROM unnest(${sent.map((s) => s.deliveryId)}::uuid[], ${sent.map((s) => s.providerId)}::text[])
        AS s (id, provider_id)
      WHERE d.id = s.id AND d.lease_token = ${token}::uuid`;
  for (const { deliveryId, outcome } of outcomes) {
    if (outcome.kind === 'sent') continue;
    await sql.delivery.updateMany({
      where: { id: deliveryId, leaseToken: token, status: 'sending' },
      data: becomes(outcome, () => placeBack(deliveryId)),
    });
  }
}

function becomes(outcome: Exclude<Outcome, { kind: 'sent' }>, placeBack: () => Place) {
  const { kind, reason } = outcome;
  switch (kind) {
    case 'failed':
    case 'unknown':
      return { status: kind, reason };
    case 'repeat':
      return { status: 'sending', reason };
    case 'given_back':
      return { reason, batchId: null, ...placeBack() };
  }
}

/** The evidence of what was asked: the exact text, its version, and what the provider said. */
async function noteOptIn(
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
  const request = await sql.optInRequest.findUnique({ where: { deliveryId: member.id } });
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

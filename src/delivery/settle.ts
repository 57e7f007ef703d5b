import { changeConsent, type Announcement } from '../db/consent-store.ts';
import { lockContact } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { ConsentEvent } from '../domain/consent-state.ts';
import type { ContactRef } from '../domain/ids.ts';
import { limits } from '../domain/limits.ts';
import { needsConsent, type Method } from '../domain/method.ts';

/** What came of one claimed delivery. */
export type Outcome =
  | { kind: 'sent'; providerId: string }
  | { kind: 'failed'; reason: string }
  /** It may have arrived. Final for order; a provider's webhook may still correct it. */
  | { kind: 'unknown'; reason: string }
  /** It certainly did not leave: back to the head of its lane, after `waitMs`. */
  | { kind: 'given_back'; waitMs: number; reason: string }
  /** An email call without an answer: it stays `sending` and repeats under its key after `waitMs`. */
  | { kind: 'repeat'; waitMs: number; reason: string };

/**
 * Records the outcome and frees the lane. Fenced by the lease: a caller that was stopped for so long that its lease
 * passed on can still say that a message was sent, but changes nothing of what happened since.
 */
export async function settleLane(
  db: Database,
  ref: ContactRef,
  method: Method,
  lease: string,
  outcomes: readonly { deliveryId: string; outcome: Outcome }[],
): Promise<Announcement[]> {
  return db.prisma.$transaction(async (sql) => {
    let contact = await lockContact(sql, ref);
    if (!contact) return [];
    const now = db.clock.now();
    const announcements: Announcement[] = [];
    for (const { deliveryId, outcome } of outcomes) {
      const settled = await record(sql, deliveryId, lease, outcome, now);
      if (settled?.purpose !== 'opt_in' || !needsConsent(method)) continue;
      const event = consentEvent(method, settled.epoch ?? 0, outcome, now);
      if (!event) continue;
      const request = await sql.optInRequest.findUnique({ where: { deliveryId } });
      const change = await changeConsent(db, sql, contact, () => event, {
        deliveryId,
        ...(outcome.kind === 'sent' ? { providerId: outcome.providerId } : {}),
        ...('reason' in outcome ? { reason: outcome.reason } : {}),
        ...(request
          ? {
              requestId: request.id,
              textVersion: request.textVersion,
              textShown: db.cipher.open(request.shownEnc, 'opt_in_requests.shown'),
            }
          : {}),
      });
      contact = change.contact;
      announcements.push(...change.announcements);
    }
    await releaseLane(sql, ref, method, lease, outcomes, now);
    return announcements;
  });
}

async function record(
  sql: Sql,
  deliveryId: string,
  lease: string,
  outcome: Outcome,
  now: Date,
): Promise<{ purpose: string; epoch: number | null } | undefined> {
  const mine = { id: deliveryId, leaseToken: lease };
  switch (outcome.kind) {
    case 'sent':
      // A webhook may have been faster than the provider's own answer: then it is `delivered` already.
      await sql.delivery.updateMany({
        where: { ...mine, status: { in: ['sending', 'unknown'] } },
        data: { status: 'sent', reason: null },
      });
      await sql.delivery.updateMany({
        where: mine,
        data: { providerId: outcome.providerId, sentAt: now },
      });
      break;
    case 'failed':
    case 'unknown':
      await sql.delivery.updateMany({
        where: { ...mine, status: 'sending' },
        data: { status: outcome.kind, reason: outcome.reason },
      });
      break;
    case 'given_back':
      await sql.delivery.updateMany({
        where: { ...mine, status: 'sending' },
        data: { status: 'queued', reason: outcome.reason, batchId: null },
      });
      break;
    case 'repeat':
      await sql.delivery.updateMany({
        where: { ...mine, status: 'sending' },
        data: { reason: outcome.reason },
      });
  }
  const row = await sql.delivery.findFirst({
    where: mine,
    select: { purpose: true, epoch: true },
  });
  return row ?? undefined;
}

function consentEvent(
  method: 'email' | 'sms',
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

async function releaseLane(
  sql: Sql,
  ref: ContactRef,
  method: Method,
  lease: string,
  outcomes: readonly { outcome: Outcome }[],
  now: Date,
): Promise<void> {
  const waits = outcomes.flatMap(({ outcome }) =>
    outcome.kind === 'given_back' || outcome.kind === 'repeat' ? [outcome.waitMs] : [],
  );
  const waitMs = Math.max(0, ...waits);
  await sql.channel.updateMany({
    where: { ...ref, method, leaseToken: lease },
    data: {
      leaseToken: null,
      leaseUntil: null,
      retryAt: waitMs > 0 ? new Date(now.getTime() + waitMs) : null,
      failures: waits.length > 0 ? { increment: 1 } : 0,
    },
  });
}

/** Doubling waits while a provider is down. */
export function backoffMs(failures: number): number {
  return Math.min(limits.retryFirstMs * 2 ** Math.min(failures, 20), limits.retryMaxMs);
}

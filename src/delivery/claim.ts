import { v7 as newId } from 'uuid';
import { changeConsent } from '../db/consent-store.ts';
import { lockContact, type ContactView } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { Delivery } from '../db/generated/client.ts';
import { laneGate, mutedPractice } from '../domain/gate.ts';
import type { ContactRef } from '../domain/ids.ts';
import { limits } from '../domain/limits.ts';
import { needsConsent, type Method } from '../domain/method.ts';
import type { OutgoingEmail, OutgoingSms } from '../ports/sender.ts';
import { composeDelivery, type Outgoing, type Sending } from './compose-delivery.ts';

/**
 * One way to send. A lane is (contact, method); only its head can be claimed, by one caller at a time:
 *
 *   queued ──claim──▶ sending ──settle──▶ sent | failed | unknown
 *      ▲                 │ given back: certainly not sent
 *      └─────────────────┘
 *
 * The claim is one transaction under the contact's lock, which consent transitions take too: what was revoked before
 * cannot be claimed after. It marks the head `sending` and takes a lease; nobody passes a leased lane. A lease that ran
 * out means that its holder died mid-call: an SMS becomes `unknown` (it may have arrived, and has no key), an email
 * repeats byte for byte under its idempotency key while every member may still be sent.
 */

export type Claimed = {
  lease: string;
  deliveryIds: string[];
  /** Calls of this lane that went wrong since the last one that did not. */
  failures: number;
} & (
  { kind: 'email'; batchId: string; emails: OutgoingEmail[] } | { kind: 'sms'; sms: OutgoingSms }
);

/** `nextAt`: when it is worth looking again; absent: when something happens (an insert, an answer, a switch). */
export type Claim = Claimed | { kind: 'none'; nextAt?: Date } | { kind: 'again' };

const batchContext = 'batches.payload';

export async function claimLane(
  db: Database,
  ref: ContactRef,
  method: Method,
  sending: Sending,
): Promise<Claim> {
  return db.prisma.$transaction(async (sql) => {
    const contact = await lockContact(sql, ref);
    if (!contact || contact.erased) return { kind: 'none' };
    const lane = contact.lanes[method];
    const now = db.clock.now();
    if (lane.leaseUntil && lane.leaseUntil > now) return { kind: 'none', nextAt: lane.leaseUntil };
    if (mutedPractice(contact.practice)) return { kind: 'none' };
    if (lane.retryAt && lane.retryAt > now) return { kind: 'none', nextAt: lane.retryAt };
    const interrupted = await sql.delivery.findMany({
      where: { ...ref, method, status: 'sending' },
      orderBy: [{ dueAt: 'asc' }, { arrival: 'asc' }],
    });
    if (interrupted.length > 0) return resume(db, sql, contact, method, interrupted);
    return claimHeads(db, sql, contact, method, sending);
  });
}

/** A call was under way when its holder stopped. */
async function resume(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: Method,
  interrupted: Delivery[],
): Promise<Claim> {
  const batchId = interrupted[0]!.batchId;
  const now = db.clock.now();
  if (method !== 'sms' && batchId !== null) {
    const batch = await sql.batch.findUniqueOrThrow({ where: { id: batchId } });
    const young = now.getTime() - batch.createdAt.getTime() < limits.emailRepeatMs;
    if (young && interrupted.every((delivery) => mayLeave(contact, delivery, now))) {
      const emails = JSON.parse(db.cipher.open(batch.payloadEnc, batchContext)) as OutgoingEmail[];
      const lease = await takeLease(db, sql, contact, method, interrupted, batchId);
      const deliveryIds = emails.map((email) => email.deliveryId);
      return { kind: 'email', ...lease, deliveryIds, batchId, emails };
    }
  }
  await sql.delivery.updateMany({
    where: { id: { in: interrupted.map((d) => d.id) } },
    data: { status: 'unknown', reason: 'the call was interrupted' },
  });
  await freeLane(sql, contact, method);
  for (const delivery of interrupted)
    if (delivery.purpose === 'opt_in' && needsConsent(method))
      await changeConsent(
        db,
        sql,
        contact,
        () => ({
          type: 'opt_in_sent',
          at: now,
          method,
          epoch: delivery.epoch ?? 0,
          confirmed: false,
        }),
        { deliveryId: delivery.id },
      );
  return { kind: 'again' };
}

/** Consent, expiry and epoch, asked at the last moment before a call. */
function mayLeave(contact: ContactView, delivery: Delivery, now: Date): boolean {
  const method = delivery.method as Method;
  if (delivery.notAfter && delivery.notAfter <= now) return false;
  if (delivery.purpose === 'content')
    return laneGate(contact.consent, method, contact.practice).open;
  if (delivery.purpose === 'opt_in' && needsConsent(method)) {
    const channel = contact.consent.channels[method];
    return (
      delivery.epoch === channel.epoch &&
      ['not_sent', 'sent', 'failed', 'declined'].includes(channel.state)
    );
  }
  // Answers to the person's own words (to STOP, to HELP) are always allowed.
  return true;
}

async function claimHeads(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: Method,
  sending: Sending,
): Promise<Claim> {
  const now = db.clock.now();
  const gate = laneGate(contact.consent, method, contact.practice);
  const sendable = {
    ...contact.ref,
    method,
    status: 'queued',
    ...(gate.open ? {} : { purpose: { not: 'content' } }),
  };
  const heads = await sql.delivery.findMany({
    where: { ...sendable, dueAt: { lte: now } },
    orderBy: [{ dueAt: 'asc' }, { arrival: 'asc' }],
    take: method === 'sms' ? 1 : limits.emailBatch,
  });
  if (heads.length === 0) {
    const next = await sql.delivery.findFirst({
      where: sendable,
      orderBy: { dueAt: 'asc' },
      select: { dueAt: true },
    });
    return next ? { kind: 'none', nextAt: next.dueAt } : { kind: 'none' };
  }

  const ready: { delivery: Delivery; outgoing: Outgoing }[] = [];
  let bytes = 0;
  let view = contact;
  for (const delivery of heads) {
    if (ready.length > 0 && bytes + delivery.size > limits.emailBatchBytes) break;
    if (delivery.notAfter && delivery.notAfter <= now) {
      await finish(sql, delivery, 'expired', null);
      continue;
    }
    if (!mayLeave(view, delivery, now)) {
      await finish(sql, delivery, 'cancelled', 'no longer needed');
      continue;
    }
    const composed = await composeDelivery(db, sql, view, delivery, sending);
    if (composed.ok) {
      ready.push({ delivery, outgoing: composed.outgoing });
      bytes += delivery.size;
    } else view = await cannotSend(db, sql, view, delivery, composed.reason);
  }
  if (ready.length === 0) return { kind: 'again' };
  return freeze(db, sql, contact, method, ready);
}

/** Nothing left: the reason is shown where staff look, and the opt-in can be sent again once it is mended. */
async function cannotSend(
  db: Database,
  sql: Sql,
  contact: ContactView,
  delivery: Delivery,
  reason: string,
): Promise<ContactView> {
  await finish(sql, delivery, 'failed', reason);
  const method = delivery.method as Method;
  if (delivery.purpose !== 'opt_in' || !needsConsent(method)) return contact;
  const { contact: next } = await changeConsent(
    db,
    sql,
    contact,
    () => ({
      type: 'opt_in_failed',
      at: db.clock.now(),
      method,
      epoch: delivery.epoch ?? 0,
      reason,
    }),
    { deliveryId: delivery.id },
  );
  return next;
}

async function freeze(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: Method,
  ready: { delivery: Delivery; outgoing: Outgoing }[],
): Promise<Claimed> {
  const deliveries = ready.map(({ delivery }) => delivery);
  const deliveryIds = deliveries.map(({ id }) => id);
  const [first] = ready;
  if (first?.outgoing.kind === 'sms') {
    const { sms, callbackHash } = first.outgoing;
    await sql.delivery.update({ where: { id: first.delivery.id }, data: { callbackHash } });
    const lease = await takeLease(db, sql, contact, method, deliveries, null);
    return { kind: 'sms', ...lease, deliveryIds, sms };
  }
  const emails = ready.flatMap(({ outgoing }) => (outgoing.kind === 'email' ? outgoing.email : []));
  const batchId = newId();
  await sql.batch.create({
    data: {
      id: batchId,
      practiceId: contact.ref.practiceId,
      payloadEnc: db.cipher.seal(JSON.stringify(emails), batchContext),
      createdAt: db.clock.now(),
    },
  });
  const lease = await takeLease(db, sql, contact, method, deliveries, batchId);
  return { kind: 'email', ...lease, deliveryIds, batchId, emails };
}

async function takeLease(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: Method,
  deliveries: readonly Delivery[],
  batchId: string | null,
): Promise<{ lease: string; failures: number }> {
  const lease = newId();
  const now = db.clock.now();
  await sql.delivery.updateMany({
    where: { id: { in: deliveries.map(({ id }) => id) } },
    data: {
      status: 'sending',
      reason: null,
      leaseToken: lease,
      claimedAt: now,
      batchId,
      addressHash: contact.lanes[method].addressHash,
    },
  });
  await sql.channel.update({
    where: { practiceId_contactId_method: { ...contact.ref, method } },
    data: { leaseToken: lease, leaseUntil: new Date(now.getTime() + limits.leaseMs) },
  });
  return { lease, failures: contact.lanes[method].failures };
}

async function freeLane(sql: Sql, contact: ContactView, method: Method): Promise<void> {
  await sql.channel.update({
    where: { practiceId_contactId_method: { ...contact.ref, method } },
    data: { leaseToken: null, leaseUntil: null },
  });
}

async function finish(
  sql: Sql,
  delivery: Delivery,
  status: 'expired' | 'cancelled' | 'failed',
  reason: string | null,
): Promise<void> {
  await sql.delivery.update({ where: { id: delivery.id }, data: { status, reason } });
}

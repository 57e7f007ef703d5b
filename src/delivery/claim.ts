import { v7 as newId } from 'uuid';
import { changeConsent } from '../record/consent/consent-store.ts';
import { addressHash } from '../record/contacts/contact-store.ts';
import { noteTexts } from '../record/replies/texted-from-store.ts';
import { UnsealError } from '../platform/db/cipher.ts';
import { isDatabaseError, nameOfError } from '../platform/db/database-errors.ts';
import { unwantedMessages } from '../record/messages/message-store.ts';
import { lockContacts, type ContactView } from '../record/consent/contact-lock.ts';
import type { Database, Sql } from '../platform/db/database.ts';
import type { Delivery } from '../platform/db/generated/client.ts';
import { transaction } from '../platform/db/transaction.ts';
import { channelsToAsk } from '../core/consent/gate.ts';
import { limits } from '../core/limits.ts';
import { needsConsent, transportOf, type Method } from '../core/method.ts';
import { askedOften } from '../core/opt-in-throttle.ts';
import { senderMissing } from '../core/sender.ts';
import { firstWithin } from '../core/within-bytes.ts';
import { providerOf, providers, type Provider } from '../channels/providers.ts';
import type { OutgoingEmail, OutgoingSms } from '../channels/sender.ts';
import { composeDelivery, readMaterial, type Outgoing } from './compose-delivery.ts';
import { sealBatch } from './batch.ts';
import { followBars } from '../features/consents/follow-bars.ts';
import { giveUpInterrupted, resumeBatch } from './interrupted.ts';
import { mayLeave, placeOf } from './may-leave.ts';
import { dueHeads, laneState, noteNextLook, type LaneView } from '../record/messages/lane-heads.ts';
import { takeLease, type Lease } from './lease.ts';
import type { Sending } from '../templates/render.ts';

/**
 * One way to send. A lane is (contact, method); only its head can be claimed, by one caller at a time:
 *
 *   queued ──claim──▶ sending ──settle──▶ sent | failed | unknown
 *      ▲                 │ given back: certainly not sent
 *      └─────────────────┘
 *
 * The claim is one transaction under the contacts' locks, which consent transitions take too: a claim never follows a
 * revocation. It marks the heads `sending` and leases their lanes; nobody passes a leased lane. A lease that ran out
 * means that its holder died mid-call: see interrupted.ts.
 *
 * Several lanes may be claimed at once (one method, one practice): emails of many contacts go in one provider call.
 */

export type Claimed = { practiceId: string; method: Method; provider: Provider; lease: Lease } & (
  | {
      kind: 'email';
      batchId: string;
      emails: OutgoingEmail[];
      /** The same call was made before: whatever this one says, the first may have arrived. */
      repeat: boolean;
    }
  | { kind: 'sms'; messages: { deliveryId: string; sms: OutgoingSms }[] }
);

/** `nextAt`: when it is worth looking again; absent: when something happens (an insert, an answer, a switch). */
export type Claim = Claimed | { kind: 'none'; nextAt?: Date } | { kind: 'again' };

export type Lanes = { practiceId: string; contactIds: readonly string[]; method: Method };

/** `most`: deliveries that may be claimed now; a batch that has to be repeated is repeated whole. */
export async function claimLanes(
  db: Database,
  lanes: Lanes,
  sending: Sending,
  most: number,
): Promise<Claim> {
  const claim = await transaction(db, (sql) => claimUnderLock(db, sql, lanes, sending, most));
  if (claim.kind !== 'interrupted') return claim;
  return resumeBatch(db, claim.batchId);
}

async function claimUnderLock(
  db: Database,
  sql: Sql,
  { practiceId, contactIds, method }: Lanes,
  sending: Sending,
  most: number,
): Promise<Claim | { kind: 'interrupted'; batchId: string }> {
  const contacts = await lockContacts(sql, practiceId, contactIds);
  const now = db.clock.now();
  const blocked: Date[] = [];
  const free: LaneView[] = [];
  for (const contact of contacts) {
    const state = laneState(contact, method, now);
    if ('open' in state) free.push(state);
    else if (state.blockedUntil) blocked.push(state.blockedUntil);
  }

  const interrupted = await sql.delivery.findMany({
    where: {
      practiceId,
      contactId: { in: free.map(({ contact }) => contact.ref.contactId) },
      method,
      status: 'sending',
    },
    orderBy: [{ dueAt: 'asc' }, { arrival: 'asc' }],
  });
  const batch = interrupted.find(({ batchId }) => batchId !== null);
  if (batch?.batchId) return { kind: 'interrupted', batchId: batch.batchId };
  if (interrupted.length > 0) {
    await giveUpInterrupted(db, sql, contacts, interrupted);
    return { kind: 'again' };
  }

  if (await followBars(db, sql, free, method)) return { kind: 'again' };
  const provider = providerOf(method);
  const perLane = providers[provider].perCall;
  const due = await dueHeads(sql, method, free, { perLane, most }, now);
  // Before their words are read, so that a claim costs the same however large they are.
  const heads = firstWithin(due, ({ size }) => size, limits.emailBatchBytes);
  if (heads.length === 0) {
    const next = await noteNextLook(sql, method, free);
    await handBack(sql, free, method, now);
    const times = [...next.values(), ...blocked].map(Number);
    return times.length === 0
      ? { kind: 'none' }
      : { kind: 'none', nextAt: new Date(Math.min(...times)) };
  }
  const ready = await prepare(db, sql, contacts, heads, sending, now);
  if (ready.length === 0) return { kind: 'again' };
  return freeze(db, sql, { practiceId, method, provider }, contacts, ready, now);
}

/**
 * A contact was handed over while the practice asked nobody, and has to be asked now: the contact's own workflow asks,
 * and the sweeper signals it.
 */
async function handBack(
  sql: Sql,
  lanes: readonly LaneView[],
  method: Method,
  now: Date,
): Promise<void> {
  for (const { contact, open } of lanes) {
    const isLeft = !open && contact.lanes[method].dispatched;
    if (!isLeft || channelsToAsk(contact.consent, contact.practice).length === 0) continue;
    await sql.channel.updateMany({ where: contact.ref, data: { dispatched: false } });
    await sql.channel.updateMany({ where: { ...contact.ref, method }, data: { lookAt: now } });
  }
}

type Ready = { delivery: Delivery; outgoing: Outgoing };

/** Renders deliveries that may leave; finishes, with a reason, those overdue, unwanted, unneeded or impossible. */
async function prepare(
  db: Database,
  sql: Sql,
  contacts: readonly ContactView[],
  heads: readonly Delivery[],
  sending: Sending,
  now: Date,
): Promise<Ready[]> {
  const views = new Map(contacts.map((contact) => [contact.ref.contactId, contact]));
  const material = await readMaterial(db, sql, contacts, heads);
  const unwanted = await unwantedMessages(sql, heads[0]!.practiceId, heads);
  const ready: Ready[] = [];
  for (const delivery of heads) {
    const contact = views.get(delivery.contactId)!;
    const place = placeOf(contact, delivery, unwanted, now);
    if (place.status !== 'queued') {
      await finish(sql, delivery, place.status, place.reason);
      continue;
    }
    // An earlier delivery of this claim has closed the lane: this one stays queued.
    if (!mayLeave(contact, delivery, unwanted, now)) continue;
    const composed = await composeDelivery(db, sql, contact, delivery, material, sending).catch(
      asUnsendable,
    );
    if (composed.ok) {
      ready.push({ delivery, outgoing: composed.outgoing });
    } else if ('until' in composed) {
      await postpone(sql, delivery, composed.until);
    } else {
      const next = await cannotSend(db, sql, contact, delivery, composed.reason);
      views.set(delivery.contactId, next);
    }
  }
  return ready;
}

/** Why a delivery failed whose words or address were changed or moved outside of the service. */
const unreadableReason = 'what is stored for it cannot be opened';

/**
 * A value changed or moved outside of the service, or one that nobody thought of, is never sent, and does not block the
 * lane behind it, nor the lanes beside it. After an error of the database nothing more of this claim can be written.
 */
function asUnsendable(error: unknown): { ok: false; reason: string } {
  if (error instanceof UnsealError) return { ok: false, reason: unreadableReason };
  if (isDatabaseError(error)) throw error;
  return { ok: false, reason: `it cannot be prepared for sending: ${nameOfError(error)}` };
}

/** Nothing left: staff see the reason, and can send the opt-in again once it is fixed. */
async function cannotSend(
  db: Database,
  sql: Sql,
  contact: ContactView,
  delivery: Delivery,
  reason: string,
): Promise<ContactView> {
  const isOptIn = delivery.purpose === 'opt_in';
  const held = isOptIn && reason === senderMissing;
  // The sender became incomplete meanwhile: as if it had never been, so that it is asked by itself once that is
  // settled.
  if (held && delivery.automatic) await sql.delivery.delete({ where: { id: delivery.id } });
  else await finish(sql, delivery, 'failed', reason);
  const method = delivery.method as Method;
  if (!isOptIn || held || !needsConsent(method)) return contact;
  const [at, epoch] = [db.clock.now(), delivery.epoch ?? 0];
  const { contact: next } = await changeConsent(
    db,
    sql,
    contact,
    () => ({ type: 'opt_in_failed', at, method, epoch, reason }),
    { deliveryId: delivery.id },
  );
  return next;
}

/** The address was asked very often: this opt-in waits, and staff see why. */
async function postpone(sql: Sql, delivery: Delivery, until: Date): Promise<void> {
  const { id, practiceId, contactId, method } = delivery;
  await sql.delivery.update({ where: { id }, data: { dueAt: until } });
  await sql.channel.updateMany({
    where: { practiceId, contactId, method, state: 'not_sent' },
    data: { reason: askedOften },
  });
}

/** From here on order and bodies do not change any more. */
async function freeze(
  db: Database,
  sql: Sql,
  call: Pick<Claimed, 'practiceId' | 'method' | 'provider'>,
  contacts: readonly ContactView[],
  ready: readonly Ready[],
  now: Date,
): Promise<Claimed> {
  const { practiceId, method } = call;
  const deliveries = ready.map(({ delivery }) => delivery);
  switch (transportOf(method)) {
    case 'email': {
      const emails = ready.flatMap(({ outgoing }) =>
        outgoing.kind === 'email' ? outgoing.email : [],
      );
      const batchId = newId();
      const payloadEnc = sealBatch(db, { practiceId, id: batchId }, emails);
      await sql.batch.create({ data: { id: batchId, practiceId, payloadEnc, createdAt: now } });
      const lease = await takeLease(sql, call, contacts, deliveries, now, batchId);
      return { kind: 'email', ...call, lease, batchId, emails, repeat: false };
    }
    case 'sms': {
      const texts = ready.flatMap(({ delivery, outgoing }) =>
        outgoing.kind === 'sms' ? [{ delivery, ...outgoing }] : [],
      );
      const heads = texts.map(({ delivery, callbackHash }) => ({ ...delivery, callbackHash }));
      const lease = await takeLease(sql, call, contacts, heads, now, null);
      const messages = texts.map(({ delivery, sms }) => ({ deliveryId: delivery.id, sms }));
      await noteTexts(
        sql,
        practiceId,
        texts.map(({ delivery, sms: { from, to } }) => ({
          sender: from,
          addressHash: addressHash(db, to),
          deliveryId: delivery.id,
          isMessage: delivery.purpose === 'content',
        })),
        // After the requests that leave with them were made.
        db.clock.now(),
      );
      return { kind: 'sms', ...call, lease, messages };
    }
  }
}

async function finish(
  sql: Sql,
  delivery: Delivery,
  status: 'expired' | 'cancelled' | 'failed' | 'suppressed',
  reason: string | null,
): Promise<void> {
  await sql.delivery.update({ where: { id: delivery.id }, data: { status, reason } });
}

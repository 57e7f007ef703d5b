import { optInNotNeeded } from '../record/consent/consent-effects.ts';
import type { ContactView } from '../record/consent/contact-lock.ts';
import { erasedReason } from '../features/contacts/erase.ts';
import type { Delivery } from '../platform/db/generated/client.ts';
import type { Unwanted } from '../record/messages/message-store.ts';
import { mayBeAskedAgain } from '../core/consent/consent-by-staff.ts';
import { isAssigned, type ConsentState } from '../core/consent/consent-state.ts';
import { alsoAskedBy, asksOpen, kindDeclined, laneGate } from '../core/consent/gate.ts';
import { needsConsent, type ConsentMethod, type Method } from '../core/method.ts';
import { purposeOf } from '../core/consent/purpose.ts';

/** The fields checked of a delivery that is queued, or returns to the queue. */
export type Waiting = Pick<
  Delivery,
  'contactId' | 'method' | 'purpose' | 'messageId' | 'kind' | 'notAfter' | 'epoch' | 'addressHash'
>;

/** On its lane, whatever holds it there for now; or off it for good, with why. */
export type Place =
  { status: 'queued' } | { status: 'expired' | 'suppressed' | 'cancelled'; reason: string | null };

const onItsLane: Place = { status: 'queued' };
const notNeeded: Place = { status: 'cancelled', reason: optInNotNeeded };

/**
 * Whether it is still wanted. A change of a contact takes queued deliveries off its lanes, but cannot reach those under
 * way: they are checked here when they come back unsent, so that nothing waits for ever. `unwanted`: messages that
 * another took the place of, or that were cancelled.
 */
export function placeOf(
  contact: ContactView,
  delivery: Waiting,
  unwanted: ReadonlyMap<string, Unwanted>,
  now: Date,
): Place {
  const { consent, gone } = contact;
  const method = delivery.method as Method;
  if (delivery.notAfter && delivery.notAfter <= now) return { status: 'expired', reason: null };
  if (kindDeclined(consent, delivery.kind))
    return { status: 'suppressed', reason: 'kind_declined' };
  const why = delivery.messageId === null ? undefined : unwanted.get(delivery.messageId);
  if (why !== undefined) return { status: 'cancelled', reason: why };
  const purpose = purposeOf(delivery);
  switch (purpose) {
    case 'content':
      // A merged queue now belongs to another contact, who is not gone.
      return gone ? { status: 'cancelled', reason: erasedReason } : placeOfContent(consent, method);
    case 'opt_in':
      return !gone && needsConsent(method) && isStillAsked(contact, method, delivery.epoch)
        ? onItsLane
        : notNeeded;
    case 'answer':
      return !gone && answerHolds(consent, delivery) ? onItsLane : notNeeded;
    case 'code':
      // Whether its address is barred is asked where the code is written (compose-code.ts).
      return onItsLane;
    case undefined:
      return notNeeded;
    default:
      return never(purpose);
  }
}

/** Checks consent, the person's choices, expiry and epoch at the last moment before a call. */
export function mayLeave(
  contact: ContactView,
  delivery: Waiting,
  unwanted: ReadonlyMap<string, Unwanted>,
  now: Date,
): boolean {
  if (placeOf(contact, delivery, unwanted, now).status !== 'queued') return false;
  const { consent, practice } = contact;
  const method = delivery.method as Method;
  switch (purposeOf(delivery)) {
    case 'content':
      return laneGate(consent, method, practice).open;
    case 'opt_in':
      return asksOpen(consent, method);
    case 'answer':
    case 'code':
      return true;
    case undefined:
      return false;
  }
}

function placeOfContent(consent: ConsentState, method: Method): Place {
  if (!isAssigned(consent, method)) return { status: 'cancelled', reason: 'method_unassigned' };
  if (needsConsent(method) && consent.channels[method].state === 'waived')
    return { status: 'suppressed', reason: 'channel_waived' };
  return onItsLane;
}

/** Asked for the address that the contact has, and not answered. A doubt only holds it. */
function isStillAsked(
  { consent, practice }: ContactView,
  method: ConsentMethod,
  epoch: number | null,
): boolean {
  const channel = consent.channels[method];
  if (epoch !== channel.epoch || !mayBeAskedAgain(channel)) return false;
  if (['not_sent', 'sent', 'failed', 'declined'].includes(channel.state)) return true;
  // An email that said yes may still carry the question about SMS.
  return channel.state === 'accepted' && alsoAskedBy(consent, method, practice.settings).length > 0;
}

/** A purpose without a rule does not compile; one that came about all the same does not leave. */
function never(_purpose: never): Place {
  return notNeeded;
}

/**
 * Answers to the person's own words (to STOP, to HELP) need no consent: only the number that wrote, and where they say
 * that the person agreed, that it is still so.
 */
function answerHolds(
  { channels: { sms } }: ConsentState,
  { addressHash, epoch }: Waiting,
): boolean {
  if (addressHash !== sms.address) return false;
  return epoch === null || (epoch === sms.epoch && sms.state === 'accepted');
}

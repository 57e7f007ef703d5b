import type { ContactView } from '../db/contact-lock.ts';
import type { Delivery } from '../db/generated/client.ts';
import { mayBeAskedAgain } from '../domain/consent-by-staff.ts';
import { asksOpen, asksSmsOnEmailPage, kindDeclined, laneGate } from '../domain/gate.ts';
import { needsConsent, type ConsentMethod, type Method } from '../domain/method.ts';
import { purposeOf } from '../domain/purpose.ts';

/** Consent, what the person wants, expiry and epoch, asked at the last moment before a call. */
export function mayLeave(contact: ContactView, delivery: Delivery, now: Date): boolean {
  const method = delivery.method as Method;
  if (delivery.notAfter && delivery.notAfter <= now) return false;
  const purpose = purposeOf(delivery);
  switch (purpose) {
    case 'content':
      return (
        !kindDeclined(contact.consent, delivery.kind) &&
        laneGate(contact.consent, method, contact.practice).open
      );
    case 'opt_in':
      return needsConsent(method) && mayAsk(contact, method, delivery.epoch);
    case 'answer':
      return answerHolds(contact, delivery);
    case 'code':
      // Whether its address is barred is asked where the code is written (compose-code.ts).
      return true;
    case undefined:
      return false;
    default:
      return never(purpose);
  }
}

function mayAsk(
  { consent, practice }: ContactView,
  method: ConsentMethod,
  epoch: number | null,
): boolean {
  const channel = consent.channels[method];
  if (epoch !== channel.epoch || !asksOpen(consent, method)) return false;
  if (!mayBeAskedAgain(channel)) return false;
  if (['not_sent', 'sent', 'failed', 'declined'].includes(channel.state)) return true;
  // An email that said yes may still carry the question about SMS.
  return (
    method === 'email' &&
    channel.state === 'accepted' &&
    asksSmsOnEmailPage(consent, practice.settings)
  );
}

/** A purpose without a rule does not compile; one that came about all the same does not leave. */
function never(_purpose: never): false {
  return false;
}

/**
 * Answers to the person's own words (to STOP, to HELP) need no consent: only the number that wrote, and where they say
 * that the person agreed, that it is still so.
 */
function answerHolds({ consent }: ContactView, { addressHash, epoch }: Delivery): boolean {
  const { sms } = consent.channels;
  if (addressHash !== sms.address) return false;
  return epoch === null || (epoch === sms.epoch && sms.state === 'accepted');
}

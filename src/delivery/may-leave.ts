import type { ContactView } from '../db/contact-lock.ts';
import type { Delivery } from '../db/generated/client.ts';
import { mayBeAskedAgain } from '../domain/consent-by-staff.ts';
import { asksOpen, asksSmsOnEmailPage, kindDeclined, laneGate } from '../domain/gate.ts';
import { needsConsent, type Method } from '../domain/method.ts';

/** Consent, what the person wants, expiry and epoch, asked at the last moment before a call. */
export function mayLeave(contact: ContactView, delivery: Delivery, now: Date): boolean {
  const method = delivery.method as Method;
  if (delivery.notAfter && delivery.notAfter <= now) return false;
  if (delivery.purpose === 'content')
    return (
      !kindDeclined(contact.consent, delivery.kind) &&
      laneGate(contact.consent, method, contact.practice).open
    );
  if (delivery.purpose === 'opt_in' && needsConsent(method)) {
    const channel = contact.consent.channels[method];
    if (delivery.epoch !== channel.epoch || !asksOpen(contact.consent, method)) return false;
    if (!mayBeAskedAgain(channel)) return false;
    if (['not_sent', 'sent', 'failed', 'declined'].includes(channel.state)) return true;
    // An email that said yes may still carry the question about SMS.
    const { consent, practice } = contact;
    return (
      method === 'email' &&
      channel.state === 'accepted' &&
      asksSmsOnEmailPage(consent, practice.settings)
    );
  }
  // Whether its address is barred is asked where the code is written (compose-code.ts).
  if (delivery.purpose === 'code') return true;
  return answerHolds(contact, delivery);
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

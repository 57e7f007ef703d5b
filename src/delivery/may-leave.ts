import type { ContactView } from '../db/contact-lock.ts';
import type { Delivery } from '../db/generated/client.ts';
import { laneGate } from '../domain/gate.ts';
import { needsConsent, type Method } from '../domain/method.ts';

/** Consent, expiry and epoch, asked at the last moment before a call. */
export function mayLeave(contact: ContactView, delivery: Delivery, now: Date): boolean {
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

import type { ConsentEvent } from '../../domain/consent-state.ts';
import type { DeliveryStatus, MessageKind } from '../../domain/message.ts';
import type { Method } from '../../domain/method.ts';
import type { Contact } from './shapes.ts';

/** What the API's short words mean, in sentences for staff. */

export const methodNames: Record<Method, string> = { email: 'Email', sms: 'Text', fax: 'Fax' };

export const kindNames: Record<MessageKind, string> = {
  appointment_notice: 'Appointment notice',
  appointment_reminder: 'Appointment reminder',
  billing_reminder: 'Billing reminder',
  late_payment_reminder: 'Late payment reminder',
  online_form: 'Online form',
  ad_hoc: 'Message',
};

export const stateNames: Record<string, string> = {
  not_sent: 'not asked yet',
  sent: 'asked, no answer yet',
  accepted: 'said yes',
  declined: 'said no',
  revoked: 'asked to stop',
  failed: 'could not be asked',
  waived: 'waived by staff',
};

/** What an entry of the ledger is about. */
export const evidenceNames: Record<ConsentEvent['type'], string> = {
  assigned: 'Registered, or changed',
  opt_in_sent: 'Asked',
  opt_in_failed: 'Could not be asked',
  accepted: 'Said yes',
  declined: 'Said no',
  consented_elsewhere: 'Consent from elsewhere',
  booked: 'Agreed while booking',
  revoked: 'Stopped',
  unreachable: 'Not reachable',
  doubted: 'A reply may be a stop',
  doubt_settled: 'No stop was meant',
  restarted: 'Wants to be asked again',
  kinds_chosen: 'Chose what to get',
  waived: 'Waived by staff',
  asked_again: 'Staff ask again after a no',
  stop_undone: 'Staff took their stop back',
  merged: 'Two records became one',
};

export const statusNames: Record<DeliveryStatus, string> = {
  queued: 'waiting',
  sending: 'being sent',
  sent: 'sent',
  delivered: 'delivered',
  failed: 'failed',
  unknown: 'not certain',
  expired: 'expired',
  cancelled: 'cancelled',
  suppressed: 'held back for good',
};

const switchedOff = 'Sending is switched off for the practice.';

/** Why a contact is red, from the API's `reason`. */
export function redReason(reason: string | undefined): string {
  if (reason === undefined) return '';
  if (reason === 'messaging_off') return switchedOff;
  if (reason === 'not_registered')
    return 'Messages came for this id, but nobody has registered the contact yet.';
  if (reason === 'no_method') return 'No way of reaching this contact is assigned.';
  if (reason.startsWith('practice_suspended: '))
    return `Sending is suspended: ${reason.slice('practice_suspended: '.length)}.`;
  return reason
    .split('; ')
    .map((part) => {
      const [method = '', ...rest] = part.split(': ');
      const name = methodNames[method as Method] ?? method;
      const why = rest.join(': ');
      return `${name}: ${why === 'not sent' ? stateNames.not_sent : why}`;
    })
    .join('. ')
    .concat('.');
}

/** Why messages leave. */
export function greenReason({ channels }: Pick<Contact, 'channels'>): string {
  const states = Object.values(channels).map(({ state }) => state);
  const inUse = states.filter((state) => state !== 'waived');
  if (!inUse.every((state) => state === 'accepted'))
    return 'The practice asks nobody for consent: messages leave when they are due.';
  return states.length === inUse.length
    ? 'Every assigned channel said yes: messages leave when they are due.'
    : 'Every channel that is not waived said yes: messages leave there when they are due.';
}

/** After a form: what was done, by the word in the address. */
export const done: Record<string, string> = {
  registered: 'The contact is saved.',
  opt_in: 'The opt-in is on its way.',
  recorded: 'The consent is recorded.',
  kept: 'The consent is kept as evidence, but opens nothing: it is for another address than today’s, or older than a stop.',
  waived: 'The channel is waived. It no longer holds the others.',
  revoked: 'The channel is closed.',
  queued: 'The message is stored. It leaves as soon as it may.',
  changed: 'The message is changed.',
  cancelled: 'The message is cancelled.',
  retried: 'The message is tried again.',
  handled: 'The reply is marked as dealt with.',
  reopened: 'The reply waits for staff again.',
  settings: 'The settings are saved.',
  template: 'The template is saved as a new version.',
  template_reset: 'The shipped words are back.',
  reinstated: 'The practice sends again.',
  erased: 'The contact is erased.',
};

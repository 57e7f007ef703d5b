import type { ChannelState, EvidenceType } from '../../core/consent/consent-state.ts';
import type { Doubt } from '../../core/consent/doubt.ts';
import type { DeliveryStatus, MessageKind } from '../../core/message/message.ts';
import type { Method } from '../../core/method.ts';
import { askedOften } from '../../core/opt-in-throttle.ts';
import type { Answer, Contact } from './shapes.ts';

/** The API's short words, in sentences for staff. */

export const methodNames: Record<Method, string> = { email: 'Email', sms: 'Text', fax: 'Fax' };

/** How many messages wait for a contact. */
export function waitingCount({ queued, queuedIsMore }: Contact): string {
  return queuedIsMore ? `${queued.toLocaleString('en-US')}+` : String(queued);
}

export const kindNames: Record<MessageKind, string> = {
  appointment_notice: 'Appointment notice',
  appointment_reminder: 'Appointment reminder',
  billing_reminder: 'Billing reminder',
  late_payment_reminder: 'Late payment reminder',
  online_form: 'Online form',
  ad_hoc: 'Message',
};

export const stateNames: Record<ChannelState, string> = {
  not_sent: 'not asked yet',
  sent: 'asked, no answer yet',
  accepted: 'agreed',
  declined: 'said no',
  revoked: 'stopped',
  failed: 'could not be asked',
  waived: 'skipped by staff',
};

/** The names of ledger entries. */
export const evidenceNames: Record<EvidenceType, string> = {
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
  waived: 'Skipped by staff',
  asked_again: 'Staff ask again after a no',
  stop_undone: 'Staff took their stop back',
  merged: 'Two records became one',
  erased: 'Erased',
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
      return `${name}: ${redWords(why)}`;
    })
    .join('. ')
    .concat('.');
}

function redWords(why: string): string {
  if (why === 'not sent') return stateNames.not_sent;
  if (why === 'declined' || why === 'asked again by staff') return stateNames.declined;
  if (why === 'revoked (by staff)') return 'stopped by staff';
  if (why === 'revoked (STOP)') return 'they texted STOP';
  if (why === 'sender_missing') return 'not asked, because your practice’s details are incomplete';
  return why;
}

/** Why messages leave. */
export function greenReason({ channels }: Pick<Contact, 'channels'>): string {
  const states = Object.values(channels).map(({ state }) => state);
  const inUse = states.filter((state) => state !== 'waived');
  if (!inUse.every((state) => state === 'accepted'))
    return 'Your practice asks nobody for permission: messages go out on time.';
  return states.length === inUse.length
    ? 'Agreed on every channel in use: messages go out on time.'
    : 'Agreed on every channel that is not skipped: messages go out there on time.';
}

/** Why a channel is in its state: our own one-word reasons. A provider's own words stay as they are. */
const channelReasons: Readonly<Record<string, string>> = {
  'by staff': 'Staff entered the stop.',
  STOP: 'They texted STOP.',
  'declined on the page': 'They said no on their page, after a yes.',
  'asked again by staff': 'Staff are asking once more.',
  'not confirmed by the provider': 'We can’t tell if the question arrived.',
  address_flapping:
    'The address was changed too often to ask automatically. Check it, then ask by hand.',
  [askedOften]: 'This address got many requests today. This one will go out within a day.',
  sender_missing: 'We can’t ask yet: your practice’s own details are incomplete.',
};

export function channelReason(reason: string | undefined): string {
  if (reason === undefined) return '';
  return channelReasons[reason] ?? `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

/** How an answer came, from the evidence's `via`. */
const ways: Readonly<Record<string, string>> = {
  sms: 'by text',
  page: 'on the email’s page',
  preferences: 'on their preferences page',
  unsubscribe: 'by the unsubscribe button',
  staff: 'entered by staff',
  paper: 'on paper',
  phone: 'on the phone',
  online_scheduler: 'while booking online',
  import: 'from another system',
  booking: 'while booking',
};

const doubtNames: Record<Doubt, string> = {
  unsure: 'May have asked to stop',
  wrong_person: 'Said it is the wrong number',
  deceased: 'Said the patient has died',
};

/** `Said no by text`, `Staff ask again after a no: “called the desk” (Kim)`. */
export function answerInWords({ type, via, by, reason, doubt, outcome }: Answer): string {
  const way = via === undefined || via === 'staff' ? '' : ` ${ways[via] ?? ''}`.trimEnd();
  const why = type === 'asked_again' || type === 'waived' ? reason : undefined;
  const quoted = why === undefined ? '' : `: “${why}”`;
  const who = by === undefined ? '' : ` (${by})`;
  const kept = outcome === undefined ? '' : ', kept as evidence only';
  const what = type === 'doubted' ? doubtNames[doubt ?? 'unsure'] : evidenceNames[type];
  return `${what}${way}${quoted}${who}${kept}`;
}

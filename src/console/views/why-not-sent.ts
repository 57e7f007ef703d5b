import { deliveryReasons } from '../../core/message/message.ts';
import type { ConsentMethod, Method } from '../../core/method.ts';
import { senderMissing } from '../../core/sender.ts';
import { methodNames } from './say.ts';
import type { Contact, Delivery, Message } from './shapes.ts';
import { phoneInWords } from './phone.ts';

/** Why a message has not arrived everywhere, in one sentence for staff. */

/** Facts about the contact besides the message. `smsFrom`: the number to text START to. */
export type Known = {
  channels: Contact['channels'];
  smsFrom?: string | undefined;
};

/** Empty where it has arrived. Ways that wait for the same are named together. */
export function whyNotSent(
  { deliveries, waitingFor }: Pick<Message, 'deliveries' | 'waitingFor'>,
  timeOf: (iso: string) => string,
  known: Known = { channels: {} },
): string {
  if (waitingFor === 'registration') return 'Waiting until the contact is registered.';
  if (waitingFor === 'method')
    return 'Waiting until the contact has a channel that this message has words for.';
  const ways = new Map<string, Method[]>();
  for (const delivery of deliveries) {
    const why = whyOf(delivery, timeOf, known);
    if (why !== '') ways.set(why, [...(ways.get(why) ?? []), delivery.method]);
  }
  if (ways.size === 0) return '';
  return `${[...ways].map(([why, methods]) => `${inWords(methods)}: ${why}`).join('; ')}.`;
}

/** `Email`, `Email and text`, `Email, text and fax`. */
function inWords(methods: readonly Method[]): string {
  const names = methods.map((method, index) =>
    index === 0 ? methodNames[method] : methodNames[method].toLowerCase(),
  );
  const last = names.pop();
  return names.length === 0 ? last! : `${names.join(', ')} and ${last}`;
}

function whyOf(
  { status, waitingFor, reason, dueAt }: Delivery,
  timeOf: (iso: string) => string,
  known: Known,
): string {
  const because = reason === undefined ? '' : ` (${wordsFor(reason)})`;
  switch (status) {
    case 'queued':
      return whatFor(waitingFor, because, timeOf(dueAt), known);
    case 'sending':
      return 'being handed to the provider right now';
    case 'sent':
      return 'sent, but the provider has not confirmed its arrival yet';
    case 'delivered':
      return '';
    case 'failed':
      return `failed${because}, so fix the cause and press Retry`;
    case 'unknown':
      return `we can’t tell if it arrived${because}, and resending may deliver it twice`;
    case 'expired':
      return 'its time had passed before it could be sent';
    case 'cancelled':
      return `cancelled${because}`;
    case 'suppressed':
      return `held back for good${because}`;
  }
}

function whatFor(
  waitingFor: string | undefined,
  because: string,
  due: string,
  known: Known,
): string {
  switch (waitingFor) {
    case 'consent:email':
      return forConsent('email', known);
    case 'consent:sms':
      return forConsent('sms', known);
    case 'doubtful_stop':
      return 'held because a reply may be a stop, so settle that reply first';
    case 'due':
      return `waiting for its time, ${due}`;
    case 'quiet_hours':
      return 'waiting for the end of the quiet hours';
    case 'practice_off':
      return 'waiting until sending is switched on for the practice';
    case 'provider':
      return `the provider is busy${because}, and we keep trying`;
    case 'fault':
      return `held by a fault of the service${because}, so tell those who run it; we keep trying`;
    case 'method':
      return 'waiting until this way is assigned to the contact';
    default:
      return 'waiting behind an earlier message';
  }
}

/** True in every state of the channel: nobody waits for an answer to a question that will not be asked. */
function forConsent(method: ConsentMethod, { channels, smsFrom }: Known): string {
  const to = method === 'email' ? 'emails' : 'texts';
  const channel = channels[method];
  switch (channel?.state) {
    case 'revoked':
      return `held because ${to} are stopped, and ${howToStartAgain(method, smsFrom)}`;
    case 'declined':
      return `held because they said no to ${to}, and nobody asks again automatically`;
    case 'failed':
      return `held because they could not be asked about ${to}, so fix the reason above`;
    case 'waived':
      return `held because ${to} are skipped for this contact`;
    case 'not_sent':
      if (channel.reason === senderMissing)
        return `waiting until your practice’s details are filled in, so that we can ask about ${to}`;
      return `waiting until they agree to ${to}, which we have not asked about yet`;
    case 'sent':
    case 'accepted':
    case undefined:
      return `waiting until they agree to ${to}`;
  }
}

/** After a stop only the person, or a newer consent, opens the channel. */
export function howToStartAgain(method: ConsentMethod, smsFrom: string | undefined): string {
  if (method === 'email')
    return 'only they can start them again, on their preferences page if they stopped them there or by the link in an email, or with a new consent on paper';
  const number = smsFrom === undefined ? 'our number' : phoneInWords(smsFrom);
  return `only they can start them again by texting START to ${number}, or with a new consent on paper`;
}

function wordsFor(reason: string): string {
  const own = deliveryReasons.find((word) => word === reason);
  return own === undefined ? reason : reasons[own];
}

/** Our own one-word reasons; a provider's own words stay as they are. */
const reasons: Readonly<Record<(typeof deliveryReasons)[number], string>> = {
  channel_waived: 'the channel is skipped',
  kind_declined: 'they do not want this kind of message',
  method_unassigned: 'this way is not assigned any more',
  superseded: 'a newer message took its place',
};

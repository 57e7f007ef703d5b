import { deliveryReasons } from '../../domain/message.ts';
import type { Method } from '../../domain/method.ts';
import { methodNames } from './say.ts';
import type { Delivery, Message } from './shapes.ts';

/** Why a message has not arrived everywhere, in one sentence for staff. */

/** Empty where it has arrived. Ways that wait for the same are named together. */
export function whyNotSent(
  { deliveries, waitingFor }: Pick<Message, 'deliveries' | 'waitingFor'>,
  timeOf: (iso: string) => string,
): string {
  if (waitingFor === 'registration') return 'Waiting until the contact is registered.';
  if (waitingFor === 'method')
    return 'Waiting until the contact has a channel that this message has words for.';
  const ways = new Map<string, Method[]>();
  for (const delivery of deliveries) {
    const why = whyOf(delivery, timeOf);
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
): string {
  const because = reason === undefined ? '' : ` (${wordsFor(reason)})`;
  switch (status) {
    case 'queued':
      return whatFor(waitingFor, because, timeOf(dueAt));
    case 'sending':
      return 'being handed to the provider right now';
    case 'sent':
      return 'sent, but the provider has not confirmed its arrival yet';
    case 'delivered':
      return '';
    case 'failed':
      return `failed${because}, so mend the cause and press Retry`;
    case 'unknown':
      return `nobody knows whether it arrived${because}, and sent again it may arrive twice`;
    case 'expired':
      return 'its time had passed before it could leave';
    case 'cancelled':
      return `cancelled${because}`;
    case 'suppressed':
      return `held back for good${because}`;
  }
}

function whatFor(waitingFor: string | undefined, because: string, due: string): string {
  switch (waitingFor) {
    case 'consent:email':
      return 'waiting until the person says yes to emails';
    case 'consent:sms':
      return 'waiting until the person says yes to texts';
    case 'due':
      return `waiting for its time, ${due}`;
    case 'quiet_hours':
      return 'waiting for the end of the quiet hours';
    case 'practice_off':
      return 'waiting until sending is switched on for the practice';
    case 'provider':
      return `the provider takes nothing for the moment${because}, and it is tried again by itself`;
    case 'method':
      return 'waiting until this way is assigned to the contact';
    default:
      return 'waiting behind an earlier message';
  }
}

function wordsFor(reason: string): string {
  const own = deliveryReasons.find((word) => word === reason);
  return own === undefined ? reason : reasons[own];
}

/** What we say ourselves in one word; a provider's own words stay as they are. */
const reasons: Readonly<Record<(typeof deliveryReasons)[number], string>> = {
  channel_waived: 'the channel is waived',
  kind_declined: 'the person does not want this kind of message',
  method_unassigned: 'this way is not assigned any more',
  superseded: 'a newer message took its place',
};

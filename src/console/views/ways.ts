import type { DeliveryStatus } from '../../core/message/message.ts';
import { addressField, type Addresses } from '../../core/method.ts';
import { masked } from './phone.ts';
import { methodNames, statusNames } from './say.ts';
import type { Contact, Delivery, WrittenMessage } from './shapes.ts';

/** A message's deliveries, for questions to staff: channel, address and time, and never a word of its text. */

type Receiver = Pick<Contact, keyof Addresses>;
type TimeOf = (iso: string) => string;

/** `Text to (202) …07, due Nov 29, 2026, 9:00 AM`; a delivery that has left says so. */
export function waysCancelled(message: WrittenMessage, who: Receiver, timeOf: TimeOf): string[] {
  const { deliveries, sendAt } = message;
  if (deliveries.length === 0) return [`Not sent before ${timeOf(sendAt)}`];
  return deliveries.flatMap((delivery) => {
    const way = wayTo(delivery, who);
    if (delivery.status === 'queued') return `${way}, due ${timeOf(delivery.dueAt)}`;
    return left.has(delivery.status) ? `Not taken back: ${way}, which has left already` : [];
  });
}

const left: ReadonlySet<DeliveryStatus> = new Set(['sending', 'sent', 'delivered', 'unknown']);

/** `Text to (202) …07, due Nov 29, 2026, 9:00 AM: not certain`. */
export function waysRepeated(message: WrittenMessage, who: Receiver, timeOf: TimeOf): string[] {
  return message.deliveries
    .filter(({ status }) => status === 'failed' || status === 'unknown')
    .map((one) => `${wayTo(one, who)}, due ${timeOf(one.dueAt)}: ${statusNames[one.status]}`);
}

function wayTo({ method }: Delivery, receiver: Receiver): string {
  const address = receiver[addressField(method)];
  return address === undefined
    ? methodNames[method]
    : `${methodNames[method]} to ${masked(method, address)}`;
}

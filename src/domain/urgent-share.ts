import { limits } from './limits.ts';

/**
 * How many of the messages that a person waits for one practice may send ahead of others: a share of the provider's
 * rate, so that its codes, however many it asks for, leave as much to everybody else. Beyond its share a practice gets
 * what nobody else asks for.
 *
 * The share is kept as one length of time: how long from now it takes until everything that was taken has come in
 * again. Negative: nothing was taken for a while.
 */

/** Messages that may go ahead now; if none, `waitMs` says when it is worth asking again. */
export function shareLeft(takenMs: number, perSecond: number): { ahead: number; waitMs: number } {
  const each = shareMs(1, perSecond);
  // What gathers while it has nothing to send; at the shortest rates still one message.
  const window = Math.max(limits.rateCreditMs, each);
  const room = window - Math.max(0, takenMs);
  const ahead = Math.max(0, Math.floor(room / each));
  // For several at once, where the rate has several in that time: each look costs as much as a message.
  const worthIt = Math.max(each, window / 2);
  return { ahead, waitMs: ahead > 0 ? 0 : Math.ceil(worthIt - room) };
}

/** How long, in ms, so many messages use up the share. */
export function shareMs(count: number, perSecond: number): number {
  return (count * 1_000) / (perSecond * limits.urgentShare);
}

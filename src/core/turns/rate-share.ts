import { limits } from '../limits.ts';

/**
 * How many messages one practice may send ahead of others: a share of the provider's rate, so that a crowd of one leaves
 * as much to everybody else. Beyond its share a practice gets what nobody else asks for.
 *
 * The share is kept as one length of time: how long from now it takes until everything that was taken has come in
 * again. Negative: nothing was taken for a while.
 */

/** `urgent`: a person waits for them, and they go ahead of everybody's; `ordinary`: all others, ahead of crowds. */
export const shareKinds = ['urgent', 'ordinary'] as const;
export type ShareKind = (typeof shareKinds)[number];

/** The part of the rate, and how far ahead of it its messages may run, in ms of the rate. */
const kinds: Record<ShareKind, { part: number; creditMs: number }> = {
  urgent: { part: limits.urgentShare, creditMs: limits.rateCreditMs },
  ordinary: { part: limits.ordinaryShare, creditMs: limits.ordinaryCreditMs },
};

export function creditMsOf(kind: ShareKind): number {
  return kinds[kind].creditMs;
}

/** Messages that may go ahead now; if none, `waitMs` says when it is worth asking again. */
export function shareLeft(
  kind: ShareKind,
  takenMs: number,
  perSecond: number,
): { ahead: number; waitMs: number } {
  const each = shareMs(kind, 1, perSecond);
  // What gathers while it has nothing to send; at the shortest rates still one message.
  const window = Math.max(limits.rateCreditMs, each);
  const room = window - Math.max(0, takenMs);
  const ahead = Math.max(0, Math.floor(room / each));
  // For several at once, where the rate has several in that time: each look costs as much as a message.
  const worthIt = Math.max(each, window / 2);
  return { ahead, waitMs: ahead > 0 ? 0 : Math.ceil(worthIt - room) };
}

/** How long, in ms, so many messages use up the share. */
export function shareMs(kind: ShareKind, count: number, perSecond: number): number {
  return (count * 1_000) / (perSecond * kinds[kind].part);
}

import { saidOnceADay, type AnswerKind } from './answer-text.ts';
import { limits } from './limits.ts';

/**
 * Whether a reply is answered at all. A person is answered; but at the other end may be a machine that answers whatever
 * it gets, and two machines must come to an end.
 */

/** Why a reply that asks for an answer gets none of ours. */
export const unansweredReasons = [
  /** The provider has stopped the number: nothing that we send arrives, until it frees it. */
  'stopped_at_provider',
  /** The same was said to the number today. */
  'said_today',
  /** So many answers were acted on by nobody, or so many left within the hour: staff read it. */
  'unheeded',
] as const;
export type Unanswered = (typeof unansweredReasons)[number];

/** A number's earlier messages, and the answers to them. */
export type Said = {
  at: Date;
  answered?: AnswerKind;
  /** A yes, no, stop, start or doubt that changed something: somebody reads what we write. */
  heeded: boolean;
};

/**
 * Undefined: it is answered. `said`: in any order. `saysYesOrNo`: the reply is a plain YES or NO that changed nothing.
 * The answer explains why, once for each reason, even beyond the limit that machines get: the person believes that it
 * counted.
 */
export function whyUnanswered(
  kind: AnswerKind,
  said: readonly Said[],
  now: Date,
  { saysYesOrNo = false }: { saysYesOrNo?: boolean } = {},
): Exclude<Unanswered, 'stopped_at_provider'> | undefined {
  const within = (ms: number) => said.filter(({ at }) => now.getTime() - at.getTime() < ms);
  const told = within(limits.toldAgainMs).some(({ answered }) => answered === kind);
  if (told && saidOnceADay.has(kind)) return 'said_today';
  if (saysYesOrNo && !told) return undefined;
  const recent = within(limits.patienceMs);
  const heededAt = Math.max(...recent.filter(({ heeded }) => heeded).map(({ at }) => Number(at)));
  const unheeded = recent.filter(({ at, answered }) => answered && Number(at) > heededAt);
  return unheeded.length < limits.answersUnheeded ? undefined : 'unheeded';
}

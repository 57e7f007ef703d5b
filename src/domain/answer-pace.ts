import { saidOnceADay, type AnswerKind } from './answer-text.ts';
import { limits } from './limits.ts';

/**
 * Whether a reply is answered at all. A person is not met with silence; but at the other end may be a machine that
 * answers whatever it gets, and two machines must come to an end.
 */

/** What one number wrote before, and got. */
export type Said = {
  at: Date;
  answered?: AnswerKind;
  /** A yes, no, stop or start that changed something: somebody reads what we write. */
  heeded: boolean;
};

/** `said`: in any order. */
export function mayAnswer(kind: AnswerKind, said: readonly Said[], now: Date): boolean {
  const within = (ms: number) => said.filter(({ at }) => now.getTime() - at.getTime() < ms);
  const told = within(limits.toldAgainMs).some(({ answered }) => answered === kind);
  if (told && saidOnceADay.has(kind)) return false;
  const recent = within(limits.patienceMs);
  const heededAt = Math.max(...recent.filter(({ heeded }) => heeded).map(({ at }) => Number(at)));
  const unheeded = recent.filter(({ at, answered }) => answered && Number(at) > heededAt);
  return unheeded.length < limits.answersUnheeded;
}

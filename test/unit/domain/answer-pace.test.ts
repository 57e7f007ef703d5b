import { describe, expect, it } from 'vitest';
import { whyUnanswered, type Said } from '../../../src/core/answer-pace.ts';
import { answerKinds, saidOnceADay, type AnswerKind } from '../../../src/core/answer-text.ts';
import { limits } from '../../../src/core/limits.ts';

const now = new Date('2026-11-28T12:00:00Z');
const before = (ms: number): Date => new Date(now.getTime() - ms);
const minute = 60_000;

function answered(kind: AnswerKind, ms: number, heeded = false): Said {
  return { at: before(ms), answered: kind, heeded };
}

const heeded = (ms: number): Said => ({ at: before(ms), heeded: true });

describe('whether a reply is answered', () => {
  it.each(answerKinds)('%s is said to a number that nothing was said to', (kind) => {
    expect(whyUnanswered(kind, [], now)).toBeUndefined();
  });

  it.each([...saidOnceADay])('%s is said once a day, and to another question again', (kind) => {
    const other = kind === 'not_read' ? 'asked_again' : 'not_read';
    expect(whyUnanswered(kind, [answered(kind, minute)], now)).toBe('said_today');
    expect(whyUnanswered(kind, [answered(kind, limits.toldAgainMs - 1)], now)).toBe('said_today');
    expect(whyUnanswered(kind, [answered(kind, limits.toldAgainMs)], now)).toBeUndefined();
    expect(whyUnanswered(kind, [answered(other, minute)], now)).toBeUndefined();
    // A person who acted in between got an answer all the same.
    expect(whyUnanswered(kind, [answered(kind, 2 * minute), heeded(minute)], now)).toBe(
      'said_today',
    );
  });

  it('is bounded as long as nobody there acts, and for a day', () => {
    const helps = (count: number) =>
      Array.from({ length: count }, (_, index) => answered('help', (index + 1) * minute));
    expect(whyUnanswered('help', helps(limits.answersUnheeded - 1), now)).toBeUndefined();
    expect(whyUnanswered('help', helps(limits.answersUnheeded), now)).toBe('unheeded');
    const aDayAgo = helps(limits.answersUnheeded).map((one) => ({
      ...one,
      at: before(limits.patienceMs),
    }));
    expect(whyUnanswered('help', aDayAgo, now)).toBeUndefined();
  });

  it('a YES or NO that changed nothing gets the reason once, whatever was said before', () => {
    const three = [4, 3, 2].map((minutes) => answered('help', minutes * minute));
    const word = { saysYesOrNo: true };
    expect(whyUnanswered('paused', three, now, word)).toBeUndefined();
    expect(whyUnanswered('paused', three, now)).toBe('unheeded');
    const told = [...three, answered('paused', minute)];
    expect(whyUnanswered('paused', told, now, word)).toBe('said_today');
    expect(whyUnanswered('which', told, now, word)).toBeUndefined();
    // One that says nothing but YES ends as any other machine does.
    const repeated = [3, 2, 1].map((minutes) => answered('which', minutes * minute));
    expect(whyUnanswered('which', repeated, now, word)).toBe('unheeded');
  });

  it('starts over once somebody acts', () => {
    const three = [3, 2, 1].map((minutes) => answered('which', minutes * minute));
    expect(whyUnanswered('help', [...three, heeded(minute / 2)], now)).toBeUndefined();
    expect(whyUnanswered('help', [heeded(4 * minute), ...three], now)).toBe('unheeded');
    // The answer to what they did is not counted against them.
    const acted = answered('declined', minute / 2, true);
    expect(whyUnanswered('help', [...three, acted], now)).toBeUndefined();
  });
});

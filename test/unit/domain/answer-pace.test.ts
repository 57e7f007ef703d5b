import { describe, expect, it } from 'vitest';
import { mayAnswer, type Said } from '../../../src/domain/answer-pace.ts';
import { answerKinds, saidOnceADay, type AnswerKind } from '../../../src/domain/answer-text.ts';
import { limits } from '../../../src/domain/limits.ts';

const now = new Date('2026-11-28T12:00:00Z');
const before = (ms: number): Date => new Date(now.getTime() - ms);
const minute = 60_000;

function answered(kind: AnswerKind, ms: number, heeded = false): Said {
  return { at: before(ms), answered: kind, heeded };
}

const heeded = (ms: number): Said => ({ at: before(ms), heeded: true });

describe('whether a reply is answered', () => {
  it.each(answerKinds)('%s is said to a number that nothing was said to', (kind) => {
    expect(mayAnswer(kind, [], now)).toBe(true);
  });

  it.each([...saidOnceADay])('%s is said once a day, and to another question again', (kind) => {
    const other = kind === 'not_read' ? 'asked_again' : 'not_read';
    expect(mayAnswer(kind, [answered(kind, minute)], now)).toBe(false);
    expect(mayAnswer(kind, [answered(kind, limits.toldAgainMs - 1)], now)).toBe(false);
    expect(mayAnswer(kind, [answered(kind, limits.toldAgainMs)], now)).toBe(true);
    expect(mayAnswer(kind, [answered(other, minute)], now)).toBe(true);
    // Somebody who acted in between was told all the same.
    expect(mayAnswer(kind, [answered(kind, 2 * minute), heeded(minute)], now)).toBe(false);
  });

  it('is bounded as long as nobody there acts, and for a day', () => {
    const helps = (count: number) =>
      Array.from({ length: count }, (_, index) => answered('help', (index + 1) * minute));
    expect(mayAnswer('help', helps(limits.answersUnheeded - 1), now)).toBe(true);
    expect(mayAnswer('help', helps(limits.answersUnheeded), now)).toBe(false);
    const aDayAgo = helps(limits.answersUnheeded).map((one) => ({
      ...one,
      at: before(limits.patienceMs),
    }));
    expect(mayAnswer('help', aDayAgo, now)).toBe(true);
  });

  it('begins anew once somebody acts', () => {
    const three = [3, 2, 1].map((minutes) => answered('which', minutes * minute));
    expect(mayAnswer('help', [...three, heeded(minute / 2)], now)).toBe(true);
    expect(mayAnswer('help', [heeded(4 * minute), ...three], now)).toBe(false);
    // The answer to what they did is not counted against them.
    const acted = answered('declined', minute / 2, true);
    expect(mayAnswer('help', [...three, acted], now)).toBe(true);
  });
});

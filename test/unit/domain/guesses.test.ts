import { expect, it } from 'vitest';
import { Guesses } from '../../../src/core/guesses.ts';

it('after so many wrong guesses nothing more of theirs is judged until the window is over', () => {
  const guesses = new Guesses(2, 1_000);
  for (const now of [5_000, 5_100]) {
    expect(guesses.waitMs('eve', now)).toBe(0);
    guesses.wrong('eve');
  }
  expect(guesses.waitMs('eve', 5_400)).toBe(600);
  expect(guesses.waitMs('ann', 5_400)).toBe(0);
  expect(guesses.waitMs('eve', 5_999)).toBe(1);
  expect(guesses.waitMs('eve', 6_000)).toBe(0);
});

import { describe, expect, it } from 'vitest';
import { findDoubt, speaksOfDeath } from '../../../../src/features/replies/reading/doubt-rules.ts';

describe('a doubt', () => {
  it('is found in any sentence, a death first', () => {
    expect(findDoubt(['the door is blue', 'wrong number'], '')).toEqual({
      rule: 'wrong person',
      doubt: 'wrong_person',
    });
    expect(findDoubt(['not interested', 'wrong number', 'he passed away'], '')).toEqual({
      rule: 'deceased',
      doubt: 'deceased',
    });
    expect(findDoubt(['not interested'], '')).toEqual({ rule: 'unwelcome', doubt: 'unsure' });
    expect(findDoubt(['the door is blue'], 'the door is blue')).toBeUndefined();
  });

  it('is none in a question for the sender, nor in a slip of the writer', () => {
    for (const sentence of [
      'is this a scam',
      'sorry wrong person',
      'my sister died so i cant come',
    ])
      expect(findDoubt([sentence], ''), `in ${sentence}`).toBeUndefined();
  });

  it('is a denied name, written as one', () => {
    const denials = [
      'I am not Linda',
      "Hello, I'm not Linda. Stop",
      'Not Linda Jones!',
      'no soy Linda  Jones , adios',
      'This is not Mrs. Jones\nplease look again',
      'I am not Drew',
      'I am not Drew',
      'not Linda today, not Linda',
    ];
    for (const text of denials)
      expect(findDoubt([], text), `in ${text}`).toEqual({
        rule: 'not this name',
        doubt: 'wrong_person',
      });
  });

  it('is no other word after "not"', () => {
    const others = [
      'I am not LINDA',
      'I am not linda',
      'not McDonald',
      'not Monday',
      'not Linda today',
      'not Linda jones.',
      'not Linda Jones today',
    ];
    expect(others.filter((text) => findDoubt([], text))).toEqual([]);
  });
});

it('a death is heard in any sentence, and not where the writer misses a visit over it', () => {
  expect(speaksOfDeath(['hello', 'he passed away', 'the door is blue'])).toBe(true);
  expect(speaksOfDeath(['my sister died so i cant come friday'])).toBe(false);
  expect(speaksOfDeath(['the door is blue'])).toBe(false);
});

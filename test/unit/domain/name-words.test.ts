import { describe, expect, it } from 'vitest';
import { mayBeName, nameWords } from '../../../src/core/name-words.ts';

it.each([
  ['Ann Example', ['ann', 'example']],
  ['  María-José  Núñez ', ['maria', 'jose', 'nunez']],
  ["O'Brien, Ann (Ann)", ['o', 'brien', 'ann']],
  ['李小龙', ['李小龙']],
  ['', []],
  ['!!! ---', []],
])('%s', (name, words) => {
  expect(nameWords(name)).toEqual(words);
});

describe('a name that somebody gives', () => {
  it.each([
    [['ann'], 'Ann Example', true],
    [['annie'], 'Ann Example', true],
    [['marg'], 'Margaret Smith', true],
    [['jose', 'perez'], 'José Pérez-Gil', true],
    [['example'], 'Ann Example', true],
    [['maria', 'lopez'], 'Ann Example', false],
    [['al'], 'Alice Smith', false],
    [['bob'], 'Ann Example', false],
  ])('%o may be that of %s: %s', (given, name, expected) =>
    expect(mayBeName(given, name)).toBe(expected),
  );
});

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
    [['annie', 'example'], 'Ann Example', true],
    [['ann', 'e'], 'Ann Example', true],
    [['marie'], 'Ann Marie Example', true],
    [['ann', 'marie', 'example'], 'Ann Example', true],
    [['maria', 'garcia'], 'María García López', true],
    [['ann'], 'Example, Ann', true],
    [['ann', 'example'], 'EXAMPLE, Ann', true],
    [['mrs', 'ann', 'example'], 'Ann Example', true],
    [['cher'], 'Cher', true],
    // A relative has the same surname.
    [['example'], 'Ann Example', false],
    [['bob', 'example'], 'Ann Example', false],
    [['mr', 'example'], 'Ann Example', false],
    [['juan', 'garcia'], 'María García López', false],
    [['mr', 'lopez'], 'María García López', false],
    [['sra', 'garcia'], 'María García López', false],
    // Another person of the same given name.
    [['ann', 'jones'], 'Ann Example', false],
    [[], 'Ann Example', false],
    [['maria', 'lopez'], 'Ann Example', false],
    [['al'], 'Alice Smith', false],
    [['bob'], 'Ann Example', false],
  ])('%o may be that of %s: %s', (given, name, expected) =>
    expect(mayBeName(given, name)).toBe(expected),
  );
});

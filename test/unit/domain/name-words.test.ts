import { expect, it } from 'vitest';
import { nameWords } from '../../../src/domain/name-words.ts';

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

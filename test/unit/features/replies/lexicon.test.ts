import { describe, expect, it } from 'vitest';
import { english } from '../../../../src/features/replies/reading/lexicon-en.ts';
import { spanish } from '../../../../src/features/replies/reading/lexicon-es.ts';
import {
  entryAt,
  heardAs,
  languageOf,
  wordClasses,
} from '../../../../src/features/replies/reading/lexicon.ts';

const written = (list: string | undefined): string[] =>
  (list ?? '')
    .split('|')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** Verb forms are generated, and some are words of another class too: the first class counts. */
const generated = /^(?:[a-z]+)$/;

describe.each([
  ['en', english],
  ['es', spanish],
] as const)('the %s words', (locale, lexicon) => {
  const classOf = new Map<string, string>();
  const shadowed: string[] = [];
  for (const kind of ['filler', ...wordClasses] as const)
    for (const entry of new Set(written(lexicon[kind]))) {
      const earlier = classOf.get(entry);
      if (earlier === undefined) classOf.set(entry, kind);
      else if (locale === 'en' || !generated.test(entry))
        shadowed.push(`${entry}: ${earlier} and ${kind}`);
    }

  it('are in one class each', () => expect(shadowed).toEqual([]));

  it('are written as the reader sees words, so that each can match', () => {
    const dead = [...classOf].filter(
      ([entry]) => !/^[a-z0-9#]+( [a-z0-9#]+){0,7}$/.test(entry) || /([a-z])\1\1/.test(entry),
    );
    expect(dead).toEqual([]);
  });

  it('are found again as their class', () => {
    const lost = [...classOf].filter(
      ([entry, kind]) => entryAt(entry.split(' '), 0, locale)?.kind !== kind,
    );
    expect(lost).toEqual([]);
  });
});

it('takes the longest entry that begins at a word', () => {
  expect(entryAt(['opt', 'out', 'of', 'it'], 0, 'en')).toMatchObject({ kind: 'optof', length: 3 });
  expect(entryAt(['do', 'not', 'text'], 0, 'en')).toMatchObject({ kind: 'not', length: 2 });
});

it('borrows words of the other language, but no false friends', () => {
  expect(entryAt(['mensajes'], 0, 'en')).toMatchObject({ kind: 'texts' });
  expect(entryAt(['sale'], 0, 'en')).toBeUndefined();
});

it.each([
  ['canselen', 'cancelen'],
  ['kiten', 'quiten'],
  ['resibir', 'recibir'],
])('hears %s as %s', (word, meant) => {
  const heard = heardAs(word);
  expect(heard).toBeDefined();
  expect(entryAt([heard!], 0, 'es')?.kind).toBe(entryAt([meant], 0, 'es')?.kind);
});

it('tells the language by the words that only one of them has', () => {
  expect(languageOf(['no', 'quiero', 'mensajes'])).toBe('es');
  expect(languageOf(['no', 'more', 'texts'])).toBe('en');
  expect(languageOf(['xyz'])).toBe('en');
});

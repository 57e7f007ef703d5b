import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCorpus } from '../../../corpus/corpus.ts';
import { readReply } from '../../../../src/features/replies/read-reply.ts';
import { plainText } from '../../../../src/features/replies/reading/plain-text.ts';
import { tag } from '../../../../src/features/replies/reading/tag.ts';
import { sentencesOf } from '../../../../src/features/replies/reading/words.ts';
import { cases } from '../../generated.ts';

/**
 * A pattern that can match one text in many ways tries them all when it fails: the time doubles with each word, and one
 * text from anybody stops the API for everybody. A read takes milliseconds; the bound only ends one that does not end.
 */
const patience = 5_000;

function isRead(text: string): boolean {
  try {
    runInNewContext('read()', { read: () => readReply({ text }) }, { timeout: patience });
    return true;
  } catch {
    return false;
  }
}

/** One word of each class that the corpus holds: patterns see classes, not words. */
const oneOfEach: readonly string[] = [
  ...new Map(
    loadCorpus()
      .flatMap(({ text }) => sentencesOf(plainText(text)).map(tag))
      .flatMap(({ letters, words }) =>
        words.map((word, at) => [letters[at]!, word.map(({ text }) => text).join(' ')] as const),
      ),
  ).values(),
];
const repeated = (what: string, characters: number): string =>
  what.repeat(Math.ceil(characters / what.length)).slice(0, characters);

describe('a reply of any length is read', () => {
  it('one word again and again, of every class, and then a word that fits nothing', () => {
    expect(oneOfEach.length).toBeGreaterThan(60);
    for (const word of oneOfEach)
      for (const before of ['', 'yes '])
        expect({ word, isRead: isRead(`${before}${`${word} `.repeat(60)}zzz`) }).toEqual({
          word,
          isRead: true,
        });
  });

  it('two or three words of any class in turn', () => {
    const word = fc.constantFrom(...oneOfEach);
    fc.assert(
      fc.property(
        fc.constantFrom('', 'yes ', 'no ', 'stop ', 'not '),
        fc.array(word, { minLength: 2, maxLength: 3 }),
        (before, words) => isRead(`${before}${`${words.join(' ')} `.repeat(30)}zzz`),
      ),
      cases(300),
    );
  });

  it('words of any classes in any order', () => {
    const words = fc.array(fc.constantFrom(...oneOfEach), { minLength: 40, maxLength: 400 });
    fc.assert(
      fc.property(words, (all) => isRead(all.join(' '))),
      cases(60),
    );
  });

  it.each([
    'no ',
    'stop ',
    'dont ',
    'cancel my ',
    'why not stop ',
    'the text ',
    'yes i agree ',
    'contact it ',
    'texting me ',
    'use my ',
    'not call not call ',
    'reply yes ',
    'reply stop ',
    'I reply stop to end ',
    'if you no longer wish to get, ',
    'you have reached ',
    'you have been unsubscribed from ',
    'sent from my iphone ',
    'stop by mistake ',
    'y u text me ',
    '"stop" ',
    '\n> stop',
    'sent from ',
    "you've been subscribed ",
    'thanks for calling ',
    'i am not ',
    // What no rule reads is weighed.
    'the door was blue ',
    'texting blue ',
    'on ',
    '1234 ',
    ' ',
    '\n',
    ' \n',
    '\n>',
    ' >',
    '\n--',
    '\n-- \n',
    "'",
    " '",
    '"a',
    'a.',
    'a,',
    '?a',
    'A',
    'é',
    '🛑',
    '-',
  ])('%j ten thousand characters long', (piece) => {
    expect(isRead(repeated(piece, 10_000))).toBe(true);
    for (const before of ['', 'yes ', 'start ', 'help '])
      expect(isRead(`${before}${repeated(piece, 500)}zzz`)).toBe(true);
  });

  it.each(['stop ', 'why not ', 'no me ', 'the door was blue '])(
    'in time that grows with its length: %j again and again',
    (piece) => {
      /** Processor time of 2,000 pieces, in texts of this many. The least of several: others use the machine too. */
      const spent = (times: number): number => {
        const text = piece.repeat(times);
        return Math.min(
          ...Array.from({ length: 8 }, () => {
            const before = process.cpuUsage();
            for (let count = 0; count < 2_000 / times; count += 1) readReply({ text });
            return process.cpuUsage(before).user;
          }),
        );
      };
      spent(200);
      // Both are longer than the rules see at once: once is expected. Were the time squared, it would be five times.
      expect(spent(1_000)).toBeLessThanOrEqual(3.5 * spent(200));
    },
  );
});

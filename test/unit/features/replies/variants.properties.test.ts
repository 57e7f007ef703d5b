import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCorpus, readAll, type VerdictKind } from '../../../corpus/corpus.ts';
import { readReply } from '../../../../src/features/replies/read-reply.ts';
import { isKnown } from '../../../../src/features/replies/reading/lexicon.ts';
import { verdictKinds } from '../../../../src/features/replies/verdict.ts';
import { cases } from '../../generated.ts';

/** Written replies that are read right, in words that no capital, quotation or picture is needed for. */
const simple = readAll(loadCorpus()).filter(
  ({ verdict, read, text }) =>
    verdict === read.kind && /^[\p{L}\p{M} ,.']+$/u.test(text) && text.length < 160,
);
const ofKinds = (...kinds: VerdictKind[]) => {
  const texts = simple.filter(({ verdict }) => kinds.includes(verdict)).map(({ text }) => text);
  return fc.constantFrom(...texts);
};
const kindOf = (text: string): VerdictKind => readReply({ text }).kind;
const within = (from: fc.Arbitrary<string>, change: (text: string) => string): void => {
  fc.assert(
    fc.property(from, (text) => {
      expect({ text: change(text), kind: kindOf(change(text)) }).toEqual({
        text: change(text),
        kind: kindOf(text),
      });
    }),
    // One seed: what the corpus holds is fixed, and so is what this proves.
    { ...cases(400), seed: 11 },
  );
};
/** Long enough that a courtesy in another language does not change whose words they are. */
const longStops = ofKinds('stop').filter((text) => text.split(' ').length > 3);
const asked = ofKinds('stop', 'yes', 'no', 'help');

describe('a written reply means the same', () => {
  it('in lower case', () => within(ofKinds('stop', 'help'), (text) => text.toLowerCase()));
  it('in capitals', () => within(ofKinds('stop'), (text) => text.toUpperCase()));
  it('without accents', () =>
    within(ofKinds('stop', 'no'), (text) => text.normalize('NFD').replaceAll(/\p{M}/gu, '')));
  it('with decomposed accents', () => within(asked, (text) => text.normalize('NFD')));
  it('with curly apostrophes', () => within(asked, (text) => text.replaceAll("'", '’')));
  it('with invisible characters', () =>
    within(asked, (text) => `\uFEFF${text.split('').join('\u200B')}\u200E`));
  it('with spaces and line ends around', () => within(asked, (text) => `\n  ${text} \r\n`));
  it('with an exclamation mark', () => within(asked, (text) => `${text.replace(/[.\s]+$/, '')}!!`));
  it('with a friendly picture', () => within(asked, (text) => `${text} 🙂`));
  it('with a greeting before', () => within(longStops, (text) => `Hello, ${text}`));
  it('with thanks after', () =>
    within(longStops, (text) => `${text.replace(/[.\s]+$/, '')}. Thank you`));
  it('above a signature', () => within(asked, (text) => `${text}\n\nSent from my iPhone`));
  it('above our text, quoted', () =>
    within(
      asked,
      (text) => `${text}\n\n> Demo Practice: may we text you? Reply YES or NO. STOP ends all.`,
    ));
});

const keywords = ['stop', 'stopall', 'end', 'quit', 'revoke', 'opt out', 'cancel', 'unsubscribe'];
const around = fc
  .array(
    fc.constantFrom(
      ...' \t\n.,;:!?…"\'“”()[]{}<>*/\\|_-–—#@$%&+=~^`´',
      '\u200B',
      '\u200D',
      '\uFEFF',
      '\u00A0',
      '\u00AD',
      '🛑',
      '👍🏽',
      '❤️',
      '1️⃣',
      '™',
      'ℹ️',
      '🇺🇸',
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

describe('the words of 47 CFR 64.1200(a)(10)', () => {
  it('count in any case, with anything but letters and digits around them', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...keywords)
          .chain((word) => fc.tuple(fc.mixedCase(fc.constant(word)), around, around)),
        ([word, before, after]) => {
          expect(kindOf(`${before}${word}${after}`)).toBe('stop');
        },
      ),
      cases(5_000),
    );
  });

  it('count with courtesy around them, with a letter doubled, and beside a neighbouring key', () => {
    const courtesy = fc.constantFrom('please', 'hello,', 'thanks', 'sorry,', 'por favor', 'ok');
    fc.assert(
      fc.property(fc.constantFrom(...keywords), courtesy, courtesy, (word, before, after) => {
        expect(kindOf(`${before} ${word}, ${after}`)).toBe('stop');
      }),
    );
    for (const slip of ['sstop', 'sttop', 'stoop', 'stopp', 'stip', 'dtop', 'syop', 'unsubscribbe'])
      expect(['stop', 'doubtful_stop']).toContain(kindOf(slip));
  });
});

describe('a yes', () => {
  const strange = fc
    .string({ unit: fc.constantFrom(...'bcdfghjklmpqrtvwxz'), minLength: 5, maxLength: 12 })
    .filter((word) => !isKnown(word));

  it('is none beside a word that nobody knows', () => {
    fc.assert(
      fc.property(strange, fc.constantFrom('yes', 'si', 'I agree', 'yes please'), (word, yes) => {
        expect(kindOf(`${yes} ${word}`)).not.toBe('yes');
        expect(kindOf(`${word} ${yes}`)).not.toBe('yes');
      }),
    );
  });

  it('is none with a question mark, a but, an if or a no', () => {
    fc.assert(
      fc.property(
        ofKinds('yes'),
        fc.constantFrom('?', ' but', ' if', ' only', ' no', ' not', ' unless', ' pero no', ' 👎'),
        (yes, doubt) => {
          expect(kindOf(`${yes.replace(/[.\s]+$/, '')}${doubt}`)).not.toBe('yes');
        },
      ),
      cases(500),
    );
  });
});

describe('whatever people send', () => {
  it('has a verdict', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 3_000 }), fc.string()),
        (text) => {
          expect(verdictKinds).toContain(kindOf(text));
          expect(kindOf(`yes ${text} xyz`)).not.toBe('yes');
        },
      ),
      cases(1_000),
    );
  });
});

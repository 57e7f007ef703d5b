import { describe, expect, it } from 'vitest';
import { readReply } from '../../../../src/features/replies/read-reply.ts';
import { loadCorpus, readAll } from '../../../corpus/corpus.ts';

/** A stop that is read is read beside "sorry" and "thank you", too: of all in the corpus that are no longer than a line. */

const around: Record<'en' | 'es', { before: string[]; behind: string[] }> = {
  en: {
    before: ['please ', 'hi ', 'ok ', 'sorry ', 'hello, '],
    behind: [' please', ' thanks', ' now', ' ok', ' sir', ', thank you', ' for now', ' asap'],
  },
  es: {
    before: ['por favor ', 'hola ', 'oiga ', 'disculpe '],
    behind: [' por favor', ' gracias', ' ya', ', gracias', ' por ahora'],
  },
};

const isHeld = (text: string): boolean =>
  ['stop', 'doubtful_stop'].includes(readReply({ text }).kind);

const longest = 70;
/** Of each of these lists, every so many are read again. */
const step = process.env['OPTGATE_TEST_CASES'] === 'few' ? 40 : 12;

describe.each([
  // Made of several lines, or in a message that is quoted: the words stand elsewhere than at the end.
  ['stop', 0.002],
  // Pictures, and sentences that a "now" turns into others.
  ['doubtful_stop', 0.01],
] as const)('a reply that is read as %s', (verdict, lostAtMost) => {
  it('is held with a courtesy before or behind it', () => {
    const replies = readAll(loadCorpus())
      .filter((one) => one.verdict === verdict && one.text.length <= longest && isHeld(one.text))
      .filter((_, at) => at % step === 0);
    const spoken = replies.flatMap(({ text, locale }) => {
      const { before, behind } = around[locale === 'es' ? 'es' : 'en'];
      const bare = text.replace(/[.!?]+$/, '');
      return [...before.map((word) => word + bare), ...behind.map((word) => bare + word)];
    });
    const lost = spoken.filter((text) => !isHeld(text));
    expect(spoken.length).toBeGreaterThan(100);
    expect([lost.length / spoken.length, lost.slice(0, 20)]).toEqual([
      expect.toSatisfy((share: number) => share <= lostAtMost),
      expect.anything(),
    ]);
  });
});

it.each([
  ['Please remove me today, thank you', 'stop'],
  ['Quiero darme de baja hoy, gracias', 'stop'],
  ['END for now', 'stop'],
  ['Para, por favor.', 'doubtful_stop'],
  ['sorry that isn’t me', 'doubtful_stop'],
  ['Yes, thank you', 'yes'],
  ['No, gracias', 'no'],
  ['Thank you, Alta', 'unclear'],
  ['Thank you for the reminder', 'unclear'],
  ['Sorry for the late reply', 'unclear'],
])('%s: %s', (text, kind) => {
  expect(readReply({ text }).kind).toBe(kind);
});

import { describe, expect, it } from 'vitest';
import { readReply } from '../../../../src/features/replies/read-reply.ts';
import { asksToStart } from '../../../../src/features/replies/reading/start-rules.ts';
import { tag } from '../../../../src/features/replies/reading/tag.ts';
import { sentencesOf } from '../../../../src/features/replies/reading/words.ts';

const plainOf = (text: string) => sentencesOf(text).map((sentence) => tag(sentence).plain);
const kindOf = (text: string): string => readReply({ text }).kind;

describe('a wish to be texted again', () => {
  it('counts in any sentence', () =>
    expect(asksToStart(plainOf('Hello there. Start texting me again.'))).toBe(true));

  it.each([
    'do not start texting me again',
    'never me start texting again',
    'no vuelva a mandar mensajes',
    'no vuelvan a mandar mensajes',
    'no siga mandando mensajes',
    'no sigan mandando mensajes',
  ])('is none in %j', (text) => expect(asksToStart(plainOf(text))).toBe(false));
});

// What lifts a stop, at every practice of the number, is a reply that is a START as a whole.
describe('a START', () => {
  const words = [
    'START',
    'Restart',
    'unstop',
    'RESUME',
    'opt in',
    'resubscribe',
    'start texting me again',
    'text me again',
    'I want the texts again',
    'put me back on the list',
    'empezar',
    'reanudar',
    'vuelvan a mandarme mensajes',
    'empiecen otra vez',
    'quiero los mensajes otra vez',
    'denme de alta',
  ];
  const said = [
    'no',
    'no thanks',
    'hell no',
    'never',
    'never again',
    'why',
    'why would i',

    'as if',
    'not a chance',
    'nunca',
    'jamás',
    'ni loco',
    'para qué',
    'claro que no',
    'ya dije que no',
  ];
  const threats = [
    "and I'll sue",
    'and see what happens',
    'I dare you',
    'and I call my lawyer',
    'when hell freezes over',
    'over my dead body',
    'y los demando',
    'y van a ver',
    'y llamo a mi abogado',
    'cuando me muera',
  ];

  it.each(words)('is %j alone, with courtesy and with a friendly picture', (word) => {
    // "Opt in" with a courtesy may answer the question that is open.
    const asked = ['start', 'yes'];
    expect(kindOf(word)).toBe('start');
    for (const text of [
      `${word}!`,
      `${word}, thank you`,
      `Hi, ${word}`,
      `${word}. Gracias`,
      `${word} 🙂`,
    ])
      expect(asked).toContain(kindOf(text));
  });

  it.each(words)('is none where %j is asked, refused, mocked or threatened with', (word) => {
    const texts = [
      `${word}?`,
      `¿${word}?`,
      `${word} ?`,
      `${word} 🖕`,
      `${word} 🙄`,
      ...said.flatMap((end) => [
        `${word}? ${end}`,
        `${word}, ${end}`,
        `${word}. ${end}`,
        `${word} ${end}`,
      ]),
      ...threats.flatMap((end) => [`${word} ${end}`, `${word}, ${end}`, `${word}. ${end}!`]),
      ...['no,', 'never', 'I will not', 'nunca', 'no voy a'].map((before) => `${before} ${word}`),
    ];
    const read = texts.map((text) => [kindOf(text), text] as const);
    expect(read.filter(([kind]) => kind === 'start' || kind === 'yes')).toEqual([]);
  });

  it.each([
    'I said yes by mistake, stop',
    'I accidentally texted start stop',
    'That was an accident, stop',
    'fue sin querer, stop',
    'I subscribed accidentally, stop',
    'me di de alta por error, baja',
    'I said stop by mistake I meant unsubscribe',
    'That stop was no mistake',
    'the stop was not a mistake',
    'I did not say stop by mistake',
    'my stop was not an accident',
    'it was no accident, I said stop',
    'I texted start by mistake. Stop',
    'no fue por error, dije alto',
    'alto no fue por error',
    "I didn't mean start I meant stop",
  ])('is no stop that stands: %j', (text) => expect(kindOf(text)).not.toBe('start'));
});

import { describe, expect, it } from 'vitest';
import { readReply } from '../../../../src/features/replies/read-reply.ts';
import {
  asksForHelp,
  codeIn,
  contradictsYes,
  isPlainNo,
} from '../../../../src/features/replies/reading/answer-rules.ts';
import { bareCancel } from '../../../../src/features/replies/reading/stop-rules.ts';
import { tag } from '../../../../src/features/replies/reading/tag.ts';
import { sentencesOf } from '../../../../src/features/replies/reading/words.ts';

const tagged = (text: string) => sentencesOf(text).map((sentence) => tag(sentence));
const plainOf = (text: string) => tagged(text).map(({ plain }) => plain);
const isNo = (text: string): boolean => isPlainNo(tagged(text), plainOf(text).join(' '));
const kindOf = (text: string): string => readReply({ text }).kind;

describe('a yes', () => {
  it('is contradicted by a sad face, and not by an address of the web', () => {
    for (const text of ['yes :(', 'yes :-/', 'yes 8|']) expect(contradictsYes(text)).toBe(true);
    for (const text of ['yes http://a.example', 'yes https://a.example/8/x'])
      expect(contradictsYes(text)).toBe(false);
  });

  it('stands beside the name of the person, and beside no other word', () => {
    for (const text of ['Yes, this is Mary Ann Lee', 'yes, margaret'])
      expect(kindOf(text), `of ${text}`).toBe('yes');
    for (const text of ['Yes, this is bananas', 'Yes, this is Ann Bea Cia Dea Eva Fay'])
      expect(kindOf(text), `of ${text}`).not.toBe('yes');
  });

  it('is none to texts where it is one to a visit, or where more is said than permitted', () => {
    expect(kindOf('Pueden mandarme mensajes')).toBe('yes');
    for (const text of ['Yes. See you monday', 'Pueden mandarme mensajes. La puerta es azul'])
      expect(kindOf(text), `of ${text}`).not.toBe('yes');
  });
});

it('a code is one number of four digits, alone', () => {
  expect(codeIn(tagged('yes 1234'))).toBe('1234');
  for (const text of ['yes 12345', 'yes 123', '1234 5678', 'a1234', 'yes'])
    expect(codeIn(tagged(text)), `in ${text}`).toBeUndefined();
});

it('a yes for a visit is none to texts, unless texts are what it is for', () => {
  for (const text of [
    'yes for my appointment',
    'yes that works for the visit',
    'sí, a la cita',
    'yes, these for my visit',
  ])
    expect(kindOf(text), `of ${text}`).toBe('unclear');
  for (const text of [
    'yes for texts',
    'yes to texts about my appointments',
    'yes text me about the appointment',
    'sí a los recordatorios de mi cita',
  ])
    expect(kindOf(text), `of ${text}`).toBe('yes');
});

describe('a no', () => {
  it('may come with a greeting or a reason', () => {
    for (const text of ['sorry prefiero no', 'hola mejor no', 'no thanks I keep a diary'])
      expect(isNo(text), `in ${text}`).toBe(true);
  });

  it('is none beside a question, a wish or a long story', () => {
    for (const text of [
      'no thanks. you there?',
      'you there? no thanks',
      'No thanks. Please call me',
    ])
      expect(isNo(text), `in ${text}`).toBe(false);
    const story = (letters: number): string => {
      const first = tagged('no thanks')[0]!.letters.length;
      return `no thanks ${'blue '.repeat(letters - first)}`;
    };
    expect(tagged(story(20))[0]!.letters).toHaveLength(20);
    expect([20, 21].map((letters) => isNo(story(letters)))).toEqual([true, false]);
  });
});

it('a question about who writes is short: fourteen words', () => {
  const words = (count: number): string => `who is this${' blue'.repeat(count - 3)}`;
  expect([14, 15].map((count) => asksForHelp([words(count)]))).toEqual([true, false]);
});

it('a cancellation of nothing in particular may come with a courtesy, and with nothing else', () => {
  for (const text of ['Cancel', 'Cancel. Thank you.', 'Hello. Cancel.'])
    expect(bareCancel(tagged(text)), `in ${text}`).toBe(true);
  for (const text of ['Cancel. My tooth hurts.', 'My tooth hurts. Cancel.', 'Thank you.', ''])
    expect(bareCancel(tagged(text)), `in ${text}`).toBe(false);
});

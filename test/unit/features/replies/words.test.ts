import { describe, expect, it } from 'vitest';
import { sentencesOf } from '../../../../src/features/replies/reading/words.ts';

/** A question ends with its mark. */
const sentencesIn = (text: string): string[] =>
  sentencesOf(text).map(
    ({ words, question }) => words.map((word) => word.text).join(' ') + (question ? '?' : ''),
  );
const expectSentences = (examples: Record<string, string[]>): void => {
  const texts = Object.keys(examples);
  expect(Object.fromEntries(texts.map((text) => [text, sentencesIn(text)]))).toEqual(examples);
};

describe('words', () => {
  it('are as a dictionary has them', () =>
    expectSentences({
      'SÍ 0042': ['si 0042'],
      ＳＴＯＰ: ['stop'],
      '①naïve½': ['1naive1 2'],
      'stoppppp noooo noo noon anoo 1111': ['stop no no noon anoo 1111'],
      "Don't y'all 'til": ['dont yall til'],
      'don;t can:t don`t dont': ['dont cant dont dont'],
      'don.text don.t2 n;t': ['don', 'text don', 't2 n', 't'],
      '': [],
      '?': [],
      ',': [],
      привет: [],
    }));

  it('have a code of their own beside an answer', () =>
    expectSentences({
      'Yes1234 si1234 y1234 no1234 codigo1234': ['yes 1234 si 1234 y 1234 no 1234 codigo 1234'],
      'yes12345 yes123 xyes1234 bye1234': ['yes12345 yes123 xyes1234 bye1234'],
    }));

  it('may be spelt out', () =>
    expectSentences({
      'S.T.O.P.': ['stop'],
      'S. T. O. P now': ['stop now'],
      'S T O P': ['stop'],
      's*t*o*p': ['stop'],
      'x a b c yes d e f': ['xabc yes def'],
      'U.S. mail': ['u s mail'],
      'a.b.cd': ['a b cd'],
      'xa.b.c': ['xa b c'],
      '1 2 3': ['1 2 3'],
    }));

  it('are no emojis, and no words that nobody wants to read', () =>
    expectSentences({
      '🙂yes🙂no 1️⃣ 2⃣': ['yes no'],
      'F*** off': ['off'],
      '4f***2': ['4 2'],
      'fu%#er off': ['off'],
      'ful** off': ['ful off'],
      '*f* off': ['f off'],
    }));

  it('are parted by commas and the like, and joined by and, or', () =>
    expectSentences({
      'No, paren': ['no , paren'],
      'a (b) c: d、e，f：g': ['a , b , c , d , e , f , g'],
      'stop - now': ['stop , now'],
      'stop -- now': ['stop , now'],
      'stop -now': ['stop , now'],
      'stop -5': ['stop 5'],
      'stop -- ': ['stop'],
      'stop-now': ['stop now'],
      'us & you + me/him': ['us and you and me or him'],
      'yes,,no': ['yes , , no'],
      ', & stop, / ': ['stop'],
    }));

  it('with and without are written in short', () =>
    expectSentences({
      'texts W/O me': ['texts without me'],
      'texts w/ me w/you': ['texts with me with you'],
      'cow/o cow/ me': ['cow or o cow or me'],
      'w/of': ['with of'],
    }));

  it('keep how they were written', () => {
    expect(sentencesOf('Stopp, S T O P')[0]!.words).toEqual([
      { text: 'stopp', written: 'Stopp' },
      { text: ',', written: ',' },
      { text: 'stop', written: 'stop' },
    ]);
  });
});

describe('sentences', () => {
  it('end at a point, and not after a title', () =>
    expectSentences({
      "Don't text. Me": ['dont text', 'me'],
      'one here|two here;three here…four here': ['one here', 'two here', 'three here', 'four here'],
      'Yes. Mrs. Lee': ['yes', 'mrs lee'],
      'Yes. Dra.Ruiz': ['yes', 'dra ruiz'],
      'Mr. Lee, Sr. Gil': ['mr lee , sr gil'],
      'xDr. Kim': ['xdr', 'kim'],
      'the dr. 5': ['the dr', '5'],
    }));

  it('are questions by their mark, also one that stands apart', () =>
    expectSentences({
      'Yes ?': ['yes?'],
      'Yes.': ['yes'],
      '¿Sí, claro? Bueno pues': ['si , claro?', 'bueno pues'],
      'Is it？': ['is it?'],
      'Hello there. Are you. ?': ['hello there', 'are you?'],
      'Hello there. 🙂. Are you. !': ['hello there', 'are you'],
      '? yes': ['yes'],
    }));

  it('are one where three and more are a word each', () =>
    expectSentences({
      'No. More. Texts.': ['no more texts'],
      'No. More? Texts.': ['no more texts?'],
      'No. More.': ['no', 'more'],
      'Hello there. No. More. Texts. Thank you.': ['hello there', 'no more texts', 'thank you'],
    }));

  it('of very many words are read in pieces that overlap', () => {
    const wordsFrom = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, at) => `word${from + at}`).join(' ');
    expect(sentencesIn(wordsFrom(0, 100))).toEqual([wordsFrom(0, 100)]);
    expect(sentencesIn(wordsFrom(0, 101))).toEqual([wordsFrom(0, 100), wordsFrom(80, 101)]);
    expect(sentencesIn(wordsFrom(0, 180))).toEqual([wordsFrom(0, 100), wordsFrom(80, 180)]);
    expect(sentencesIn(wordsFrom(0, 181))).toHaveLength(3);
  });

  it('are read up to 2,500 words', () => {
    const words = sentencesOf('blue door. '.repeat(1_300)).flatMap((sentence) => sentence.words);
    expect(words).toHaveLength(2_500);
  });
});

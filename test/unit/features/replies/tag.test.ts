import { describe, expect, it } from 'vitest';
import { className, classes, tag } from '../../../../src/features/replies/reading/tag.ts';
import { plainText } from '../../../../src/features/replies/reading/plain-text.ts';
import { sentencesOf } from '../../../../src/features/replies/reading/words.ts';

const tagged = (text: string) => tag(sentencesOf(plainText(text))[0]!);
const kindsOf = (text: string): string => [...tagged(text).letters].map(className).join(' ');
const expectKinds = (examples: Record<string, string>): void => {
  const texts = Object.keys(examples);
  expect(Object.fromEntries(texts.map((text) => [text, kindsOf(text)]))).toEqual(examples);
};

describe('tags', () => {
  it('say the kind of each word that means something', () =>
    expectKinds({
      "please don't text me": 'not contact me',
      'no manden mensajes': 'not contact texts',
      'stop the appointment reminders': 'stop texts',
      'at 3pm': 'prep visit',
      'the blue door': 'other other',
      thanks: '',
    }));

  it('come with the words as written, the language and the question', () => {
    expect(tagged('¿No manden, kiten?')).toMatchObject({
      plain: 'no manden quiten',
      locale: 'es',
      question: true,
      words: [[{ written: 'No' }], [{ written: 'manden' }], [{}], [{ written: 'kiten' }]],
    });
    expect(tagged('Please do stop.')).toMatchObject({
      plain: 'please do stop',
      locale: 'en',
      question: false,
      words: [[{ written: 'Please' }, { written: 'do' }], [{ written: 'stop' }]],
    });
  });

  it('have no words that were dropped', () => {
    const { letters, words } = tagged('Please cancel these appointment texts, thanks');
    expect(words.map((each) => each.map(({ text }) => text))).toEqual([
      ['cancel'],
      ['texts'],
      [','],
    ]);
    expect(letters).toHaveLength(words.length);
  });

  it('tell a code, a time, and any other number', () =>
    expectKinds({
      '4821': 'code',
      '482': 'digits',
      '48210': 'digits',
      '3pm': 'visit',
      '10am': 'visit',
      '123pm': 'other',
      '3pmx': 'other',
      x3pm: 'other',
      a4821: 'other',
      '4821a': 'other',
    }));

  it('make a please a pause where it begins a request', () =>
    expectKinds({
      'my doctor please stop': 'visit comma stop',
      'my doctor please call': 'visit call',
      'my doctor thanks stop': 'visit stop',
      'doctor please': 'visit',
      'please stop': 'stop',
    }));

  it('tell a no that answers from one that negates', () =>
    expectKinds({
      'no, gracias': 'no comma',
      'no, hola': 'no comma',
      'hola ya no': 'no',
      'no pero llame': 'no but call',
      'no por favor alto': 'no comma alone',
      'no dije hola': 'no say',
      'no manden': 'not contact',
      'hola ni': 'not',
      'por mensaje no': 'optout',
    }));

  it('take "please do" for an agreement at the end alone', () =>
    expectKinds({
      'please do': 'fine',
      'yes please do': 'yes',
      'please do stop': 'aux stop',
      do: 'aux',
      'please to': 'aux',
    }));

  it('name the visit that a person cancels, and asks to be texted about', () =>
    expectKinds({
      'cancel my appointment text me': 'cancel visit contact me',
      'cancel my appointment text him': 'cancel contact them',
      'cancel my billing texts me': 'cancel texts me',
      'cancel these text me': 'cancel contact me',
    }));

  it('drop a word that only says which texts', () =>
    expectKinds({
      'appointment texts': 'texts',
      'appointment billing texts': 'texts',
      'appointment text': 'contact',
      'appointment these': 'texts',
      'appointment surveys': 'part',
      'appointment stop': 'visit stop',
      appointment: 'visit',
      'these texts': 'texts',
      'these text': 'contact',
      'these appointment': 'visit',
      'these surveys': 'part',
      'these them': 'texts',
      'these lists': 'list',
      'these apples': 'other',
      'these visits': 'visit',
      'these pills': 'care',
      'these calls': 'call',
      'these stop': 'texts stop',
      'stop these': 'stop texts',
    }));

  it('know a first name that is a word by the name after it', () =>
    expectKinds({
      'this is Bill Jensen': 'iam other other',
      'the bill': 'visit',
      Bill: 'visit',
      'Bill jensen': 'visit other',
      'Bill JENSEN': 'visit other',
      'Bill eBay': 'visit other',
      'Bill McDonald': 'other other',
      'bill Jensen': 'visit other',
      'Will You Stop': 'aux stop',
    }));

  it('read a slip of "stop" before a word for texting', () =>
    expectKinds({
      'spot texting': 'stop contact',
      'shop sending': 'stop contact',
      'st0p texting': 'stop contact',
      'blue texting': 'other contact',
      'shop, texting': 'other comma contact',
      'shop texts': 'other texts',
      'texting shop': 'contact other',
      spot: 'other',
    }));

  it('read a slip of "more" before a word for texts', () =>
    expectKinds({
      'no mroe texts': 'nomore texts',
      'no m0re text': 'nomore contact',
      'no mre mssgs': 'nomore texts',
      'no may texts': 'no aux texts',
      'no meal texts': 'no other texts',
      'no ore texts': 'no other texts',
      'mroe doors': 'other other',
      mroe: 'other',
    }));

  it('correct words, and take them apart', () =>
    expectKinds({
      'unsubcribe me': 'optout me',
      stoptextingme: 'stop contact me',
      'kiten mi numero': 'remove number',
      'no manden mensajes': 'not contact texts',
    }));
});

describe('classes', () => {
  it('are a pattern over tags', () => {
    const pattern = classes('^not (contact|call) me? (?=texts)', 'g');
    expect(pattern.flags).toBe('gu');
    expect('x'.match(classes('(stop)?'))).toHaveLength(1);
    for (const text of ['no manden mensajes', 'no llamen me mensajes'])
      expect(tagged(text).letters.match(pattern), `in ${text}`).not.toBeNull();
  });

  it('are refused where no word has one', () =>
    expect(() => classes('nosuchclass')).toThrow('no word class: nosuchclass'));
});

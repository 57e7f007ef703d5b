import { describe, expect, it } from 'vitest';
import { isAutomatic, isMachineText } from '../../../../src/features/replies/reading/automatic.ts';
import { keywordOf, misspeltKeyword } from '../../../../src/features/replies/reading/keywords.ts';
import { plainText } from '../../../../src/features/replies/reading/plain-text.ts';
import { isMediaReaction, isReaction } from '../../../../src/features/replies/reading/reactions.ts';
import {
  glued,
  isKeySlip,
  slipsBetween,
  spelled,
} from '../../../../src/features/replies/reading/spelling.ts';
import { clearStop, possibleStop } from '../../../../src/features/replies/reading/stop-rules.ts';
import { classes, tag } from '../../../../src/features/replies/reading/tag.ts';
import { typedText } from '../../../../src/features/replies/reading/typed-text.ts';
import { sentencesOf } from '../../../../src/features/replies/reading/words.ts';

const tagged = (text: string) => tag(sentencesOf(plainText(text))[0]!);
const wordsOf = (text: string) =>
  sentencesOf(text).map(({ words }) => words.map((word) => word.text).join(' '));

describe('plain text', () => {
  it.each([
    ['don\u2019t \u201Cstop\u201D', 'don\'t "stop"'],
    ['st\u200Bop\u00AD', 'stop'],
    ['si\u0301', 's\u00ED'],
    ['a\u00A0b\tc', 'a b c'],
    ['one\r\ntwo\u2028three', 'one\ntwo\nthree'],
  ])('reads %j as %j', (received, plain) => expect(plainText(received)).toBe(plain));

  it('keeps the beginning and the end of a very long text', () => {
    const plain = plainText(`first ${'x'.repeat(50_000)} last`);
    expect(plain).toMatch(/^first .* last$/s);
    expect(plain.length).toBeLessThan(11_000);
  });
});

describe('typed text', () => {
  const ours = 'Demo Practice: may we text you? Reply YES or NO. STOP ends all texts.';
  it.each([
    [`Liked "${ours}"`, '', true],
    [`👍 to "${ours}"`, '', true],
    [`no\n\n> ${ours}`, 'no', false],
    [`stop\nOn Mon, Nov 2, Demo Practice wrote:\n${ours}`, 'stop', false],
    ['yes\n\nSent from my iPhone', 'yes', false],
    ['I said "stop"', 'I said "stop"', false],
    [`what does "${ours}" mean`, 'what does \n mean', false],
  ])('of %j is %j', (plain, typed, reaction) =>
    expect(typedText(plain)).toEqual({ typed, reaction }),
  );
});

describe('words', () => {
  it.each([
    ['S.T.O.P.', ['stop']],
    ['S T O P', ['stop']],
    ['ＳＴＯＰ', ['stop']],
    ['stoppppp', ['stop']],
    ["Don't text. Me", ['dont text', 'me']],
    ['No. More. Texts.', ['no more texts']],
    ['No, paren', ['no , paren']],
    ['F*** off, s*t*o*p', ['off , stop']],
    ['Yes. Mrs. Lee', ['yes', 'mrs lee']],
    ['SÍ 0042', ['si 0042']],
    ['Yes1234', ['yes 1234']],
  ])('of %j are %j', (text, words) => expect(wordsOf(text)).toEqual(words));

  it('know a question by its mark, also one that stands apart', () => {
    expect(sentencesOf('Yes ?')[0]).toMatchObject({ question: true });
    expect(sentencesOf('Yes.')[0]).toMatchObject({ question: false });
  });
});

describe('spelling', () => {
  it.each([
    ['unsubcribe', 'unsubscribe'],
    ['mesages', 'messages'],
    ['stpo', 'stop'],
    ['sopt', 'stop'],
    ['buggin', 'bugging'],
    ['cabin', 'cabin'],
    ['txtng', 'texting'],
    ['mssgs', 'messages'],
    ['rhythm', 'rhythm'],
    ['altoo', 'alto'],
    ['massage', 'massage'],
    ['shop', 'shop'],
    ['stob', 'stob'],
  ])('reads %s as %s', (word, meant) => expect(spelled(word)).toBe(meant));

  it.each([
    ['stoptextingme', 'stop texting me'],
    ['stop2text', 'stop to text'],
    ['nomoretexts', 'no more texts'],
    ['stoppit', 'stop it'],
  ])('takes %s apart', (word, apart) => expect(glued(word)?.join(' ')).toBe(apart));

  it.each(['notme', 'alltome', 'stopwatch', 'message'])('leaves %s whole', (word) =>
    expect(glued(word)).toBeUndefined(),
  );

  it('counts slips of the hand up to its limit', () => {
    expect(slipsBetween('stop', 'stop', 2)).toBe(0);
    expect(slipsBetween('sotp', 'stop', 2)).toBe(1);
    expect(slipsBetween('stp', 'stop', 2)).toBe(1);
    expect(slipsBetween('yes', 'stop', 1)).toBe(2);
    expect(slipsBetween('unsubscribe', 'stop', 3)).toBe(4);
  });

  it('knows keys that lie beside each other', () => {
    expect(isKeySlip('stip', 'stop')).toBe(true);
    expect(isKeySlip('stob', 'stop')).toBe(false);
    expect(isKeySlip('stopm', 'stop')).toBe(true);
    expect(isKeySlip('smtop', 'stop')).toBe(false);
    expect(isKeySlip('sotp', 'stop')).toBe(true);
  });
});

describe('keywords', () => {
  it.each([
    ['stop', 'stop'],
    ['un subscribe', 'stop'],
    ['s top', 'stop'],
    ['cancel', 'cancel'],
    ['unstop', 'start'],
    ['ayuda', 'help'],
    ['y', 'yes'],
    ['n', 'no'],
    ['para', 'doubtful'],
    ['stop it', undefined],
  ])('%j is %s', (words, keyword) => expect(keywordOf(words)).toBe(keyword));

  it.each([
    ['stip', 'stop'],
    ['st0p', 'stop'],
    ['sttoopp', 'stop'],
    ['dtopp', 'stop'],
    ['canel', 'cancel'],
    ['atop', 'doubtful'],
    ['stob', 'doubtful'],
    ['suit', undefined],
    ['subscribe', undefined],
    ['hello', undefined],
  ])('misspelt, %j is %s', (word, kind) => expect(misspeltKeyword(word)?.kind).toBe(kind));
});

describe('tags', () => {
  it.each([
    ["please don't text me", '^not contact me$'],
    ['no, gracias', '^no'],
    ['no manden mensajes', '^not contact texts$'],
    ['stop the appointment reminders', '^stop texts$'],
    ['cancel my appointment text me', '^cancel visit contact me$'],
    ['stop these', '^stop texts$'],
    ['at 3pm', '^prep visit$'],
    ['this is Bill Jensen', '^iam other other$'],
    ['the bill', '^visit$'],
    ['4821', '^code$'],
  ])('say the kind of each word of %j', (text, pattern) =>
    expect(tagged(text).letters).toMatch(classes(pattern)),
  );

  it('refuse a class that no word has', () =>
    expect(() => classes('nosuchclass')).toThrow('no word class'));
});

describe('stop rules', () => {
  it.each([
    'please stop texting me',
    "don't text me again",
    'take me off your list',
    'remove my number from your system',
    'no more texts',
    'I do not consent to texts',
    'I want these to stop coming',
    "I'd like to be taken off",
    'dejen de mandarme mensajes',
    'quiten mi numero de la lista',
    'no autorizo que me manden mensajes',
  ])('hear a clear stop in %j', (text) => expect(clearStop(tagged(text))).toBeDefined());

  it.each([
    "don't stop texting me",
    "please don't remove me from the list",
    'should I stop taking the pills',
    'I never said I wanted to opt out',
    'you never text me anymore',
    'stop texting my wife',
    'we have to stop',
  ])('hear no clear stop in %j', (text) => expect(clearStop(tagged(text))).toBeUndefined());

  it.each([
    'stop the reminders for my son',
    'no more',
    'these texts should end',
    'my dad wants the texts to end',
  ])('see that %j may be one', (text) => expect(possibleStop(tagged(text))).toBeDefined());

  it.each(['the pain will not stop', 'thank you for the reminder', 'I got no text from you'])(
    'see nothing of the kind in %j',
    (text) => expect(possibleStop(tagged(text))).toBeUndefined(),
  );
});

describe('automatic answers', () => {
  it.each([
    "I'm driving right now. I'll get back to you later.",
    'Auto-reply: I am out of the office until Monday.',
    'This number is not monitored.',
    'Respuesta automatica: estoy de vacaciones',
  ])('are known: %j', (text) => expect(isAutomatic(text)).toBe(true));

  it.each(['was that an automatic reply?', 'I was out of the office sorry', 'stop'])(
    'are told from what people say: %j',
    (text) => expect(isAutomatic(text)).toBe(false),
  );

  it('do not hide a person who answers one', () => {
    expect(isMachineText('Auto-reply: out of office. Reply STOP to end')).toBe(true);
    expect(isMachineText('Auto-reply: I know, but stop texting me')).toBe(false);
  });
});

describe('reactions', () => {
  it.each(['Liked ', 'Loved ', 'Removed a heart from ', 'Removed 👍 from ', '👍 to ', 'Le gustó '])(
    'begin with %j',
    (before) => expect(isReaction(before)).toBe(true),
  );
  it.each(['I said ', 'it says ', ''])('do not begin with %j', (before) =>
    expect(isReaction(before)).toBe(false),
  );
  it('may quote nothing but a picture', () => {
    expect(isMediaReaction('Liked an image')).toBe(true);
    expect(isMediaReaction('Loved Dr. Lee!')).toBe(false);
  });
});

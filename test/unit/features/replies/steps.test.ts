import { describe, expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.ts';
import { machineIn } from '../../../../src/features/replies/reading/automatic.ts';
import {
  isSpanishKeyword,
  keywordOf,
  misspeltKeyword,
} from '../../../../src/features/replies/reading/keywords.ts';
import { withoutMachineWords } from '../../../../src/features/replies/reading/machine-words.ts';
import { plainText } from '../../../../src/features/replies/reading/plain-text.ts';
import { clearStop, possibleStop } from '../../../../src/features/replies/reading/stop-rules.ts';
import { tag } from '../../../../src/features/replies/reading/tag.ts';
import { sentencesOf } from '../../../../src/features/replies/reading/words.ts';

const tagged = (text: string) => tag(sentencesOf(plainText(text))[0]!);
describe('plain text', () => {
  it.each([
    ['don\u2019t \u201Cstop\u201D', 'don\'t "stop"'],
    ['st\u200Bop\u00AD', 'stop'],
    ['si\u0301', 's\u00ED'],
    ['a\u00A0b\tc', 'a b c'],
    ['one\r\ntwo\u2028three\rfour', 'one\ntwo\nthree\nfour'],
    ['one  \n  two', 'one\ntwo'],
    ['one\n\n \n\ntwo', 'one\n\ntwo'],
    [' one\n', 'one'],
    ['one\\ntwo', 'one\ntwo'],
  ])('reads %j as %j', (received, plain) => expect(plainText(received)).toBe(plain));

  it('keeps the beginning and the end of a very long text', () => {
    const plain = plainText(`first ${'x'.repeat(50_000)} last`);
    expect(plain).toMatch(/^first .* last$/s);
    expect(plain.length).toBeLessThan(11_000);
    const longest = 'x'.repeat(limits.replyCharacters);
    expect(plainText(longest)).toBe(longest);
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
    ['5top', 'stop'],
    ['s7op', 'stop'],
    ['oppttyout', 'stop'],
    ['opxyzout', 'stop'],
    ['oppxyzout', 'stop'],
    ['dt0p', 'stop'],
    ['stopall', 'stop'],
    ['unsbscrb', 'stop'],
    ['caxcel', 'cancel'],
    ['cacelr', undefined],
    ['quid', undefined],
    ['canel', 'cancel'],
    ['atop', 'doubtful'],
    ['stob', 'doubtful'],
    ['suit', undefined],
    ['subscribe', undefined],
    ['hello', undefined],
  ])('misspelt, %j is %s', (word, kind) => expect(misspeltKeyword(word)?.kind).toBe(kind));
});

it('knows which keywords are Spanish', () => {
  expect(['alto', 'cancelar', 'si'].every(isSpanishKeyword)).toBe(true);
  expect(['stop', 'no', 'alto ya'].some(isSpanishKeyword)).toBe(false);
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
    ["I'm driving right now. I'll get back to you later.", 'phrase'],
    ['Auto-reply: I am out of the office until Monday.', 'certain'],
    ['This number is not monitored.', 'phrase'],
    ['Respuesta automatica: estoy de vacaciones', 'certain'],
    ["You've reached Acme Realty", 'alike'],
  ])('are known: %j', (text, surely) => expect(machineIn(text)).toBe(surely));

  it.each([
    'was that an automatic reply?',
    'is it an automated system?',
    'it says invalid response',
    'I was out of the office sorry',
    'you have reached the right person',
    'stop',
  ])('are distinguished from people’s own words: %j', (text) =>
    expect(machineIn(text)).toBeUndefined(),
  );

  it('tell at once that they are', () => {
    expect(machineIn('Out  of\noffice')).toBe('phrase');
    expect(machineIn(`${'blue '.repeat(300)}. This number is not monitored.`)).toBeUndefined();
  });

  it.each([
    ['Auto-reply: out of office. Reply STOP to end', 'Auto-reply: out of office. \n'],
    ['You have been unsubscribed. Stop', '\n. Stop'],
    ['You are now opted out?? Stop', 'You are now opted out?? Stop'],
    ['This number does not accept text messages. I moved', '\n. I moved'],
  ])('leave a person’s words in %j', (text, left) =>
    expect(withoutMachineWords(text)).toBe(left.trim()),
  );

  it('are looked at in their beginning, and what follows is a person’s', () => {
    const late = `${'blue '.repeat(400)}You have been unsubscribed.`;
    expect(withoutMachineWords(late)).toContain('You have been unsubscribed.');
  });
});

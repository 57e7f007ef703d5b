import { describe, expect, it } from 'vitest';
import { readReply } from '../../../../src/features/replies/read-reply.ts';

const kindOf = (text: string): string => readReply({ text }).kind;

/** Each of the one with each of the other, as sentences. */
const combined = (...parts: readonly (readonly string[])[]): string[] =>
  parts.reduce<string[]>(
    (before, part) => before.flatMap((one) => part.map((other) => `${one} ${other}`.trim())),
    [''],
  );

describe('a sentence about our texts', () => {
  const assent = ['ok', 'okay', 'fine', 'cool', 'welcome', 'acceptable', 'allowed', 'alright'];

  it.each([
    [
      'that denies them an assent',
      combined(
        ['Texts', 'texting me', 'these messages'],
        ['are', 'is'],
        ['not', 'no longer', 'never'],
        assent,
        ['', 'with me', 'anymore', 'please'],
      ),
    ],
    [
      'that denies leave to text',
      combined(['it is', "it's", 'it was'], ['not', 'no longer', 'never'], assent, [
        'to text me',
        'to text this number',
        'for you to text me',
        'to message us',
      ]),
    ],
    [
      'that takes an agreement back',
      combined(
        ['I', 'we'],
        ["don't", 'no longer', 'do not', 'never'],
        ['agree', 'consent'],
        ['to this', 'anymore', 'to these texts', 'to any of this'],
      ),
    ],
    [
      'that orders something of them',
      combined(
        ['please', ''],
        ['cut', 'ditch', 'axe', 'shelve', 'nix', 'corten', 'frenen', 'suspendan'],
        ['the texts', 'your messages', 'los mensajes', 'sus textos'],
      ),
    ],
  ])('%s is never overlooked', (_what, texts) =>
    expect(texts.filter((text) => !['stop', 'doubtful_stop', 'no'].includes(kindOf(text)))).toEqual(
      [],
    ),
  );

  it.each([
    'I never got your text',
    "please don't stop the reminders",
    'no need to text me back, thanks',
    'you never text me back',
    "can't text now in class",
    'that text was not for you',
    'The link in your text wont open',
    'no me llegó ningún mensaje',
    'no dejen de mandarme mensajes',
    'no me acuerdo',
    'Yes but no texts at work',
  ])('is nothing of that kind in %j', (text) => expect(kindOf(text)).toBe('unclear'));
});

describe('a START', () => {
  it.each([
    'START. I did not mean that',
    'opt me in. Ignore it.',
    'Start. My kid had my phone',
    'resubscribe. ignore my last message',
    'Oops, start, my mistake',
  ])('that may be taken back lifts nothing: %j', (text) => expect(kindOf(text)).not.toBe('start'));

  it.each(['I hit stop by mistake. Ignore it.', 'my kid texted stop. Start please'])(
    'counts beside a stop that is taken back: %j',
    (text) => expect(kindOf(text)).toBe('start'),
  );

  it.each(['Do not resume', 'I refuse to opt in', 'unstop was a mistake', 'do not start again'])(
    'that is refused may be a stop: %j',
    (text) => expect(kindOf(text)).toBe('doubtful_stop'),
  );
});

import { describe, expect, it } from 'vitest';
import {
  glued,
  isKeySlip,
  slipsBetween,
  spelled,
} from '../../../../src/features/replies/reading/spelling.ts';

const expectSpelled = (examples: Record<string, string>): void => {
  const words = Object.keys(examples);
  expect(Object.fromEntries(words.map((word) => [word, spelled(word)]))).toEqual(examples);
};
const expectWhole = (words: string[]): void =>
  expect(words.filter((word) => spelled(word) !== word)).toEqual([]);

describe('spelling', () => {
  it('corrects one slip, and two in a long word', () => {
    expectSpelled({
      mesages: 'messages',
      mesage: 'message',
      mansajes: 'mensajes',
      agian: 'again',
      withdrawl: 'withdraw',
      wihdra: 'withdraw',
      notifcatons: 'notifications',
      textt: 'texts',
    });
    expectWhole(['agan', 'aagainn', 'ntfcatons', 'fonenumber', 'phon']);
  });

  it('corrects four letters only to what the hand slipped from', () => {
    expectSpelled({ stpo: 'stop', trxt: 'text', tezt: 'text', teext: 'text' });
    expectWhole(['stob', 'stos', 'soto', 'vext', 'sto', 'txe']);
  });

  it('knows "stop" by its letters in any order', () => {
    expectSpelled({ sopt: 'stop', sotp: 'stop', spto: 'stop' });
    expectWhole(['stto', 'asopt', 'tosp', 'ssotp', 'sotpt']);
  });

  it('hears "unsubscribe" in whatever begins and sounds like it', () => {
    for (const word of [
      'unsubcribe',
      'nsubscribe',
      'umsubscribe',
      'unsusrib',
      'unsusribig',
      'ususcrib',
      'iunsubscribe',
      'unbscribe',
      'unmubscri',
      'nsbscrbed',
    ])
      expect(spelled(word)).toBe('unsubscribe');
    expectWhole([
      'unsurb',
      'subscribe',
      'resubscribe',
      'transcribe',
      'unsub',
      'dexsubscribe',
      'unubribe',
    ]);
  });

  it('reads words without their vowels', () => {
    expectSpelled({
      txtng: 'texting',
      mssgs: 'messages',
      mssssgs: 'messages',
      rmndrs: 'reminders',
      cntct: 'contact',
    });
    expectWhole(['rhythm', 'xtxtng', 'rmv', 'mssgsa', 'amssgs']);
  });

  it('adds a "g" where that makes a word', () => {
    expectSpelled({ buggin: 'bugging', annoyin: 'annoying' });
    expectWhole(['cabin', 'usin', 'sendin', 'bugginx']);
  });

  it('reads doubled letters once', () => {
    expectSpelled({ altoo: 'alto', paaree: 'pare', qquit: 'quit', donnt: 'dont' });
    expectSpelled({ [`${'s'.repeat(13)}top`]: 'stop' });
    expectWhole([`${'s'.repeat(14)}top`, 'bllue']);
  });

  it('leaves ordinary words, and those with digits', () =>
    expectWhole(['massage', 'shop', 'message', 'mess4ges', 'abcdefghijklmnop']));
});

describe('words written as one', () => {
  it('are taken apart where they ask for something', () => {
    const examples = {
      stoptextingme: 'stop texting me',
      stop2text: 'stop to text',
      nomoretexts: 'no more texts',
      stoppit: 'stop it',
      stopppit: 'stop it',
      donttextme: 'dont text me',
      unsubscribestop: 'unsubscribe stop',
      end4me: 'end for me',
      endme: 'end me',
    };
    for (const [word, apart] of Object.entries(examples))
      expect(glued(word)?.join(' ')).toBe(apart);
    for (const word of ['notme', 'alltome', 'stopwatch', 'watchstop', 'message', 'textings'])
      expect(glued(word), `of ${word}`).toBeUndefined();
  });

  it('are five letters and more, and no more than people write', () => {
    expect(glued('stop'.repeat(10))).toHaveLength(10);
    expect(glued('stop'.repeat(11))).toBeUndefined();
    expect(glued('end2')).toBeUndefined();
  });
});

describe('slips of the hand', () => {
  it('are counted up to a limit', () => {
    expect(slipsBetween('stop', 'stop', 2)).toBe(0);
    expect(slipsBetween('sotp', 'stop', 2)).toBe(1);
    expect(slipsBetween('tsop', 'stop', 2)).toBe(1);
    expect(slipsBetween('stp', 'stop', 2)).toBe(1);
    expect(slipsBetween('stop', 'stopped', 3)).toBe(3);
    expect(slipsBetween('yes', 'stop', 1)).toBe(2);
    expect(slipsBetween('unsubscribe', 'stop', 3)).toBe(4);
    expect(slipsBetween('abcd', 'wxyz', 4)).toBe(4);
    expect(slipsBetween('abcd', 'wxyz', 3)).toBe(4);
    expect(slipsBetween('ab', 'ca', 2)).toBe(2);
    expect(slipsBetween('', 'stop', 4)).toBe(4);
  });

  it('hit a key beside the right one', () => {
    for (const word of ['stip', 'st9p', 'stob', 'vtop', 'wtop', 'xtop', 'qtop', 'stol', 'dqqp'])
      expect(isKeySlip(word, 'stop'), `of ${word}`).toBe(
        ['stip', 'wtop', 'xtop', 'stol'].includes(word),
      );
    // A row lies between "t" and "v".
    expect(isKeySlip('vext', 'text')).toBe(false);
  });

  it('leave a letter out, exchange two, or write one twice or too many', () => {
    for (const word of ['stp', 'sotp', 'sstop', 'stoop', 'stopp', 'stopm', 'stiop', 'dstop'])
      expect(isKeySlip(word, 'stop'), `of ${word}`).toBe(true);
    for (const word of ['smtop', 'mstop', 'stbop', 'sto9p'])
      expect(isKeySlip(word, 'stop'), `of ${word}`).toBe(false);
  });
});

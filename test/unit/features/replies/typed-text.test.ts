import { describe, expect, it } from 'vitest';
import { typedText } from '../../../../src/features/replies/reading/typed-text.ts';

const ours = 'Demo Practice: may we text you? Reply YES or NO. STOP ends all texts.';

const expectTyped = (examples: Record<string, string>): void => {
  const texts = Object.keys(examples);
  expect(Object.fromEntries(texts.map((text) => [text, typedText(text)]))).toMatchObject(
    Object.fromEntries(texts.map((text) => [text, { typed: examples[text], reaction: false }])),
  );
};
const expectAsIs = (texts: string[]): void =>
  expectTyped(Object.fromEntries(texts.map((text) => [text, text])));
const expectReactions = (texts: string[]): void =>
  expect(texts.map((text) => [text, typedText(text)])).toMatchObject(
    texts.map((text) => [text, { typed: '', reaction: true }]),
  );

describe('a reaction', () => {
  it('quotes, in any quotation marks, to the end', () =>
    expectReactions([
      `Liked "${ours}"`,
      `👍 to "${ours}"`,
      `Liked '${ours}'`,
      'Liked "ok"',
      'Liked "Demo Pract',
      'Liked an image',
      '👍 "call me now please"',
    ]));

  it('is none where words follow, or where an emoji stands before a few', () =>
    expectAsIs(['Liked "ok" stop', '👍 "ok"', '👍 "call me now"', '👍 a "ok"']));

  it('is our text among few words, none of which answers, asks or tells', () => {
    expectReactions([`"${ours}"`, `'${ours}'`]);
    // What stands around it is read all the same, in case it says stop.
    expect(typedText(`merci "${ours}" beaucoup`)).toMatchObject({
      typed: 'merci \n beaucoup',
      reaction: true,
    });
    expect(typedText(`la le lu lo li ly la "${ours}"`)).toMatchObject({ reaction: true });
    expectTyped({
      [`la le lu lo li ly la lo "${ours}"`]: 'la le lu lo li ly la lo',
      [`no "${ours}"`]: 'no',
      [`la "${ours}" le no`]: 'la \n le no',
      [`what does "${ours}" mean`]: 'what does \n mean',
    });
  });
});

describe('a quotation', () => {
  it('is ours where it is long or gives instructions', () => {
    expectAsIs([`"${'s'.repeat(60)}"`]);
    expectTyped({
      [`he wrote: "${'s'.repeat(60)}"`]: 'he wrote:',
      'he wrote: "reply yes"': 'he wrote:',
      'he wrote: "Demo may we text you': 'he wrote:',
    });
    const short = 's'.repeat(59);
    expectAsIs([`he wrote: "${short}"`, `he wrote: "${short}`, `he wrote: '${short}'`]);
    expectAsIs(['I said "stop"', 'I say "x', 'stop "', '"', 'a reply yes "x']);
  });

  it('in apostrophes is longer than a word with some', () => {
    expectReactions(["Liked 'aaaa aaaa aaaa aaaaa'"]);
    expectAsIs([
      "Liked 'aaaa aaaa aaaa aaaa'",
      "Liked 'aaaa aaaa aaaa aaaaa",
      "I don't like the reply yes of yours'",
      "'til the end of the reply yes of yours",
      `it's '${'s'.repeat(70)}' "ok"`,
    ]);
    expectTyped({ [`I don't like '${ours}'`]: "I don't like" });
  });

  it('begins lines with ">", except a few words alone', () =>
    expectTyped({
      [`no\n\n> ${ours}`]: 'no',
      'hi\n > one two three four\nyes': 'hi\nyes',
      'stop\n> one two': 'stop',
      'now\n >> STOP': 'now\n >> STOP',
      '  >> STOP': '>> STOP',
      '> no > thanks\n> bye': '> no > thanks\n> bye',
      'I am > 5 years old': 'I am > 5 years old',
      // With nothing else, it is ours only where it instructs.
      '> no thanks bye now': '> no thanks bye now',
      '> no🙂thanks reply YES now': '',
      'ℹ️\n> STOP': 'ℹ️\n> STOP',
    }));

  it('follows a line that says so', () =>
    expectTyped({
      [`stop\nOn Mon, Nov 2, Demo wrote:\n${ours}`]: 'stop',
      'ya\n\nEl lunes, Demo escribió:\nblue': 'ya',
      'yes\nplease\n-----Original Message-----\nblue': 'yes\nplease',
      'yes\nFrom: Demo\nblue': 'yes',
      'On Mon, Nov 2, Demo wrote:\nblue': 'On Mon, Nov 2, Demo wrote:\nblue',
      'yes\nok From: Demo': 'yes\nok From: Demo',
    }));
});

describe('what holds a stop of its own stays', () => {
  it('in a quotation, and between two', () => {
    expectAsIs([
      '"Please stop sending me these messages, I do not want them any more at all"',
      `I said "do not text me, ${'I mean it '.repeat(6)}" twice`,
      'Tell "Dr. Smith" to stop texting me, and the "billing department" of yours as well please',
      'Liked "stop texting me"',
    ]);
    expectTyped({ '"Reply STOP to end" I did. Stop "now"': 'I did. Stop "now"' });
  });

  it('in a line that looks quoted, or below one', () => {
    expectAsIs(['> please stop texting me', 'yes\n> stop texting me']);
    expectAsIs(['hi\nFrom: Ann, please stop texting me', 'hi\nOn Mon, Lee wrote:\nSTOP']);
  });

  it('in what only looks like a signature', () =>
    expectAsIs([
      'Sent with no consent. Stop texting.',
      'Sent from a number I do not know, stop',
      'Sent from my iPhone stop',
      'hi\n--\nSTOP',
      'hi\n--\nwrong number',
      'hi\n--\nAnn died',
    ]));
});

describe('a signature', () => {
  it('is added by a phone or a mail program', () => {
    expectTyped({
      'yes\n\nSent from my iPhone': 'yes',
      'yes. Sent from my iPhone': 'yes.',
      'yes  sent via Yahoo Mail ': 'yes',
      'Enviado desde mi iPhone': '',
      'no\nEnviado desde Yahoo\n\n> one two three four': 'no',
      'yes\nGet Outlook for iOS': 'yes',
      'stop\n--\nJane': 'stop',
      'stop\n\n  --  \n\nJane\nDoe': 'stop',
      'yes\nSent via the Samsung Galaxy S21, an AT&T 5G smartphone': 'yes',
      'sí\nEnviado desde mi celular': 'sí',
      [`stop\n--\n${'x'.repeat(300)}`]: 'stop',
    });
    expectAsIs([
      'yes sent from my iPhone',
      'yes\nSent from my iPhone\nnow',
      'yes\nabsent from my desk',
      'stop\n-- Jane',
      `stop\n--\n${'x'.repeat(301)}`,
    ]);
  });

  it('is a name after "Thanks," and the like, and no word', () => {
    expectTyped({
      'stop\nThanks,\nGeraldine': 'stop',
      'stop\n\n many thanks\t\n\n Mary Ann D. Lee ': 'stop',
      'alto\nGracias,\nAna': 'alto',
    });
    expectAsIs([
      'blue\nThanks,\nStop Now',
      'blue\nThanks,\nMary Stop',
      'blue\nThanks,\nA B C D E',
      'blue\nThanks, Mary\nLee',
      'Thanks,\nMary',
    ]);
  });
});

describe('instructions', () => {
  it('are a copy of ours where there are two', () => {
    expectTyped({
      'Reply YES or NO. STOP ends all texts. ok': '. \n. ok',
      'Reply STOP. text HELP': '.',
    });
    expectAsIs(['reply YES or no', 'text STOP to end', 'I said "Stop": text STOP to end']);
  });

  it('are no copy where somebody says them, or says more', () =>
    expectTyped({
      'I reply stop, I reply stop': 'I reply stop, I reply stop',
      'Reply STOP to end, reply no and leave me alone': ', \n and leave me alone',
    }));

  it('to stop, again and again, are no text of ours', () => {
    for (const text of ['text stop, text stop', 'Responda ALTO, envie ALTO ya', '"text STOP"'])
      expect(typedText(text)).toMatchObject({ repeated: true });
    for (const text of ['text stop', 'Reply YES or NO. Reply STOP to end, STOP to cancel'])
      expect(typedText(text)).toMatchObject({ repeated: false });
  });
});

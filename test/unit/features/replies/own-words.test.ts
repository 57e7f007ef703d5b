import { describe, expect, it } from 'vitest';
import { readReply } from '../../../../src/features/replies/read-reply.ts';
import { foreignStop } from '../../../../src/features/replies/reading/foreign-stops.ts';
import { quotationsIn } from '../../../../src/features/replies/reading/quotations.ts';

const readAs = (text: string): string => {
  const { kind, rule } = readReply({ text });
  return `${kind}: ${rule}`;
};

describe('a text that looks like a machine’s', () => {
  it.each([
    ['You have reached the wrong number. STOP', 'stop: stop'],
    ['Free Msg: unsubscribe me', 'stop: opt out'],
    ["I'm not receiving notifications, unsubscribe", 'stop: opt out'],
    ['Auto-reply: take me off your list', 'doubtful_stop: stop beside a machine'],
    ['Auto-reply: he passed away', 'doubtful_stop: deceased'],
    ["You've reached the wrong person", 'doubtful_stop: wrong person'],
    ["I'm driving. Wrong number", 'doubtful_stop: wrong person'],
    ['Auto-reply: no thanks', 'unclear: refusal beside a machine'],
    ['Thanks for texting Corner Bakery! Reply STOP to opt out.', 'automatic: machine'],
    ["I'm driving right now", 'automatic: automatic'],
    ['Auto-reply: I want to die', 'unclear: emergency'],
    ['Auto-reply: I said "stop texting me please now" bye', 'doubtful_stop: stop beside a machine'],
    ['"You have been unsubscribed" LIES', 'unclear: none'],
    ['my husband saw "text STOP"', 'doubtful_stop: repeats a stop'],
  ])('%j is read as %j', (text, read) => expect(readAs(text)).toBe(read));
});

describe('a reaction', () => {
  const ours = '"Demo Practice: may we text you? Reply YES or NO. STOP ends all texts."';
  it.each([
    [`merci ${ours}`, 'reaction: reaction'],
    [`block ${ours}`, 'doubtful_stop: unwelcome'],
    [`停止 ${ours}`, 'doubtful_stop: another language'],
    [`Liked ${ours}`, 'reaction: reaction'],
  ])('%j is read as %j', (text, read) => expect(readAs(text)).toBe(read));
});

describe('quotations', () => {
  it.each([
    ['a "b" c "d"', ['b', 'd']],
    ['a "b "c" d"', ['b "c" d']],
    ['a "b', ['b']],
    ['a "b "c" d', ['b "c" d']],
    ["a 'bbbbbbbbbb cccccccccc'", ['bbbbbbbbbb cccccccccc']],
    ["'til then", []],
  ])('in %j are %j', (text, quoted) =>
    expect(quotationsIn(text).map((one) => one.quoted)).toEqual(quoted),
  );
});

describe('a stop in another language', () => {
  it.each([
    'arrêtez',
    "ne m'écrivez pas, arrêter",
    'kanpe',
    'dừng lại',
    '停止',
    'СТОП!',
    '그만',
    'توقف',
  ])('is heard in %j', (text) => {
    expect(foreignStop(text)).toBe(true);
    expect(readReply({ text }).kind).toBe('doubtful_stop');
  });

  it.each(['merci', '谢谢', 'спасибо', 'sairly', 'the barrette'])('is none in %j', (text) =>
    expect(foreignStop(text)).toBe(false),
  );
});

describe('a yes', () => {
  it.each(['y', 'Y please', 'y 1234', 'ok y thanks', 'why yes', 'I say yes', 'code 1234 yes'])(
    'is one in %j',
    (text) => expect(readReply({ text }).kind).toBe('yes'),
  );

  it.each([
    'y u text me',
    'y tho',
    'y mensajes',
    'why say yes',
    'ok why yes',
    'I have to say yes',
    'she said yes',
    'code yes',
    'yes 1234 5678',
    'por qué sí',
    'sí, tú',
    'puede enviarme',
    'me pueden mandar mensajes',
  ])('is none in %j', (text) => expect(readReply({ text }).kind).not.toBe('yes'));
});

describe('a stop beside a mistake', () => {
  it.each([
    'STOP it was a mistake',
    'STOP, that was an accident',
    'Stop the message was sent by mistake',
    'stop by mistake you text me',
    'By accident I said yes, stop',
  ])('stands in %j', (text) => expect(readReply({ text }).kind).toBe('stop'));

  it.each(['stop was a mistake', 'I texted STOP by mistake', 'alto fue por error'])(
    'is taken back in %j',
    (text) => expect(readReply({ text }).kind).toBe('start'),
  );

  it('is held where it is neither', () => {
    expect(readAs('I did not say stop by mistake')).toBe('doubtful_stop: stop in doubt');
    expect(readAs('alto me equivoqué al aceptar')).toBe('doubtful_stop: stop and a mistake');
  });
});

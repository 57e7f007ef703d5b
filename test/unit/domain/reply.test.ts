import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meaningOf } from '../../../src/domain/reply.ts';

/** What each reply means; `stop?` is a stop with doubt, `yes 1234` a yes with a code. */
const replies: Record<string, string[]> = {
  stop: [
    'STOP',
    'Stop.',
    'stop!!!',
    ' stop \n',
    'STOP 🛑',
    'S.T.O.P.',
    'S T O P',
    'ＳＴＯＰ',
    'st\u200Bop',
    'stoppppp',
    'StopAll',
    'stop all',
    'QUIT',
    'End',
    'REVOKE',
    'OPT OUT',
    'opt-out',
    'Optout',
    'UNSUBSCRIBE',
    'unsub',
    'please stop',
    'Stop please',
    'STOP\n\nSent from my iPhone',
    'please stop texting me',
    'Who is this? stop',
    'No, stop.',
    'No. Stop texting me',
    'Can you please stop?',
    'I said STOP',
    'take me off your list',
    'Please take me off this list!',
    'remove my number from your system',
    'Remove me please',
    'no more texts',
    'No more reminders please',
    "don't text me again",
    'Do not contact me anymore',
    "Don't text me",
    'I told you don’t text me again',
    'I don’t want these messages',
    'I no longer want to receive your texts',
    'why don’t you stop texting me',
    'You never stop texting me',
    'how do I unsubscribe from this?',
    'I want to opt out of text messages',
    'I revoke my consent',
    'I withdraw my permission to be texted',
    'cancel my texts',
    'Cancel these text messages',
    'cancel my appointment reminders',
    'Can I stop getting these texts',
    'quit texting me',
    'stop it now',
    'Lose my number',
    'leave me alone',
    'Can’t make it tomorrow, and stop sending me reminders',
    'yes but please stop texting me',
    'Cease and desist',
    'Stop at once',
    'stop stop stop',
    'don’t bother me',
  ],
  'stop es': [
    'PARE',
    'paren',
    'No, paren.',
    'Alto',
    'BAJA',
    'basta',
    'ya no me manden mensajes',
    'Ya no me manden más mensajes, por favor',
    'deje de escribirme',
    'Dejen de mandarme mensajes',
    'no me escriban',
    'no quiero recibir mensajes',
    'ya no quiero que me manden mensajes',
    'No más mensajes',
    'quiten mi número de su lista',
    'denme de baja',
    'quiero darme de baja',
    'revoco mi consentimiento',
    'cancelar los mensajes',
    'déjenme en paz',
    'no me contacten más',
    'borre mi número',
  ],
  'stop?': [
    'CANCEL',
    'Cancel.',
    'please cancel',
    'Cancel, I moved away',
    'wrong number',
    'Sorry, you have the wrong number',
    'this is not my number',
    'I never signed up for this',
    'not interested',
    'This is spam',
    'enough',
    'no more',
    'sotp',
    'stop Ann',
    'you really must try to stop some day',
    'no texts please',
    'Please, no more',
    'Please do not text, call instead',
    'How do I stop this?',
    'My doctor told me to stop',
    'Don’t text me while I am at work',
  ],
  'stop? es': [
    'CANCELAR',
    'número equivocado',
    'Se equivocó de número',
    'no soy esa persona',
    'ya no, gracias',
    'no me interesa',
  ],
  unclear: [
    '',
    '🙂',
    "don't stop",
    'Please do not stop!',
    'don’t stop texting me',
    'I did not want to unsubscribe',
    'I never said stop',
    'thank you, don’t stop',
    "can't stop by today",
    "I'll stop by at 3",
    'Can I stop in tomorrow?',
    'I am at the bus stop',
    'I had to make one last stop',
    'cancel my appointment',
    'Please cancel my appt for Tuesday',
    'Cancel tomorrow',
    'please cancel, I can’t come',
    'Can I cancel?',
    'I need to cancel',
    'I need to cancel and reschedule',
    'can’t make it at 3pm, please cancel',
    'cancel my appointment text me a new time',
    'reschedule',
    "don't cancel my appointment",
    'should I stop taking the pills?',
    'the pain will not stop',
    'when should I stop eating before the surgery',
    'take me off the waiting list',
    'take me off the medication',
    'by the end of the day',
    'at the end text me',
    'I got no text from you',
    'you don’t text me anymore',
    'yes I will be there but a bit late',
    'Yes, see you then',
    'ok',
    'maybe',
    '1234',
    'YES 12345',
    'no I can’t',
    'help me with the bill',
    'What time is it?',
    'Please call me',
    'You can take me at 3?',
    'no paren',
    'No dejen de escribirme',
    'no cancelen mi cita',
    'quiero cancelar mi cita',
    'Sí, ahí estaré pero tarde',
    'no puedo ir mañana',
    'tengo la presión baja',
    'no me mande la factura por correo',
    'para el lunes',
  ],
  yes: ['YES', 'Yes!', ' yes ', 'Y', 'yes please', 'Yes, please.', 'YESSS', 'I agree', 'yes 👍'],
  'yes es': ['SI', 'SÍ', 'sí', 'Sí, por favor', '¡Sí!', 'Sí acepto'],
  'yes 1234': [
    'YES 1234',
    'yes, 1234',
    'Yes1234',
    '1234 yes',
    'Y 1234.',
    'yes code 1234',
    'YES #1234',
  ],
  'yes 0042 es': ['SI 0042', 'Sí, código 0042'],
  no: ['NO', 'No.', 'n', 'nope', 'No, thanks', 'I do not agree'],
  'no es': ['no gracias', 'No acepto'],
  'no 1234': ['NO 1234'],
  start: ['START', 'Unstop', 'start again'],
  'start es': ['empezar'],
  help: ['HELP', 'Help!', 'info', 'Who is this?', 'who are you'],
  'help es': ['AYUDA', '¿Quién es?'],
};

function say(text: string): string {
  const meaning = meaningOf(text);
  const doubt = meaning.kind === 'stop' && meaning.doubtful ? '?' : '';
  const code = 'code' in meaning && meaning.code !== undefined ? ` ${meaning.code}` : '';
  return `${meaning.kind}${doubt}${code}${meaning.locale ? ` ${meaning.locale}` : ''}`;
}

describe.each(Object.entries(replies))('%s', (meaning, texts) => {
  it.each(texts)('%j', (text) => expect(say(text)).toBe(meaning));
});

const always = ['stop', 'stopall', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe'];
const around = fc
  .array(
    fc.constantFrom(
      ...' \t\n.,;:!?…"\'“”()[]{}<>*/\\|_-–—#@$%&+=~^`´',
      '\u200B',
      '\u200D',
      '\uFEFF',
      '\u00A0',
      '\u00AD',
      '🛑',
      '👍🏽',
      '❤️',
      '1️⃣',
      '™',
      'ℹ️',
      '🇺🇸',
      '🅿️',
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

describe('whatever people type', () => {
  it('the words of the rule count in any case, with anything but letters and digits around them', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...always)
          .chain((word) => fc.tuple(fc.mixedCase(fc.constant(word)), around, around)),
        ([word, before, after]) => {
          expect(meaningOf(`${before}${word}${after}`).kind).toBe('stop');
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('a text has a meaning, and yes is never found inside a longer one', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 3_000 }), fc.string()),
        (text) => {
          expect(['yes', 'no', 'stop', 'start', 'help', 'unclear']).toContain(meaningOf(text).kind);
          expect(meaningOf(`yes ${text} xyz`).kind).not.toBe('yes');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('a very long text is read in no time', () => {
    const began = performance.now();
    for (const word of [
      'stop ',
      'no ',
      'dont ',
      'cancel my ',
      'why not stop ',
      'the text ',
      'no me ',
    ])
      meaningOf(word.repeat(20_000));
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

import { contradictsYes } from './answer-rules.ts';
import { asksForMore } from './restart.ts';
import { comma, type Word } from './words.ts';
import type { Tagged } from './tag.ts';

/**
 * Step 8 of reading a reply: a wish to be texted again. It lifts a stop, wherever the number was stopped, so it is read
 * as a yes is: only a reply that is nothing else. Every word counts against a closed list, and whatever asks, refuses,
 * mocks or threatens, in words nobody thought of, lifts nothing.
 */

/** By mistake: the earlier text, or one sent to us, was no wish to stop. */
const mistake =
  '(accidentally|accidently|by accident|by mistake|on accident|mistakenly|accident|mistake|error|didnt mean|did not mean|oops|pocket|por error|por accidente|sin querer|por equivocacion|me equivoque|no quise|no era mi intencion|accidente)';
const stopped =
  '(stop|stopped|unsubscribed?|opt(ed)? out|cancel(l?ed)?|parar?|pare|alto|baja|cancelar|cancele|desuscribir?)';
const againWords = '(again|back|otra vez|de nuevo|nuevamente)';
const texts =
  '(texts?|texting|messages?|messaging|msgs|reminders?|mensajes|recordatorios|textos|avisos)';

/** Somebody sent it. */
const sent =
  '(texted|text|sent|send|typed|hit|pressed|said|say|wrote|replied|reply|put|puse|mande|escribi|di|pique|oprimi)';

/**
 * A stop that was none: the one kind of sentence in which a "stop" or a "did not" speaks for texts. It says that the
 * stop was sent by mistake, or calls the stop itself one: "STOP it was a mistake", "stop, I got this by mistake" speak of
 * another mistake.
 */
const takenBack: readonly RegExp[] = [
  new RegExp(
    `\\b(accidentally|accidently|mistakenly|didnt mean to|did not mean to|didnt want to|never meant to|no quise|sin querer)( \\w+){0,2} ${stopped}\\b|\\b${mistake}( \\w+){0,3} ${sent}( \\w+){0,2} ${stopped}\\b|\\b${mistake} to (say )?${stopped}\\b`,
  ),
  new RegExp(
    `\\b${sent}( (in|the|a|word|el|un|a|en))* ${stopped}( (was|it|all|by|in|on|the|an|from|de|me|le|i))* ${mistake}\\b|\\b(i|we) (already |just |had |have )?${stopped}( (it|them|texts|messages|this|my|these|by|in|on|all|from|an|a))* ${mistake}\\b|\\b(desuscribir?|di de baja|pique a alto|pique a stop)( \\w+)? ${mistake}\\b`,
  ),
  new RegExp(
    `(^|\\b(the|my|that|this|last|earlier|el|mi|ese|lo de) )${stopped}( (text|message|reply|button|word|mensaje))? (was|is|fue|era)( (sent|an|a|my|all|just|un|mi|in|by|on|from))* ${mistake}\\b|\\b${mistake} lo de(l)? ${stopped}\\b`,
  ),
  new RegExp(
    `\\b(?!cancel cancel)(ignore|disregard|cancel|undo|forget|ignoren?|olviden?) (that|the|my|it|el|mi)? ?(last )?${stopped}\\b`,
  ),
  // Small ones mean nothing by it; of a grown one it must have been an accident.
  /\b(kids?|grandson|granddaughter|grandkid|baby|toddler|child|nephew|niece|cat|dog|year old|nieto|nieta|nina|nino|sobrino|bebe) (accidentally )?(must have )?(texted|sent|typed|hit|pressed|mando|puso|escribio) (stop|alto|parar)\b/,
  new RegExp(
    `\\b(son|daughter|hijo|hija|husband|wife|mom|esposo|esposa|mama) ((accidentally|must have) )*(texted|sent|typed|hit|pressed|mando|puso|escribio) (stop|alto|parar)( \\w+){0,3} ${mistake}\\b`,
  ),
  /\b(son|daughter|husband|wife|mom) (must have )?accidentally (texted|sent|typed|hit|pressed) stop\b/,
  /\b(sent|texted|meant to send) stop to (the wrong|someone else|somebody else|another)\b|\bstop era para otra\b/,
];

const again: readonly RegExp[] = [
  /^(please |pls |por favor )?(start|restart|resume|unstop|reinstate|start start|optin|opt in|activar|activen|reiniciar|iniciar|empezar|reanudar)( (start|again|please|pls|por favor|de nuevo|otra vez|now|\d{4}|me|my texts|the texts|my messages|texts|messages|mensajes|los mensajes|texting|sending|messaging))*$/,
  new RegExp(
    `^(please )?(start|resume|restart|continue|keep|keep on|begin|go back to) (getting |sending |the |my |your |me |appointment |appt )*${texts}( me)?( \\w+){0,4}$`,
  ),
  new RegExp(
    `^(please |you (can|may) |ok (to )?|pls |can you |could you |yes )*(text|message|send|contact|msg) me( \\w+){0,3} ${againWords}( please| pls| thanks| thank you)*$`,
  ),
  new RegExp(
    `\\b(want|like|quiero|quisiera)( to)?( (get|receive|start|recibir|volver a|the|my|your|los|getting|receiving))* ${texts}( \\w+){0,2} ${againWords}\\b`,
  ),
  new RegExp(
    `\\bturn( (the|my|them|it|these))*( ${texts})? (back on|on again|on)\\b( please| again)*$`,
  ),
  new RegExp(
    `^((i |id |i would |please |can i |could i |want |like |to |have |get |give me |me )+(my |the |your )?${texts} (back|again)|(my |the )?${texts} back)( please| on| thanks)*$`,
  ),
  /\b(re ?)?(subscribe|enroll|sign|add) (me|us|my number)( back)?( up| on| in)?( again| back)\b/,
  /\b(opt|sign|put|add) (me|my number) (back )?(in|on|up)( again)?( please)?$|\b(opt|sign|put|add) (me|my number)? ?back( (in|on|up|to))?\b|\b(want|like) to opt (back )?in\b/,
  /\b(un ?stop|resubscribe|re subscribe|unblock me|reactivate)\b|^(please )?start (over|again)( please)?$|\bkeep (them|the texts|the messages|texts|messages) coming\b|\b(changed my mind|cambie de opinion).{0,20}\b(text|send|start|manden\w*|envien\w*|quiero)\b/,
  /\b(reanud\w+|reactiv\w+|vuelvan(me)? a (mandar|enviar|escribir)\w*|vuelva a (mandar|enviar|escribir)\w*|sig(a|an|ue) (mandando|enviando|escribiendo)\w*|quiero (volver a|seguir) recib\w+|(darme|denme|deme) de alta|suscrib(ir|an|a|anme|ame|irme)( de nuevo| otra vez)?)\b/,
  new RegExp(
    `^(por favor )?(manden|mande|envien|envie|escriban|ponganme|pongan|activen|empiecen|empezar)(me)?( \\w+){0,3} ${againWords}( \\w+){0,4}$`,
  ),
];

/** "Stop, the message was sent by mistake", "stop by mistake you text me": asks for a stop, and says why. */
export function stopsOverMistake(plain: string): boolean {
  return overMistake.test(withoutCourtesy(plain));
}

const overMistake = new RegExp(
  `^(please |pls |just |por favor |oh |oops )*${stopped} ((it|its|this|that|thats|these|your|you|u|they|the|este|esto|ese|eso|me|estos|sus)\\b.*${mistake}\\b|${mistake} (you|u|your|me|they)\\b)`,
);

/** A sentence that calls a stop a mistake, though not in so many words that it lifts one. */
export function speaksOfMistakenStop(plainSentences: readonly string[]): boolean {
  return plainSentences.some((sentence) =>
    takenBack.some((pattern) => pattern.test(withoutCourtesy(sentence))),
  );
}

/** A sentence that may ask for texts again; whether the whole reply does is said by {@link isWholeStart}. */
export function asksToStart(plainSentences: readonly string[]): boolean {
  return plainSentences.some(
    (sentence) =>
      !/\b(dont|do not|never|no|not|nunca|jamas|ya no) (me )?(start|resume|text|send|keep|continue|vuelvan?|sigan?|manden|mande|envien|escriban|quiero)\b/.test(
        sentence,
      ) && [...takenBack, ...again].some((pattern) => pattern.test(withoutCourtesy(sentence))),
  );
}

/** "Hi, start please, thank you very much". */
const withoutCourtesy = (sentence: string): string =>
  sentence.replace(courtesyBefore, '').replace(courtesyAfter, '');

const courtesyBefore =
  /^((hi|hello|hey|oops|whoops|sorry|ok|okay|yes|yeah|yep|sure|please|hola|si|claro|perdon|perdone|disculpe|por favor) )+(?=.)/;
const courtesyAfter =
  /( (thanks|thank you|thx|ty|very much|so much|please|gracias|muchas gracias|por favor|porfavor|porfa))+$/;

/**
 * The whole reply asks for texts again, or takes a stop back, and nothing else (restart.ts): no question mark, no mocking
 * picture, no stop of a visit.
 */
export function isWholeStart(sentences: readonly Tagged[], typed: string): boolean {
  return (
    !sentences.some(({ plain }) => cancelsVisit.test(plain)) &&
    !contradictsYes(typed) &&
    asksForMore(sentences.map(({ plain }) => plain)) &&
    sentences.every((sentence) => !ordersStop(sentence))
  );
}

/** "I accidentally cancelled my appointment": what was cancelled is no text. */
const cancelsVisit =
  /\b(cancel\w*|stop\w*)( (my|the|an?|our|that|this|mi|la|el|una?|su))* (appointments?|appts?|apt|visits?|booking|bookings|citas?|consultas?|session|checkup)\b(?! (texts?|messages?|reminders?|notices?|alerts?))/;

/** "Hello, STOP, that was an accident": the stop is an order, and the accident is another one. */
function ordersStop({ words }: Tagged): boolean {
  const written = withCommas(words);
  return orderedBefore.test(written) || orderedAfter.test(written);
}

const withCommas = (words: readonly (readonly Word[])[]): string =>
  words
    .flat()
    .map(({ text }) => text)
    .join(' ')
    .replaceAll(` ${comma}`, comma);

/** "Hello, STOP, that was an accident": an order, and then something else. */
const orderedBefore = new RegExp(
  `(^|, )((please|pls|just|por favor|oh|oops|hello|hi|hey|hola|ok|okay|sorry|yes|no) )*${stopped},`,
);

/** "That was an accident, stop": an order at the end. */
const orderedAfter = new RegExp(
  `, (please |pls |just |por favor )*${stopped}( (it|please|now|thanks|thank you|ya|por favor|gracias|all|texting( me)?))*$`,
);

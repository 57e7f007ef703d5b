import type { Locale } from './locale.ts';

/**
 * Replies that are nothing but a known word or two, as `normalise` leaves them: lower case, no accents, no punctuation,
 * single spaces. In English these always count, whatever case, punctuation or emoji is around them:
 *   47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe
 *   CTIA Messaging Principles, 5.1.3: stop, stopall, end, cancel, unsubscribe, quit; HELP must be answered
 */

export type WordKind = 'stop' | 'doubtful_stop' | 'start' | 'help' | 'yes' | 'no';

const words: Record<Locale, Record<WordKind, string>> = {
  en: {
    stop: `stop | stopall | stop all | stop it | stop this | stop now | stop please | please stop | pls stop | just stop
      | quit | quit it | end | revoke | opt out | optout | opt me out | unsubscribe | unsubscribe me | unsub | remove me
      | take me off`,
    // People text CANCEL to cancel an appointment; the law counts it as a stop. The rest is mistyped or short.
    doubtful_stop: `cancel | please cancel | cancel please | cancel it | cancel this | cancel all | canceled | cancelled
      | stopp | sotp | stpo | remove | enough | no more | go away | wrong person | wrong number | not me`,
    start: `start | unstop | start over | start again | resume | subscribe`,
    // Somebody who asks who writes is told what HELP tells.
    help: `help | info | who is this | whos this | who dis | who are you | who is it`,
    // Nothing vaguer: what is no plain yes is no consent.
    yes: `yes | y | yes please | yes pls | yes thanks | yes thank you | yes i agree | yes i accept | yes i consent
      | i agree | i accept | i consent`,
    no: `no | n | nope | no thanks | no thank you | i decline | i do not agree | i dont agree`,
  },
  es: {
    stop: `parar | pare | paren | pare por favor | paren por favor | por favor paren | stop por favor | alto | baja
      | ya paren | darme de baja | dar de baja | basta | ya basta | no mas mensajes | detener | revocar`,
    doubtful_stop: `cancelar | cancele | cancelen | cancelar por favor | no mas | ya no | ya no gracias | terminar
      | numero equivocado | equivocado | no soy yo`,
    start: `empezar | comenzar | iniciar | reanudar`,
    help: `ayuda | informacion | quien es | quien eres | quien habla | quien escribe`,
    yes: `si | si por favor | si gracias | si claro | claro que si | si acepto | si estoy de acuerdo | acepto | estoy de acuerdo`,
    no: `no gracias | no acepto | no quiero`,
  },
};

export type KnownWord = { kind: WordKind; locale: Locale };

export const knownWords: ReadonlyMap<string, KnownWord> = new Map(
  (Object.keys(words) as Locale[]).flatMap((locale) =>
    (Object.keys(words[locale]) as WordKind[]).flatMap((kind) =>
      list(words[locale][kind]).map((word): [string, KnownWord] => [word, { kind, locale }]),
    ),
  ),
);

/** Those that also count as one sentence among others ("Who is this? Stop."). Short, common words do not. */
export const sentenceWords: ReadonlySet<string> = new Set(
  list(`stop | stopall | stop all | stop it | stop this | stop now | please stop | stop please | just stop | quit it
    | revoke | opt out | optout | unsubscribe | unsub | remove me | take me off | quit
    | pare | paren | pare por favor | paren por favor | por favor paren | basta | ya basta`),
);

function list(text: string): string[] {
  return text.split('|').map((word) => word.trim());
}

import { isKeySlip, slipsBetween } from './spelling.ts';

/**
 * Step 5 of reading a reply: a reply that is one known word. These always count, whatever case, punctuation or emoji is
 * around them:
 *   47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe
 *   CTIA Messaging Principles, 5.1.3: stop, stopall, end, cancel, unsubscribe, quit; HELP must be answered
 *   Plivo's own lists (docs: DND service); and their Spanish
 */
type Keyword = 'doubtful' | 'stop' | 'cancel' | 'start' | 'help' | 'yes' | 'no';

/** "Ya déjenme": to be left, in peace or not; "déjenme ver" is another matter. */
const leaveMe = ['dejenme', 'dejeme', 'dejennos', 'dejenos']
  .flatMap((form) => [form, `ya ${form}`, `${form} ya`])
  .join(' | ');

const keywords: Record<Keyword, string> = {
  stop: `stop | stop1 | stopall | stop all | quit | end | end all | revoke | opt out | optout | unsubscribe | unsub | remove | td | arret | halt
    | alto | salir | ya no mas | pare | paren | parar | baja | detener | revocar | desuscribir | basta
    | ya dejen | dejen ya | me dejen | ${leaveMe}`,
  // People text CANCEL to cancel an appointment; the law counts it as a stop.
  cancel: 'cancel | cancelar',
  start:
    'start | opt in | optin | unstop | resume | restart | subscribe | empezar | comenzar | iniciar | reanudar',
  help: 'help | info | ayuda | informacion',
  // Ordinary words that a phone may have made of a stop, and "do not text" in short.
  doubtful:
    'para | stops | stoops | stopper | stoppage | tops | spot | opts | stopping | dnt | dnc',
  yes: 'yes | y | si',
  no: 'no | n',
};

const known = new Map(
  Object.entries(keywords).flatMap(([kind, list]) =>
    list.split('|').map((word) => [word.trim(), kind as Keyword] as const),
  ),
);

export function keywordOf(words: string): Keyword | undefined {
  const whole = known.get(words);
  if (whole !== undefined || !torn.test(words)) return whole;
  const joined = known.get(words.replaceAll(' ', ''));
  // "Y es" is Spanish.
  return joined === 'yes' ? undefined : joined;
}

/** "s top", "un subscribe": a key too many. */
const torn = /^[a-z]{1,3} [a-z]{1,9}( [a-z]{1,9})?$/;

const spanishKeywords =
  /^(alto|pare|paren|parar|baja|detener|revocar|desuscribir|basta|cancelar|empezar|comenzar|iniciar|reanudar|ayuda|informacion|si|(ya |me )?deje\w*( ya)?)$/;

export function isSpanishKeyword(words: string): boolean {
  return spanishKeywords.test(words);
}

/** Misspelt by one slip, a reply of one word is still that word; an ordinary word is only in doubt. */
const misspelt = [
  'alto',
  'paren',
  'parar',
  'stop',
  'quit',
  'cancel',
  'revoke',
  'optout',
  'stopall',
  'unsubscribe',
  'detener',
  'cancelar',
] as const;

const ordinaryWords = new Set(
  `step shop top stoop atop sop slop swop stow stopy drop crop prop strop soup stomp spot post pots stops stopped
  quite quiet suit quid quilt quip unit quits cancer camel candle cancels revoked evoke topo sopa tope tipo copo solo
  alta auto salto alton harto alter also alts tops spot stoops stopper opts
  spa sip tap tip sap soap snap slap slip ship skip stoops stoppage stopping opt`.split(/\s+/),
);

/** Within one slip of a keyword, and never it. */
const notMeant = new Set([
  'resubscribe',
  'subscribe',
  'cancer',
  'quite',
  'quiet',
  'suit',
  'unit',
  'parte',
  'paro',
  'padre',
  'para',
  'pared',
  'parada',
  'canto',
  'pagar',
  'pasar',
]);

type Misspelt = { kind: 'stop' | 'cancel' | 'doubtful' };

export function misspeltKeyword(word: string): Misspelt | undefined {
  if (/^op{1,2}[a-z]{0,3} ?out$/.test(word) || slipsBetween(word, 'opt out', 2) <= 1)
    return { kind: 'stop' };
  if (word.includes(' ')) return undefined;
  const letters = word.replaceAll('0', 'o').replaceAll('5', 's').replaceAll('7', 't');
  // "sttoopp", "dtopp"
  return misspeltAs(letters) ?? misspeltAs(letters.replaceAll(/(.)\1/g, '$1'));
}

function misspeltAs(letters: string): Misspelt | undefined {
  if (notMeant.has(letters)) return undefined;
  for (const keyword of misspelt) {
    const meant = { kind: keyword.startsWith('cancel') ? 'cancel' : 'stop' } as const;
    const allowed = keyword.length > 8 ? 3 : 1;
    if (slipsBetween(letters, keyword, allowed) > allowed) continue;
    // "Stoop" and "Atop" may be meant as such, and so may "Stob": the key is far from the one that was meant.
    if (ordinaryWords.has(letters))
      return keyword === 'stop' || keyword === 'alto' ? { kind: 'doubtful' } : undefined;
    return keyword.length === 4 && !isKeySlip(letters, keyword) ? { kind: 'doubtful' } : meant;
  }
  return undefined;
}

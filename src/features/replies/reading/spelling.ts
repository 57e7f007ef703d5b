import { isKnown } from './lexicon.ts';

/**
 * Spelling, bounded: a word is corrected only to one of the words below, only by one slip (two in a long word), and
 * never where it is an ordinary word itself.
 */

/** Worth correcting: the words that carry a stop, and those that they take as an object. */
const corrections = [
  'unsubscribe',
  'unsubscribed',
  'messages',
  'message',
  'texting',
  'messaging',
  'reminders',
  'notifications',
  'consent',
  'permission',
  'remove',
  'delete',
  'contact',
  'contacting',
  'sending',
  'receive',
  'please',
  'number',
  'anymore',
  'again',
  'phone',
  'authorize',
  'withdraw',
  'revoke',
  'discontinue',
  'subscription',
  'wrong',
  'stopped',
  'cancel',
  'alerts',
  'mensajes',
  'mensaje',
  'numero',
  'equivocado',
  'desuscribir',
  'desuscribirme',
  'recibir',
  'telefono',
  'manden',
  'mandarme',
  'recordatorios',
  'autorizo',
  'permiso',
  'quiero',
  'cancelar',
  'detener',
  'enviar',
  'escriban',
  'molesten',
  'texts',
  'text',
  'harassing',
  'harassment',
  'annoying',
  'bothering',
  'notification',
] as const;

/** Four letters leave little to go by: one slip of the hand, and only the two words that matter most. */
const shortCorrections = ['stop', 'text'];

/** "Txtng", "mssgs", "rmndrs": written without its vowels. */
const withoutVowels: ReadonlyMap<string, string> = new Map(
  corrections
    .map((word) => [consonantsOf(word), word] as const)
    .filter(([consonants]) => consonants.length >= 4),
);

function consonantsOf(word: string): string {
  return word.replaceAll(/(?<!^)[aeiou]/g, '').replaceAll(/(.)\1+/g, '$1');
}

/** Ordinary words within reach of those above. */
const ordinary = new Set(
  `massage massages testing contract contracting contest context content contents constant convent convert resent recent removed
  remover remote deleted deleter delegate plead pleased pleas lumber slumber umber number numbers amnesty agin aging gain agains against
  phony phones photo prone wring wrung throng strong prong cancer cancels cancelled cancels candle chancel camel alters alert albert
  alarms permissions mention mending sealing seeding sensing spending lending bending ending sanding reception receiver received recipe
  deceive relieve retrieve perceive authored author authorizes withdrew withdrawn evoke provoke invoke revoked continue discontinued
  prescription description inscription mensual mensuales mandan mandar mandaron numeros equivocada permitir permisos quieto quiere quieren
  enviado enviar escribano molestan mensajero recibo recibos texas tests text taxes exits tests tents wrongly step contacts contacted
  massaging passage passages sausages messy testy lexing taxing vexing next stopper stooped shopped chopped dropped reminder reminded
  notification consents consented consequent anywhere anyone animal canceled
  step shop top stoop atop sop slop swop stow drop crop prop strop soup stomp spot post pots stops ship skip test next tent exit
  escriben escribes escribo subscribe subscribed subscribes subscribing subscription subscriptions resubscribe resubscribed
  deauthorize deauthorized unauthorize unauthorized reauthorize disauthorize desautorizo desautorizar unauthorise deauthorise
  suscribi suscribo suscrito suscrita suscripcion
  tests texts extra taxi tex exist sexy teeth teat test tend tens team tee best rest west nest vest pest jest lest soap snap step
  both too took tool toy loop lots sport store story stood stock stone slot shot spit split stir stay star stab stem spa say`.split(
    /\s+/,
  ),
);

/** "Sttopp", "altoo", "parren": known by their letters alone. */
const doubled = new Set([
  'stop',
  'dont',
  'quit',
  'alto',
  'pare',
  'paren',
  'parar',
  'basta',
  'baja',
]);

/** The word itself, or the one that it was meant to be. */
export function spelled(word: string): string {
  if (word.length < 4 || word.length > 16 || isKnown(word) || ordinary.has(word) || /\d/.test(word))
    return word;
  if (isUnsubscribe(word)) return 'unsubscribe';
  const bare = /^.[^aeiou]+$/.test(word) ? withoutVowels.get(consonantsOf(word)) : undefined;
  if (bare !== undefined) return bare;
  if (isStopInDisorder(word)) return 'stop';
  // "Buggin", "sendin"
  if (/[a-z]{3}in$/.test(word) && isKnown(`${word}g`)) return `${word}g`;
  const single = word.replaceAll(/(.)\1+/g, '$1');
  if (doubled.has(single)) return single;
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of word.length < 5 ? shortCorrections : corrections) {
    const allowed = candidate.length >= 8 ? 2 : 1;
    const slips = slipsBetween(word, candidate, allowed);
    if (candidate.length === 4 && !isKeySlip(word, candidate)) continue;
    if (slips <= allowed && slips < least) [best, least] = [candidate, slips];
  }
  return best ?? word;
}

/** "Sopt": the right keys in a wrong order. */
function isStopInDisorder(word: string): boolean {
  return /^s[top]{3}$/.test(word) && new Set(word).size === 4;
}

/** No other English word begins and sounds like it: whatever is close to it was meant to be it. */
function isUnsubscribe(word: string): boolean {
  return (
    /^[uni]{1,2}[nm]?[a-z]{0,2}[sc]/.test(word) &&
    ['unsubscribe', 'unsubscribed', 'unsubscribing'].some(
      (form) => slipsBetween(word, form, 3) <= 3,
    )
  );
}

const pieces = new Set(
  `stop end quit cancel unsubscribe text texting texts message messages messaging msg msgs sms me us please pls now it this all
  txt txting sending no more remove delete opt out dont don my number 2 4 to thanks thank you yes i agree from list off contact contacting the these them messaging receiving getting
  mas mensajes no pare paren favor por ya basta de mandar`.split(/\s+/),
);

/** "stoptextingme", "stop2quit", "nomoretexts": several words without a space between. */
export function glued(word: string): string[] | undefined {
  return takenApart(word) ?? takenApart(word.replaceAll(/(.)\1+/g, '$1'));
}

function takenApart(word: string): string[] | undefined {
  if (word.length < 5 || word.length > 40 || isKnown(word) || ordinary.has(word)) return undefined;
  const ways: (string[] | undefined)[] = [[]];
  for (let end = 1; end <= word.length; end += 1)
    for (let start = 0; start < end; start += 1) {
      const before = ways[start];
      const piece = word.slice(start, end);
      if (!before || !pieces.has(piece)) continue;
      ways[end] ??= [...before, piece];
    }
  const words = ways[word.length];
  // What is no request ("notme", "alltome") is not taken apart.
  if (!words?.some((piece) => requests.has(piece))) return undefined;
  return words.map((piece) => readAs[piece] ?? piece);
}

const readAs: Readonly<Record<string, string>> = { 2: 'to', 4: 'for', don: 'dont' };

const requests = new Set([
  'stop',
  'end',
  'quit',
  'cancel',
  'unsubscribe',
  'remove',
  'delete',
  'opt',
  'texting',
  'texts',
  'messages',
  'mensajes',
  'pare',
  'paren',
  'basta',
  'yes',
  'dont',
  'don',
]);

/** Keys that lie beside each other on a phone's keyboard. */
const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/** A letter twice, left out, exchanged with the next or beside it on the keyboard; not any other letter. */
export function isKeySlip(word: string, keyword: string): boolean {
  if (word.length < keyword.length) return true;
  if (word.length === keyword.length) {
    const wrong = word
      .split('')
      .map((letter, at) => [letter, keyword[at]!] as const)
      .filter(([a, b]) => a !== b);
    return wrong.length === 2 || wrong.every(([a, b]) => areNeighbours(a, b));
  }
  // "Stopm": the whole word, and a key too many.
  if (word.startsWith(keyword)) return true;
  const extra = word.split('').findIndex((letter, at) => letter !== keyword[at]);
  const beside = [word[extra - 1], word[extra + 1]];
  return beside.some((letter) => letter !== undefined && areNeighbours(letter, word[extra]!));
}

function areNeighbours(a: string, b: string): boolean {
  const [rowA, rowB] = [
    rows.findIndex((row) => row.includes(a)),
    rows.findIndex((row) => row.includes(b)),
  ];
  if (rowA < 0 || rowB < 0) return false;
  const [atA, atB] = [rows[rowA]!.indexOf(a) + rowA / 2, rows[rowB]!.indexOf(b) + rowB / 2];
  return Math.abs(rowA - rowB) <= 1 && Math.abs(atA - atB) <= 1;
}

/**
 * Slips of the hand that lead from one word to the other: a letter more, less, another one, or two exchanged (optimal
 * string alignment distance). `atMost + 1` where there are more.
 */
export function slipsBetween(a: string, b: string, atMost: number): number {
  if (Math.abs(a.length - b.length) > atMost) return atMost + 1;
  let twoAgo: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let slips = Math.min(before[j]! + 1, row[j - 1]! + 1, before[j - 1]! + (same ? 0 : 1));
      // Before the first letter is none, which equals no other.
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        slips = Math.min(slips, twoAgo[j - 2]! + 1);
      row.push(slips);
    }
    if (Math.min(...row) > atMost) return atMost + 1;
    [twoAgo, before] = [before, row];
  }
  return Math.min(before[b.length]!, atMost + 1);
}

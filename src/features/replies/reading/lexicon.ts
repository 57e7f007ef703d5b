import { english } from './lexicon-en.ts';
import { spanish } from './lexicon-es.ts';

/**
 * Step 4 of reading a reply: what kind of word each word is. The rules speak of kinds ("not contact me"), so that a
 * rule holds for every verb, object and politeness of both languages at once. A word of no kind is `other`: most rules
 * for a clear stop do not reach across one, and no yes holds beside one.
 */
export const wordClasses = [
  /** stop, quit, cease, parar, dejen de: ends what follows. */
  'stop',
  /** end, cancel, alto, basta: a stop only where nothing else is said. */
  'alone',
  /** stopped, ended: how things should be, or how they are. */
  'ended',
  /** unsubscribe, opt out, darme de baja */
  'optout',
  /** remove, delete, borrar */
  'remove',
  /** quitenme, borrenme: a removal with its object */
  'removeme',
  /** revoke, withdraw, retiro */
  'revoke',
  /** consent, permission, autorizo */
  'consent',
  /** text, message, write, send, contact, mandar, escribir */
  'contact',
  /** call, phone, llamar: contact by another way. */
  'call',
  /** texts, messages, reminders, mensajes */
  'texts',
  /** me, us */
  'me',
  /** him, her, them, my wife: somebody else. */
  'them',
  /** list, database, subscription */
  'list',
  /** don't, never, no, no longer */
  'not',
  /** can't, cannot */
  'cannot',
  /** not allowed to, have no right to, must not: forbids, whatever its subject. */
  'forbidden',
  /** didn't, won't, isn't: says how things are, not what to do. */
  'didnt',
  /** I'm not: giving, wanting */
  'amnot',
  'never',
  /** no more */
  'nomore',
  /** cancel: a visit as often as the texts */
  'cancel',
  /** take, lose, block: a removal only with what is removed. */
  'take',
  /** my number, this phone, my name */
  'number',
  /** while, until, before: limits when, not whether. */
  'time',
  /** months ago, last week: when something was. */
  'past',
  /** surveys, bills, about my son: some of the texts. */
  'part',
  'tired',
  /** decline, refuse, zero: with texts, a stop. */
  'decline',
  /** "this is she", "you have the right person" */
  'she',
  /** is fine, happy to: agrees beside a yes, and is none alone. */
  'fine',
  /** I understand: allows nothing by itself. */
  'understand',
  /** do not disturb: a phone's mode as often as a wish */
  'dnd',
  /** opt out of: of what? */
  'optof',
  /** I agree, you have my permission, adelante */
  'agree',
  /** want, wish, like, quiero */
  'want',
  /** get, receive, recibir */
  'get',
  /** enough, tired of, sick of, harto de */
  'enough',
  /** more, again, anymore, más */
  'more',
  /** off, from, out of */
  'from',
  'or',
  'and',
  'comma',
  'you',
  'i',
  /** it, this, that */
  'it',
  /** can, could, would, will, need to, have to */
  'aux',
  /** is, are, am, was */
  'be',
  /** how, cómo */
  'how',
  /** what, who, when, where, qué */
  'ask',
  'why',
  /** said, told, replied, texted: reports a word. */
  'say',
  /** to, at, by, for, in, with */
  'prep',
  /** appointment, tomorrow, 3pm, reschedule */
  'visit',
  /** appointment, billing: says which texts, or names the visit itself. */
  'topic',
  /** these, those, them: the texts, where nothing else is named. */
  'these',
  /** pills, medication, taking, smoking, bleeding */
  'care',
  /** if, unless, only, but, except: a condition. */
  'if',
  /** instead, rather */
  'instead',
  'but',
  'yes',
  'no',
  /** ok, sure, yeah, claro: agrees, but is no plain yes. */
  'okay',
  'start',
  'help',
  /** wrong number, wrong person */
  'wrong',
  'spam',
  /** by mistake, accidentally */
  'mistake',
  /** this is, it's me, soy: before a name. */
  'iam',
  /** the word for it */
  'codeword',
  /** four digits: a code */
  'code',
  /** any other number */
  'digits',
] as const;
export type WordClass = (typeof wordClasses)[number];

/** `filler`: says nothing for any rule (please, the, thanks, really) and is passed over. */
export type Lexicon = Partial<Record<WordClass | 'filler', string>>;

export type Entry = { kind: WordClass | 'filler'; length: number };

/** Words of the longest entry. */
const longest = 8;

type Locale = 'en' | 'es';
const dictionaries: Record<Locale, ReadonlyMap<string, Entry>> = {
  en: dictionary(english),
  es: dictionary(spanish),
};

function dictionary(lexicon: Lexicon): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const kind of ['filler', ...wordClasses] as const)
    for (const phrase of (lexicon[kind] ?? '').split('|')) {
      const words = phrase.trim().split(/\s+/);
      const text = words.join(' ');
      if (text !== '' && !entries.has(text)) entries.set(text, { kind, length: words.length });
    }
  return entries;
}

const ownOnly: ReadonlySet<Entry['kind']> = new Set(['iam', 'if', 'aux', 'ask']);
/** Spanish words that are others in English. */
const falseFriends = new Set([
  'sale',
  'va',
  'dale',
  'a',
  'he',
  'se',
  'come',
  'me',
  'once',
  'come',
  'fin',
  'largo',
  'van',
  'na',
]);

/** The longest entry that begins at a word, of the sentence's own language before the other. */
export function entryAt(words: readonly string[], at: number, locale: Locale): Entry | undefined {
  const other = locale === 'en' ? 'es' : 'en';
  for (let length = Math.min(longest, words.length - at); length > 0; length -= 1) {
    const text = words.slice(at, at + length).join(' ');
    const entry = dictionaries[locale].get(text);
    if (entry) return entry;
    // Both languages are mixed freely, but "sale" and "name" are no Spanish yes and no English one.
    const borrowed = dictionaries[other].get(text);
    if (borrowed && !ownOnly.has(borrowed.kind) && !falseFriends.has(text)) return borrowed;
  }
  return undefined;
}

/**
 * Spanish as it sounds: b and v, s and z and soft c, qu and k, ll and y, i and y are the same, h is silent. "Canselen",
 * "reciviir" and "kiten" are spelt by ear.
 */
function sound(word: string): string {
  return word
    .replaceAll('ch', 'x')
    .replaceAll('h', '')
    .replaceAll('v', 'b')
    .replaceAll('ll', 'y')
    .replaceAll(/qu(?=[ei])/g, 'k')
    .replaceAll(/c(?=[ei])|z/g, 's')
    .replaceAll('c', 'k')
    .replaceAll(/n(?=[bp])/g, 'm')
    .replaceAll(/(.)\1+/g, '$1');
}

const bySound = new Map(
  [...dictionaries.es.keys()]
    .filter((text) => /^[a-z]{5,}$/.test(text))
    .toReversed()
    .map((text) => [sound(text), text]),
);

/** The Spanish word that sounds like this one. */
export function heardAs(word: string): string | undefined {
  return word.length < 5 ? undefined : bySound.get(sound(word));
}

export function isKnown(word: string): boolean {
  return dictionaries.en.has(word) || dictionaries.es.has(word);
}

/** The language with more words that only it has; English where nothing tells. */
export function languageOf(words: readonly string[]): Locale {
  let spanishWords = 0;
  for (const [at] of words.entries()) {
    const [en, es] = [startsIn('en', words, at), startsIn('es', words, at)];
    spanishWords += (es && !en ? 1 : 0) - (en && !es ? 1 : 0);
  }
  return spanishWords > 0 ? 'es' : 'en';
}

function startsIn(locale: Locale, words: readonly string[], at: number): boolean {
  // A word alone is Spanish where only Spanish has it ("fin").
  const isTold = words.length === 1 || !falseFriends.has(words[at]!);
  return isTold && dictionaries[locale].has(words[at]!);
}

const answers: ReadonlySet<Entry['kind']> = new Set([
  'stop',
  'alone',
  'optout',
  'remove',
  'cancel',
  'contact',
  'not',
  'never',
  'nomore',
  'yes',
  'no',
  'okay',
  'agree',
  'start',
  'help',
  'wrong',
  'spam',
  'want',
  'enough',
  'tired',
  'decline',
]);

/** A word that may answer us, in either language. */
export function isAnswer(word: string): boolean {
  return [dictionaries.en.get(word), dictionaries.es.get(word)].some(
    (entry) => entry !== undefined && answers.has(entry.kind),
  );
}

import { glued, slipsBetween, spelled } from './spelling.ts';
import { entryAt, heardAs, isKnown, languageOf, wordClasses, type WordClass } from './lexicon.ts';
import { comma, type Sentence, type Word } from './words.ts';

/** A sentence as the rules see it: one letter per word, the letter of its class; fillers are gone. */
export type Tagged = {
  letters: string;
  /** For each letter, the words as written. */
  words: readonly (readonly Word[])[];
  question: boolean;
  locale: 'en' | 'es';
  /** The fillers, which most rules pass over. */
  fillers: readonly string[];
  /** All words as a dictionary has them, one space apart; for the phrases that are no grammar. */
  plain: string;
};

type Kind = WordClass | 'other' | 'please';

const asks: ReadonlySet<string> = new Set([
  'please',
  'pls',
  'plz',
  'plse',
  'por',
  'porfavor',
  'porfa',
  'favor',
]);
const requested: ReadonlySet<Kind | undefined> = new Set<Kind | undefined>([
  'stop',
  'alone',
  'optout',
  'remove',
  'take',
  'not',
  'cancel',
]);

/** One letter per class: out of the way of everything that means something in a pattern. */
const letterOf = new Map<string, string>(
  [...wordClasses, 'other'].map((name, at) => [name, String.fromCodePoint(0x4e00 + at)]),
);

const nameOf = new Map([...letterOf].map(([name, letter]) => [letter, name]));

/** The class that a letter of a tagged sentence means. */
export function className(letter: string): string {
  return nameOf.get(letter)!;
}

/** "not (contact|call) me?" as a pattern over letters: names of classes, and regular-expression syntax. */
export function classes(pattern: string, flags = ''): RegExp {
  const letters = pattern
    // A group that keeps nothing: `oneAfterAnother` counts on being the only one that does.
    .replaceAll(/\((?!\?)/g, '(?:')
    .replaceAll(/[a-z]+/g, (name) => {
      const letter = letterOf.get(name);
      if (letter === undefined) throw new Error(`no word class: ${name}`);
      return letter;
    })
    .replaceAll(/\s/g, '');
  return new RegExp(letters, `u${flags}`);
}

/**
 * Any of the alternatives, one after another, as often as they follow; the longest first, since a match is never
 * retried in another way. Without this, alternatives with a common beginning are tried in every combination: the time
 * doubles with each word, and one long text stops the process. Once in a pattern.
 */
export function oneAfterAnother(alternatives: string): string {
  return `(?:(?=(?<A>${alternatives}))\\1)*`;
}

export function tag(sentence: Sentence): Tagged {
  const source = sentence.words.flatMap((word, at) => corrected(word, sentence.words[at + 1]));
  const texts = source.map(({ text }) => text);
  const locale = languageOf(texts);
  const tokens: { kind: Kind; words: readonly Word[] }[] = [];
  const fillers: string[] = [];
  for (let at = 0; at < source.length;) {
    const entry = entryAt(texts, at, locale);
    const length = entry?.length ?? 1;
    const words = source.slice(at, at + length);
    const kind = isNamed(words, source[at + 1]) ? 'other' : (entry?.kind ?? kindOf(texts[at]!));
    // "Not my doctor please stop": a please in the middle begins a request.
    if (kind === 'filler') fillers.push(words.map(({ text }) => text).join(' '));
    if (kind !== 'filler') tokens.push({ kind, words });
    else if (tokens.length > 0 && asks.has(texts[at]!)) tokens.push({ kind: 'please', words });
    at += length;
  }
  const kinds = tokens.map(({ kind, words }, at) => {
    const next = tokens[at + 1]?.kind;
    // "No, gracias" says no; "no manden" negates.
    if (kind === 'not' && words.at(-1)!.text === 'no' && ends(next)) return 'no';
    // "Cancel my appointment, text me": names the visit.
    if (kind === 'topic' && next === 'contact' && tokens[at + 2]?.kind === 'me') return 'visit';
    // "Yes, please do" agrees; "please do stop" only asks.
    if (kind === 'aux' && next === undefined && words[1]?.text === 'do') return 'fine';
    return inPlace(kind, next);
  });
  const kept = tokens
    .map((token, at) => ({ ...token, kind: kinds[at] }))
    .filter(({ kind }) => kind !== undefined);
  return {
    letters: kept.map(({ kind }) => letterOf.get(kind!)!).join(''),
    words: kept.map(({ words }) => words),
    fillers,
    question: sentence.question,
    locale,
    plain: texts.filter((text) => text !== comma).join(' '),
  };
}

/** A word that no dictionary has: misspelt, or several written as one. */
function corrected(word: Word, next: Word | undefined): Word[] {
  // An ordinary word, and a slip of the hand before "texting".
  if (isNearStop(word.text) && next !== undefined && continued.has(next.text))
    return [{ ...word, text: 'stop' }];
  // "Y u text me"
  if (word.text === 'y' && next !== undefined && askedWhy.has(next.text))
    return [{ ...word, text: 'why' }];
  // "No mroe texts"
  if (next !== undefined && isNearMore(word.text) && counted.has(spelled(next.text)))
    return [{ ...word, text: 'more' }];
  const apart = glued(word.text);
  if (apart) return apart.map((text) => ({ ...word, text }));
  const meant = spelled(word.text);
  return [{ ...word, text: isKnown(meant) ? meant : (heardAs(word.text) ?? meant) }];
}

/** First names that are ordinary words: "Bill Jensen", not "the bill". */
const namesThatAreWords =
  /^(Bill|Will|Mark|May|April|June|August|Grace|Rich|Art|Sue|Chance|Dawn|Dolores|Hope|Faith|Joy|Drew|Pat|Rob|Frank|Grant|Rose|Paz|Consuelo|Socorro|Fe|Mercedes|Angel|Salud)$/;

function isNamed(words: readonly Word[], next: Word | undefined): boolean {
  return (
    words.length === 1 &&
    namesThatAreWords.test(words[0]!.written) &&
    next !== undefined &&
    /^\p{Lu}\p{L}*\p{Ll}/u.test(next.written)
  );
}

function ends(next: Kind | undefined): boolean {
  return (
    next === undefined || next === 'comma' || next === 'but' || next === 'please' || next === 'say'
  );
}

/** English after "why", and nothing after a yes or the Spanish "and". */
const askedWhy: ReadonlySet<string> = new Set(
  'u you yall r are do dont does doesnt is isnt did didnt am would wouldnt wont cant should keep still so tho though this these it texting sending messaging bother'.split(
    ' ',
  ),
);

function isNearStop(word: string): boolean {
  return word === 'spot' || slipsBetween(word, 'stop', 1) <= 1;
}

function isNearMore(word: string): boolean {
  return word.startsWith('m') && slipsBetween(word, 'more', 1) <= 1;
}
const counted: ReadonlySet<string> = new Set(['texts', 'text', 'texting', 'messages', 'msgs']);

const continued: ReadonlySet<string> = new Set([
  'texting',
  'sending',
  'messaging',
  'contacting',
  'txting',
]);

function kindOf(text: string): Kind {
  if (text === comma) return 'comma';
  if (/^\d{4}$/.test(text)) return 'code';
  if (/^\d{1,2}(am|pm)$/.test(text)) return 'visit';
  return /^\d+$/.test(text) ? 'digits' : 'other';
}

/** Drops a word that only specifies the texts after it: "appointment reminders", "these messages". */
function inPlace(kind: Kind, next: Kind | undefined): Kind | undefined {
  if (kind === 'please') return requested.has(next) ? 'comma' : undefined;
  const named =
    next === 'texts' ||
    next === 'contact' ||
    next === 'topic' ||
    next === 'these' ||
    next === 'part';
  if (kind === 'topic') return named ? undefined : 'visit';
  if (kind === 'these')
    return named ||
      next === 'list' ||
      next === 'other' ||
      next === 'visit' ||
      next === 'care' ||
      next === 'call'
      ? undefined
      : 'texts';
  return kind;
}

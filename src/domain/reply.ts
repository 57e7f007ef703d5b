import type { Locale } from './locale.ts';
import { limits } from './limits.ts';
import {
  aboutVisit,
  bareCancel,
  clearStops,
  doubtfulStops,
  harmless,
  type Phrase,
} from './reply-phrases.ts';
import { knownWords, sentenceWords } from './reply-words.ts';

/**
 * What a person's SMS means.
 *
 * A reply that is one of the known words counts as that word. Otherwise only a stop is looked for: any reasonable words
 * revoke (47 CFR 64.1200(a)(10)), and a doubtful one revokes too, because a text too few can be mended and a text too
 * many cannot. A yes is never guessed. What is left is `unclear`, for staff to read.
 */
export type ReplyMeaning = {
  /** The language that was recognised; English is what is also written by those who would rather read another. */
  locale?: Exclude<Locale, 'en'>;
} & (
  | { kind: 'yes' | 'no'; code?: string }
  | {
      kind: 'stop';
      /** True: it may have been meant otherwise. It counts; the answer says how to undo it, and staff see it. */
      doubtful: boolean;
    }
  | { kind: 'start' | 'help' | 'unclear' }
);

/** Never throws, whatever the text is. */
export function meaningOf(text: string): ReplyMeaning {
  const sentences = sentencesOf(text);
  const words = together(sentences.join(' '));
  return wordMeaning(words) ?? codedAnswer(words) ?? stopWithin(sentences) ?? { kind: 'unclear' };
}

function wordMeaning(words: string): ReplyMeaning | undefined {
  const known = knownWords.get(words);
  if (!known) return undefined;
  const { kind } = known;
  if (kind === 'stop' || kind === 'doubtful_stop')
    return { kind: 'stop', doubtful: kind === 'doubtful_stop', ...spoken(known.locale) };
  return { kind, ...spoken(known.locale) };
}

/** "YES 1234", "si, 1234", "1234 yes", "yes1234", "yes code 1234". */
function codedAnswer(words: string): ReplyMeaning | undefined {
  const match =
    /^(?<word>yes|y|si|no)( please| por favor)?( code| codigo)? ?(?<code>\d{4})$/.exec(words) ??
    /^(code |codigo )?(?<code>\d{4}) ?(?<word>yes|y|si|no)$/.exec(words);
  const { word, code } = match?.groups ?? {};
  if (word === undefined || code === undefined) return undefined;
  return { kind: word === 'no' ? 'no' : 'yes', code, ...spoken(word === 'si' ? 'es' : 'en') };
}

function stopWithin(sentences: readonly string[]): ReplyMeaning | undefined {
  const alone = sentences.find((sentence) => sentenceWords.has(sentence));
  if (alone !== undefined)
    return { kind: 'stop', doubtful: false, ...spoken(knownWords.get(alone)?.locale ?? 'en') };
  const left = sentences.map(strike);
  const clear = spokenBy(clearStops, left);
  if (clear) return { kind: 'stop', doubtful: false, ...spoken(clear) };
  const doubtful = spokenBy(doubtfulStops, left);
  if (doubtful) return { kind: 'stop', doubtful: true, ...spoken(doubtful) };
  const cancels = left.some((sentence) => bareCancel.test(sentence));
  const visit = sentences.some((sentence) => aboutVisit.test(sentence));
  return cancels && !visit ? { kind: 'stop', doubtful: true } : undefined;
}

/** The language of the first of these phrases that was said. */
function spokenBy(phrases: readonly Phrase[], sentences: readonly string[]): Locale | undefined {
  return phrases.find(({ pattern }) => sentences.some((sentence) => pattern.test(sentence)))
    ?.locale;
}

/** The sentence without what only sounds like a stop. */
function strike(sentence: string): string {
  return harmless
    .reduce((left, pattern) => left.replaceAll(pattern, ' '), sentence)
    .replaceAll(/ +/g, ' ')
    .trim();
}

function spoken(locale: Locale): { locale?: Exclude<Locale, 'en'> } {
  return locale === 'en' ? {} : { locale };
}

/** "No, paren." is two sentences, "no paren" is one, and they say the opposite. */
function sentencesOf(text: string): string[] {
  return text
    .slice(0, limits.replyCharacters)
    .split(/[.,;!?…\n\r¿¡。！？，]+|\s[-–—]+\s/u)
    .map(normalise)
    .filter((sentence) => sentence !== '');
}

/**
 * Lower case, no accents, no emoji, no punctuation, no invisible characters, single spaces; look-alike letters (full
 * width, circled) as plain ones: "¡Sí, por favor!" is "si por favor", "stoppp" is "stop".
 */
function normalise(text: string): string {
  return (
    text
      .replaceAll(/[0-9#*]\uFE0F?\u20E3|\p{Extended_Pictographic}/gu, ' ')
      // What is no letter must go before look-alikes become letters: a trade mark sign would leave "tm".
      .replaceAll(/[^\p{Alphabetic}\p{M}\p{N}\p{Cf}'’‘ʼ`´-]/gu, ' ')
      .normalize('NFKD')
      .replaceAll(/[\p{M}\p{Cf}'’‘ʼ`´]/gu, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, ' ')
      .replaceAll(/([a-z])\1{2,}/g, '$1')
      .trim()
  );
}

/** "S.T.O.P." and "S T O P" are "stop". */
function together(words: string): string {
  return /^[a-z]( [a-z])+$/.test(words) ? words.replaceAll(' ', '') : words;
}

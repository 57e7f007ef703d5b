import { givenNames } from './given-names.ts';
import { likeness } from './likeness-weights.ts';
import { soundsLikeStop } from './stop-rules.ts';
import { className, type Tagged } from './tag.ts';

/**
 * Step 7 of reading a reply: finds replies that no rule matched but that look like a stop. Rules know only the wordings
 * that somebody thought of, and people find others. Here each word and each short run of classes weighs for or against
 * a stop, as it does in the labelled corpus, and the weights of one sentence are added up (a logistic regression).
 *
 * Nobody can say in a sentence why a sum is high. So it may only hold, which asks the person, and never stop or agree;
 * and it is asked last, so that it overrules no rule.
 */
export function resemblesStop(sentences: readonly Tagged[]): boolean {
  return sentences
    .filter(isWeighed)
    .some((sentence) => likenessOf(featuresOf(sentence)) >= likeness.needed);
}

/** One word alone is a keyword or says nothing: "Ann", "phone". */
export function isWeighed({ letters }: Tagged): boolean {
  return letters.length > 1;
}

/** In tenths, so that sums are exact and the same on every machine. */
function likenessOf(features: ReadonlySet<string>): number {
  let sum = likeness.start;
  for (const feature of features) sum += weights.get(feature) ?? 0;
  return sum;
}

const weights = weightsFrom(likeness.weights);

/** One line for each weight: the weight, and all features that have it. */
function weightsFrom(lines: string): Map<string, number> {
  return new Map(
    lines
      .trim()
      .split('\n')
      .flatMap((line) => {
        const [weight, features] = line.split(': ');
        return features!.split(' | ').map((feature) => [feature, Number(weight)] as const);
      }),
  );
}

/**
 * The features that are weighed. Words are in lower case and classes in capitals; a word of no class is its own
 * feature, which says more than "unknown".
 *
 *   texting           a word; NAME is a given name
 *   NOT CONTACT ME    two or three that follow each other; ^ and $ are the ends of the sentence
 *   NOT _ ME          two with one or two between them
 *   ?                 a question
 *   !                 a phrase that only sounds like a stop, by the rules ("never stop")
 *   #3                how long the sentence is (`longerThan`)
 *
 * No class alone: a mere mention of texts says little, and the word says it better.
 */
export function featuresOf(sentence: Tagged): Set<string> {
  const { letters, words, question, plain } = sentence;
  const features = new Set(plain.split(' ').map(nameless));
  const tokens = letters.split('').map((letter, at) => {
    const name = className(letter);
    return name === 'other' ? nameless(words[at]![0]!.text) : name.toUpperCase();
  });
  const all = ['^', ...tokens, '$'];
  for (const [at, first] of all.entries()) {
    const [second, third, fourth] = all.slice(at + 1, at + 4);
    if (second === undefined) break;
    features.add(`${first} ${second}`);
    if (third === undefined) continue;
    features.add(`${first} ${second} ${third}`);
    features.add(`${first} _ ${third}`);
    if (fourth !== undefined) features.add(`${first} _ _ ${fourth}`);
  }
  if (question) features.add('?');
  if (soundsLikeStop(sentence)) features.add('!');
  features.add(`#${longerThan.filter((length) => tokens.length > length).length}`);
  return features;
}

/** A person is no more likely to stop for the name of somebody in the corpus. */
function nameless(word: string): string {
  return givenNames.has(word) ? 'NAME' : word;
}

/** Words that count, in a sentence. */
const longerThan = [1, 2, 4, 7, 12];

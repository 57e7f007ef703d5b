import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VerdictKind } from '../test/corpus/corpus.ts';
import { exampleOf, fingerprint, type Example } from '../test/corpus/likeness.ts';
import { loadCorpus, readAll } from '../test/corpus/corpus.ts';
import { sumOf, trained, type Model, type Weighed } from './logistic-regression.ts';

/**
 * Makes the weights of the reader's last step (`likeness.ts`) from the labelled corpus. It separates possible stops
 * from everything else, over all replies: the rules were written with the corpus at hand and overlook no stop in it, so
 * those that they will overlook cannot be picked out.
 */

/** Of unclear replies that no rule reads, the share that may be held. */
const heldAtMost = 0.04;
const folds = 5;
/** Weights are kept in tenths. */
const tenth = 10;

const countsOf: Partial<Record<VerdictKind, number>> = {
  // To be asked about a doubt is right, and less is lost where it is not.
  doubtful_stop: 0.7,
  // A no that no rule reads may as well be held: it refuses too.
  no: 0.3,
};

/** Nobody typed a reaction. */
const isOfWords = ({ verdict, sentences }: Example): boolean =>
  verdict !== 'reaction' && sentences.length > 0;

function mayBeStop(verdict: VerdictKind): boolean {
  return verdict === 'stop' || verdict === 'doubtful_stop';
}

function modelOf(examples: readonly Example[]): Model {
  const counts = (verdict: VerdictKind): number => countsOf[verdict] ?? 1;
  const wholes = examples.map(({ verdict, sentences }): Weighed => ({
    features: new Set(sentences.flatMap((features) => [...features])),
    positive: mayBeStop(verdict),
    counts: counts(verdict),
  }));
  const first = trained(wholes);
  // Of a stop in several sentences one says it; of any other reply none does.
  const sentences = examples.flatMap(({ verdict, sentences: all }): Weighed[] =>
    mayBeStop(verdict)
      ? [{ features: mostLike(first, all), positive: true, counts: counts(verdict) }]
      : all.map((features) => ({
          features,
          positive: false,
          counts: counts(verdict) / all.length,
        })),
  );
  return rounded(trained(sentences));
}

function mostLike(
  model: Model,
  [first, ...others]: readonly ReadonlySet<string>[],
): ReadonlySet<string> {
  return others.reduce((a, b) => (sumOf(model, b) > sumOf(model, a) ? b : a), first!);
}

function rounded({ start, weights }: Model): Model {
  const tenths = (weight: number): number => Math.round(weight * tenth);
  return {
    start: tenths(start),
    weights: new Map(
      [...weights]
        .map(([feature, weight]) => [feature, tenths(weight)] as const)
        .filter(([, weight]) => weight !== 0),
    ),
  };
}

function likenessOf(model: Model, { sentences }: Example): number {
  return Math.max(...sentences.map((features) => sumOf(model, features)));
}

type Validated = { verdict: VerdictKind; unread: boolean; likeness: number };

/** Each reply as a model sees it that was trained on four fifths of the corpus without it. */
function crossValidated(): Validated[] {
  const replies = readAll(loadCorpus())
    .map((reading) => ({ reading, example: exampleOf(reading) }))
    .filter(({ example }) => isOfWords(example));
  return Array.from({ length: folds }, (_, fold) => {
    const isHeldOut = (_: unknown, at: number): boolean => at % folds === fold;
    const model = modelOf(
      replies.filter((reply, at) => !isHeldOut(reply, at)).map(({ example }) => example),
    );
    return replies.filter(isHeldOut).map(({ reading: { verdict, read }, example }) => ({
      verdict,
      unread: read.rule === 'none' || read.rule === 'resembles a stop',
      likeness: likenessOf(model, example),
    }));
  }).flat();
}

/** The least likeness that holds no more than a share of the unclear replies that no rule reads. */
function neededFor(share: number, validated: readonly Validated[]): number {
  const unclear = validated
    .filter(({ verdict, unread }) => verdict === 'unclear' && unread)
    .map(({ likeness }) => likeness)
    .toSorted((a, b) => b - a);
  return unclear[Math.floor(unclear.length * share)]! + 1;
}

/**
 * Prints how much would be held, for some shares. Of stops it counts all: the rules overlook none of these, and those
 * that they do overlook are harder. Only replies that were written since say how many are caught (docs/replies.md).
 */
export function validate(): void {
  const validated = crossValidated();
  const share = (chosen: readonly Validated[], needed: number): string => {
    const held = chosen.filter(({ likeness }) => likeness >= needed).length;
    return `${held}/${chosen.length} (${((100 * held) / chosen.length).toFixed(1)} %)`.padEnd(20);
  };
  const of = (kind: VerdictKind): Validated[] =>
    validated.filter(({ verdict }) => verdict === kind);
  console.log(
    ['needed', 'unclear, unread', 'stop', 'doubtful_stop', 'yes', 'no', 'help', 'automatic']
      .map((title, at) => title.padEnd(at === 0 ? 8 : 20))
      .join(''),
  );
  for (const atMost of [0.01, 0.02, 0.03, heldAtMost, 0.06, 0.1]) {
    const needed = neededFor(atMost, validated);
    const unread = of('unclear').filter((reply) => reply.unread);
    const columns = [
      unread,
      ...(['stop', 'doubtful_stop', 'yes', 'no', 'help', 'automatic'] as const).map(of),
    ];
    console.log(
      [String(needed).padEnd(8), ...columns.map((column) => share(column, needed))].join(''),
    );
  }
}

const file = join(import.meta.dirname, '../src/features/replies/reading/likeness-weights.ts');

export function train(): void {
  const examples = loadCorpus().map(exampleOf);
  const { start, weights } = modelOf(examples.filter(isOfWords));
  const needed = neededFor(heldAtMost, crossValidated());
  const values = [...new Set(weights.values())].toSorted((a, b) => b - a);
  const lines = values.map((value) => {
    const features = [...weights].filter(([, weight]) => weight === value).map(([name]) => name);
    return `${value}: ${features.toSorted().join(' | ')}`;
  });
  writeFileSync(
    file,
    `/**
 * Made from the labelled corpus by \`npm run replies -- --train\`; not to be edited. What a feature is, \`likeness.ts\` says.
 * Each line begins with a weight in tenths: more speaks for a stop, less against one.
 */
export const likeness = {
  /** Of what it was made. */
  corpus: '${fingerprint(examples)}',
  /** Of a sentence, to be held. */
  needed: ${needed},
  /** Of a sentence in which nothing is known. */
  start: ${start},
  weights: \`
${lines.join('\n')}
\`,
};
`,
  );
  console.log(
    `${weights.size} weights, ${Math.ceil(statSync(file).size / 1024)} KB; held from ${needed} on`,
  );
}

/**
 * Logistic regression over features that are there or not, with an elastic net, by coordinate descent: one weight after
 * another takes a Newton step, in the order of the features' names. No chance and no learning rate are involved, so the
 * same examples give the same weights. Small enough to be read; it trains on 8,000 examples, once in a while.
 */

export type Weighed = {
  features: ReadonlySet<string>;
  positive: boolean;
  /** How much it counts. */
  counts: number;
};

export type Model = { start: number; weights: ReadonlyMap<string, number> };

/** A feature that occurs once says nothing about the next reply. */
const leastExamples = 2;
/** Takes the weights of features that hardly help to zero: the file stays small. */
const towardsZero = 0.3;
/** Keeps the others from growing without end where a feature has one label only. */
const shrinking = 1;
const rounds = 15;
/** A Newton step far from the minimum may overshoot. */
const longestStep = 1;

export function trained(examples: readonly Weighed[]): Model {
  const occurrences = occurrencesOf(examples);
  const sums = new Float64Array(examples.length);
  const weights = new Map<string, number>();
  let start = 0;
  const everywhere = examples.map((_, at) => at);
  for (let round = 0; round < rounds; round += 1) {
    const level = slope(examples, sums, everywhere);
    start -= level.first / level.second;
    for (const at of everywhere) sums[at]! -= level.first / level.second;
    for (const [feature, where] of occurrences) {
      const before = weights.get(feature) ?? 0;
      const { first, second } = slope(examples, sums, where);
      const curve = second + shrinking + 0.1;
      const aim = before - (first + shrinking * before) / curve;
      const after = Math.sign(aim) * Math.max(0, Math.abs(aim) - towardsZero / curve);
      const step = Math.max(-longestStep, Math.min(longestStep, after - before));
      if (step === 0) continue;
      weights.set(feature, before + step);
      for (const at of where) sums[at]! += step;
    }
  }
  return { start, weights };
}

export function sumOf({ start, weights }: Model, features: ReadonlySet<string>): number {
  let sum = start;
  for (const feature of features) sum += weights.get(feature) ?? 0;
  return sum;
}

/** Where each feature occurs, sorted by name. */
function occurrencesOf(examples: readonly Weighed[]): [string, number[]][] {
  const occurrences = new Map<string, number[]>();
  for (const [at, { features }] of examples.entries())
    for (const feature of features) {
      const where = occurrences.get(feature);
      if (where) where.push(at);
      else occurrences.set(feature, [at]);
    }
  return [...occurrences]
    .filter(([, where]) => where.length >= leastExamples)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** How the loss changes with one weight: first and second derivative. */
function slope(
  examples: readonly Weighed[],
  sums: Float64Array,
  where: readonly number[],
): { first: number; second: number } {
  let first = 0;
  let second = 0;
  for (const at of where) {
    const { positive, counts } = examples[at]!;
    const probability = 1 / (1 + Math.exp(-sums[at]!));
    first += counts * (probability - Number(positive));
    second += counts * probability * (1 - probability);
  }
  return { first, second };
}

import { describe, expect, it } from 'vitest';
import {
  knownMisreadings,
  loadCorpus,
  misreadings,
  readAll,
  type Reading,
  type VerdictKind,
} from '../../../corpus/corpus.ts';

/**
 * How the labelled corpus (test/corpus) is read, within bounds. What hurts people has no bound but zero; the others are
 * shares of the replies that bear the label. Loosen one only with a reason.
 */
const bounds = {
  /** A clear stop that holds instead of stopping: nothing is sent, but staff must look. */
  stopAsDoubtful: 0.015,
  /** No stop at all, and read as one: silent, and undone by START. */
  falseStop: 0.005,
  /** No stop at all, and held until the person or staff say so. */
  falseDoubt: 0.04,
  doubtAsUnclear: 0.05,
  doubtAsStop: 0.08,
  answerAsUnclear: 0.04,
} as const;

const corpus = loadCorpus();
let all: Reading[] | undefined;
/** Read once, by the first test that asks: what is read while the file loads is no test's, and mutants there live on. */
const readings = (): Reading[] => (all ??= readAll(corpus));

function labelled(...kinds: VerdictKind[]): Reading[] {
  return readings().filter(({ verdict }) => kinds.includes(verdict));
}

function textsRead(of: readonly Reading[], ...as: VerdictKind[]): string[] {
  return of.filter(({ read }) => as.includes(read.kind)).map(({ text }) => text);
}

function share(of: readonly Reading[], ...as: VerdictKind[]): number {
  return textsRead(of, ...as).length / of.length;
}

describe('the labelled corpus', () => {
  it('is as large as promised', () => expect(corpus.length).toBeGreaterThan(1_500));

  // Every change of a verdict is looked at: `npm run replies -- --keep` writes the list again.
  it('is misread only where misread.txt says so', () =>
    expect(misreadings(readings())).toEqual(knownMisreadings()));

  it('holds no false yes', () => {
    const others = readings().filter(({ verdict }) => verdict !== 'yes');
    expect(textsRead(others, 'yes')).toEqual([]);
  });

  it('holds no clear stop that is overlooked', () => {
    const missed = labelled('stop').filter(
      ({ read }) => read.kind !== 'stop' && read.kind !== 'doubtful_stop',
    );
    expect(missed.map(({ text }) => text)).toEqual([]);
    expect(share(labelled('stop'), 'doubtful_stop')).toBeLessThanOrEqual(bounds.stopAsDoubtful);
  });

  it('takes no stop from a machine, a reaction or a yes', () =>
    expect(textsRead(labelled('automatic', 'reaction', 'yes'), 'stop')).toEqual([]));

  it('stops and holds hardly anybody who did not ask for it', () => {
    const noStop = labelled('unclear', 'no', 'help', 'start', 'automatic', 'yes', 'reaction');
    expect(share(noStop, 'stop')).toBeLessThanOrEqual(bounds.falseStop);
    expect(share(noStop, 'doubtful_stop')).toBeLessThanOrEqual(bounds.falseDoubt);
  });

  it('lets hardly any doubt pass, and seldom takes one for a stop', () => {
    const doubts = labelled('doubtful_stop');
    expect(share(doubts, 'unclear', 'no', 'help', 'automatic', 'reaction')).toBeLessThanOrEqual(
      bounds.doubtAsUnclear,
    );
    expect(share(doubts, 'stop')).toBeLessThanOrEqual(bounds.doubtAsStop);
    expect(textsRead(doubts, 'yes', 'start')).toEqual([]);
  });

  it.each(['yes', 'no', 'help', 'start'] as const)('understands nearly every %s', (kind) =>
    expect(share(labelled(kind), 'unclear')).toBeLessThanOrEqual(bounds.answerAsUnclear),
  );
});

import { stopwatch } from '../../src/templates/stopwatch.ts';

/**
 * How much work something is, in a measure that neither the machine nor what else runs on it changes: the processor's time
 * over that of a piece of plain work in the same moment.
 */

/** Some 6 ms on a machine of 2025. */
function plainWork(): void {
  const rows = Array.from({ length: 2_000 }, (_, n) => ({
    id: n,
    name: `row ${n}`,
    on: n % 2 > 0,
  }));
  for (let round = 0; round < 8; round += 1) JSON.parse(JSON.stringify(rows));
}

/** In ms of the processor's time; throwing ends the work as returning does. */
function processorMs(work: () => unknown): number {
  const worked = stopwatch();
  try {
    work();
  } catch {
    // Refused is as good as done.
  }
  return worked();
}

/** The effort of the work in pieces of plain work: of some runs the quickest, each beside its own piece. */
export function effortOf(work: () => unknown, runs = 4): number {
  const pairs = Array.from({ length: runs }, () => [processorMs(work), processorMs(plainWork)]);
  const quickest = (at: number): number => Math.min(...pairs.map((pair) => pair[at]!));
  return quickest(0) / quickest(1);
}

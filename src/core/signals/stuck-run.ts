export const stuckLimits = {
  /** Work that is overdue by this much, in ms, though its workflow was told again and again: its run is looked at. */
  overdueMs: 5 * 60 * 1_000,
  /** Attempts of a workflow task after which the next one will fail too: about a minute's worth. */
  failedAttempts: 5,
  /** Runs looked at side by side, in one sweep: a description costs a few ms, and they come again. */
  runsLookedAt: 100,
} as const;

/** The run that Temporal has under an id that the service signals. */
export type SeenRun = {
  type: string;
  taskQueue: string;
  ended: boolean;
  /** Of its workflow task: 0 where none is pending, 1 while it waits for a worker. */
  attempts: number;
};

/**
 * Why a run that was told again and again will never look at the record. Undefined: it can, or it has ended, and the
 * next signal starts another.
 */
export function whyStuck(
  run: SeenRun,
  expected: { type: string; taskQueue: string },
): string | undefined {
  if (run.ended) return undefined;
  if (run.type !== expected.type) return 'it was of another type';
  if (run.taskQueue !== expected.taskQueue) return 'it was on another task queue';
  return run.attempts >= stuckLimits.failedAttempts ? 'its workflow task kept failing' : undefined;
}

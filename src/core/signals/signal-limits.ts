/** Limits of what a process tells workflows, each with its unit and its reason; part of `limits`. */

const second = 1_000;

export const signalLimits = {
  /** How long the API waits for Temporal to take a wake-up after its commit, in ms. */
  signalTimeoutMs: 1 * second,
  /**
   * Signals under way at once, of one practice and of all (Temporal's front end takes more, one process need not), and how
   * many of a practice wait: two of its largest calls. The sweeper sends what is more.
   */
  signalsUnderWay: { each: 10, all: 20, waiting: 2_000 },
  /** How often a process reports signals that were not taken, in ms: a burst has thousands. */
  failuresEveryMs: 10 * second,
} as const;

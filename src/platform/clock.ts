/**
 * The one source of "now". SQL takes it as a parameter too: tests move time by weeks, and PostgreSQL's `now()` would
 * stay behind.
 */
export type Clock = {
  now(): Date;
  /**
   * How far `now` was moved on purpose, in ms. With it the time is the database's, moved so far (src/platform/db/database-clock.ts);
   * without it, it is what `now` says.
   */
  movedMs?: () => number;
};

export const wallClock: Clock = { now: () => new Date(), movedMs: () => 0 };

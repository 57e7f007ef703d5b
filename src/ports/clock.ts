/**
 * The one source of "now". SQL takes it as a parameter too: tests move time by weeks, and PostgreSQL's `now()` would
 * stay behind.
 */
export type Clock = { now(): Date };

export const wallClock: Clock = { now: () => new Date() };

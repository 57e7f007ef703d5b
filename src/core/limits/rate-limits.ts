/** Limits of what a provider is given, each with its unit and its reason; part of `limits`. */

const second = 1_000;

export const rateLimits = {
  /** Texts that may gather while nobody sends, in seconds of the rate: a drain that waits for answers reaches it. */
  smsBurstSeconds: 1,
  /** A wait for a provider's rate that is longer than this, in ms, is the workflow's, not the activity's. */
  rateWaitMs: 2 * second,
  /** A sender with much to send keeps its turn at a short rate so long, in ms: dozens of messages for one look. */
  turnMs: 5 * second,
  /** How far messages that a person waits for may run ahead of the rate, in ms of it; the rest waits for it. */
  rateCreditMs: 2 * second,
  /**
   * … and which part of the rate those of one practice may take ahead of others: as much is left for everybody else,
   * however many codes it asks for.
   */
  urgentShare: 0.5,
  /**
   * The part of the rate that a practice may take ahead of others' crowds for messages that nobody waits for: few enough
   * that several practices have theirs at once. They run ahead of the rate for at most so long, in ms of it: a code, which
   * may twice as far, still goes first.
   */
  ordinaryShare: 0.25,
  ordinaryCreditMs: second,
} as const;

/** Limits of reading evidence and exports, each with its unit and its reason; part of `limits`. */
export const recordLimits = {
  /** Contacts whose chains are checked or adopted in one round: as many as one statement looks up at once. */
  chainsAtOnce: 200,
  /** Entries of one chain that are read at once, or fewer, where their words are long (`openedBytes`). */
  entriesAtOnce: 100,
  /** … and of many short chains by one statement. */
  entriesTogether: 500,
  /** Leaves of a day's tree that are read at once: less than 1 MB. */
  leavesAtOnce: 2_000,
  /**
   * How long the tree of one practice's busy day may take, in ms, and all of them in one round: some ten million entries.
   * Small days of all practices are signed, and leave the machine, before it.
   */
  busyDayMs: 60 * 1_000,
  /** … and when one that did not succeed is tried again, in ms: others' work is not held up by it in each round. */
  busyDayAgainMs: 10 * 60 * 1_000,
  /**
   * Evidence and exports that are under way at a time, of one practice and of all, and how many of a practice wait: each
   * holds a page of entries or messages in memory; a person reads one, a program some side by side.
   */
  records: { each: 2, all: 8, waiting: 20 },
  /** Such a call that takes longer, in ms, is broken off, since others wait: 350 MB at 10 Mbit/s. */
  recordMs: 5 * 60 * 1_000,
  /** A caller that takes nothing of such an answer for so long, in ms, is cut off. */
  recordStallMs: 30 * 1_000,
  /** Bytes of such an answer that are read ahead of its caller. */
  recordBytesAhead: 64 * 1024,
  /** Entries of a contact's evidence on its page of the console; the whole is for programs. */
  entriesShown: 200,
} as const;

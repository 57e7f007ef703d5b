/** How long what nobody needs for its purpose any more is kept, and how much of it one sweep takes away. */

const day = 24 * 60 * 60 * 1_000;

export const leftoverLimits = {
  /** How long a signal that could not be taken is listed, in ms: a month to see it, and it may hold a person's words. */
  rejectedSignalMs: 30 * day,
  /** How long it is known that a contact's run was started again, in ms: as events. */
  restartMemoryMs: 30 * day,
  /** Old frozen calls that one sweep empties, in one short statement. */
  batchesEmptied: 2_000,
  /** Rows of merged contacts that one sweep empties: each is a transaction of its own. */
  aliasesEmptied: 50,

  /**
   * The shortest time, in ms, that a practice may keep what is finished: three times as long as anything that goes by it
   * (reports of providers, events, links to messages, complaints and bounces of 30 days) …
   */
  retentionLeastMs: 90 * day,
  /** … the longest, in ms: longer than any law asks for … */
  retentionMostMs: 100 * 366 * day,
  /** … and a year of it, in ms: never too short. */
  retentionYearMs: 366 * day,
  /** How often a practice's contacts are looked through for what is old enough, in ms. */
  retentionEveryMs: day,
  /** Contacts looked through in one statement, and rows of one contact deleted in one short transaction. */
  contactsLookedThrough: 200,
  finishedAtOnce: 500,
} as const;

/** Limits of what messages say, in bytes, each with its reason; part of `limits`. */

const kib = 1_024;

export const sizeLimits = {
  /**
   * Bytes of an email's text and HTML together; beyond, mail clients clip (Gmail at 102 KB of HTML). No other part of a
   * message may have more either, whether or not the message wants that method.
   */
  emailBytes: 256 * kib,
  /** Bytes of everything that a message says, on all methods: the longest email, and as much again beside it. */
  messageBytes: 512 * kib,
  /**
   * Bytes of stored words that one reader has open at once: eight of the longest messages, and hundreds of ordinary ones.
   * Whatever number of rows a reader asks for, it opens no more than these together, and one in any case.
   */
  openedBytes: 4 * kib * kib,
  /** Bytes of the rows of one statement that adds rows: they are made and sent within some 20 ms. */
  insertedBytes: 512 * kib,
  /** Bytes of what the templates of one call become: as many as a call may bring itself. */
  callRenderBytes: 16 * kib * kib,
} as const;

/** How many calls the API works on at a time, and what becomes of them when it stops. */

const second = 1_000;

export const callLimits = {
  /** Calls of one key that are under way at a time; the next one is asked to come again. */
  callsPerKey: 200,
  /** Calls with an array that hold a connection at a time, of one practice and of all: each for seconds. */
  arrayCalls: { each: 3, all: 5 },
  /** Bytes of a body beyond which it takes a turn before it is read, as does one that does not say how long it is … */
  largeBodyBytes: 256 * 1024,
  /**
   * … how many of them are in memory at a time, of one practice and of all, and how many wait: 256 MB at the very most. One
   * that arrives slowly keeps only its own practice's from being read …
   */
  bodiesRead: { each: 2, all: 16, waiting: 20 },
  /** … for so long, in ms, and is refused then: 16 MB over 5 Mbit/s … */
  bodyArrivesMs: 30 * second,
  /** … and how many are parsed and worked on at a time. */
  bodiesWorkedOn: { each: 2, all: 4, waiting: Infinity },
  /**
   * An API that is asked to stop lets calls under way go on for so long, in ms, and then cuts them off: most end within a
   * second, and a call that is cut off may be repeated.
   */
  answersStopMs: 6 * second,
  /** … and closes the rest within so long, in ms: a deployment waits 10 s for both. */
  closeStopMs: 2 * second,
  /** Calls with an array that wait for the others of their practice: some minutes of work. */
  arrayCallsWaiting: 100,
} as const;

/** How many codes of bookings one practice sends, each with its unit and its reason; the others are in limits.ts. */

export const codeLimits = {
  /**
   * Codes of one practice in an hour, beyond which its public page begins bookings only for networks that have asked for
   * few: anybody can press there.
   */
  practicePerHour: 240,
  /** … of which texts, beyond which it sends no more of them: one costs ten emails and more. */
  practiceTextsPerHour: 120,
  /** What a network may ask for beyond that: both channels of two people, and once again for each of one's own … */
  networkFirstPerHour: 6,
  /** … of which texts. */
  networkFirstTextsPerHour: 3,
  /**
   * Codes of one practice in an hour with those of such newcomers, beyond which its public page begins no booking. Four
   * networks use up the limit above; to use up this one takes eighty more, for whose codes the operator pays.
   */
  practiceWithNewcomersPerHour: 720,
  /** … of which texts: as many again as above, which takes forty more networks. */
  practiceTextsWithNewcomersPerHour: 240,
  /**
   * Codes for one network (a /24, a /48) from a practice's public page in an hour: a quarter, and a waiting room's
   * worth …
   */
  networkPerHour: 60,
  /** … of which texts. */
  networkTextsPerHour: 30,
  /**
   * Codes in an hour for bookings that a practice's own scheduler began. It answers for the people it sends, so it has
   * more than the page that is open to anybody: ten a minute, which no front desk reaches. But a key that leaked, or a
   * scheduler that repeats itself, does not take the whole rate of the providers.
   */
  schedulerPerHour: 600,
  /** … of which texts: a third, since the operator pays for each, to whichever country it goes. */
  schedulerTextsPerHour: 200,
  /**
   * Wrong codes in an hour, beyond which none is taken: of a practice's public page, from one network there, and of a
   * practice's own scheduler. People mistype one in ten.
   */
  wrongPerHour: 100,
  networkWrongPerHour: 25,
  /** Wrong codes with which a network is one of those that go on beyond `wrongPerHour`: a mistake, and one more … */
  networkFirstWrongPerHour: 3,
  /** … up to so many of all together: a day's worth of them finds one code in 200. */
  wrongWithNewcomersPerHour: 200,
  schedulerWrongPerHour: 300,
} as const;

/**
 * The purpose of a delivery, and the conditions for sending it. A closed list: nothing else ever leaves, and a new
 * purpose does not compile until each rule covers it.
 *
 *   content  a message of the practice: consent, the gate of its lane, and that the person wants its kind
 *   opt_in   the request itself: the address it was made for, no answer yet, no doubt about the address
 *   answer   an answer to the person's own words (STOP, HELP, YES): the number that wrote
 *   code     a code of a booking that the person has begun: its address is asked where the code is written
 */
export const purposes = ['content', 'opt_in', 'answer', 'code'] as const;
export type Purpose = (typeof purposes)[number];

type Rule = {
  /** Which state of its lane lets it leave: open to content, open to requests, or none. */
  lane: 'open' | 'asks' | 'any';
  /** The person waits for it with the phone in hand. */
  urgent: boolean;
  /** Counts as delivered when complaints and bounces are judged. */
  judged: boolean;
};

const rules: Record<Purpose, Rule> = {
  content: { lane: 'open', urgent: false, judged: true },
  opt_in: { lane: 'asks', urgent: false, judged: true },
  answer: { lane: 'any', urgent: true, judged: true },
  // A code goes to whatever address somebody typed: that says nothing about the practice.
  code: { lane: 'any', urgent: true, judged: false },
};

/** The purposes that a lane lets leave in one of its states. */
export function purposesOf(lane: Rule['lane']): Purpose[] {
  return purposes.filter((purpose) => rules[purpose].lane === lane);
}

export const urgentPurposes = purposes.filter((purpose) => rules[purpose].urgent);
export const judgedPurposes = purposes.filter((purpose) => rules[purpose].judged);

/** The purpose of a stored delivery; undefined for one that this version does not know, which must not leave. */
export function purposeOf(delivery: { purpose: string }): Purpose | undefined {
  return purposes.find((purpose) => purpose === delivery.purpose);
}

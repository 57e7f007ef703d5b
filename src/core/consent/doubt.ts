/**
 * A reply that may be a stop, about the address that it came from. Until the doubt is settled nothing with content, and
 * no opt-in, goes to that address on that method: to no contact who has it, nor to one who gets it later.
 */

/** Why it is doubtful, weakest first: the person may mean it, is not the contact, or the contact has died. */
export const doubts = ['unsure', 'wrong_person', 'deceased'] as const;
export type Doubt = (typeof doubts)[number];

export type OpenDoubt = { why: Doubt; since: Date };

/**
 * Somebody else than the contact may hold the address: their YES is not the contact's consent. Only START, a stop, staff
 * or a consent obtained elsewhere settle such a doubt.
 */
export function heldByAnother(doubt: OpenDoubt | undefined): boolean {
  return doubt !== undefined && doubt.why !== 'unsure';
}

/**
 * The one rule for a person's yes or change of mind. A doubt is about an address, so only a word from there settles it: a
 * text, or a page whose link was sent there (`elsewhere`: to another address). Not while somebody else may hold it.
 */
export function maySettle(
  doubt: OpenDoubt,
  { elsewhere = false }: { elsewhere?: boolean },
): boolean {
  return !elsewhere && !heldByAnother(doubt);
}

/** Two doubts about one address are one: it began with the first, and is as strong as the stronger. */
export function strongerDoubt(own: OpenDoubt | undefined, other: OpenDoubt): OpenDoubt {
  if (own === undefined) return other;
  return doubts.indexOf(own.why) >= doubts.indexOf(other.why)
    ? own
    : { why: other.why, since: own.since };
}

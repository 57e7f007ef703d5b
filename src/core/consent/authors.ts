import type { ChannelState } from './consent-state.ts';
import { maySettle, type OpenDoubt } from './doubt.ts';

/**
 * Who may take back a stop or a hold: its author, and nobody else on a page.
 *
 * - What a phone said by text (STOP, a doubt) is the phone's: START takes it back. A page whose link was texted to that
 *   number does not: such links live longer than some people keep a number. It settles a doubt only while nothing says
 *   that somebody else holds the phone (`maySettle`).
 * - What a person stopped on their own page, they take back on any page of theirs.
 * - What a person stopped by a link in their own mail, or said no to on the page behind an opt-in, they take back on the
 *   page that a link to the same address opened.
 * - What several people stopped, each on their own, each takes back for themselves alone.
 * - What staff or a provider stopped, no page takes back.
 */

/** How a stop of an address is known that was made on a page of preferences, by a link in a mail, or by several people. */
export const stoppedHere = { kind: 'stopped', reason: 'on the preferences page' } as const;
export const unsubscribed = { kind: 'stopped', reason: 'unsubscribed' } as const;
export const stoppedBySeveral = { kind: 'stopped', reason: 'by several people' } as const;

/** None of them is the phone's word, so a doubt that the phone raises, before or after, stays beside them. */
export const pageStops: readonly string[] = [
  stoppedHere.reason,
  unsubscribed.reason,
  stoppedBySeveral.reason,
];

const ofOnePerson: readonly string[] = [stoppedHere.reason, unsubscribed.reason];

/** Of a channel that its contact closed on the page behind an opt-in, after having agreed. */
export const declinedOnPage = 'declined on the page';

/** A page may take back the stop of a channel that has this reason, where it is its author's. */
export function endsOnPages(reason: string): boolean {
  return reason === declinedOnPage || ofOnePerson.includes(reason);
}

/** The evidence of a stop, as far as it names its author. */
export type Authorship = Readonly<Record<string, unknown>> | undefined;

/** A page on which somebody wants to come back. */
export type ReturnPage = {
  /** The contact, and the ids that were merged into it. */
  ids: readonly string[];
  /** Its link was sent to another address than the one in question. */
  elsewhere: boolean;
};

export function isAuthor(fields: Authorship, { ids, elsewhere }: ReturnPage): boolean {
  switch (fields?.['via']) {
    case 'preferences':
      return ids.includes(String(fields['pageOf']));
    case 'unsubscribe':
    case 'unsubscribe_mail':
      return !elsewhere && ids.includes(String(fields['linkOf']));
    case 'page':
      return !elsewhere;
    default:
      return false;
  }
}

/** Said on a page or by a link, and not by the phone, staff or a provider. */
function isPages(fields: Authorship): boolean {
  return ['preferences', 'unsubscribe', 'unsubscribe_mail', 'page'].includes(
    String(fields?.['via']),
  );
}

/** What keeps an address closed to a contact. */
export type Closed = {
  state: ChannelState;
  /** Every stop that the contact's record holds since its channel was closed. */
  said: readonly Authorship[];
  /** The stop of the address, where one is in force. */
  bar?: { reason: string; said: Authorship };
  /** About the address, as the channel and the bars know them. */
  doubts: readonly OpenDoubt[];
};

/** All of it has to be theirs to take back: a page that opened a part of it would say more than is so. */
export function mayTakeBack({ state, said, bar, doubts }: Closed, page: ReturnPage): boolean {
  if (!doubts.every((doubt) => maySettle(doubt, page))) return false;
  if (bar && !mayLift(bar, page)) return false;
  switch (state) {
    case 'revoked':
      return said.every(isPages) && said.some((fields) => isAuthor(fields, page));
    // No stop: they are asked once more, which needs a new yes.
    case 'declined':
      return !page.elsewhere;
    default:
      return doubts.length > 0;
  }
}

/** Where several stopped it, each comes back alone, from a page that a link to that very address opened. */
function mayLift({ reason, said }: NonNullable<Closed['bar']>, page: ReturnPage): boolean {
  if (reason === stoppedBySeveral.reason) return !page.elsewhere;
  return ofOnePerson.includes(reason) && isAuthor(said, page);
}

/** The contacts that the stop of an address closed besides come back with its author. */
export function bringsOthers({ reason }: { reason: string }): boolean {
  return ofOnePerson.includes(reason);
}

export type NewStop = typeof stoppedHere | typeof unsubscribed | typeof stoppedBySeveral;

/**
 * What somebody's stop makes of another one of the address in force: where that one may be taken back on a page, both
 * have to be. Undefined: nothing, since they said so already, or no page takes it back.
 */
export function besideStop(
  reason: string,
  said: readonly Authorship[],
  page: ReturnPage,
): NewStop | undefined {
  if (!pageStops.includes(reason) || said.some((fields) => isAuthor(fields, page)))
    return undefined;
  return stoppedBySeveral;
}

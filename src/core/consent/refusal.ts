import { askedAgainReason } from './consent-by-staff.ts';
import { closed } from './consent-channel.ts';
import type { Channel, ConsentEvent } from './consent-state.ts';

/**
 * The last word about an address, where it was a no of the person or a stop of one contact by staff. It is kept with the
 * address at the practice, as bars are (src/record/consent/refusal-store.ts): an address that is corrected and corrected back, or
 * registered again under another contact, is not one that nobody was ever asked about.
 */

export const refusalWords = ['declined', 'revoked'] as const;

export type Refusal = {
  word: (typeof refusalWords)[number];
  reason?: string;
  since: Date;
};

/** What an event says of the address's last word: a refusal, that there is none any more, or nothing. */
export type RefusalChange =
  | { type: 'remember'; refusal: Refusal }
  /** `only`: a refusal with another word stays; `since`: one of another time does, which may be another contact's. */
  | { type: 'forget'; only?: Refusal['word']; since?: Date }
  /** Where the stop of that time is still the last word, `refusal` is it again; absent: there is none. */
  | { type: 'put_back'; stoppedAt: Date; refusal?: Refusal };

/** The channel of an address that was refused before: as the refusal left it. A bar is never weakened by it. */
export function refusedBefore(channel: Channel, refusal: Refusal): Channel {
  if (channel.state === 'revoked' || channel.state === 'waived') return channel;
  const next = closed(channel, refusal.word, refusal.reason);
  return refusal.word === 'revoked' ? { ...next, revokedAt: refusal.since } : next;
}

/**
 * `event` made the channel of its method `after` out of `before`. Only a newer yes of the person, a consent obtained
 * later, a START after a stop, or staff who ask again or take their own stop back end a refusal.
 */
export function refusalChange(
  before: Channel,
  after: Channel,
  event: ConsentEvent,
): RefusalChange | undefined {
  switch (event.type) {
    case 'accepted':
    case 'consented_elsewhere':
    case 'booked':
      return before !== after && after.state === 'accepted' ? { type: 'forget' } : undefined;
    case 'asked_again':
      return before === after ? undefined : { type: 'forget', only: 'declined' };
    case 'restarted':
      // A further contact with the address: the refusal that is remembered now may be a later one.
      if (event.further) return undefined;
      // On a page a person takes back what they said themselves; START is for everybody.
      if (!event.onPage) return { type: 'forget', only: 'revoked' };
      return before.revokedAt && { type: 'forget', only: 'revoked', since: before.revokedAt };
    case 'stop_undone': {
      if (before === after) return undefined;
      const { stoppedAt } = event;
      // What the contact itself had said is known without: it may be from before refusals were kept.
      const refusal = event.refused ?? remembered(after, after.revokedAt ?? event.at)?.refusal;
      return { type: 'put_back', stoppedAt, ...(refusal ? { refusal } : {}) };
    }
    case 'revoked':
      // A stop of the address is a bar already.
      return before === after || event.address ? undefined : remembered(after, event.at);
    case 'declined':
    case 'opt_in_failed':
      return before === after ? undefined : remembered(after, event.at);
    case 'assigned':
    case 'merged':
    case 'kinds_chosen':
    case 'opt_in_sent':
    case 'unreachable':
    case 'doubted':
    case 'doubt_settled':
    case 'waived':
      return undefined;
  }
}

function remembered(
  { state, reason }: Channel,
  since: Date,
): (RefusalChange & { type: 'remember' }) | undefined {
  if (state !== 'revoked' && state !== 'declined') return undefined;
  if (state === 'declined' && reason === askedAgainReason) return undefined;
  const why = reason === undefined ? {} : { reason };
  return { type: 'remember', refusal: { word: state, since, ...why } };
}

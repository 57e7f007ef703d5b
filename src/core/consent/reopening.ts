import type { Channel, ConsentEffect, ConsentEvent } from './consent-state.ts';
import { heldByAnother, type Doubt } from './doubt.ts';
import type { ConsentMethod } from '../method.ts';

/**
 * A word that opens an address again acts on the contacts who have it, each by a rule of its own. Where very many have
 * it, the first of them follow at once and the further ones in pages: later than the word, so that later words about
 * one of them stand.
 */

export type Reopening =
  /** START from the address itself: for everybody. */
  | { word: 'start' }
  /**
   * On one person's page. One contact cannot take back what another told the practice: the word is for the contacts
   * that this very stop of the address closed, when it was made or on getting the address since, and for those held by a
   * doubt, where it may settle that. `reached`: the page's link was sent to this address. Whether the page may say it is
   * for authors.ts.
   */
  | { word: 'again'; reached: boolean; stop?: { reason: string; since: Date } }
  /** No stop was meant by a reply. `left`: an earlier one may still be a stop. */
  | { word: 'settled'; left?: Doubt };

/** A stop of the address that the word ended before it had reached all of the further contacts. */
export type MissedStop = { reason: string; since: Date; endedAt: Date };

type Said = { method: ConsentMethod; at: Date };
type Reopened = Extract<ConsentEvent, { type: 'restarted' | 'doubt_settled' }>;

/**
 * What the word says to a contact with the address; undefined: it does not concern that one. `own`: it is the contact
 * whose page it was said on. `missed`: the contact counts as stopped by it.
 */
export function reopenedBy(
  reopening: Reopening,
  channel: Channel,
  { missed, ...said }: Said & { own?: boolean; missed?: MissedStop | undefined },
): Reopened | undefined {
  const seen = asStopped(missed, channel);
  const event = wordTo(reopening, seen, said);
  return event?.type === 'restarted' && seen !== channel ? { ...event, missedStop: true } : event;
}

function wordTo(
  reopening: Reopening,
  channel: Channel,
  { method, at, own = false }: Said & { own?: boolean },
): Reopened | undefined {
  switch (reopening.word) {
    case 'start':
      return { type: 'restarted', at, method, reached: true };
    case 'again': {
      const { reached, stop } = reopening;
      const { state, doubt } = channel;
      const opens = own || closedBy(stop, channel);
      if (!opens && !(reached && doubt && !heldByAnother(doubt))) return undefined;
      // The stop stays that the contact told the practice, or that somebody made elsewhere.
      if (!opens && state === 'revoked') return { type: 'doubt_settled', at, method };
      return { type: 'restarted', at, method, onPage: true, ...(reached ? { reached } : {}) };
    }
    case 'settled': {
      const { left } = reopening;
      return { type: 'doubt_settled', at, method, ...(left ? { left } : {}) };
    }
  }
}

/**
 * The same to a contact whose turn comes after the word was said. A stop or a doubt that began since stays: also one of
 * the same moment, and a stop of which it is not known when it began.
 */
export function reopenedLater(
  reopening: Reopening,
  channel: Channel,
  { saidAt, missed, ...said }: Said & { saidAt: Date; missed?: MissedStop | undefined },
): Reopened | undefined {
  const { state, revokedAt, doubt } = asStopped(missed, channel);
  const closedSince = state === 'revoked' ? revokedAt : doubt?.since;
  // The record does not say since when a channel could not be reached.
  const mayFollow = state === 'failed' || (closedSince !== undefined && closedSince < saidAt);
  const event = mayFollow ? reopenedBy(reopening, channel, { ...said, missed }) : undefined;
  return event && { ...event, further: true };
}

/** The channel as the stop would have left it, where that had yet to reach it. */
function asStopped(missed: MissedStop | undefined, channel: Channel): Channel {
  if (!missed || !hasMissed(missed, channel)) return channel;
  const { reason, since: revokedAt } = missed;
  return { ...channel, state: 'revoked', reason, revokedAt };
}

/**
 * What was open when the stop ended, and has not been asked or answered since. A no stands: the channel does not say since
 * when.
 */
function hasMissed({ endedAt }: MissedStop, { state, lastSentAt, acceptedAt }: Channel): boolean {
  const opened = state === 'accepted' ? acceptedAt : state === 'sent' ? lastSentAt : endedAt;
  return opened === undefined || opened < endedAt;
}

/** For a further contact nothing is lifted: the word lifted it before, and a bar on the address by now came later. */
export function liftedBy(
  { method, further }: Reopened,
  only: readonly ('doubtful' | 'stopped')[],
): ConsentEffect[] {
  return further ? [] : [{ type: 'lift_suppression', method, only }];
}

function closedBy(
  stop: Extract<Reopening, { word: 'again' }>['stop'],
  { reason, revokedAt }: Channel,
): boolean {
  return (
    stop !== undefined &&
    revokedAt !== undefined &&
    reason === stop.reason &&
    revokedAt >= stop.since
  );
}

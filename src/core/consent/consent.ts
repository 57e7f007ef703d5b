import type { Channel, ConsentEffect, ConsentEvent, ConsentState } from './consent-state.ts';
import { askedAgain, mayBeAskedAgain, stopUndone, waivedReason } from './consent-by-staff.ts';
import { declinedOnPage } from './authors.ts';
import { mergeConsent } from './consent-merge.ts';
import { accepted, closed, unasked, undoubted, withoutAddress } from './consent-channel.ts';
import { assignedChannel } from './consent-assigned.ts';
import { same, sameAssignment, satisfied } from './consent-state.ts';
import { heldByAnother, maySettle, strongerDoubt } from './doubt.ts';
import { messageKinds } from '../message/message.ts';
import { consentMethods, freeMethods, type FreeMethod } from '../method.ts';
import { liftedBy } from './reopening.ts';

/**
 * The consent of one contact, and the only rules that change it: (state, event) → (state, effects).
 *
 *   not_sent ──asked──▶ sent ──yes──▶ accepted ──stop, complaint, staff──▶ revoked
 *      │ cannot be sent   │ no                                              │ START: a new epoch
 *      ▼                  ▼                                                 ▼
 *    failed            declined            waived (by staff, from any)    not_sent
 *
 * A changed address is a new **epoch**: what was said about the old one says nothing about the new one, whose own last
 * word counts (refusal.ts).
 * These rules run inside one transaction that locks the contact (src/record/consent/consent-store.ts); nothing else writes
 * consent. An event about an epoch that has passed changes nothing.
 */

export type Transition = {
  state: ConsentState;
  effects: ConsentEffect[];
  /** Why nothing changed, when nothing did. */
  outcome:
    | 'applied'
    | 'unchanged'
    | 'stale_epoch'
    | 'other_address'
    | 'older_than_revocation'
    | 'stopped_before'
    | 'not_identified'
    /** Whose yes it is cannot be known while the address may be somebody else's. */
    | 'doubtful_holder';
};

export const unconfirmedReason = 'not confirmed by the provider';

export function transition(state: ConsentState, event: ConsentEvent): Transition {
  const result = step(state, event);
  if (result.outcome !== 'applied') return result;
  return { ...result, state: markOpened(result.state, event.at) };
}

function step(state: ConsentState, event: ConsentEvent): Transition {
  if (event.type === 'assigned') return assign(state, event);
  if (event.type === 'merged') return merge(state, event.joining);
  if (event.type === 'kinds_chosen') return chooseKinds(state, event);
  return change(state, event);
}

function markOpened(state: ConsentState, at: Date): ConsentState {
  if (state.openedAt) return state;
  const assigned = consentMethods.map((m) => state.channels[m]).filter((c) => c.assigned);
  const opens = assigned.every(satisfied) && assigned.some((c) => c.state === 'accepted');
  return opens ? { ...state, openedAt: at } : state;
}

function assign(
  state: ConsentState,
  event: Extract<ConsentEvent, { type: 'assigned' }>,
): Transition {
  const effects: ConsentEffect[] = [];
  const channels = { ...state.channels };
  for (const method of consentMethods) {
    const before = state.channels[method];
    const assigned = event.methods.includes(method);
    const given = event[method];
    if (given.address !== before.address) effects.push({ type: 'close_requests', method });
    const channel = assignedChannel(before, assigned, given, event.at);
    channels[method] = withoutAddress(method, channel);
  }
  const free = Object.fromEntries(
    freeMethods.map((method) => {
      const { address } = event[method];
      return [
        method,
        { assigned: event.methods.includes(method), ...(address ? { address } : {}) },
      ];
    }),
  ) as Pick<ConsentState, FreeMethod>;
  const next: ConsentState = { ...state, registered: true, channels, ...free };
  if (same(state, next)) return { state, effects: [], outcome: 'unchanged' };
  if (!sameAssignment(state, next)) effects.push({ type: 'reassign_deliveries' });
  return { state: next, effects, outcome: 'applied' };
}

/** Always applied: the two are one, whatever their words were. Messages of the other follow as they move. */
function merge(state: ConsentState, joining: ConsentState): Transition {
  const next = mergeConsent(state, joining);
  const changed = consentMethods.filter((m) => next.channels[m] !== state.channels[m]);
  return {
    state: next,
    effects: [
      ...changed.flatMap((method): ConsentEffect[] => [
        { type: 'close_requests', method },
        { type: 'announce', signal: 'revokeChannel', method },
      ]),
      ...consentMethods
        .filter((method) => next.channels[method].state === 'waived')
        .map((method): ConsentEffect => ({ type: 'suppress_deliveries', method })),
    ],
    outcome: 'applied',
  };
}

/** In one order, so that the same choice is the same state. It opens and closes no channel. */
function chooseKinds(
  state: ConsentState,
  { declined }: Extract<ConsentEvent, { type: 'kinds_chosen' }>,
): Transition {
  const declinedKinds = messageKinds.filter((kind) => declined.includes(kind));
  if (declinedKinds.join() === state.declinedKinds.join())
    return { state, effects: [], outcome: 'unchanged' };
  return { state: { ...state, declinedKinds }, effects: [], outcome: 'applied' };
}

function change(
  state: ConsentState,
  event: Exclude<ConsentEvent, { type: 'assigned' | 'merged' | 'kinds_chosen' }>,
): Transition {
  const { method } = event;
  const channel = state.channels[method];
  if ('epoch' in event && event.epoch !== channel.epoch)
    return { state, effects: [], outcome: 'stale_epoch' };

  const unchanged: Transition = { state, effects: [], outcome: 'unchanged' };
  // Consent is about an address: without one there is nothing to agree to or to stop.
  if (channel.address === undefined && event.type !== 'waived' && event.type !== 'booked')
    return unchanged;
  const applied = (next: Channel, ...effects: ConsentEffect[]): Transition => ({
    state: { ...state, channels: { ...state.channels, [method]: next } },
    effects,
    outcome: 'applied',
  });

  const opens = { type: 'announce', signal: 'acceptChannel', method } as const;
  switch (event.type) {
    case 'opt_in_sent': {
      const next = { ...channel, lastSentAt: event.at };
      // A late "sent" must not undo an answer, a no included.
      const open = ['not_sent', 'sent', 'failed', 'declined'].includes(channel.state);
      if (!open || !mayBeAskedAgain(channel)) return applied(next);
      delete next.reason;
      if (!event.confirmed) next.reason = unconfirmedReason;
      return applied({ ...next, state: 'sent' });
    }
    case 'opt_in_failed': {
      const askedOnceMore = channel.state === 'declined' && mayBeAskedAgain(channel);
      if (askedOnceMore) return applied(closed(channel, 'declined', event.reason));
      if (!['not_sent', 'sent', 'failed'].includes(channel.state)) return unchanged;
      return applied(closed(channel, 'failed', event.reason));
    }
    case 'accepted':
      // A stop that was committed first stands: only START, or a consent obtained after it, begins again.
      if (channel.state === 'revoked') return unchanged;
      if (channel.state === 'accepted' && !channel.doubt) return unchanged;
      if (channel.doubt && !event.readByStaff && !maySettle(channel.doubt, event))
        return { ...unchanged, outcome: 'doubtful_holder' };
      return applied(
        accepted(channel, event.at, event.consentId),
        // A stop that this channel has yet to follow stays, and so does a doubt that is not this page's to settle.
        {
          type: 'lift_suppression',
          method,
          only: event.elsewhere ? ['unreachable'] : ['unreachable', 'doubtful'],
        },
        opens,
      );
    case 'declined':
      if (channel.state === 'revoked') return unchanged;
      if (channel.state === 'declined' && channel.reason === undefined) return unchanged;
      if (channel.state === 'accepted')
        return change(state, {
          type: 'revoked',
          at: event.at,
          method,
          reason: declinedOnPage,
          address: false,
        });
      return applied(
        closed(channel, 'declined'),
        { type: 'cancel_opt_ins', method },
        { type: 'announce', signal: 'revokeChannel', method },
      );
    case 'consented_elsewhere': {
      if (event.address !== channel.address)
        return { state, effects: [], outcome: 'other_address' };
      const stopped = [channel.revokedAt, event.suppressedSince, channel.doubt?.since];
      if (stopped.some((since) => since && since >= event.obtainedAt))
        return { state, effects: [], outcome: 'older_than_revocation' };
      if (channel.state === 'accepted' && !channel.doubt) return unchanged;
      return applied(
        accepted(channel, event.obtainedAt, event.consentId),
        { type: 'lift_suppression', method },
        opens,
      );
    }
    case 'booked': {
      const kept = (outcome: Transition['outcome']): Transition => ({ ...unchanged, outcome });
      if (event.address !== channel.address) return kept('other_address');
      if (channel.state === 'revoked' || channel.doubt || event.barred)
        return kept('stopped_before');
      if (!event.identified) return kept('not_identified');
      // Also where it was accepted: today's text and agreement are the newer evidence.
      return applied(accepted(channel, event.at, event.consentId), opens);
    }
    case 'revoked': {
      const { doubtStays } = event;
      const stays = doubtStays ? { doubtStays } : {};
      const bar: ConsentEffect[] = event.address
        ? [{ type: 'suppress', method, kind: 'stopped', reason: event.reason, ...stays }]
        : [];
      // A stop of the address settles the doubt about it; that of one contact says nothing about the others there.
      const told = event.address && !doubtStays ? undoubted(channel) : channel;
      const announce = { type: 'announce', signal: 'revokeChannel', method } as const;
      // A contact that told the practice after a stop of the address spoke for itself: only it can take that back.
      if (channel.state === 'revoked' && (event.address || channel.reason === event.reason))
        return told === channel ? { ...unchanged, effects: bar } : applied(told, ...bar, announce);
      const next = { ...closed(told, 'revoked', event.reason), revokedAt: event.at };
      return applied(next, ...bar, { type: 'close_requests', method }, announce);
    }
    case 'unreachable': {
      if (channel.state === 'revoked' || channel.state === 'waived') return unchanged;
      return applied(
        closed(channel, 'failed', event.reason),
        { type: 'suppress', method, kind: 'unreachable', reason: event.reason },
        { type: 'close_requests', method },
        { type: 'announce', signal: 'revokeChannel', method },
      );
    }
    case 'doubted': {
      const { at, doubt: why, since = at } = event;
      const bar = { type: 'suppress', method, kind: 'doubtful', reason: why } as const;
      const doubt = strongerDoubt(channel.doubt, { why, since });
      if (doubt === channel.doubt) return { ...unchanged, effects: [bar] };
      return applied({ ...channel, doubt }, bar, {
        type: 'announce',
        signal: 'revokeChannel',
        method,
      });
    }
    case 'doubt_settled': {
      const { doubt } = channel;
      const { left } = event;
      if (!doubt || left === doubt.why) return unchanged;
      if (left)
        return applied(
          { ...channel, doubt: { ...doubt, why: left } },
          { type: 'announce', signal: 'revokeChannel', method },
        );
      return applied(undoubted(channel), ...liftedBy(event, ['doubtful']), opens);
    }
    case 'restarted': {
      // A reply does not revive a dead address, unless it came from that address.
      const settles = event.reached && !(event.onPage && heldByAnother(channel.doubt));
      const lift = liftedBy(event, settles ? ['stopped', 'doubtful'] : ['stopped']);
      const settled = settles ? undoubted(channel) : channel;
      const isBack = event.reached === true && channel.state === 'failed';
      if (channel.state !== 'revoked' && !isBack && !event.missedStop) {
        return settled !== channel
          ? applied(settled, ...lift, opens)
          : { ...unchanged, effects: lift };
      }
      return applied(unasked(method, settled), ...lift, { type: 'close_requests', method }, opens);
    }
    case 'waived':
      if (channel.state === 'waived') return unchanged;
      return applied(
        closed(channel, 'waived', waivedReason),
        { type: 'close_requests', method },
        { type: 'suppress_deliveries', method },
        opens,
      );
    case 'asked_again': {
      const next = askedAgain(channel);
      return next ? applied(next) : unchanged;
    }
    case 'stop_undone': {
      const next = stopUndone(channel, event);
      return next ? applied(next, opens) : unchanged;
    }
  }
}

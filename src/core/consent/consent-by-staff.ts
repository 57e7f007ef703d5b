import type { Channel } from './consent-state.ts';

/**
 * Acts on a channel that are for staff alone, besides a stop and a waiver: asking again after a no, and undoing a stop.
 */

/** The `reason` of a channel that said no and is about to be asked again. */
export const askedAgainReason = 'asked again by staff';

/** The `reason` of a channel that staff let out of the gate; why they did is for the ledger. */
export const waivedReason = 'waived by staff';

/** The state that a stop took from a channel, and that its undo restores. */
export type BeforeStop = Pick<
  Channel,
  'state' | 'reason' | 'acceptedAt' | 'consentId' | 'revokedAt'
>;

export function beforeStop(channel: Channel): BeforeStop {
  const { state, reason, acceptedAt, consentId, revokedAt } = channel;
  return {
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(acceptedAt === undefined ? {} : { acceptedAt }),
    ...(consentId === undefined ? {} : { consentId }),
    ...(revokedAt === undefined ? {} : { revokedAt }),
  };
}

/**
 * The no stays the channel's state until the next opt-in has left. Undefined: there is no open no to ask again after.
 */
export function askedAgain(channel: Channel): Channel | undefined {
  if (channel.state !== 'declined' || channel.reason === askedAgainReason) return undefined;
  return { ...channel, reason: askedAgainReason };
}

/**
 * Whether an opt-in may leave, or be noted as sent, on a channel that said no: only one that staff gave a reason for.
 */
export function mayBeAskedAgain({ state, reason }: Channel): boolean {
  return state !== 'declined' || reason === askedAgainReason;
}

/** Undefined: the channel is not as that stop left it. */
export function stopUndone(
  channel: Channel,
  { stoppedAt, before }: { stoppedAt: Date; before: BeforeStop },
): Channel | undefined {
  if (channel.state !== 'revoked' || channel.revokedAt?.getTime() !== stoppedAt.getTime())
    return undefined;
  const {
    state: _,
    reason: __,
    acceptedAt: ___,
    consentId: ____,
    revokedAt: _____,
    ...rest
  } = channel;
  return { ...rest, ...before };
}

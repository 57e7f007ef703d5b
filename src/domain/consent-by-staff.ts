import type { Channel } from './consent-state.ts';

/** What staff alone may do to a channel beside a stop and a waiver: ask again after a no, and take a stop back. */

/** The `reason` of a channel that said no and is about to be asked again. */
export const askedAgainReason = 'asked again by staff';

/** What a stop took from a channel: all that its undoing gives back. */
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

/** The no stays the channel's state until the next opt-in has left. Undefined: there is no open no to ask again after. */
export function askedAgain(channel: Channel): Channel | undefined {
  if (channel.state !== 'declined' || channel.reason === askedAgainReason) return undefined;
  return { ...channel, reason: askedAgainReason };
}

/** Whether an opt-in may leave, or be noted as sent, on a channel that said no: only one that staff gave a reason for. */
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

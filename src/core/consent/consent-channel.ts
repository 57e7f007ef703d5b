import type { AssignedAddress, Channel, ChannelState } from './consent-state.ts';
import type { ConsentMethod } from '../method.ts';

/** Changes of one channel, whatever caused them: the building blocks of the rules in `consent.ts`. */

export const noAddressReason: Record<ConsentMethod, string> = {
  email: 'no email address',
  sms: 'no mobile number',
};

/** A suppressed address is closed for everybody who has it, also for a contact registered after the stop. */
export function barred(
  channel: Channel,
  suppressed: NonNullable<AssignedAddress['suppressed']>,
  at: Date,
): Channel {
  const target = suppressed.kind === 'stopped' ? 'revoked' : 'failed';
  if (channel.state === 'waived' || channel.state === 'revoked' || channel.state === target)
    return channel;
  const next = closed(channel, target, suppressed.reason);
  return target === 'revoked' ? { ...next, revokedAt: at } : next;
}

/** An assigned channel without an address cannot be asked; one that no longer needs an address is only idle. */
export function withoutAddress(method: ConsentMethod, channel: Channel): Channel {
  if (channel.address !== undefined || channel.state === 'waived') return channel;
  if (channel.assigned) return { ...channel, state: 'failed', reason: noAddressReason[method] };
  const { reason: _, ...rest } = channel;
  return { ...rest, state: 'not_sent' };
}

/** A new epoch of the same address: nobody was asked in it yet, and what was said before says nothing about it. */
export function unasked(
  method: ConsentMethod,
  { assigned, epoch, address, doubt }: Channel,
): Channel {
  return withoutAddress(method, {
    assigned,
    epoch: epoch + 1,
    state: 'not_sent',
    ...(address ? { address } : {}),
    ...(doubt ? { doubt } : {}),
  });
}

/** A yes says that no stop was meant. */
export function accepted(channel: Channel, at: Date, consentId: string): Channel {
  const { reason: _, revokedAt: __, doubt: ___, ...rest } = channel;
  return { ...rest, state: 'accepted', acceptedAt: at, consentId };
}

/** Any state but `accepted`: drops the record of the acceptance (the ledger keeps it). */
export function closed(channel: Channel, state: ChannelState, reason?: string): Channel {
  const { acceptedAt: _, consentId: __, reason: ___, ...rest } = channel;
  return reason === undefined ? { ...rest, state } : { ...rest, state, reason };
}

/** The same channel where no doubt was open. */
export function undoubted(channel: Channel): Channel {
  const { doubt, ...rest } = channel;
  return doubt === undefined ? channel : rest;
}

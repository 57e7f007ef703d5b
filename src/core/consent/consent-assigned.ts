import { barred } from './consent-channel.ts';
import type { AssignedAddress, Channel } from './consent-state.ts';
import { strongerDoubt } from './doubt.ts';
import { refusedBefore } from './refusal.ts';

/**
 * A channel that is assigned, or not, with an address. Another address begins an epoch, in which nobody was asked; then
 * what is known of that address counts: a doubt, a bar, and the last word about it.
 */
export function assignedChannel(
  before: Channel,
  assigned: boolean,
  { address, suppressed, doubt, refused }: AssignedAddress,
  at: Date,
): Channel {
  const isNew = address !== before.address;
  let channel = isNew ? newEpoch(before, assigned, address) : { ...before, assigned };
  if (doubt) channel = { ...channel, doubt: strongerDoubt(channel.doubt, doubt) };
  if (suppressed) channel = barred(channel, suppressed, at);
  // The same address has its own state already, and another contact's word about it changes nothing.
  return isNew && refused ? refusedBefore(channel, refused) : channel;
}

function newEpoch({ epoch }: Channel, assigned: boolean, address?: string): Channel {
  return { assigned, epoch: epoch + 1, state: 'not_sent', ...(address ? { address } : {}) };
}

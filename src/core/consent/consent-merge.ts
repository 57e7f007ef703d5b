import type { Channel, ChannelState, ConsentState } from './consent-state.ts';
import { endsOnPages } from './authors.ts';
import { strongerDoubt } from './doubt.ts';
import { messageKinds } from '../message/message.ts';
import { consentMethods } from '../method.ts';

/**
 * Two records turn out to be one person. Per address the strictest word wins: a no under either id counts, and a yes
 * counts only if nothing under the other id speaks against it. An address that only the other record has (another
 * number, another mailbox) says nothing about the one that stays. A kind of message declined under either id is
 * declined.
 */

/** Strictest first. Of `sent` and `not_sent` the former: the person was asked, and need not be asked again. */
const strictness: readonly ChannelState[] = [
  'revoked',
  'declined',
  'failed',
  'sent',
  'not_sent',
  'waived',
  'accepted',
];

/** The consent of the contact that stays, once `joining` is part of it. Its addresses and methods stay as they are. */
export function mergeConsent(staying: ConsentState, joining: ConsentState): ConsentState {
  const channels = { ...staying.channels };
  for (const method of consentMethods)
    channels[method] = strictest(staying.channels[method], joining.channels[method]);
  const declinedKinds = messageKinds.filter((kind) =>
    [staying, joining].some((one) => one.declinedKinds.includes(kind)),
  );
  return { ...staying, channels, declinedKinds };
}

/** Of two stops the stricter is the one that no page takes back (authors.ts). */
function looseness({ state, reason }: Channel): number {
  const isPages = state === 'revoked' && reason !== undefined && endsOnPages(reason);
  return 2 * strictness.indexOf(state) + (isPages ? 1 : 0);
}

function strictest(own: Channel, other: Channel): Channel {
  if (own.address === undefined || other.address !== own.address) return own;
  const stays = looseness(own) <= looseness(other);
  const doubt = other.doubt ? strongerDoubt(own.doubt, other.doubt) : own.doubt;
  if (stays && doubt === own.doubt) return own;
  const { assigned, address } = own;
  // A new epoch: links and codes of a yes that no longer counts must not count again by themselves.
  const next = { ...(stays ? own : other), assigned, address, epoch: own.epoch + 1 };
  return doubt ? { ...next, doubt } : next;
}

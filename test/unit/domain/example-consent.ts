import {
  newConsentState,
  type Channel,
  type ChannelState,
  type ConsentState,
} from '../../../src/core/consent/consent-state.ts';
import type { Practice } from '../../../src/core/consent/gate.ts';
import type { ConsentMethod } from '../../../src/core/method.ts';
import { defaultSettings, type Settings } from '../../../src/core/settings.ts';

/** Contacts and practices for tables: what a row does not mention is as ordinary as can be. */

export const now = new Date('2026-11-28T12:00:00Z');
export const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);

type Shorthand = ChannelState | ({ state: ChannelState } & Partial<Channel>);

/** An assigned channel in its third epoch, with an address. */
export function channel(given: Shorthand): Channel {
  return {
    assigned: true,
    epoch: 3,
    address: 'a',
    ...(typeof given === 'string' ? { state: given } : given),
  };
}

/** A registered contact with the given channels; the others are not assigned. */
export function contact(
  channels: Partial<Record<ConsentMethod, Shorthand>>,
  rest: Partial<Omit<ConsentState, 'channels'>> = {},
): ConsentState {
  const state = newConsentState();
  for (const [method, given] of Object.entries(channels))
    state.channels[method as ConsentMethod] = channel(given);
  return { ...state, registered: true, ...rest };
}

export function practice(
  settings: Partial<Settings> = {},
  rest: Partial<Omit<Practice, 'settings'>> = {},
): Practice {
  return { senderMissing: [], settings: { ...defaultSettings, ...settings }, ...rest };
}

import type { Channel, ConsentState } from './consent-state.ts';
import { isAssigned, satisfied } from './consent-state.ts';
import type { ConsentMethod, Method } from '../method.ts';
import { consentMethods, methods, needsConsent } from '../method.ts';
import { senderMissing, type SenderField } from '../sender.ts';
import type { Settings } from '../settings.ts';

/**
 * Decides what a contact's consent and its practice's switches allow. Always computed from the record, never stored
 * itself: a practice's switch takes effect with the next claim.
 */

export type GateSettings = Pick<
  Settings,
  'messagingEnabled' | 'optInEnabled' | 'gate' | 'onRevoke' | 'smsConsentVia'
>;

export type Practice = {
  settings: GateSettings;
  /** Not empty: its identity is incomplete, so nobody is asked (`missingIdentity`). */
  senderMissing: readonly SenderField[];
  /** Set: too many complaints or bounces; staff see why. */
  suspendedReason?: string;
  /** Set: all sending is paused by an operator. */
  pausedReason?: string;
};

/** Neutral on purpose: a light is shown in Temporal, and why a reply is doubtful is the person's own affair. */
export const doubtfulReason = 'a reply may be a stop';

export type Light = { light: 'green' | 'red'; reason?: string };

/**
 * Whether nothing of the contact's own makes its light red: green, but for a switch of its practice. Without opt-in an
 * unsettled contact may be green too.
 */
export function isSettled(state: ConsentState): boolean {
  const assigned = assignedConsentMethods(state);
  return (
    state.registered && hasMethod(state) && assigned.every((m) => satisfied(state.channels[m]))
  );
}

function hasMethod(state: ConsentState): boolean {
  return methods.some((method) => isAssigned(state, method));
}

/** Whether a switch of the practice makes every light red. */
export function allAreRed({ settings, suspendedReason }: Practice): boolean {
  return !settings.messagingEnabled || suspendedReason !== undefined;
}

/** Whether a lane may carry content now, or else what it waits for (contract, `waitingFor`). */
export type LaneGate = { open: true } | { open: false; waitingFor: string };

export function lightOf(state: ConsentState, practice: Practice): Light {
  if (!practice.settings.messagingEnabled) return { light: 'red', reason: 'messaging_off' };
  if (practice.suspendedReason !== undefined)
    return { light: 'red', reason: `practice_suspended: ${practice.suspendedReason}` };
  if (!state.registered) return { light: 'red', reason: 'not_registered' };
  const assigned = assignedConsentMethods(state);
  if (!hasMethod(state)) return { light: 'red', reason: 'no_method' };

  const holding = assigned
    .filter((method) => holds(state.channels[method], practice.settings))
    .toSorted((a, b) => severity(state.channels[b]) - severity(state.channels[a]));
  if (holding.length === 0) return { light: 'green' };
  const reasons = holding.map((method) => {
    const unasked = unaskedReason(state, method, practice);
    return `${method}: ${unasked ?? describe(state.channels[method])}`;
  });
  return { light: 'red', reason: reasons.join('; ') };
}

/** Whether content may leave on a method. The only answer there is; the claim asks it under the lane's lock. */
export function laneGate(state: ConsentState, method: Method, practice: Practice): LaneGate {
  const { settings } = practice;
  if (mutedPractice(practice)) return { open: false, waitingFor: 'practice_off' };
  if (!needsConsent(method))
    return state[method].assigned ? { open: true } : { open: false, waitingFor: 'method' };
  if (!state.registered) return { open: false, waitingFor: `consent:${method}` };
  const channel = state.channels[method];
  if (!channel.assigned) return { open: false, waitingFor: 'method' };
  if (holds(channel, settings) || channel.state === 'waived') return held(method, channel);

  const others = assignedConsentMethods(state).filter((other) => other !== method);
  const holder = others.find((other) => {
    const otherChannel = state.channels[other];
    if (!holds(otherChannel, settings)) return false;
    if (settings.onRevoke === 'contact' && isStopped(otherChannel)) return true;
    // Where nobody is asked there is no common opening to wait for.
    return settings.optInEnabled && settings.gate === 'all' && state.openedAt === undefined;
  });
  return holder ? held(holder, state.channels[holder]) : { open: true };
}

/**
 * Whether what left on a channel may still be read behind its links: not after a no, a stop or a doubt. A switch of the
 * practice takes nothing back that was sent.
 */
export function mayStillRead(
  state: ConsentState,
  method: ConsentMethod,
  settings: GateSettings,
): boolean {
  const channel = state.channels[method];
  if (!state.registered || channel.state === 'waived' || holds(channel, settings)) return false;
  const others = assignedConsentMethods(state).filter((other) => other !== method);
  return (
    settings.onRevoke !== 'contact' ||
    !others.some((o) => isStopped(state.channels[o]) && holds(state.channels[o], settings))
  );
}

function isStopped({ state, doubt }: Channel): boolean {
  return state === 'revoked' || doubt !== undefined;
}

/** Held by a channel. A doubt has to be settled before anybody is asked, so it comes first. */
function held(method: ConsentMethod, { state, doubt }: Channel): LaneGate {
  const doubtful = doubt !== undefined && state !== 'revoked' && state !== 'waived';
  return { open: false, waitingFor: doubtful ? 'doubtful_stop' : `consent:${method}` };
}

/** Whether an opt-in may leave: never to an address that may have said stop. */
export function asksOpen(state: ConsentState, method: Method): boolean {
  return !needsConsent(method) || state.channels[method].doubt === undefined;
}

/** The person does not want this kind of message, whatever carries it. */
export function kindDeclined({ declinedKinds }: ConsentState, kind: string | null): boolean {
  return declinedKinds.some((declined) => declined === kind);
}

/** The practice as a whole sends nothing, opt-ins included. */
export function mutedPractice(practice: Practice): boolean {
  return allAreRed(practice) || practice.pausedReason !== undefined;
}

/** Whether a channel is asked by its own messages: the other ways are another channel's page, and staff. */
function asksOnItself(
  method: ConsentMethod,
  { smsConsentVia }: Pick<Settings, 'smsConsentVia'>,
): boolean {
  switch (method) {
    case 'email':
      return true;
    case 'sms':
      return smsConsentVia === 'sms';
  }
}

/** The channels an automatic opt-in goes to as soon as a message is due. */
export function channelsToAsk(state: ConsentState, practice: Practice): ConsentMethod[] {
  if (mutedPractice(practice) || !practice.settings.optInEnabled || !state.registered) return [];
  if (practice.senderMissing.length > 0) return [];
  return assignedConsentMethods(state).filter(
    (method) =>
      state.channels[method].state === 'not_sent' &&
      asksOpen(state, method) &&
      asksOnItself(method, practice.settings),
  );
}

/**
 * Whether consent to SMS is to be asked on the email's page, and can be: the practice sends no cold SMS, there is a
 * number that has not said yes or stop, and an email to ask in.
 */
export function asksSmsOnEmailPage(
  state: ConsentState,
  settings: Pick<Settings, 'smsConsentVia'>,
): boolean {
  const { email, sms } = state.channels;
  return (
    settings.smsConsentVia === 'emailPage' &&
    sms.assigned &&
    sms.address !== undefined &&
    ['not_sent', 'sent', 'failed', 'declined'].includes(sms.state) &&
    // A doubt is settled where the number is (`maySettle`), and until then nobody is asked.
    sms.doubt === undefined &&
    email.assigned &&
    email.address !== undefined
  );
}

/** The channel whose opt-in asks for consent to a channel. */
export function askedBy(
  state: ConsentState,
  method: ConsentMethod,
  settings: Pick<Settings, 'smsConsentVia'>,
): ConsentMethod {
  return asksOnItself(method, settings) || !asksSmsOnEmailPage(state, settings) ? method : 'email';
}

/** The other channels that the opt-in of a channel asks for. */
export function alsoAskedBy(
  state: ConsentState,
  method: ConsentMethod,
  settings: Pick<Settings, 'smsConsentVia'>,
): ConsentMethod[] {
  return consentMethods.filter(
    (other) => other !== method && askedBy(state, other, settings) === method,
  );
}

/** Why a channel that was never asked is not asked as others are; undefined: it is, or has been. */
export function unaskedReason(
  state: ConsentState,
  method: ConsentMethod,
  practice: {
    settings: Pick<Settings, 'smsConsentVia' | 'optInEnabled'>;
    senderMissing: Practice['senderMissing'];
  },
): string | undefined {
  const { settings } = practice;
  const channel = state.channels[method];
  if (channel.state !== 'not_sent' || channel.doubt || !settings.optInEnabled) return undefined;
  const asksItself = asksOnItself(method, settings);
  if (!asksItself && settings.smsConsentVia === 'recordedOnly')
    return 'consent to SMS must be recorded by staff';
  if (practice.senderMissing.length > 0) return senderMissing;
  if (asksItself) return undefined;
  return asksSmsOnEmailPage(state, settings)
    ? 'asked on the email’s page'
    : 'asked only on the email’s page, and there is no email to ask in';
}

/** The channels that the contact waits for, for display: `email`, `sms`. */
export function waitingOn(state: ConsentState, practice: Practice): ConsentMethod[] {
  return assignedConsentMethods(state).filter((m) => holds(state.channels[m], practice.settings));
}

export function assignedConsentMethods(state: ConsentState): ConsentMethod[] {
  return consentMethods.filter((method) => state.channels[method].assigned);
}

/** With opt-in switched off nobody is asked, but a stop, a doubt, a complaint or a dead address still counts. */
function holds(channel: Channel, settings: GateSettings): boolean {
  if (satisfied(channel)) return false;
  if (channel.doubt) return true;
  if (settings.optInEnabled) return true;
  if (channel.state === 'revoked' || channel.state === 'declined') return true;
  return channel.state === 'failed' && channel.address !== undefined;
}

function severity(channel: Channel): number {
  if (channel.doubt && channel.state !== 'revoked') return 4;
  return ['not_sent', 'sent', 'failed', 'declined', 'doubtful', 'revoked'].indexOf(channel.state);
}

function describe(channel: Channel): string {
  if (channel.doubt && channel.state !== 'revoked') return doubtfulReason;
  if (channel.reason !== undefined && channel.state !== 'sent')
    return channel.state === 'revoked' ? `revoked (${channel.reason})` : channel.reason;
  return channel.state === 'sent' ? 'waiting for the answer' : channel.state.replace('_', ' ');
}

import type { BeforeStop } from './consent-by-staff.ts';
import type { Doubt, OpenDoubt } from './doubt.ts';
import type { MessageKind } from '../message/message.ts';
import type { Refusal } from './refusal.ts';
import {
  consentMethods,
  freeMethods,
  methods,
  needsConsent,
  type ConsentMethod,
  type FreeMethod,
  type Method,
} from '../method.ts';

/** A contact's consent, the events that change it, and their effects: the vocabulary of `consent.ts`. */

export const channelStates = [
  'not_sent',
  'sent',
  'accepted',
  'declined',
  'revoked',
  'failed',
  'waived',
] as const;
export type ChannelState = (typeof channelStates)[number];

export type Channel = {
  assigned: boolean;
  /** Keyed hash of the normalised address; absent: the contact has none here. */
  address?: string;
  /** Counts the assignments of an address. Links, opt-ins and consents belong to exactly one. */
  epoch: number;
  state: ChannelState;
  /** Why it is not simply waiting, in words of ours or a provider's: safe to show and to log. */
  reason?: string;
  lastSentAt?: Date;
  acceptedAt?: Date;
  revokedAt?: Date;
  /** The ledger entry that made it `accepted`. */
  consentId?: string;
  /** A reply from this address may be a stop. The state stays what it was; nothing with content leaves. */
  doubt?: OpenDoubt;
};

export type ConsentState = {
  registered: boolean;
  /** The first time every assigned channel was satisfied. Before it the gate `all` holds everything. */
  openedAt?: Date;
  /** The kinds of messages the person does not want, on any method; in the order of `messageKinds`. */
  declinedKinds: readonly MessageKind[];
  channels: Record<ConsentMethod, Channel>;
} & Record<FreeMethod, { assigned: boolean; address?: string }>;

export type AssignedAddress = {
  address?: string;
  /** Set when a suppression row covers that address at this practice. */
  suppressed?: { kind: 'stopped' | 'unreachable'; reason: string };
  /** Set when a doubt about that address is open at this practice. */
  doubt?: OpenDoubt;
  /** Set when the last word about that address at this practice was a no, or a stop by staff. */
  refused?: Refusal;
};

export type ConsentEvent =
  /** The contact was registered or changed: the assigned methods and their addresses. */
  | ({
      type: 'assigned';
      at: Date;
      methods: readonly Method[];
    } & Record<ConsentMethod, AssignedAddress> &
      Record<FreeMethod, { address?: string }>)
  | {
      type: 'opt_in_sent';
      at: Date;
      method: ConsentMethod;
      epoch: number;
      /** False: the call ended without an answer. It counts as sent, and says so. */
      confirmed: boolean;
    }
  | { type: 'opt_in_failed'; at: Date; method: ConsentMethod; epoch: number; reason: string }
  /** Another record of the same person joins this one. */
  | { type: 'merged'; at: Date; joining: ConsentState }
  /**
   * The person said yes: on the page, or by SMS. `readByStaff`: staff read a reply as that yes. `elsewhere`: on a page
   * whose link was sent to another address.
   */
  | {
      type: 'accepted';
      at: Date;
      method: ConsentMethod;
      epoch: number;
      consentId: string;
      readByStaff?: true;
      elsewhere?: true;
    }
  | { type: 'declined'; at: Date; method: ConsentMethod; epoch: number }
  /** Consent obtained elsewhere, for the address that was shown or written there. */
  | {
      type: 'consented_elsewhere';
      at: Date;
      method: ConsentMethod;
      address: string;
      obtainedAt: Date;
      consentId: string;
      /** When a suppression row covers the address, or it was refused: since when. */
      suppressedSince?: Date;
    }
  /**
   * Booked on our page, with the code sent to the address entered there: the holder of the mailbox or the phone said
   * yes. Anybody can begin a booking, so it lifts no stop. `barred`: a suppression row covers the address;
   * `identified`: false where the practice checks identities and the person is not this contact.
   */
  | {
      type: 'booked';
      at: Date;
      method: ConsentMethod;
      address: string;
      consentId: string;
      barred: boolean;
      identified: boolean;
    }
  /**
   * A stop, by the person, staff or a provider. `address: true` also bars the address for every contact of the
   * practice, and settles a doubt about it, unless `doubtStays`.
   */
  | {
      type: 'revoked';
      at: Date;
      method: ConsentMethod;
      reason: string;
      address: boolean;
      doubtStays?: true;
    }
  /** The address cannot be reached at all (permanent bounce). */
  | { type: 'unreachable'; at: Date; method: ConsentMethod; reason: string }
  /** A reply from the address may be a stop: held until it is settled. `since`: when an earlier doubt began. */
  | { type: 'doubted'; at: Date; method: ConsentMethod; doubt: Doubt; since?: Date }
  /**
   * No stop was meant: the channel returns to its state before the doubt. `left`: an earlier reply may still be a stop.
   * `further`: the word acted on the address before, and now reaches a further contact with it (reopening.ts).
   */
  | { type: 'doubt_settled'; at: Date; method: ConsentMethod; left?: Doubt; further?: true }
  /**
   * START: the person wants to hear from us again, and is asked again. `reached`: the word came from the address
   * itself. `onPage`: it was said on a page, whose link was sent there if it `reached`. `further`: as above. `missedStop`:
   * the stop that it takes back had not reached this contact.
   */
  | {
      type: 'restarted';
      at: Date;
      method: ConsentMethod;
      reached?: true;
      onPage?: true;
      further?: true;
      missedStop?: true;
    }
  /** Which kinds of messages the person does not want; the ones left out are wanted (again). */
  | { type: 'kinds_chosen'; at: Date; declined: readonly MessageKind[] }
  /** Staff let the channel out of the gate; why stands with the evidence. */
  | { type: 'waived'; at: Date; method: ConsentMethod }
  /** Staff have a reason to ask once more on a channel that said no. */
  | { type: 'asked_again'; at: Date; method: ConsentMethod }
  /**
   * Staff take back the stop that they entered at `stoppedAt`, before anything else happened to the channel. `refused`: the
   * last word about the address before that stop, whichever contact had said it.
   */
  | {
      type: 'stop_undone';
      at: Date;
      method: ConsentMethod;
      epoch: number;
      stoppedAt: Date;
      before: BeforeStop;
      refused?: Refusal;
    };

/** The type of a ledger entry. `erased`: the contents of the entries before it in their chain were erased. */
export type EvidenceType = ConsentEvent['type'] | 'erased';

export type ConsentEffect =
  /** Links and codes of earlier epochs, or of a revoked one, must not accept any more. */
  | { type: 'close_requests'; method: ConsentMethod }
  /** An opt-in that has not left yet must not leave any more; links that were sent still work. */
  | { type: 'cancel_opt_ins'; method: ConsentMethod }
  /** Bars the address, not only this contact's channel, until it is lifted. */
  | {
      type: 'suppress';
      method: ConsentMethod;
      kind: 'stopped' | 'unreachable';
      reason: string;
      doubtStays?: true;
    }
  | { type: 'suppress'; method: ConsentMethod; kind: 'doubtful'; reason: Doubt }
  /** `only`: a bar of another kind stays. */
  | {
      type: 'lift_suppression';
      method: ConsentMethod;
      only?: readonly ('unreachable' | 'doubtful' | 'stopped')[];
    }
  /** Content on a waived channel never leaves. */
  | { type: 'suppress_deliveries'; method: ConsentMethod }
  /** The queue must follow the assigned methods. */
  | { type: 'reassign_deliveries' }
  | { type: 'announce'; signal: 'acceptChannel' | 'revokeChannel'; method: ConsentMethod };

export function newConsentState(): ConsentState {
  const channel = (): Channel => ({ assigned: false, epoch: 0, state: 'not_sent' });
  return {
    registered: false,
    declinedKinds: [],
    channels: { email: channel(), sms: channel() },
    fax: { assigned: false },
  };
}

export function isAssigned(state: ConsentState, method: Method): boolean {
  return needsConsent(method) ? state.channels[method].assigned : state[method].assigned;
}

/** A channel that holds nobody up. */
export function satisfied(channel: Channel): boolean {
  return (channel.state === 'accepted' && !channel.doubt) || channel.state === 'waived';
}

/** The same methods are assigned. */
export function sameAssignment(a: ConsentState, b: ConsentState): boolean {
  return (
    a.registered === b.registered &&
    methods.every((method) => isAssigned(a, method) === isAssigned(b, method))
  );
}

/** Whether nothing that an assignment can change differs. */
export function same(a: ConsentState, b: ConsentState): boolean {
  const sameChannel = (x: Channel, y: Channel): boolean =>
    x.assigned === y.assigned &&
    x.address === y.address &&
    x.epoch === y.epoch &&
    x.state === y.state &&
    x.reason === y.reason &&
    x.doubt?.why === y.doubt?.why;
  return (
    sameAssignment(a, b) &&
    freeMethods.every((method) => a[method].address === b[method].address) &&
    consentMethods.every((m) => sameChannel(a.channels[m], b.channels[m]))
  );
}

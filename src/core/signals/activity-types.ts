import type { ContactRef, EndpointRef } from '../ids.ts';
import type { ConsentMethod } from '../method.ts';
import type { ContactStatus } from './contact-status.ts';
import type { Unbound, Unopened } from './payload-marks.ts';

/**
 * The contact workflow's activities. They never fail the workflow: a permanent failure is a result, a temporary one is
 * retried for ever. Inputs and results hold ids and states, never people.
 */
export type ContactActivities = {
  /**
   * Asks for consent where that is due, then sends messages, until nothing is due or the batch is full. `drains`: there
   * is more than one look's worth, so this run may take its time; without it, somebody may be waiting for the slot.
   */
  deliver(input: ContactRef & { drains?: true }): Promise<DeliverReport>;
  /**
   * Stores raw signals, in their order; invalid ones are kept and listed. Null, of former releases: those that were
   * passed on by value are all stored.
   */
  storeSignals(input: ContactRef & StoreInput): Promise<StoreReport | null>;
  /** Queues an opt-in by hand. `refused`: why the update counts for nothing. */
  askOptIn(
    input: ContactRef & RawPayload & { methods?: ConsentMethod[] },
  ): Promise<Partial<Record<ConsentMethod | 'refused', string>>>;
};

/** The activities of a practice's dispatcher. */
export type DispatchActivities = {
  /** Sends due messages of green contacts, until nothing is due or the batch is full. */
  dispatchDue(input: { practiceId: string }): Promise<{
    /** No such practice. */
    gone: boolean;
    handled: number;
    more: boolean;
    nextAt?: string;
  }>;
};

/** The activities of an endpoint's workflow. */
export type WebhookActivities = {
  /** Posts events in their order, until there are none, one is not taken, or the batch is full. */
  deliverEvents(input: EndpointRef): Promise<{
    /** The batch was full: there may be more to do right now. */
    more: boolean;
    /** When to retry a refused event, or when it may be the practice's turn (ISO 8601). */
    retryAt?: string;
  }>;
};

/**
 * Raw signals that are read from where they came: those of the events after `after`, up to and with `upTo`, in the
 * history of the run, or of the one that asks.
 */
export type HeldSignals = { after: number; upTo: number; runId?: string };

/** By value, or, where there are many, by reference. `batch` names this very activity; former releases named none. */
export type StoreInput = { signals: RawSignal[]; held?: HeldSignals; batch?: string };

/**
 * What was passed on by value is stored; of what was passed on by reference, the events up to `upTo`: before what was
 * asked for where one activity's time is up. `batch`: the one that was asked for.
 */
export type StoreReport = { batch?: string; upTo?: number };

/** How what somebody sent to the workflow came. */
export type RawPayload = {
  /** Its producer used no codec: the text is in this workflow's history. */
  clear?: true;
  /** It was sealed for no workflow: it would open in any. */
  unbound?: Unbound;
  /** It did not open when it was received. */
  unopened?: Unopened;
};

/** A signal as it came. `receivedAt` orders nothing; it is for people. */
export type RawSignal = RawPayload & {
  signal: string;
  payload: unknown;
  receivedAt: string;
};

export type DeliverReport = {
  /** `erased`, or no such practice: the workflow has nothing left to do. */
  gone: boolean;
  /** The consent version this report saw. */
  version: number;
  status: ContactStatus | null;
  waitingOn: ConsentMethod[];
  /** Deliveries whose call ended in this run. */
  handled: number;
  /** The batch was full: there is more to do right now. */
  more: boolean;
  /** … because a lane holds more than this run's share, not because something new was found at its end. */
  drains?: true;
  /** When to look again if nothing happens before (ISO 8601). */
  nextAt?: string;
  /** The contact in the staff's console. */
  consoleUrl?: string;
};

import type { ContactRef, EndpointRef } from '../src/domain/ids.ts';
import type { ConsentMethod } from '../src/domain/method.ts';
import type { ContactStatus } from './messages.ts';

/**
 * What the workflow asks of the outside. Activities never fail the workflow: what cannot succeed is a result, what may
 * succeed later is retried for ever. Inputs and results hold ids and states, never people.
 */
export type ContactActivities = {
  /** Asks where it is due, then sends what may leave, until nothing is due or the batch is full. */
  deliver(input: ContactRef): Promise<DeliverReport>;
  /** Stores raw signals; what is invalid is kept and listed. */
  storeSignals(input: ContactRef & { signals: RawSignal[] }): Promise<void>;
  /** Queues an opt-in by hand. */
  askOptIn(
    input: ContactRef & { methods?: ConsentMethod[] },
  ): Promise<Partial<Record<ConsentMethod, string>>>;
};

/** What the practice's dispatcher asks of the outside. */
export type DispatchActivities = {
  /** Sends what is due of green contacts, until nothing is or the batch is full. */
  dispatchDue(input: { practiceId: string }): Promise<{
    /** No such practice. */
    gone: boolean;
    handled: number;
    more: boolean;
    nextAt?: string;
  }>;
};

/** What an endpoint's workflow asks of the outside. */
export type WebhookActivities = {
  /** Posts events in their order, until there are none, one is not taken, or the batch is full. */
  deliverEvents(input: EndpointRef): Promise<{
    /** The batch was full: there may be more to do right now. */
    more: boolean;
    /** When to try again what was not taken (ISO 8601). */
    retryAt?: string;
  }>;
};

/** A signal as it came. `receivedAt` orders nothing; it is for people. */
export type RawSignal = {
  signal: string;
  payload: unknown;
  receivedAt: string;
  /** Its producer used no codec: the text stands in this workflow's history. */
  clear?: true;
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
  /** When to look again if nothing happens before (ISO 8601). */
  nextAt?: string;
  /** The contact in the staff's console. */
  consoleUrl?: string;
};

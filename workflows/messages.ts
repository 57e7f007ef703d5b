import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ChannelState } from '../src/domain/consent-state.ts';
import type { ConsentMethod } from '../src/domain/method.ts';

/**
 * The words other programs use with a contact's workflow (contract, "Temporal"). Any Temporal client may send the
 * signals, with signal-with-start: workflow type `contact`, no arguments, id `contact/{practiceId}/{contactId}`.
 */

/**
 * A message for the contact: `{ messageId }` when it is already stored, or the whole message as for
 * `POST /v1/contacts/{id}/messages` with `messageId` instead of `id` (body ≤ 32 KB). Invalid ones are kept and listed
 * in `GET /v1/rejected-signals`. The payload is whatever the sender sent: it is checked before it is stored.
 */
export const sendMessageSignal = defineSignal<[payload: unknown]>('sendMessage');

/** Announces a fact that the ledger holds. Without such a fact it changes nothing. */
export type ConsentAnnouncement = { method: ConsentMethod; consentId: string; version?: number };
export const acceptChannelSignal = defineSignal<[ConsentAnnouncement]>('acceptChannel');
export const revokeChannelSignal = defineSignal<[ConsentAnnouncement]>('revokeChannel');

/** Something was stored for this contact, or a setting changed: look. Sent by the API; carries nothing. */
export const wakeSignal = defineSignal('wake');

/** `GET /v1/contacts/{id}` without names, addresses or text, as of the last look at the record. */
export type ContactStatus = {
  id: string;
  light: 'green' | 'red';
  reason?: string;
  channels: Partial<
    Record<
      ConsentMethod,
      {
        state: ChannelState;
        doubtful?: true;
        reason?: string;
        lastSentAt?: string;
        acceptedAt?: string;
      }
    >
  >;
  queued: number;
  oldestQueuedAt?: string;
  asOf: string;
};
export const statusQuery = defineQuery<ContactStatus | null>('status');

/** Sends or resends the opt-in now, as `POST /v1/contacts/{id}/opt-in`. Answers per channel what became of it. */
export const sendOptInUpdate = defineUpdate<
  Partial<Record<ConsentMethod, string>>,
  [{ methods?: ConsentMethod[] }]
>('sendOptIn');

/** An update that is refused here is in no history. Throws what the caller is told. */
export function checkSendOptIn(input: unknown): void {
  const { methods = [], ...rest } = (input ?? {}) as { methods?: unknown };
  const known = Array.isArray(methods) && methods.every((m) => m === 'email' || m === 'sms');
  if (typeof input !== 'object' || input === null || !known || Object.keys(rest).length > 0)
    throw new TypeError('sendOptIn takes { methods?: ("email" | "sms")[] }');
}

import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ContactStatus } from '../src/core/signals/contact-status.ts';
import { consentMethods, isConsentMethod, type ConsentMethod } from '../src/core/method.ts';

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

/** Continue as new, and do nothing else: the new run holds nothing that was sealed with an older key. Carries nothing. */
export const renewSignal = defineSignal('renew');

export const statusQuery = defineQuery<ContactStatus | null>('status');

/**
 * Sends or resends the opt-in now, as `POST /v1/contacts/{id}/opt-in` does, except that it unlocks nobody who gave wrong
 * birth dates: that is for somebody with the practice's key. Answers with the outcome per channel. Without an argument: on
 * every channel that needs it. Its input is taken, or the update fails (`Refused`), as the payload of a signal would be.
 */
export const sendOptInUpdate = defineUpdate<
  Partial<Record<ConsentMethod, string>>,
  [input?: { methods?: ConsentMethod[] } | null]
>('sendOptIn');

/** An update that is refused here is in no history. Throws the caller's error. */
export function checkSendOptIn(input: unknown = {}): void {
  const { methods = [], ...rest } = (input ?? {}) as { methods?: unknown };
  const known = Array.isArray(methods) && methods.every(isConsentMethod);
  if (typeof input !== 'object' || Array.isArray(input) || !known || Object.keys(rest).length > 0)
    throw new TypeError(
      `sendOptIn takes { methods?: (${consentMethods.map((m) => `"${m}"`).join(' | ')})[] }`,
    );
}

import { isConsentMethod, type ConsentMethod } from '../method.ts';

/** Signals that carry nothing which the record does not have: they only say that there is something to see. */

/** `sendMessage` of a message that is already stored. */
export function isBareMessageId(payload: unknown): payload is { messageId: string } {
  return (
    isRecord(payload) && typeof payload.messageId === 'string' && Object.keys(payload).length === 1
  );
}

/** `acceptChannel` and `revokeChannel`. */
export function isAnnouncement(fact: unknown): fact is { method: ConsentMethod; version?: number } {
  return (
    isRecord(fact) &&
    isConsentMethod(fact.method) &&
    typeof fact.consentId === 'string' &&
    (fact.version === undefined || typeof fact.version === 'number')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

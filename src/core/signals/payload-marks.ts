import type { undecodableReasons } from './undecodable.ts';

/**
 * How a payload came, which its value does not show. Any Temporal client may signal a contact: without our codec, and
 * then the text is in the history, where anybody with access to Temporal reads it; sealed for no workflow, and then it
 * opens wherever it is copied to; or sealed so that it does not open here. The payload converter marks such objects, and
 * the contact's workflow passes the marks on to the activity that takes the signal in, which decides.
 */

/** Identifies a payload that is bound to no workflow. */
export type Unbound = {
  /** Hash of the sealed bytes; no two payloads share one. */
  seal: string;
  /** ISO 8601; absent: sealed by a release that bound none. */
  sealedAt?: string;
};

/** A payload as it came over the wire, its bytes in base64. */
export type SealedPayload = { metadata: Record<string, string>; data: string };

/** A payload that did not open. */
export type Unopened =
  | { why: Exclude<keyof typeof undecodableReasons, 'key'> }
  /** Its encryption key is not here: another process, or a later one, may open it. */
  | { why: 'key'; keyId: string; sealed: SealedPayload };

export type PayloadMark = { clear: true } | { unbound: Unbound } | { unopened: Unopened };

const mark = Symbol.for('optgate.payload-mark');

export function markPayload(value: unknown, how: PayloadMark): void {
  if (typeof value === 'object' && value !== null)
    Object.defineProperty(value, mark, { value: how });
}

/** Undefined: it was sealed for this very workflow, or is no object. */
export function payloadMark(value: unknown): PayloadMark | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as { [mark]?: PayloadMark })[mark];
}

/**
 * Whether it may be a state that one of our workers sealed, for this workflow or, in releases that bound none, for none.
 * What came in the clear is not, nor what a producer was given to sign with, which has a time.
 */
export function isOurs(value: unknown): boolean {
  const how = payloadMark(value);
  return how === undefined || ('unbound' in how && how.unbound.sealedAt === undefined);
}

/** Undefined: the payload was opened, or came in the clear. */
export function unopenedPayload(value: unknown): Unopened | undefined {
  const how = payloadMark(value);
  return how && 'unopened' in how ? how.unopened : undefined;
}

/**
 * A provider's webhook report about one delivery, in our words. The adapters (src/channels) read it from one table per
 * provider, which maps every word that the provider documents.
 *
 * - `sent`: the provider has it, or passed it on.
 * - `delivered`: it arrived.
 * - `failed`: this message did not arrive; the next one may.
 * - `unreachable`: the address will never work.
 * - `complained`: it arrived, and the person called it spam.
 * - `blocked`: the person, or the provider for them, stopped messages to this address.
 * - `not_taken`: it never left, and for no fault of its own (quota, rate, credit, key): it leaves again later.
 */
export const reportKinds = [
  'sent',
  'delivered',
  'failed',
  'unreachable',
  'complained',
  'blocked',
  'not_taken',
] as const;
export type ReportKind = (typeof reportKinds)[number];

export type ProviderReport = {
  /** The provider's own id of the attempt. */
  providerId?: string;
  /** The provider's classification; never its text, which may quote an address. */
  reason?: string;
  /** Its place in the provider's own order: of two reports, the one with the larger number is later. */
  order?: number;
} & (
  | { kind: Exclude<ReportKind, 'not_taken'> }
  /** `account`: nothing else will be taken either; it is tried again after `waitMs`. */
  | { kind: 'not_taken'; reason: string; waitMs: number; account: boolean }
);

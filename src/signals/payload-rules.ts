import type { Sql } from '../platform/db/database.ts';
import { refuseUnbound } from './unbound-signals.ts';
import type { ContactRef } from '../core/ids.ts';
import type { RawPayload } from '../core/signals/activity-types.ts';

/** Which payloads are refused, though they can be read. */
export type SignalRules = {
  /** Texts in the clear are refused; otherwise they are taken, and counted. */
  requireEncodedSignals: boolean;
  /** Payloads that were sealed for no workflow are refused; otherwise each is taken for one contact only. */
  requireBoundSignals: boolean;
};

/**
 * Why a payload that somebody sent to a contact's workflow counts for nothing; undefined: it counts. Must run in the
 * transaction that acts on it, before anything looks at its content: a payload that is refused later for another reason
 * is used up all the same. `arrivedAt`: of one that waited for its encryption key, whose age counts until then.
 */
export async function refusePayload(
  sql: Sql,
  ref: ContactRef,
  { clear, unbound }: RawPayload,
  rules: SignalRules,
  { now, arrivedAt = now }: { now: Date; arrivedAt?: Date | undefined },
): Promise<string | undefined> {
  if (clear && rules.requireEncodedSignals)
    return 'its payload was not encoded, and this service requires it';
  if (unbound && rules.requireBoundSignals)
    return 'its payload was sealed for no contact in particular, and this service requires it: see docs/messages.md';
  return unbound && refuseUnbound(sql, ref, unbound, now, arrivedAt);
}

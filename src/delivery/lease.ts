import { performance } from 'node:perf_hooks';
import { v7 as newId } from 'uuid';
import type { ContactView } from '../record/consent/contact-lock.ts';
import type { Database, Sql } from '../platform/db/database.ts';
import type { Provider } from '../channels/providers.ts';
import { limits } from '../core/limits.ts';
import type { Method } from '../core/method.ts';

/** A lease makes lanes nobody else's for a while. One token covers all lanes of one provider call. */

export type Lease = {
  token: string;
  /** Whose lanes they are: a token alone is found only by reading every lane of the practice. */
  contactIds: string[];
  /** Calls of these lanes that went wrong since the last one that did not. */
  failures: number;
  /** `performance.now()` inside the claim's transaction: the permission is as old as this. */
  claimedAtMs: number;
};

/**
 * Marks the deliveries `sending` and leases their lanes; runs under the contacts' locks. A provider's report needs no
 * such lock, so this does not undo a report about a call that is to be repeated.
 */
export async function takeLease(
  sql: Sql,
  { method, provider }: { method: Method; provider: Provider },
  contacts: readonly ContactView[],
  deliveries: readonly { id: string; contactId: string; callbackHash: string | null }[],
  now: Date,
  batchId: string | null,
): Promise<Lease> {
  const token = newId();
  const claimedAtMs = performance.now();
  const leased = new Map(
    contacts
      .filter(({ ref }) => deliveries.some(({ contactId }) => contactId === ref.contactId))
      .map((contact) => [contact.ref.contactId, contact]),
  );
  const ids = deliveries.map(({ id }) => id);
  // Where each goes is kept: a later report is about this address, not about the contact's next one. A code, which goes
  // to nobody's, came with its own.
  const hashes = deliveries.map(
    ({ contactId }) => leased.get(contactId)?.lanes[method].addressHash ?? '',
  );
  const callbacks = deliveries.map(({ callbackHash }) => callbackHash ?? '');
  await sql.$executeRaw`
    UPDATE deliveries d
    SET status = 'sending', reason = NULL, lease_token = ${token}::uuid, claimed_at = ${now},
        batch_id = ${batchId}::uuid, provider = ${provider}, address_hash = COALESCE(NULLIF(s.hash, ''), d.address_hash),
        callback_hash = NULLIF(s.callback, '')
    FROM unnest(${ids}::uuid[], ${hashes}::text[], ${callbacks}::text[]) AS s (id, hash, callback)
    WHERE d.id = s.id AND d.status NOT IN ('delivered', 'failed')`;
  const [first] = leased.values();
  if (first)
    await sql.channel.updateMany({
      where: {
        practiceId: first.ref.practiceId,
        contactId: { in: [...leased.keys()] },
        method,
      },
      data: {
        leaseToken: token,
        leaseUntil: new Date(now.getTime() + limits.leaseMs),
        fault: null,
      },
    });
  const failures = [...leased.values()].map(({ lanes }) => lanes[method].failures);
  return {
    token,
    contactIds: [...leased.keys()],
    failures: Math.max(0, ...failures),
    claimedAtMs,
  };
}

/**
 * The holder's call has ended, and its outcome is still to be written: the lanes stay its own, unless they were taken over.
 */
export async function renewLease(
  db: Database,
  { practiceId, method, lease }: { practiceId: string; method: Method; lease: Lease },
): Promise<void> {
  await db.prisma.channel.updateMany({
    where: { practiceId, contactId: { in: lease.contactIds }, method, leaseToken: lease.token },
    data: { leaseUntil: new Date(db.clock.now().getTime() + limits.leaseMs) },
  });
}

/** Ends whatever lease the lanes have; runs under the contacts' locks. */
export async function endLeases(
  sql: Sql,
  practiceId: string,
  method: Method,
  contactIds: readonly string[],
): Promise<void> {
  await sql.channel.updateMany({
    where: { practiceId, contactId: { in: [...contactIds] }, method },
    data: { leaseToken: null, leaseUntil: null },
  });
}

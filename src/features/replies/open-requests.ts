import { limits } from '../../core/limits.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { OptInRequest } from '../../platform/db/generated/client.ts';
import { fitsRequest } from '../../record/links/link-seal.ts';

/** Which requests by SMS a word from a number can be the answer to. */

export type NumberAsked = {
  practiceIds: readonly string[];
  hash: string;
  /** The number that was written to; the request must have come from it. Absent: any. */
  sender?: string;
  /** Only requests that were made before. */
  before?: Date;
  /** Only those with this code. */
  code?: string;
};

/**
 * Sent, not closed, not expired, about today's address, and not yet answered yes; newest first. Of very many only some,
 * but of several contacts never those of one alone. None where the number was stopped, though the contacts' own records
 * may have yet to follow.
 */
export async function openRequests(
  db: Database,
  sql: Sql,
  { practiceIds, hash, sender, before, code }: NumberAsked,
): Promise<OptInRequest[]> {
  const rows = await sql.$queryRaw<{ id: string }[]>`
    SELECT r.id FROM opt_in_requests r
    JOIN deliveries d ON d.id = r.delivery_id AND d.status IN ('sending', 'sent', 'delivered', 'unknown')
    JOIN channels ch ON ch.practice_id = r.practice_id AND ch.contact_id = r.contact_id
                    AND ch.method = r.method AND ch.epoch = r.epoch
    WHERE r.practice_id = ANY(${practiceIds}) AND r.method = 'sms' AND r.address_hash = ${hash}
      AND (${sender ?? null}::text IS NULL OR r.sender = ${sender ?? null})
      AND (${before ?? null}::timestamptz IS NULL OR r.created_at <= ${before ?? null})
      AND (${code ?? null}::text IS NULL OR r.code = ${code ?? null})
      AND r.closed_at IS NULL AND r.expires_at > ${db.clock.now()}
      AND ch.state IN ('not_sent', 'sent', 'failed', 'declined')
      AND NOT EXISTS (
        SELECT FROM suppressions s
        WHERE s.practice_id = r.practice_id AND s.method = r.method AND s.address_hash = r.address_hash
          AND s.kind = 'stopped' AND s.lifted_at IS NULL)
    ORDER BY row_number() OVER (PARTITION BY r.practice_id, r.contact_id ORDER BY r.created_at DESC), r.created_at DESC
    LIMIT ${limits.requestsRead}`;
  const requests = await sql.optInRequest.findMany({
    where: { id: { in: rows.map((row) => row.id) } },
    orderBy: { createdAt: 'desc' },
  });
  return requests.filter((request) => fitsRequest(db, request));
}

/**
 * Of another contact a request about the same number was open at that time, which was closed or answered yes since: words
 * of then may have been meant for that one.
 */
export async function wasOtherOpen(
  sql: Sql,
  {
    practiceId,
    contactId,
    addressHash,
  }: Pick<OptInRequest, 'practiceId' | 'contactId' | 'addressHash'>,
  then: Date,
): Promise<boolean> {
  const [row] = await sql.$queryRaw<[{ open: boolean }]>`
    SELECT EXISTS (
      SELECT FROM opt_in_requests r
      JOIN deliveries d ON d.id = r.delivery_id AND d.status IN ('sending', 'sent', 'delivered', 'unknown')
      JOIN channels ch ON ch.practice_id = r.practice_id AND ch.contact_id = r.contact_id AND ch.method = r.method
      WHERE r.practice_id = ${practiceId} AND r.method = 'sms' AND r.address_hash = ${addressHash}
        AND r.contact_id <> ${contactId} AND r.created_at <= ${then} AND r.expires_at > ${then}
        AND (r.closed_at > ${then} OR r.closed_at IS NULL AND ch.epoch = r.epoch AND ch.accepted_at > ${then})) AS open`;
  return row.open;
}

/** Undefined: they are of several contacts, or there is none. A resend makes a second request of the same contact. */
export function newestOfOne(requests: readonly OptInRequest[]): OptInRequest | undefined {
  const contacts = new Set(
    requests.map(({ practiceId, contactId }) => `${practiceId}/${contactId}`),
  );
  return contacts.size === 1 ? requests[0] : undefined;
}

import { changeConsent, type ConsentChange } from '../db/consent-store.ts';
import { lockContact } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { OptInRequest } from '../db/generated/client.ts';
import type { ReplyMeaning } from '../domain/reply.ts';

/** Whose YES or NO a text message is. */

type Reply = {
  practiceIds: readonly string[];
  /** The number that was written to; the request must have come from it. */
  sender: string;
  hash: string;
  meaning: Extract<ReplyMeaning, { kind: 'yes' | 'no' }>;
  evidence: Record<string, string>;
};

/** A word counts when exactly one open request can be meant: by its code, or because there is only one. */
export async function answerRequest(
  db: Database,
  sql: Sql,
  reply: Reply,
): Promise<ConsentChange[]> {
  const code = reply.meaning.kind === 'yes' ? reply.meaning.code : undefined;
  const open = await openRequests(db, sql, reply);
  const meant = code === undefined ? open : open.filter((request) => request.code === code);
  // A resend makes a second request of the same contact: the newest of one contact is meant.
  const contacts = new Set(meant.map(({ practiceId, contactId }) => `${practiceId}/${contactId}`));
  const [candidate] = meant;
  if (!candidate || contacts.size !== 1) return [];

  const contact = await lockContact(sql, candidate);
  // Read again under the lock: a stop may have closed it while we waited.
  const stillOpen = (await openRequests(db, sql, reply)).find(({ id }) => id === candidate.id);
  if (!contact || !stillOpen) return [];
  const at = db.clock.now();
  const { epoch } = candidate;
  const change = await changeConsent(
    db,
    sql,
    contact,
    (consentId) =>
      reply.meaning.kind === 'yes'
        ? { type: 'accepted', at, method: 'sms', epoch, consentId }
        : { type: 'declined', at, method: 'sms', epoch },
    {
      ...reply.evidence,
      requestId: candidate.id,
      textVersion: candidate.textVersion,
      textShown: db.cipher.open(candidate.shownEnc, 'opt_in_requests.shown'),
    },
  );
  return [change];
}

/** Sent, not closed, not expired, about today's address, and not yet answered yes; newest first. */
async function openRequests(db: Database, sql: Sql, reply: Reply): Promise<OptInRequest[]> {
  const rows = await sql.$queryRaw<{ id: string }[]>`
    SELECT r.id FROM opt_in_requests r
    JOIN deliveries d ON d.id = r.delivery_id AND d.status IN ('sending', 'sent', 'delivered', 'unknown')
    JOIN channels ch ON ch.practice_id = r.practice_id AND ch.contact_id = r.contact_id
                    AND ch.method = r.method AND ch.epoch = r.epoch
    WHERE r.practice_id = ANY(${reply.practiceIds}) AND r.method = 'sms' AND r.address_hash = ${reply.hash}
      AND r.sender = ${reply.sender} AND r.closed_at IS NULL AND r.expires_at > ${db.clock.now()}
      AND ch.state IN ('not_sent', 'sent', 'failed', 'declined')`;
  return sql.optInRequest.findMany({
    where: { id: { in: rows.map((row) => row.id) } },
    orderBy: { createdAt: 'desc' },
  });
}

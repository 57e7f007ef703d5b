import { changeConsent, type ConsentChange } from '../db/consent-store.ts';
import { lockContact } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { OptInRequest } from '../db/generated/client.ts';
import { shownWith } from '../db/opt-in-request.ts';
import type { ReplyMeaning } from '../domain/reply.ts';
import { confirmOptIn, type Answer } from './answer-reply.ts';

/** Whose YES or NO a text message is. */

type Reply = {
  practiceIds: readonly string[];
  /** The number that was written to; the request must have come from it. */
  sender: string;
  hash: string;
  meaning: Extract<ReplyMeaning, { kind: 'yes' | 'no' }>;
  evidence: Record<string, string>;
};

export type RequestAnswer = { changes: ConsentChange[]; answer?: Answer };

const nothing: RequestAnswer = { changes: [] };

/**
 * A word counts when exactly one open request can be meant: by its code, or because there is only one. A YES that could
 * be meant for several, or brings a code of none, is asked for the code; a NO changes nothing then, and nothing is sent
 * anyway. Staff see both.
 */
export async function answerRequest(db: Database, sql: Sql, reply: Reply): Promise<RequestAnswer> {
  const { kind, code } = reply.meaning;
  const open = await openRequests(db, sql, reply);
  const meant = code === undefined ? open : open.filter((request) => request.code === code);
  // A resend makes a second request of the same contact: the newest of one contact is meant.
  const contacts = new Set(meant.map(({ practiceId, contactId }) => `${practiceId}/${contactId}`));
  const [candidate] = meant;
  if (!candidate || contacts.size !== 1) {
    if (kind === 'no' || open.length === 0) return nothing;
    return { changes: [], answer: { kind: candidate ? 'which' : 'wrong_code', to: inOrder(open) } };
  }

  const contact = await lockContact(sql, candidate);
  // Read again under the lock: a stop may have closed it while we waited.
  const stillOpen = (await openRequests(db, sql, reply)).find(({ id }) => id === candidate.id);
  if (!contact || !stillOpen) return nothing;
  // A YES proves who holds the phone, not who they are (45 CFR 164.312(d)): the page asks for the birth date.
  if (kind === 'yes' && contact.practice.settings.identityCheck === 'birthDate')
    return { changes: [], answer: { kind: 'use_link', to: [contact.ref] } };
  const at = db.clock.now();
  const { epoch } = candidate;
  const change = await changeConsent(
    db,
    sql,
    contact,
    (consentId) =>
      kind === 'yes'
        ? { type: 'accepted', at, method: 'sms', epoch, consentId }
        : { type: 'declined', at, method: 'sms', epoch },
    {
      ...reply.evidence,
      requestId: candidate.id,
      ...shownWith(db, candidate),
    },
  );
  await confirmOptIn(db, sql, change);
  return { changes: [change] };
}

/** Always the same first one, so that what is counted against a number is counted in one place. */
function inOrder(requests: readonly OptInRequest[]): Answer['to'] {
  return requests.toSorted((a, b) =>
    `${a.practiceId}/${a.contactId}` < `${b.practiceId}/${b.contactId}` ? -1 : 1,
  );
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

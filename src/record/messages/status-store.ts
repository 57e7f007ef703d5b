import type { ContactStatus } from '../../core/signals/contact-status.ts';
import { lightOf, unaskedReason, waitingOn, type Light } from '../../core/consent/gate.ts';
import { limits } from '../../core/limits.ts';
import { consentMethods, methods, type ConsentMethod } from '../../core/method.ts';
import type { ContactView } from '../consent/contact-lock.ts';
import type { Sql } from '../../platform/db/database.ts';

/** A contact's state without a name, an address or a text: the part that Temporal and logs may see. */
export type ContactSummary = Light & {
  id: string;
  channels: ContactStatus['channels'];
  /** Messages that wait to be sent; with `queuedIsMore` there are more than that … */
  queued: number;
  queuedIsMore?: true;
  /** … and this is the oldest of those that were counted. */
  oldestQueuedAt?: string;
};

export async function summarise(sql: Sql, contact: ContactView): Promise<ContactSummary> {
  return (await summariseAll(sql, [contact]))[0]!;
}

/** Contacts of one practice, in the order given. */
export async function summariseAll(
  sql: Sql,
  contacts: readonly ContactView[],
): Promise<ContactSummary[]> {
  const practiceId = contacts[0]?.ref.practiceId;
  if (practiceId === undefined) return [];
  // Under its own id, and those that have still to join it.
  const ids = (registered: boolean): string[] =>
    contacts
      .filter(({ consent }) => consent.registered === registered)
      .flatMap(({ ref, joining }) => [ref.contactId, ...joining]);
  // As many as hold `queueCounted` messages, however few methods each has.
  const counted = limits.queueCounted * methods.length;
  // An unregistered contact has messages but no deliveries yet.
  const rows = await sql.$queryRaw<Waiting[]>`
    SELECT page.id AS contact_id, waiting.* FROM unnest(${ids(true)}::text[]) AS page (id)
    CROSS JOIN LATERAL (
      SELECT count(DISTINCT message_id) AS queued, min(created_at) AS oldest, count(*) = ${counted} AS more
      FROM (SELECT message_id, created_at FROM deliveries
            WHERE practice_id = ${practiceId} AND contact_id = page.id AND status = 'queued' AND purpose = 'content'
            LIMIT ${counted}) d) waiting
    UNION ALL
    SELECT page.id AS contact_id, waiting.* FROM unnest(${ids(false)}::text[]) AS page (id)
    CROSS JOIN LATERAL (
      SELECT count(*) AS queued, min(created_at) AS oldest, count(*) = ${counted} AS more
      FROM (SELECT created_at FROM messages WHERE practice_id = ${practiceId} AND contact_id = page.id
            LIMIT ${counted}) m) waiting`;
  const queues = new Map(rows.map((row) => [row.contact_id, row]));
  return contacts.map((contact) =>
    summaryOf(
      contact,
      [contact.ref.contactId, ...contact.joining].flatMap((id) => queues.get(id) ?? []),
    ),
  );
}

type Waiting = { contact_id: string; queued: bigint; oldest: Date | null; more: boolean };

function summaryOf(contact: ContactView, waiting: readonly Waiting[]): ContactSummary {
  const queued = waiting.reduce((sum, row) => sum + Number(row.queued), 0);
  const isMore = waiting.some(({ more }) => more) || queued > limits.queueCounted;
  const oldest = Math.min(...waiting.flatMap((row) => (row.oldest ? Number(row.oldest) : [])));
  return {
    id: contact.ref.contactId,
    ...lightOf(contact.consent, contact.practice),
    channels: Object.fromEntries(
      consentMethods
        .filter((method) => contact.consent.channels[method].assigned)
        .map((method) => {
          const channel = contact.consent.channels[method];
          const { state, lastSentAt, acceptedAt } = channel;
          const reason = channel.reason ?? unaskedReason(contact.consent, method, contact.practice);
          return [
            method,
            {
              state,
              ...(channel.doubt ? { doubtful: true as const } : {}),
              ...(reason === undefined ? {} : { reason }),
              ...(lastSentAt === undefined ? {} : { lastSentAt: lastSentAt.toISOString() }),
              ...(acceptedAt === undefined ? {} : { acceptedAt: acceptedAt.toISOString() }),
            },
          ];
        }),
    ),
    queued: Math.min(queued, limits.queueCounted),
    ...(isMore ? { queuedIsMore: true as const } : {}),
    ...(Number.isFinite(oldest) ? { oldestQueuedAt: new Date(oldest).toISOString() } : {}),
  };
}

export function contactWaitingOn(contact: ContactView): ConsentMethod[] {
  return contact.practice.settings.optInEnabled ? waitingOn(contact.consent, contact.practice) : [];
}

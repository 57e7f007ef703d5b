import { lightOf, unaskedReason, waitingOn, type Light } from '../domain/gate.ts';
import { limits } from '../domain/limits.ts';
import { consentMethods, methods, type ConsentMethod } from '../domain/method.ts';
import type { ChannelState } from '../domain/consent-state.ts';
import type { ContactView } from './contact-lock.ts';
import type { Sql } from './database.ts';

/** A contact's state without a name, an address or a text: the part that Temporal and logs may see. */
export type ContactSummary = Light & {
  id: string;
  channels: Partial<
    Record<
      ConsentMethod,
      {
        state: ChannelState;
        /** A reply may be a stop: nothing with content leaves until it is settled, whatever the state. */
        doubtful?: true;
        reason?: string;
        lastSentAt?: string;
        acceptedAt?: string;
      }
    >
  >;
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
  const ids = (registered: boolean): string[] =>
    contacts
      .filter(({ consent }) => consent.registered === registered)
      .map(({ ref }) => ref.contactId);
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
  return contacts.map((contact) => summaryOf(contact, queues.get(contact.ref.contactId)));
}

type Waiting = { contact_id: string; queued: bigint; oldest: Date | null; more: boolean };

function summaryOf(contact: ContactView, row: Waiting | undefined): ContactSummary {
  const queued = Number(row?.queued ?? 0);
  const isMore = (row?.more ?? false) || queued > limits.queueCounted;
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
    ...(row?.oldest ? { oldestQueuedAt: row.oldest.toISOString() } : {}),
  };
}

export function contactWaitingOn(contact: ContactView): ConsentMethod[] {
  return contact.practice.settings.optInEnabled ? waitingOn(contact.consent, contact.practice) : [];
}

import { lightOf, unaskedReason, waitingOn, type Light } from '../domain/gate.ts';
import { consentMethods, type ConsentMethod } from '../domain/method.ts';
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
  /** Messages that wait to be sent. */
  queued: number;
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
  // An unregistered contact has messages but no deliveries yet.
  const rows = await sql.$queryRaw<{ contact_id: string; queued: bigint; oldest: Date | null }[]>`
    SELECT contact_id, count(DISTINCT message_id) AS queued, min(created_at) AS oldest FROM deliveries
    WHERE practice_id = ${practiceId} AND contact_id = ANY(${ids(true)})
      AND status = 'queued' AND purpose = 'content' GROUP BY contact_id
    UNION ALL
    SELECT contact_id, count(*) AS queued, min(created_at) AS oldest FROM messages
    WHERE practice_id = ${practiceId} AND contact_id = ANY(${ids(false)}) GROUP BY contact_id`;
  const queues = new Map(rows.map((row) => [row.contact_id, row]));
  return contacts.map((contact) => summaryOf(contact, queues.get(contact.ref.contactId)));
}

function summaryOf(
  contact: ContactView,
  row: { queued: bigint; oldest: Date | null } | undefined,
): ContactSummary {
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
    queued: Number(row?.queued ?? 0),
    ...(row?.oldest ? { oldestQueuedAt: row.oldest.toISOString() } : {}),
  };
}

export function contactWaitingOn(contact: ContactView): ConsentMethod[] {
  return contact.practice.settings.optInEnabled ? waitingOn(contact.consent, contact.practice) : [];
}

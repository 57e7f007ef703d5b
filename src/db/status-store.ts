import { lightOf, waitingOn, type Light } from '../domain/gate.ts';
import { consentMethods, type ConsentMethod } from '../domain/method.ts';
import type { ChannelState } from '../domain/consent-state.ts';
import type { ContactView } from './contact-lock.ts';
import type { Sql } from './database.ts';

/** How a contact stands, without a name, an address or a text: what Temporal and logs may see. */
export type ContactSummary = Light & {
  id: string;
  channels: Partial<
    Record<
      ConsentMethod,
      { state: ChannelState; reason?: string; lastSentAt?: string; acceptedAt?: string }
    >
  >;
  /** Messages that wait to be sent. */
  queued: number;
  oldestQueuedAt?: string;
};

export async function summarise(sql: Sql, contact: ContactView): Promise<ContactSummary> {
  const { practiceId, contactId } = contact.ref;
  const registered = contact.consent.registered;
  // An unregistered contact has messages but no deliveries yet.
  const [row] = registered
    ? await sql.$queryRaw<{ queued: bigint; oldest: Date | null }[]>`
        SELECT count(DISTINCT message_id) AS queued, min(created_at) AS oldest FROM deliveries
        WHERE practice_id = ${practiceId} AND contact_id = ${contactId}
          AND status = 'queued' AND purpose = 'content'`
    : await sql.$queryRaw<{ queued: bigint; oldest: Date | null }[]>`
        SELECT count(*) AS queued, min(created_at) AS oldest FROM messages
        WHERE practice_id = ${practiceId} AND contact_id = ${contactId}`;
  return {
    id: contactId,
    ...lightOf(contact.consent, contact.practice),
    channels: Object.fromEntries(
      consentMethods
        .filter((method) => contact.consent.channels[method].assigned)
        .map((method) => {
          const { state, reason, lastSentAt, acceptedAt } = contact.consent.channels[method];
          return [
            method,
            {
              state,
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

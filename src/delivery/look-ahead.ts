import { readContacts } from '../record/consent/contact-lock.ts';
import type { Database } from '../platform/db/database.ts';
import { isUrgent } from '../record/messages/queue-store.ts';
import { perClaim, providerOf, providers } from '../channels/providers.ts';
import type { Lanes } from './claim.ts';
import { headsOf, laneState, lanesTable } from '../record/messages/lane-heads.ts';

/** The due deliveries of some lanes, read without a lock, so that no caller asks for more tokens than it can use. */
export type Ahead = {
  /** The lanes that have something. */
  contactIds: string[];
  /** The most that one claim of them can hold. */
  wanted: number;
  /** Somebody waits for it with the phone in hand, and it lapses within minutes. */
  urgent: boolean;
};

/**
 * A delivery that may not leave anyway asks for no token: it would wait in line for nothing, ahead of others. Read
 * without the lock; the claim checks again.
 */
export async function lookAhead(
  db: Database,
  { practiceId, contactIds, method }: Lanes,
): Promise<Ahead> {
  const now = db.clock.now();
  const provider = providerOf(method);
  const views = await readContacts(db.prisma, practiceId, contactIds);
  const byId = new Map(views.map((contact) => [contact.ref.contactId, contact]));
  const free = contactIds.flatMap((id) => {
    const contact = byId.get(id);
    const state = contact && laneState(contact, method, now);
    return state && 'open' in state ? state : [];
  });
  if (free.length === 0) return { contactIds: [], wanted: 0, urgent: false };
  const lanes = await db.prisma.$queryRaw<{ contact_id: string; due: number; urgent: boolean }[]>`
    SELECT lane.contact_id, (heads.due + interrupted.due)::int AS due, COALESCE(heads.urgent, false) AS urgent
    FROM ${lanesTable(free)}
    CROSS JOIN LATERAL (
      SELECT count(*) AS due, bool_or(${isUrgent}) AS urgent
      FROM (${headsOf(practiceId, method, free, providers[provider].perCall, now)}) head
    ) heads
    CROSS JOIN LATERAL (
      SELECT count(*) AS due FROM deliveries d
      WHERE d.practice_id = ${practiceId} AND d.contact_id = lane.contact_id AND d.method = ${method} AND d.status = 'sending'
    ) interrupted
    WHERE heads.due + interrupted.due > 0
    ORDER BY lane.ord`;
  const due = lanes.reduce((sum, lane) => sum + lane.due, 0);
  return {
    contactIds: lanes.map((lane) => lane.contact_id),
    wanted: Math.min(due, perClaim(provider)),
    urgent: lanes.some(({ urgent }) => urgent),
  };
}

import { v7 as newId } from 'uuid';
import type { ContactRef } from '../domain/ids.ts';
import { appointmentKinds } from '../domain/message.ts';
import type { ConsentMethod } from '../domain/method.ts';
import type { Database, Sql } from './database.ts';
import type { InboundMessage } from './generated/client.ts';

/** What people replied, for staff. */

/** What somebody did that staff should look at, beside the replies that wait for them. */
export async function noteForStaff(
  db: Database,
  sql: Sql,
  ref: ContactRef,
  note: { method: ConsentMethod; from: string; text: string },
): Promise<void> {
  await sql.inboundMessage.create({
    data: {
      id: newId(),
      ...ref,
      method: note.method,
      fromEnc: db.cipher.seal(note.from, 'inbound_messages.from'),
      textEnc: db.cipher.seal(note.text, 'inbound_messages.text'),
      meaning: 'booking',
      receivedAt: db.clock.now(),
    },
  });
}

/** Marks a reply as handled, or as waiting again; once is as good as twice. Undefined: the practice has no such reply. */
export async function markInbound(
  db: Database,
  practiceId: string,
  id: string,
  handled: boolean,
): Promise<InboundMessage | undefined> {
  await db.prisma.inboundMessage.updateMany({
    where: { practiceId, id, ...(handled ? { handledAt: null } : {}) },
    data: { handledAt: handled ? db.clock.now() : null },
  });
  return (await db.prisma.inboundMessage.findFirst({ where: { practiceId, id } })) ?? undefined;
}

/**
 * When each contact comes next, as far as its messages know: the earliest event still to come of an appointment message
 * that waits or was sent, and that no other took the place of.
 */
export async function nextAppointments(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
  now: Date,
): Promise<Map<string, Date>> {
  if (contactIds.length === 0) return new Map();
  const rows = await sql.$queryRaw<{ contact_id: string; at: Date }[]>`
    SELECT m.contact_id, min(m.event_at) AS at FROM messages m
    WHERE m.practice_id = ${practiceId} AND m.contact_id = ANY(${[...contactIds]})
      AND m.kind = ANY(${[...appointmentKinds]}) AND m.event_at > ${now}
      AND EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = m.practice_id AND d.message_id = m.id
                  AND d.status IN ('queued', 'sending', 'sent', 'delivered', 'unknown'))
      AND NOT EXISTS (SELECT 1 FROM messages s WHERE s.practice_id = m.practice_id AND s.supersedes = m.id
                      AND s.contact_id = m.contact_id)
    GROUP BY m.contact_id`;
  return new Map(rows.map((row) => [row.contact_id, row.at]));
}

import { appointmentKinds } from '../../core/message/message.ts';
import { Prisma, type Database, type Sql } from '../../platform/db/database.ts';
import type { InboundMessage } from '../../platform/db/generated/client.ts';
import { firstTogether } from '../../platform/db/opened-together.ts';

/** Replies as staff read them. */

/** Where a page of replies ends. */
export type InboundPlace = { priority: number; at: Date; id: string };

/**
 * Possible stops first, then unclear replies to an open request, then the rest; the newest of each first. An index
 * holds this order, for all and for those that wait. `handled` absent: all. At most `size`, or fewer, where these are
 * large; `isLast`: there are none behind them.
 */
export async function listInbound(
  { prisma }: Database,
  practiceId: string,
  filter: { handled: boolean | undefined; after: InboundPlace | undefined },
  size: number,
): Promise<{ rows: InboundMessage[]; isLast: boolean }> {
  const page = await prisma.$queryRaw<{ id: string }[]>(inboundPage(practiceId, filter, size));
  const together = await firstTogether(prisma, 'inbound_messages', page.slice(0, size));
  const ids = together.map(({ id }) => id);
  const found = await prisma.inboundMessage.findMany({ where: { id: { in: ids } } });
  const byId = new Map(found.map((row) => [row.id, row]));
  // Erased since: it is not shown.
  const rows = ids.flatMap((id) => byId.get(id) ?? []);
  return { rows, isLast: together.length === page.length };
}

/** The statement of one page; a test reads its plan. */
export function inboundPage(
  practiceId: string,
  { handled, after }: { handled: boolean | undefined; after: InboundPlace | undefined },
  size: number,
): Prisma.Sql {
  const conditions = [Prisma.sql`practice_id = ${practiceId}`];
  if (handled !== undefined)
    conditions.push(handled ? Prisma.sql`handled_at IS NOT NULL` : Prisma.sql`handled_at IS NULL`);
  if (after)
    conditions.push(
      Prisma.sql`(priority, received_at, id) < (${after.priority}::smallint, ${after.at}, ${after.id}::uuid)`,
    );
  return Prisma.sql`
    SELECT id FROM inbound_messages WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY priority DESC, received_at DESC, id DESC LIMIT ${size + 1}`;
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
    SELECT c.id AS contact_id, min(m.event_at) AS at
    FROM contacts c CROSS JOIN unnest(c.id || c.joining) AS own (id)
    JOIN messages m ON m.practice_id = c.practice_id AND m.contact_id = own.id
    WHERE c.practice_id = ${practiceId} AND c.id = ANY(${[...contactIds]})
      AND m.kind = ANY(${[...appointmentKinds]}) AND m.event_at > ${now}
      AND EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = m.practice_id AND d.message_id = m.id
                  AND d.status IN ('queued', 'sending', 'sent', 'delivered', 'unknown'))
      AND NOT EXISTS (SELECT 1 FROM messages s WHERE s.practice_id = m.practice_id AND s.supersedes = m.id
                      AND s.contact_id = m.contact_id)
    GROUP BY c.id`;
  return new Map(rows.map((row) => [row.contact_id, row.at]));
}

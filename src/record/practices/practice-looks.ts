import { asksConsent } from '../consent/consent-channels.ts';
import type { ContactRef } from '../../core/ids.ts';
import { workerLimits } from '../../core/limits/worker-limits.ts';
import { optInLeadMs } from '../../core/settings.ts';
import { holdContacts, practiceView } from '../consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * A switch of a whole practice may open the lanes of each of its contacts. The switch itself leaves one mark on the
 * practice, whatever the practice's size; the lanes are worked off in pages, some by the process that turned the switch,
 * the rest by the sweeper. A switch turned meanwhile begins at the first contact again.
 */

/** Marks practices whose lanes are worth a look from now on. In the transaction of the switch. */
export async function lookAgain(sql: Sql, practiceId: string, now: Date): Promise<void> {
  await sql.practice.updateMany({
    where: { id: practiceId },
    data: { lookSince: now, lookAfter: '' },
  });
}

export type Looked = {
  /** Contacts whose own workflows must be signalled. */
  wake: ContactRef[];
  /** Practices whose dispatcher must be signalled. */
  dispatchers: string[];
  /** There is a further page, of these practices or of others. */
  more: boolean;
};

/**
 * Works off one page: of this practice, or of each that waits. Two processes at the same page do the same work twice,
 * and lose none.
 */
export async function lookFurther(db: Database, practiceId?: string): Promise<Looked> {
  const marked = await db.prisma.practice.findMany({
    where: { lookSince: { not: null }, ...(practiceId === undefined ? {} : { id: practiceId }) },
    orderBy: { lookSince: 'asc' },
    take: workerLimits.practicesLookedAt,
  });
  const more = marked.length === workerLimits.practicesLookedAt;
  const looked: Looked = { wake: [], dispatchers: [], more };
  for (const practice of marked) {
    const { id, lookSince, lookAfter } = practice;
    const page = await db.prisma.contact.findMany({
      where: { practiceId: id, id: { gt: lookAfter } },
      orderBy: { id: 'asc' },
      take: workerLimits.contactsLookedAt,
      select: { id: true },
    });
    const ids = page.map((contact) => contact.id);
    const lanes = await lookAtPage(db, practiceView(id, practice).settings, id, ids);
    looked.wake.push(...lanes.wake.map((contactId) => ({ practiceId: id, contactId })));
    if (lanes.dispatched) looked.dispatchers.push(id);
    const isLast = ids.length < workerLimits.contactsLookedAt;
    await db.prisma.practice.updateMany({
      where: { id, lookSince, lookAfter },
      data: isLast ? { lookSince: null, lookAfter: '' } : { lookAfter: ids.at(-1)! },
    });
    if (!isLast) looked.more = true;
  }
  return looked;
}

/** The lanes with something queued that is due, or that somebody must be asked for: the others stay as planned. */
async function lookAtPage(
  db: Database,
  settings: { optInEnabled: boolean; optInLead: string },
  practiceId: string,
  contactIds: readonly string[],
): Promise<{ wake: string[]; dispatched: boolean }> {
  const lead = `${optInLeadMs(settings)} milliseconds`;
  const rows = await transaction(db, async (sql) => {
    const busy = await sql.$queryRaw<{ contact_id: string }[]>`
      SELECT page.id AS contact_id FROM unnest(${contactIds}::text[]) AS page (id)
      CROSS JOIN LATERAL (
        SELECT 1 FROM deliveries d WHERE d.practice_id = ${practiceId} AND d.contact_id = page.id
          AND d.status = 'queued' LIMIT 1) waiting`;
    const ids = busy.map((row) => row.contact_id);
    await holdContacts(sql, practiceId, ids);
    const now = db.clock.now();
    return sql.$queryRaw<{ contact_id: string; dispatched: boolean; due: boolean }[]>`
      UPDATE channels ch
      SET look_at = CASE WHEN lane.at <= ${now} THEN ${now} ELSE LEAST(ch.look_at, lane.at) END,
          dispatched = ch.dispatched AND NOT lane.asks,
          woken_at = CASE WHEN lane.at <= ${now} AND (lane.asks OR NOT ch.dispatched) THEN ${now}
                          ELSE ch.woken_at END
      FROM (
        SELECT one.contact_id, one.method, one.asks,
               CASE WHEN one.asks THEN next.due_at - ${lead}::interval ELSE next.due_at END AS at
        FROM (
          SELECT contact_id, method, ${settings.optInEnabled} AND bool_or(
            assigned AND ${asksConsent('method')} AND state = 'not_sent') OVER (PARTITION BY contact_id) AS asks
          FROM channels WHERE practice_id = ${practiceId} AND contact_id = ANY(${ids})
        ) one
        CROSS JOIN LATERAL (
          SELECT d.due_at FROM deliveries d WHERE d.practice_id = ${practiceId} AND d.contact_id = one.contact_id
            AND d.method = one.method AND d.status = 'queued' ORDER BY d.due_at LIMIT 1) next
      ) lane
      WHERE ch.practice_id = ${practiceId} AND ch.contact_id = ANY(${ids})
        AND ch.contact_id = lane.contact_id AND ch.method = lane.method
      RETURNING ch.contact_id, ch.dispatched, lane.at <= ${now} AS due`;
  });
  const due = rows.filter((row) => row.due);
  return {
    wake: [...new Set(due.flatMap((row) => (row.dispatched ? [] : row.contact_id)))],
    dispatched: due.some((row) => row.dispatched),
  };
}

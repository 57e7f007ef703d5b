import { reputationWindowMs, suspensionReason } from '../domain/reputation.ts';
import { practiceView } from './contact-lock.ts';
import type { Database, Sql } from './database.ts';
import type { Delivery } from './generated/client.ts';

/** Counts a complaint or a permanent bounce against the practice, once a delivery, and suspends it when it is too many. */
export async function countAgainst(
  db: Database,
  sql: Sql,
  delivery: Delivery,
  reported: 'complained' | 'bounced',
): Promise<void> {
  const now = db.clock.now();
  const { practiceId } = delivery;
  const { count } = await sql.delivery.updateMany({
    where: { id: delivery.id, reported: null },
    data: { reported, reportedAt: now },
  });
  if (count === 0) return;
  const row = await sql.practice.findUniqueOrThrow({ where: { id: practiceId } });
  // Where people were asked, their answer holds the gate; the numbers only guard the practices that do not ask.
  if (row.suspendedReason !== null || practiceView(practiceId, row).settings.optInEnabled) return;
  const since = new Date(
    Math.max(now.getTime() - reputationWindowMs, row.reinstatedAt?.getTime() ?? 0),
  );
  const delivered = await sql.delivery.count({
    where: { practiceId, sentAt: { gte: since }, status: { in: ['sent', 'delivered'] } },
  });
  const counts = await sql.delivery.groupBy({
    by: ['reported'],
    where: { practiceId, reportedAt: { gte: since }, reported: { not: null } },
    _count: true,
  });
  const of = (kind: string): number => counts.find((c) => c.reported === kind)?._count ?? 0;
  const reason = suspensionReason({
    delivered,
    complained: of('complained'),
    bounced: of('bounced'),
  });
  if (reason !== undefined)
    await sql.practice.update({ where: { id: practiceId }, data: { suspendedReason: reason } });
}

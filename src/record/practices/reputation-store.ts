import { judgedPurposes } from '../../core/consent/purpose.ts';
import { reputationWindowMs, suspensionReason } from '../../core/reputation.ts';
import { practiceView } from '../consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Delivery } from '../../platform/db/generated/client.ts';

/** Counts a complaint or a permanent bounce against the practice, once a delivery, and suspends it when it is too many. */
export async function countAgainst(
  db: Database,
  sql: Sql,
  delivery: Delivery,
  reported: 'complained' | 'bounced',
): Promise<void> {
  if (!judgedPurposes.some((purpose) => purpose === delivery.purpose)) return;
  const now = db.clock.now();
  const { practiceId } = delivery;
  const { count } = await sql.delivery.updateMany({
    where: { id: delivery.id, reported: null },
    data: { reported, reportedAt: now },
  });
  if (count === 0) return;
  const row = await sql.practice.findFirstOrThrow({ where: { id: practiceId } });
  // Where people were asked, their answer holds the gate; the numbers only guard the practices that do not ask.
  if (row.suspendedReason !== null || practiceView(practiceId, row).settings.optInEnabled) return;
  const since = new Date(
    Math.max(now.getTime() - reputationWindowMs, row.reinstatedAt?.getTime() ?? 0),
  );
  const delivered = await sql.delivery.count({
    where: {
      practiceId,
      sentAt: { gte: since },
      status: { in: ['sent', 'delivered'] },
      purpose: { in: judgedPurposes },
    },
  });
  const of = (kind: string): Promise<number> =>
    sql.delivery.count({ where: { practiceId, reportedAt: { gte: since }, reported: kind } });
  const reason = suspensionReason({
    delivered,
    complained: await of('complained'),
    bounced: await of('bounced'),
  });
  if (reason !== undefined)
    await sql.practice.update({ where: { id: practiceId }, data: { suspendedReason: reason } });
}

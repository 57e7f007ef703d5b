import type { MessageKind } from '../../core/message/message.ts';
import { dueBeforeQuiet } from '../../core/quiet-hours.ts';
import type { PracticeView } from '../consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';

/**
 * A message that would be due in quiet hours and worthless after them leaves at the last allowed moment before. Runs
 * after its deliveries were made, under the contacts' locks.
 */
export async function leaveBeforeQuiet(
  db: Database,
  sql: Sql,
  { id: practiceId, settings }: PracticeView,
  messageIds: readonly string[],
): Promise<void> {
  const { quietHours } = settings;
  if (!quietHours) return;
  const held = await sql.delivery.findMany({
    where: {
      practiceId,
      messageId: { in: [...messageIds] },
      status: 'queued',
      kind: { in: quietHours.kinds },
      method: { in: quietHours.methods },
      notAfter: { not: null },
    },
  });
  const zones = new Map(
    (
      await sql.contact.findMany({
        where: { practiceId, id: { in: held.map(({ contactId }) => contactId) } },
        select: { id: true, timeZone: true },
      })
    ).map(({ id, timeZone }) => [id, timeZone]),
  );
  const now = db.clock.now();
  const moved = held.flatMap(({ id, contactId, kind, dueAt, notAfter, method }) => {
    const message = { kind: kind as MessageKind, dueAt, notAfter: notAfter! };
    const zone = zones.get(contactId) ?? null;
    const at = dueBeforeQuiet(settings, zone, message, method as 'sms', now);
    return at.getTime() === dueAt.getTime() ? [] : { id, at };
  });
  if (moved.length === 0) return;
  await sql.$executeRaw`
    UPDATE deliveries d SET due_at = x.at
    FROM jsonb_to_recordset(${JSON.stringify(moved)}::jsonb) AS x (id uuid, at timestamptz)
    WHERE d.practice_id = ${practiceId} AND d.id = x.id`;
}

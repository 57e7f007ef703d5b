import type { MessageKind } from '../domain/message.ts';
import { dueBeforeQuiet } from '../domain/quiet-hours.ts';
import { practiceView } from './contact-lock.ts';
import type { Database, Sql } from './database.ts';

/**
 * A message that would be due in quiet hours and worthless after them leaves at the last allowed moment before. Runs
 * after its deliveries were made, under the contacts' locks.
 */
export async function leaveBeforeQuiet(
  db: Database,
  sql: Sql,
  practiceId: string,
  messageIds: readonly string[],
): Promise<void> {
  const practice = practiceView(
    practiceId,
    await sql.practice.findUniqueOrThrow({ where: { id: practiceId } }),
  );
  const { quietHours } = practice.settings;
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
  for (const { id, contactId, kind, dueAt, notAfter, method } of held) {
    const message = { kind: kind as MessageKind, dueAt, notAfter: notAfter! };
    const zone = zones.get(contactId) ?? null;
    const at = dueBeforeQuiet(practice.settings, zone, message, method as 'sms', now);
    if (at.getTime() !== dueAt.getTime())
      await sql.delivery.update({ where: { id }, data: { dueAt: at } });
  }
}

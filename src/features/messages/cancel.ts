import type { Database, Sql } from '../../platform/db/database.ts';
import {
  cancelMessage,
  findMessage,
  tell,
  wantAgain,
  type ChangeResult,
} from './message-change.ts';
import { cancelledReason, fanOut } from '../../record/messages/queue-store.ts';
import type { ContactRef } from '../../core/ids.ts';
import { keepUndo, takeUndo } from '../../record/undo.ts';

/** A message that the practice cancels, and its undoing. Both run under the contact's lock. */

/** `underWay`: at a provider then; absent in an act of an older process. */
type Kept = { deliveries: { id: string }[]; underWay?: string[] };

/** As `cancelMessage`; the deliveries that it took can be put back. */
export async function cancelByPractice(
  db: Database,
  sql: Sql,
  practiceId: string,
  messageId: string,
): Promise<ChangeResult> {
  const result = await cancelMessage(db, sql, practiceId, messageId);
  if (!result.ok || !result.taken) return result;
  const { contactId } = result.contact;
  const key = { practiceId, contactId, act: 'cancel', subject: messageId } as const;
  const { queued, underWay } = result.taken;
  const before = { deliveries: queued.map((id) => ({ id })), underWay };
  await keepUndo<Kept>(db, sql, key, before, db.clock.now());
  return result;
}

/**
 * Puts the message back in its old place in the order, with all that the cancelling took: also a delivery that was under
 * way then, and was cancelled when it came back unsent. Later changes hold: a method that is no longer assigned, a
 * channel that was waived. Refused where a newer message took its place. A refusal must end the transaction.
 */
export async function undoCancel(
  db: Database,
  sql: Sql,
  practiceId: string,
  messageId: string,
): Promise<ChangeResult | { ok: false; problem: 'nothing_to_undo' | 'changed_meanwhile' }> {
  const found = await findMessage(sql, practiceId, messageId);
  if (!found) return { ok: false, problem: 'unknown' };
  const { contactId } = found.contact.ref;
  const key = { practiceId, contactId, act: 'cancel', subject: messageId } as const;
  const kept = await takeUndo<Kept>(db, sql, key);
  if (!kept) return { ok: false, problem: 'nothing_to_undo' };
  const supersededBy = { practiceId, contactId, supersedes: messageId };
  if ((await sql.message.count({ where: supersededBy })) > 0)
    return { ok: false, problem: 'changed_meanwhile' };

  const { deliveries, underWay = [] } = kept.before;
  const taken = deliveries.map(({ id }) => id);
  const now = db.clock.now();
  await wantAgain(sql, practiceId, messageId);
  if (taken.length + underWay.length === 0)
    // The contact was registered meanwhile: deliveries cancelled from the start are made again for its present methods.
    await sql.delivery.deleteMany({
      where: { practiceId, messageId, status: 'cancelled', reason: cancelledReason },
    });
  else if ((await putBack(sql, found.contact.ref, taken)) !== taken.length)
    return { ok: false, problem: 'changed_meanwhile' };
  await putBack(sql, found.contact.ref, underWay);
  await fanOut(sql, practiceId, { messageIds: [messageId] }, now);
  const { contact } = found;
  return { ok: true, contact: contact.ref, tell: await tell(db, sql, contact, messageId) };
}

/** Of the deliveries those that are cancelled still; how many. */
function putBack(
  sql: Sql,
  { practiceId, contactId }: ContactRef,
  ids: readonly string[],
): Promise<number> {
  return sql.$executeRaw`
    UPDATE deliveries d
    SET status = CASE WHEN NOT ch.assigned THEN 'cancelled'
                      WHEN ch.state = 'waived' THEN 'suppressed' ELSE 'queued' END,
        reason = CASE WHEN NOT ch.assigned THEN 'method_unassigned'
                      WHEN ch.state = 'waived' THEN 'channel_waived' END
    FROM channels ch
    WHERE d.id = ANY(${[...ids]}::uuid[]) AND d.practice_id = ${practiceId} AND d.contact_id = ${contactId}
      AND d.status = 'cancelled' AND d.reason = ${cancelledReason}
      AND ch.practice_id = d.practice_id AND ch.contact_id = d.contact_id AND ch.method = d.method`;
}

import type { ContactRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { lockContact } from '../consent/contact-lock.ts';
import { Prisma, type Database, type Sql } from '../../platform/db/database.ts';
import { followChannels, lookAtQueues } from '../messages/queue-store.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * How the messages of a merged contact join those of the one that stays, however many they are:
 *
 *   two contacts ──merge──▶ one, joining [from] ──page──▶ … ──last page──▶ one
 *                     └────────── no more than a page ───────────────────▶ one
 *
 * The merge decides everything in one transaction (merge.ts): consent, links, the alias, and a first page of messages.
 * Where more are left under the old id, it adds that id to `joining` of the contact that stays. The sweeper moves the
 * rest; each page is a transaction under the contact's lock, and the last one takes the id away and wakes the contact.
 *
 * - **Order.** While `joining` names anything, no content leaves the contact's lanes (lane-heads.ts): what is still to
 *   come may have to go first. Opt-ins and answers leave.
 * - **A process dies.** Its page is undone as a whole, and the next sweep moves it. Nothing but a page takes an id away.
 * - **New messages** come in under the contact's own id: an alias takes none.
 * - **A message that has still to move** is the contact's: it is found, listed, counted, exported, replaced and changed
 *   under the contact's lock (`idsOf`, `lockCurrent`). It follows the contact's channels as they are when it moves.
 * - **Merged once more**, into another: that one takes over `joining`. **Erased**: an erasure reaches all aliases; what is
 *   left of the messages moves on.
 */

/** Moves a page of an alias's messages, under the lock of the contact that stays. True: there are more. */
export async function movePage(
  sql: Sql,
  { practiceId, contactId }: ContactRef,
  from: string,
  now: Date,
  most: number,
): Promise<boolean> {
  const rows = await sql.$queryRaw<{ id: string }[]>`
    UPDATE messages SET contact_id = ${contactId}
    WHERE practice_id = ${practiceId} AND id IN (
      SELECT id FROM messages WHERE practice_id = ${practiceId} AND contact_id = ${from}
      ORDER BY due_at, arrival LIMIT ${most})
    RETURNING id`;
  const movedIds = rows.map(({ id }) => id);
  if (movedIds.length > 0) {
    await sql.delivery.updateMany({
      where: { practiceId, messageId: { in: movedIds } },
      data: { contactId },
    });
    await followChannels(sql, practiceId, { movedIds }, now);
  }
  const left = await sql.message.findFirst({
    where: { practiceId, contactId: from },
    // By the index of the page: without an order the planner may read through the table for the first one.
    orderBy: [{ dueAt: 'asc' }, { arrival: 'asc' }],
    select: { id: true },
  });
  return left !== null;
}

/**
 * Moves a page for each of some contacts. `joined`: those whose messages are all theirs now, to be woken. Undefined:
 * nothing is left to move.
 *
 * In no order: one whose page fails keeps none of the others waiting.
 */
export async function moveFurther(
  db: Database,
  most: number = limits.movedAtOnce,
): Promise<{ joined: ContactRef[] } | undefined> {
  const refs = await db.prisma.$queryRaw<ContactRef[]>`
    SELECT practice_id AS "practiceId", id AS "contactId" FROM contacts
    WHERE joining <> '{}' ORDER BY random() LIMIT ${limits.movingAtOnce}`;
  if (refs.length === 0) return undefined;
  const joined: ContactRef[] = [];
  for (const ref of refs) if (await moveNext(db, ref, most)) joined.push(ref);
  return { joined };
}

/** True: that was the last page. */
function moveNext(db: Database, ref: ContactRef, most: number): Promise<boolean> {
  return transaction(db, async (sql) => {
    const contact = await lockContact(sql, ref);
    const [from, ...others] = contact?.joining ?? [];
    if (from === undefined) return false;
    const now = db.clock.now();
    if (await movePage(sql, ref, from, now, most)) return false;
    await sql.contact.updateMany({
      where: { practiceId: ref.practiceId, id: ref.contactId },
      data: { joining: others },
    });
    // A change of one of its messages meanwhile asked for a look under the id that the message still had.
    await sql.channel.updateMany({
      where: { practiceId: ref.practiceId, contactId: from },
      data: { lookAt: null, wokenAt: null },
    });
    if (others.length > 0) return false;
    // Its own workflow works off what was held: it may have handed over to the dispatcher meanwhile.
    await sql.channel.updateMany({ where: ref, data: { dispatched: false } });
    await lookAtQueues(sql, ref.practiceId, [ref.contactId], now);
    return true;
  });
}

/** Of a contact's messages: the ids that they are under. A table of one column. */
export function idsOf({ practiceId, contactId }: ContactRef): Prisma.Sql {
  return Prisma.sql`(SELECT unnest(id || joining) AS id FROM contacts
    WHERE practice_id = ${practiceId} AND id = ${contactId})`;
}

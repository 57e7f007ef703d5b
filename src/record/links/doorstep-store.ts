import { doorstepId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { lockContact } from '../consent/contact-lock.ts';
import { takeFromBudget } from './code-budget.ts';
import { ensureContacts } from '../contacts/contact-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Delivery } from '../../platform/db/generated/client.ts';
import { nextArrivals } from '../messages/queue-store.ts';
import { placeOf } from '../../platform/db/sealed-columns.ts';

/**
 * Each practice has a doorstep: a row in the place of a contact, never registered and without an address, whose lanes
 * carry messages to people who are not contacts (yet). Codes leave through the same claims, leases and rates as
 * everything else, and no record of a stranger is made for them. The practice's dispatcher looks after these lanes. A
 * call that got no answer is not repeated, since the doorstep has no address that could still be the same: the person
 * asks for another code.
 */

/** The message and its address: sealed with the delivery, since the doorstep has no address. */
export type CodeMessage = { to: string; subject: string; text: string };

export type NewCode = {
  id: string;
  method: ConsentMethod;
  addressHash: string;
  message: CodeMessage;
};

/**
 * False: nothing was queued. The mailbox has reached its limit of codes, of this practice or of all together; or the
 * practice's public page, or its scheduler, has sent very many (src/record/links/code-budget.ts). The caller tells the dispatcher
 * after the commit either way, so that the person who asked does not learn of it.
 */
export async function queueCode(
  db: Database,
  sql: Sql,
  { practiceId, ip }: { practiceId: string; ip?: string },
  { id, method, addressHash, message }: NewCode,
): Promise<boolean> {
  const doorstep = { practiceId, contactId: doorstepId };
  await ensureContacts(db, sql, practiceId, [doorstepId]);
  // The dispatcher notes under this lock when to look at these lanes next.
  await lockContact(sql, doorstep);
  const now = db.clock.now();
  const asked = {
    id,
    practiceId,
    method,
    address: message.to,
    ...(ip === undefined ? {} : { ip }),
  };
  if (!(await takeFromBudget(db, sql, asked))) return false;
  const [arrival] = await nextArrivals(sql, 1);
  await sql.delivery.create({
    data: {
      id,
      ...doorstep,
      method,
      purpose: 'code',
      automatic: false,
      status: 'queued',
      dueAt: now,
      notAfter: new Date(now.getTime() + limits.codeMs),
      arrival: arrival!,
      size: Buffer.byteLength(message.text),
      addressHash,
      contentEnc: db.cipher.seal(
        JSON.stringify(message),
        placeOf('deliveries.content', practiceId, id),
      ),
      createdAt: now,
    },
  });
  await sql.$executeRaw`
    UPDATE channels SET dispatched = true, retry_at = NULL, look_at = LEAST(look_at, ${now})
    WHERE practice_id = ${practiceId} AND contact_id = ${doorstepId} AND method = ${method}`;
  return true;
}

/** Undefined: forgotten. */
export function openCode(
  db: Database,
  { practiceId, id, contentEnc }: Delivery,
): CodeMessage | undefined {
  if (contentEnc === null) return undefined;
  const place = placeOf('deliveries.content', practiceId, id);
  return JSON.parse(db.cipher.open(contentEnc, place)) as CodeMessage;
}

/** Erases the text and address of old codes; the keyed hash stays, for late provider reports. */
export async function forgetCodes(db: Database): Promise<void> {
  const old = new Date(db.clock.now().getTime() - limits.bookingMemoryMs);
  await db.prisma.delivery.updateMany({
    where: { purpose: 'code', contentEnc: { not: null }, createdAt: { lt: old } },
    data: { contentEnc: null },
  });
}

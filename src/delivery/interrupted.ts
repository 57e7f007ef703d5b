import { changeConsent } from '../db/consent-store.ts';
import { lockContacts, type ContactView } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { Delivery } from '../db/generated/client.ts';
import { limits } from '../domain/limits.ts';
import { needsConsent, type Method } from '../domain/method.ts';
import { replacedMessages } from '../db/message-store.ts';
import { openBatch } from './batch.ts';
import type { Claim } from './claim.ts';
import { endLeases, takeLease } from './lease.ts';
import { mayLeave } from './may-leave.ts';

/**
 * A call was under way when its holder stopped, or ended without an answer. An email repeats byte for byte under its
 * idempotency key, while the provider still knows the key and every member may still be sent. An SMS has no key: it
 * becomes `unknown`, final for its order, and only a provider's webhook corrects it.
 */

export async function resumeBatch(db: Database, batchId: string): Promise<Claim> {
  return db.prisma.$transaction(async (sql): Promise<Claim> => {
    const members = await sql.delivery.findMany({ where: { batchId } });
    const [first] = members;
    if (!first) return { kind: 'again' };
    const { practiceId } = first;
    const method = first.method as Method;
    const contactIds = [...new Set(members.map(({ contactId }) => contactId))];
    const contacts = await lockContacts(sql, practiceId, contactIds);
    // Read again under the locks: another worker may have resumed it meanwhile.
    const open = await sql.delivery.findMany({ where: { batchId, status: 'sending' } });
    if (open.length === 0) return { kind: 'again' };
    const now = db.clock.now();
    const held = contacts
      .filter(({ ref }) => open.some(({ contactId }) => contactId === ref.contactId))
      .flatMap(({ lanes }) => lanes[method].leaseUntil ?? [])
      .filter((until) => until > now);
    if (held.length > 0) return { kind: 'none', nextAt: new Date(Math.max(...held.map(Number))) };

    const batch = await sql.batch.findUniqueOrThrow({ where: { id: batchId } });
    const young = now.getTime() - batch.createdAt.getTime() < limits.emailRepeatMs;
    const kept = batch.payloadEnc !== '';
    const viewOf = (delivery: Delivery): ContactView | undefined =>
      contacts.find(({ ref }) => ref.contactId === delivery.contactId);
    // What another message has replaced is not wanted any more, though it could not be cancelled under way.
    const replaced = await replacedMessages(sql, practiceId, open);
    const allowed = open.every((delivery) => {
      const contact = viewOf(delivery);
      return (
        contact !== undefined &&
        // The frozen call goes to the address of then.
        delivery.addressHash === contact.lanes[method].addressHash &&
        mayLeave(contact, delivery, replaced, now)
      );
    });
    if (!young || !kept || !allowed) {
      await giveUpInterrupted(db, sql, contacts, open);
      return { kind: 'again' };
    }
    const lease = await takeLease(sql, method, contacts, open, now, batchId);
    const emails = openBatch(db, batch.payloadEnc);
    return { kind: 'email', practiceId, method, lease, batchId, emails, repeat: true };
  });
}

/** Nobody can know whether these arrived. An opt-in counts as sent, "not confirmed by the provider". */
export async function giveUpInterrupted(
  db: Database,
  sql: Sql,
  contacts: readonly ContactView[],
  interrupted: readonly Delivery[],
): Promise<void> {
  const [first] = interrupted;
  if (!first) return;
  const method = first.method as Method;
  await sql.delivery.updateMany({
    where: { id: { in: interrupted.map(({ id }) => id) }, status: 'sending' },
    data: { status: 'unknown', reason: 'the call was interrupted' },
  });
  const contactIds = interrupted.map(({ contactId }) => contactId);
  await endLeases(sql, first.practiceId, method, contactIds);
  const at = db.clock.now();
  for (const { id, contactId, purpose, epoch } of interrupted) {
    const contact = contacts.find(({ ref }) => ref.contactId === contactId);
    if (!contact || purpose !== 'opt_in' || !needsConsent(method)) continue;
    await changeConsent(
      db,
      sql,
      contact,
      () => ({ type: 'opt_in_sent', at, method, epoch: epoch ?? 0, confirmed: false }),
      { deliveryId: id },
    );
  }
}

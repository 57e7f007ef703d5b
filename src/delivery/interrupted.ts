import { forgetEnded } from '../record/messages/batch-store.ts';
import { ifReadable } from '../platform/db/cipher.ts';
import { changeConsent } from '../record/consent/consent-store.ts';
import { lockContacts, type ContactView } from '../record/consent/contact-lock.ts';
import type { Database, Sql } from '../platform/db/database.ts';
import type { Delivery } from '../platform/db/generated/client.ts';
import { limits } from '../core/limits.ts';
import { providerOf, type Provider } from '../channels/providers.ts';
import { needsConsent, type Method } from '../core/method.ts';
import { unwantedMessages } from '../record/messages/message-store.ts';
import { transaction } from '../platform/db/transaction.ts';
import { openBatch, sealBatch } from './batch.ts';
import type { Claim } from './claim.ts';
import { followBars } from '../features/consents/follow-bars.ts';
import { endLeases, takeLease } from './lease.ts';
import { mayLeave } from './may-leave.ts';
import { noteOptIn } from './settle.ts';

/**
 * A call was under way when its holder stopped, or ended without an answer.
 *
 * An email call repeats under its idempotency key, while the provider still knows the key: byte for byte, or without
 * those of its emails that may not leave any more (stopped, overdue, replaced, another address). For these nobody can
 * know; the others do not depend on them, since a key stands for one body only (Resend: another body under a known key
 * is refused). Where the first call had not arrived, the shorter one is sent; where it had,
 * the shorter one is refused, nothing is sent twice, and the provider's webhooks tell of each email.
 *
 * An SMS has no key: it becomes `unknown`, final for its order, and only a provider's webhook corrects it.
 */

export async function resumeBatch(db: Database, batchId: string): Promise<Claim> {
  return transaction(db, async (sql): Promise<Claim> => {
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
    const concerned = contacts.filter(({ ref }) =>
      open.some(({ contactId }) => contactId === ref.contactId),
    );
    const held = concerned
      .flatMap(({ lanes }) => lanes[method].leaseUntil ?? [])
      .filter((until) => until > now);
    if (held.length > 0) return { kind: 'none', nextAt: new Date(Math.max(...held.map(Number))) };

    // A stop for an address that many have is in force before it is in each contact's record.
    const lanes = concerned.map((contact) => ({ contact }));
    if (await followBars(db, sql, lanes, method)) return { kind: 'again' };
    const batch = await sql.batch.findFirstOrThrow({ where: { id: batchId } });
    const young = now.getTime() - batch.createdAt.getTime() < limits.emailRepeatMs;
    const kept = batch.payloadEnc !== '';
    const viewOf = (delivery: Delivery): ContactView | undefined =>
      contacts.find(({ ref }) => ref.contactId === delivery.contactId);
    // A replaced message is no longer wanted. One that was cancelled under way may have left: only the repeat tells.
    const unwanted = new Map(
      [...(await unwantedMessages(sql, practiceId, open))].filter(
        ([, why]) => why === 'superseded',
      ),
    );
    if (open.every(wasTaken)) {
      await giveUpInterrupted(db, sql, contacts, open);
      return { kind: 'again' };
    }
    const leaving = open.filter((delivery) => {
      const contact = viewOf(delivery);
      return (
        contact !== undefined &&
        // The frozen call goes to the address of then.
        delivery.addressHash === contact.lanes[method].addressHash &&
        mayLeave(contact, delivery, unwanted, now)
      );
    });
    // Checked once: a batch that does not open now will not open later.
    const frozen = kept && young ? ifReadable(() => openBatch(db, batch)) : undefined;
    const emails = frozen?.filter(({ deliveryId }) => leaving.some(({ id }) => id === deliveryId));
    if (!frozen || !emails || emails.length === 0) {
      await giveUpInterrupted(db, sql, contacts, open);
      return { kind: 'again' };
    }
    if (emails.length < frozen.length) {
      await sql.batch.update({
        where: { id: batchId },
        data: { payloadEnc: sealBatch(db, { practiceId, id: batchId }, emails) },
      });
    }
    const isRepeated = ({ id }: Delivery): boolean =>
      emails.some(({ deliveryId }) => deliveryId === id);
    await giveUpInterrupted(
      db,
      sql,
      contacts,
      open.filter((delivery) => !isRepeated(delivery)),
    );
    const repeated = open.filter(isRepeated);
    // Only the provider that had the first call knows its key.
    const call = {
      practiceId,
      method,
      provider: (first.provider ?? providerOf(method)) as Provider,
    };
    const lease = await takeLease(sql, call, contacts, repeated, now, batchId);
    return { kind: 'email', ...call, lease, batchId, emails, repeat: true };
  });
}

/** The answer was noted, and its holder stopped before what follows from it (settle.ts, `noteAnswers`). */
function wasTaken({ providerId }: Delivery): boolean {
  return providerId !== null;
}

/**
 * Nobody can know whether these arrived, except those that the provider had taken. An opt-in counts as sent, "not confirmed
 * by the provider".
 */
export async function giveUpInterrupted(
  db: Database,
  sql: Sql,
  contacts: readonly ContactView[],
  interrupted: readonly Delivery[],
): Promise<void> {
  const [first] = interrupted;
  if (!first) return;
  const method = first.method as Method;
  const at = db.clock.now();
  const idsOf = (rows: readonly Delivery[]): string[] => rows.map(({ id }) => id);
  await sql.delivery.updateMany({
    where: { id: { in: idsOf(interrupted.filter(wasTaken)) }, status: 'sending' },
    data: { status: 'sent', reason: null },
  });
  await sql.delivery.updateMany({
    where: { id: { in: idsOf(interrupted) }, status: 'sending' },
    data: { status: 'unknown', reason: interruptedReason },
  });
  const batchIds = interrupted.flatMap(({ batchId }) => batchId ?? []);
  if (batchIds.length > 0) await forgetEnded(sql, [...new Set(batchIds)]);
  const contactIds = interrupted.map(({ contactId }) => contactId);
  await endLeases(sql, first.practiceId, method, contactIds);
  for (const delivery of interrupted) {
    const { id, contactId, purpose, epoch, providerId } = delivery;
    const contact = contacts.find(({ ref }) => ref.contactId === contactId);
    if (!contact || purpose !== 'opt_in' || !needsConsent(method)) continue;
    if (providerId !== null)
      await noteOptIn(db, sql, contact, method, delivery, { kind: 'sent', providerId }, at);
    else
      await changeConsent(
        db,
        sql,
        contact,
        () => ({ type: 'opt_in_sent', at, method, epoch: epoch ?? 0, confirmed: false }),
        { deliveryId: id },
      );
  }
}

const interruptedReason = 'the call was interrupted';

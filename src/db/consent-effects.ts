import type { ConsentEffect } from '../domain/consent-state.ts';
import type { ContactView } from './contact-lock.ts';
import { StillSpreadingError } from './database-errors.ts';
import type { Sql } from './database.ts';
import { fanOut, waitsForMethod } from './queue-store.ts';
import { liftSuppression, suppressAddress } from './suppression-store.ts';

/** Side effects of a consent transition beyond the new state; runs under the contacts' locks, for many at once. */

type Task = { contact: ContactView; effect: ConsentEffect };

export async function carryOut(sql: Sql, tasks: readonly Task[], now: Date): Promise<void> {
  const practiceId = tasks[0]?.contact.ref.practiceId;
  if (practiceId === undefined) return;
  for (const method of ['email', 'sms'] as const) {
    const about = (type: ConsentEffect['type']): string[] =>
      tasks
        .filter(
          ({ effect }) => effect.type === type && 'method' in effect && effect.method === method,
        )
        .map(({ contact }) => contact.ref.contactId);
    await closeRequests(sql, practiceId, method, about('close_requests'), now);
    await cancelOptIns(sql, practiceId, method, about('cancel_opt_ins'));
    await suppressDeliveries(sql, practiceId, method, about('suppress_deliveries'));
  }
  // Once for each address, however many contacts have it.
  const done = new Set<string>();
  for (const { contact, effect } of tasks) {
    if (effect.type !== 'suppress' && effect.type !== 'lift_suppression') continue;
    const { method } = effect;
    const addressHash = contact.consent.channels[method].address;
    const same = JSON.stringify([effect, addressHash]);
    if (addressHash === undefined || done.has(same)) continue;
    done.add(same);
    if (effect.type === 'lift_suppression' && effect.only === undefined)
      await refuseWhileSpreading(sql, practiceId, method, addressHash);
    if (effect.type === 'lift_suppression')
      await liftSuppression(sql, practiceId, method, addressHash, now, effect.only);
    else {
      const { kind, reason } = effect;
      await suppressAddress(sql, practiceId, { method, addressHash, kind, reason, since: now });
    }
  }
  const moved = tasks.filter(({ effect }) => effect.type === 'reassign_deliveries');
  await reassign(
    sql,
    practiceId,
    moved.map(({ contact }) => contact.ref.contactId),
    now,
  );
}

/**
 * One contact's consent lifts the stop of an address that others have, who stay stopped by themselves; so not before all
 * of them have followed it (src/delivery/spread-bars.ts).
 */
async function refuseWhileSpreading(
  sql: Sql,
  practiceId: string,
  method: string,
  addressHash: string,
): Promise<void> {
  const bar = { practiceId, method, addressHash, liftedAt: null, kind: 'stopped' };
  const spreading = await sql.suppression.count({ where: { ...bar, spreadAfter: { not: null } } });
  if (spreading > 0) throw new StillSpreadingError();
}

async function closeRequests(
  sql: Sql,
  practiceId: string,
  method: string,
  contactIds: readonly string[],
  now: Date,
): Promise<void> {
  if (contactIds.length === 0) return;
  const concerned = { practiceId, method, contactId: { in: [...contactIds] } };
  await sql.optInRequest.updateMany({
    where: { ...concerned, closedAt: null },
    data: { closedAt: now },
  });
  await cancelOptIns(sql, practiceId, method, contactIds);
}

/** Cancels opt-ins that are already answered, or whose address is no longer the contact's. */
async function cancelOptIns(
  sql: Sql,
  practiceId: string,
  method: string,
  contactIds: readonly string[],
): Promise<void> {
  if (contactIds.length === 0) return;
  await sql.delivery.updateMany({
    where: {
      practiceId,
      method,
      contactId: { in: [...contactIds] },
      purpose: 'opt_in',
      status: 'queued',
    },
    data: { status: 'cancelled', reason: optInNotNeeded },
  });
}

/** Why an opt-in was taken from its lane. */
export const optInNotNeeded = 'no longer needed';

async function suppressDeliveries(
  sql: Sql,
  practiceId: string,
  method: string,
  contactIds: readonly string[],
): Promise<void> {
  if (contactIds.length === 0) return;
  await sql.delivery.updateMany({
    where: {
      practiceId,
      method,
      contactId: { in: [...contactIds] },
      purpose: 'content',
      status: 'queued',
    },
    data: { status: 'suppressed', reason: 'channel_waived' },
  });
}

/** The queue follows the assigned methods: deliveries on an unassigned method step aside until it is assigned again. */
async function reassign(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
  now: Date,
): Promise<void> {
  if (contactIds.length === 0) return;
  await sql.$executeRaw`
    UPDATE deliveries d
    SET status = CASE WHEN ch.assigned THEN 'queued' ELSE 'cancelled' END,
        reason = CASE WHEN ch.assigned THEN NULL ELSE 'method_unassigned' END
    FROM channels ch
    WHERE ch.practice_id = ${practiceId} AND ch.contact_id = ANY(${contactIds})
      AND d.practice_id = ch.practice_id AND d.contact_id = ch.contact_id AND d.method = ch.method
      AND d.purpose = 'content'
      AND ((d.status = 'queued' AND NOT ch.assigned)
        OR (${waitsForMethod} AND ch.assigned))`;
  await fanOut(sql, practiceId, { contactIds }, now);
}

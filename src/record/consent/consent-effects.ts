import type { ConsentEffect } from '../../core/consent/consent-state.ts';
import { consentMethods } from '../../core/method.ts';
import type { ContactView } from './contact-lock.ts';
import { StillSpreadingError } from '../../platform/db/database-errors.ts';
import type { Sql } from '../../platform/db/database.ts';
import { followChannels, lookAtQueues } from '../messages/queue-store.ts';
import { liftSuppression, spreadingStop, suppressAddress } from './suppression-store.ts';

/** Side effects of a consent transition beyond the new state; runs under the contacts' locks, for many at once. */

type Task = { contact: ContactView; effect: ConsentEffect };

export async function carryOut(sql: Sql, tasks: readonly Task[], now: Date): Promise<void> {
  const practiceId = tasks[0]?.contact.ref.practiceId;
  if (practiceId === undefined) return;
  for (const method of consentMethods) {
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
      await refuseWhileSpreading(sql, { practiceId, method, addressHash });
    if (effect.type === 'lift_suppression')
      await liftSuppression(sql, practiceId, method, addressHash, now, effect.only);
    else {
      const { type: _, ...bar } = effect;
      await suppressAddress(sql, practiceId, { ...bar, addressHash, since: now });
    }
  }
  // What was queued for one that joined another follows that one's channels (joining.ts).
  const contactIds = tasks
    .filter(({ contact, effect }) => effect.type === 'reassign_deliveries' && !contact.gone)
    .map(({ contact }) => contact.ref.contactId);
  if (contactIds.length === 0) return;
  await followChannels(sql, practiceId, { contactIds }, now);
  await lookAtQueues(sql, practiceId, contactIds, now);
}

/**
 * One contact's word lifts the stop of an address that others have, who stay stopped by themselves; so not before all of
 * them have followed it (src/features/consents/spread-bars.ts).
 */
export async function refuseWhileSpreading(
  sql: Sql,
  { practiceId, ...address }: Parameters<typeof spreadingStop>[2] & { practiceId: string },
): Promise<void> {
  if (await spreadingStop(sql, practiceId, address)) throw new StillSpreadingError();
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

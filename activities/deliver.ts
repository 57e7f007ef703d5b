import { cancellationSignal } from '@temporalio/activity';
import { lockContact, type ContactView } from '../src/record/consent/contact-lock.ts';
import type { Database, Sql } from '../src/platform/db/database.ts';
import { handOver } from '../src/record/messages/dispatch-store.ts';
import { askWhenDue, nextAskAt } from '../src/features/opt-in/opt-in-when-due.ts';
import { isBusy } from '../src/record/messages/queue-store.ts';
import { contactWaitingOn, summarise } from '../src/record/messages/status-store.ts';
import { transaction } from '../src/platform/db/transaction.ts';
import { dueHeads, laneState } from '../src/record/messages/lane-heads.ts';
import { Budget, drainBudget, lookBudget } from '../src/delivery/budget.ts';
import { drain, type DrainDependencies, type DrainReport } from '../src/delivery/drain.ts';
import type { ContactRef } from '../src/core/ids.ts';
import type { Method } from '../src/core/method.ts';
import type { Senders } from '../src/core/sender.ts';
import type { ContactActivities, DeliverReport } from '../src/core/signals/activity-types.ts';
import { allOf } from './all-of.ts';
import { withPulse } from './pulse.ts';

/** Tells the practice's dispatcher that something of its is due at that time; never throws. */
export type TellDispatcher = (practiceId: string, dueAt: Date) => Promise<void>;

/**
 * All sending for one contact that is red or has a backlog: it asks where it is due, then works off each lane from its
 * head. A contact that turned green and has nothing left is handed over to the practice's dispatcher.
 */
export function createDeliver(
  deps: DrainDependencies & { tellDispatcher: TellDispatcher },
): ContactActivities['deliver'] {
  const { db } = deps;
  const look = async (ref: ContactRef, drains: boolean): Promise<DeliverReport> => {
    const busy = await lookAfresh(db, ref, deps.sending.senders);
    if (!busy) return gone;
    const { practiceId, contactId } = ref;
    const share = drains ? drainBudget : lookBudget;
    const budget = new Budget(share, cancellationSignal(), deps.stopping);
    const reports = await allOf(
      busy.map((method) => drain(deps, { practiceId, contactId, method }, budget)),
    );
    const { report, dueAt } = await transaction(db, (sql) =>
      conclude(db, sql, ref, reports, deps.sending.senders),
    );
    const consoleUrl = `${deps.sending.publicUrl}/console/contacts/${encodeURIComponent(contactId)}`;
    if (dueAt) await deps.tellDispatcher(practiceId, dueAt);
    return report.gone ? report : { ...report, consoleUrl };
  };
  return ({ drains = false, ...ref }) => withPulse(() => look(ref, drains));
}

const gone: DeliverReport = {
  gone: true,
  version: 0,
  status: null,
  waitingOn: [],
  handled: 0,
  more: false,
};

/**
 * Clears the wake-up mark before anything is selected: whatever is stored from here on wakes the contact again. Returns
 * the methods with something in their queue; undefined when there is no such contact (any more).
 */
async function lookAfresh(
  db: Database,
  ref: ContactRef,
  senders: Senders,
): Promise<Method[] | undefined> {
  return transaction(db, async (sql) => {
    const contact = await lockContact(sql, ref);
    if (!contact) return undefined;
    await sql.channel.updateMany({
      where: { ...ref, wokenAt: { not: null } },
      data: { wokenAt: null },
    });
    if (contact.gone) return undefined;
    await askWhenDue(db, sql, contact, senders);
    return busyMethods(sql, contact);
  });
}

/** Reports the contact's present state, and which workflow handles it from here on. */
async function conclude(
  db: Database,
  sql: Sql,
  ref: ContactRef,
  reports: readonly DrainReport[],
  senders: Senders,
): Promise<{ report: DeliverReport; dueAt?: Date }> {
  const contact = await lockContact(sql, ref);
  if (!contact || contact.gone) return { report: gone };
  const { version } = contact;
  await sql.contact.updateMany({
    where: { practiceId: ref.practiceId, id: ref.contactId, announcedVersion: { lt: version } },
    data: { announcedVersion: version },
  });
  const busy = await busyMethods(sql, contact);
  // A lane whose queue is empty is not worth looking at, whatever was planned for it.
  await sql.channel.updateMany({
    where: { ...ref, method: { notIn: busy }, lookAt: { not: null } },
    data: { lookAt: null },
  });
  const summary = await summarise(sql, contact);
  // Whatever was committed since the lanes were looked at is in this version, and its signal may be ignored: look again
  // before saying that there is nothing.
  const drains = reports.some((lane) => lane.more);
  const more =
    drains ||
    (await askWhenDue(db, sql, contact, senders)) ||
    (await anythingDue(db, sql, contact, busy));
  const report: DeliverReport = {
    gone: false,
    version,
    status: { ...summary, asOf: db.clock.now().toISOString() },
    waitingOn: contactWaitingOn(contact),
    handled: reports.reduce((sum, lane) => sum + lane.handled, 0),
    more,
    ...(drains ? { drains } : {}),
  };
  if (!more && summary.light === 'green' && !(await hasBacklog(db, sql, contact))) {
    const dueAt = await handOver(sql, contact);
    return { report, ...(dueAt ? { dueAt } : {}) };
  }
  const askAt = await nextAskAt(db, sql, contact);
  if (askAt)
    // Should this workflow's timer be lost, the sweeper still sees when the contact is to be asked.
    await sql.channel.updateMany({
      where: { ...ref, assigned: true, OR: [{ lookAt: null }, { lookAt: { gt: askAt } }] },
      data: { lookAt: askAt },
    });
  const times = [...reports.map((lane) => lane.nextAt), askAt].filter((at) => at !== undefined);
  if (times.length === 0) return { report };
  const nextAt = new Date(Math.min(...times.map(Number)));
  return { report: { ...report, nextAt: nextAt.toISOString() } };
}

async function busyMethods(sql: Sql, { ref }: ContactView): Promise<Method[]> {
  const rows = await sql.$queryRaw<{ method: Method }[]>`
    SELECT ch.method FROM channels ch
    WHERE ch.practice_id = ${ref.practiceId} AND ch.contact_id = ${ref.contactId} AND ${isBusy}`;
  return rows.map(({ method }) => method);
}

/** Something that may leave now stands at the head of a free lane. */
async function anythingDue(
  db: Database,
  sql: Sql,
  contact: ContactView,
  busy: readonly Method[],
): Promise<boolean> {
  const now = db.clock.now();
  for (const method of busy) {
    const lane = laneState(contact, method, now);
    if (!('open' in lane)) continue;
    const heads = await dueHeads(sql, method, [lane], { perLane: 1, most: 1 }, now);
    if (heads.length > 0) return true;
  }
  return false;
}

async function hasBacklog(db: Database, sql: Sql, contact: ContactView): Promise<boolean> {
  const due = await sql.delivery.findFirst({
    where: {
      ...contact.ref,
      OR: [{ status: 'queued', dueAt: { lte: db.clock.now() } }, { status: 'sending' }],
    },
    select: { id: true },
  });
  return due !== null;
}

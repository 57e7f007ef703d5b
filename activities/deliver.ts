import { performance } from 'node:perf_hooks';
import { heartbeat, cancellationSignal } from '@temporalio/activity';
import { lockContact } from '../src/db/contact-lock.ts';
import type { Database } from '../src/db/database.ts';
import { askWhenDue, nextAskAt } from '../src/db/opt-in-store.ts';
import { contactWaitingOn, summarise } from '../src/db/status-store.ts';
import { callProvider, type Providers } from '../src/delivery/call.ts';
import { claimLane } from '../src/delivery/claim.ts';
import type { Sending } from '../src/delivery/compose-delivery.ts';
import { settleLane } from '../src/delivery/settle.ts';
import type { ContactRef } from '../src/domain/ids.ts';
import { limits } from '../src/domain/limits.ts';
import { methods, type Method } from '../src/domain/method.ts';
import type { ContactActivities, DeliverReport } from '../workflows/activity-types.ts';

export type DeliverDependencies = { db: Database; providers: Providers; sending: Sending };

/** The activity that does all sending: it asks where it is due, then works off each lane from its head. */
export function createDeliver(deps: DeliverDependencies): ContactActivities['deliver'] {
  return async (ref) => {
    const { db } = deps;
    if (!(await lookAfresh(db, ref))) return gone;

    const budget = new Budget();
    // A worker that died is noticed by its silence; a provider call may be silent for longer than that.
    const pulse = setInterval(heartbeat, limits.heartbeatMs);
    const lanes = await Promise.all(
      methods.map((method) => drain(deps, ref, method, budget)),
    ).finally(() => clearInterval(pulse));

    return db.prisma.$transaction(async (sql): Promise<DeliverReport> => {
      const contact = await lockContact(sql, ref);
      if (!contact || contact.erased) return gone;
      const { version } = contact;
      await sql.contact.updateMany({
        where: { practiceId: ref.practiceId, id: ref.contactId, announcedVersion: { lt: version } },
        data: { announcedVersion: version },
      });
      const summary = await summarise(sql, contact);
      const wakeUps = [...lanes.map((lane) => lane.nextAt), await nextAskAt(db, sql, contact)];
      const nextAt = earliest(wakeUps);
      return {
        gone: false,
        version,
        status: { ...summary, asOf: db.clock.now().toISOString() },
        waitingOn: contactWaitingOn(contact),
        handled: lanes.reduce((sum, lane) => sum + lane.handled, 0),
        more: lanes.some((lane) => lane.more),
        ...(nextAt ? { nextAt: nextAt.toISOString() } : {}),
      };
    });
  };
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
 * Clears the wake-up mark before anything is selected: whatever is stored from here on wakes the contact again. False
 * when there is no such contact (any more).
 */
async function lookAfresh(db: Database, ref: ContactRef): Promise<boolean> {
  return db.prisma.$transaction(async (sql) => {
    const contact = await lockContact(sql, ref);
    if (!contact || contact.erased) return false;
    await sql.channel.updateMany({
      where: { ...ref, wokenAt: { not: null } },
      data: { wokenAt: null },
    });
    await askWhenDue(db, sql, contact);
    return true;
  });
}

/** One run reports back now and then, so that a long drain is visible and a history stays small. */
class Budget {
  #left: number = limits.deliverBatch;
  readonly #until = performance.now() + limits.deliverMs;

  get spent(): boolean {
    return this.#left <= 0 || performance.now() > this.#until || cancellationSignal().aborted;
  }

  take(count: number): void {
    this.#left -= count;
  }
}

type LaneReport = { handled: number; more: boolean; nextAt?: Date };

async function drain(
  { db, providers, sending }: DeliverDependencies,
  ref: ContactRef,
  method: Method,
  budget: Budget,
): Promise<LaneReport> {
  let handled = 0;
  while (!budget.spent) {
    const claim = await claimLane(db, ref, method, sending);
    const claimedAtMs = performance.now();
    if (claim.kind === 'none') return { handled, more: false, ...pick(claim.nextAt) };
    if (claim.kind === 'again') continue;
    const outcomes = await callProvider(providers, claim, {
      claimedAtMs,
      failures: claim.failures,
    });
    await settleLane(db, ref, method, claim.lease, outcomes);
    handled += outcomes.length;
    budget.take(outcomes.length);
  }
  return { handled, more: true };
}

function pick(nextAt: Date | undefined): { nextAt?: Date } {
  return nextAt === undefined ? {} : { nextAt };
}

function earliest(times: readonly (Date | undefined)[]): Date | undefined {
  return times
    .filter((time) => time !== undefined)
    .toSorted((a, b) => a.getTime() - b.getTime())[0];
}

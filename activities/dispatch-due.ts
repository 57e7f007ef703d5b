import { cancellationSignal } from '@temporalio/activity';
import { beginDispatch, dueLanes, planDispatch } from '../src/db/dispatch-store.ts';
import { readPractice } from '../src/db/practice-store.ts';
import { Budget, drain, type DrainDependencies } from '../src/delivery/drain.ts';
import { mutedPractice } from '../src/domain/gate.ts';
import { doorstepId } from '../src/domain/ids.ts';
import { limits } from '../src/domain/limits.ts';
import { methods, type Method } from '../src/domain/method.ts';
import type { DispatchActivities } from '../workflows/activity-types.ts';
import { withPulse } from './pulse.ts';

/**
 * Sends what is due of a practice's green contacts: emails of many contacts in one call, texts side by side. The lanes
 * are the same as everywhere, so a contact that somebody else drains is left alone.
 */
export function createDispatchDue(deps: DrainDependencies): DispatchActivities['dispatchDue'] {
  const { db } = deps;
  const run: DispatchActivities['dispatchDue'] = async ({ practiceId }) => {
    const practice = await readPractice(db, practiceId);
    if (!practice) return { gone: true, handled: 0, more: false };
    await beginDispatch(db, practiceId);
    // Switched on again, the settings wake the dispatcher.
    if (mutedPractice(practice)) return { gone: false, handled: 0, more: false };

    const budget = new Budget(cancellationSignal());
    const work = await Promise.all(
      methods.map((method) => workOff(deps, practiceId, method, budget)),
    );
    const handled = work.reduce((sum, one) => sum + one.handled, 0);
    const more = work.some((one) => one.more);
    const nextAt = more ? undefined : await planDispatch(db, practiceId);
    return { gone: false, handled, more, ...(nextAt ? { nextAt: nextAt.toISOString() } : {}) };
  };
  return (input) => withPulse(() => run(input));
}

/** One method by itself: a provider that is slow, or takes little, keeps the others' messages from nothing. */
async function workOff(
  deps: DrainDependencies,
  practiceId: string,
  method: Method,
  budget: Budget,
): Promise<{ handled: number; more: boolean }> {
  // An SMS is a call of its own: as many at once as begin within the claim's two seconds.
  const size = method === 'sms' ? limits.smsAtOnce : limits.emailBatch;
  let handled = 0;
  for (;;) {
    const contactIds = await dueLanes(deps.db, practiceId, method, limits.dispatchLanes);
    if (contactIds.length === 0) return { handled, more: false };
    for (const group of groupsOf(contactIds, size)) {
      if (budget.spent) return { handled, more: true };
      handled += (await drain(deps, { practiceId, method, contactIds: group }, budget)).handled;
    }
  }
}

/** Codes first: somebody waits for them. And in calls of their own: a late one takes no message with it. */
function groupsOf(contactIds: readonly string[], size: number): string[][] {
  const others = contactIds.filter((id) => id !== doorstepId);
  const groups = contactIds.includes(doorstepId) ? [[doorstepId]] : [];
  for (let start = 0; start < others.length; start += size)
    groups.push(others.slice(start, start + size));
  return groups;
}

import { cancellationSignal } from '@temporalio/activity';
import {
  beginDispatch,
  dueLanes,
  planDispatch,
  waitForTurn,
} from '../src/record/messages/dispatch-store.ts';
import { readPractice } from '../src/record/practices/practice-store.ts';
import { Budget, drainBudget } from '../src/delivery/budget.ts';
import { sendHeads, type DrainDependencies } from '../src/delivery/drain.ts';
import type { Lanes } from '../src/delivery/claim.ts';
import { holdLane } from '../src/record/messages/lane-heads.ts';
import { Turn } from '../src/delivery/provider-rates.ts';
import { mutedPractice } from '../src/core/consent/gate.ts';
import { perClaim, providerOf } from '../src/channels/providers.ts';
import { methods, type Method } from '../src/core/method.ts';
import type { DispatchActivities } from '../src/core/signals/activity-types.ts';
import { allOf } from './all-of.ts';
import { withPulse } from './pulse.ts';

/**
 * Sends due messages of a practice's green contacts: emails of many contacts in one call, texts side by side. The lanes
 * are the same as everywhere, so a contact that another worker drains is left alone.
 */
export function createDispatchDue(deps: DrainDependencies): DispatchActivities['dispatchDue'] {
  const { db } = deps;
  const run: DispatchActivities['dispatchDue'] = async ({ practiceId }) => {
    const practice = await readPractice(db, practiceId);
    if (!practice) return { gone: true, handled: 0, more: false };
    await beginDispatch(db, practiceId);
    // Switched on again, the settings wake the dispatcher.
    if (mutedPractice(practice)) return { gone: false, handled: 0, more: false };

    const budget = new Budget(drainBudget, cancellationSignal(), deps.stopping);
    const work = await allOf(methods.map((method) => workOff(deps, practiceId, method, budget)));
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
  const atOnce = perClaim(providerOf(method));
  const turn = new Turn();
  let handled = 0;
  while (!budget.spent) {
    const contactIds = await dueLanes(deps.db, practiceId, method, atOnce);
    if (contactIds.length === 0) return { handled, more: false };
    const step = await sendHeads(deps, { practiceId, method, contactIds }, turn);
    if (step.kind === 'called') handled += budget.take(step.handled);
    else if (step.kind === 'wait') {
      // With the turn its tokens come one by one, and it is the only one of its provider that sits them out. Everybody
      // else waits in the workflow, not in a slot.
      if (turn.isMine && (await budget.waits(step.waitMs)) === 'waited') continue;
      await waitElsewhere(deps, { practiceId, method, contactIds }, step);
      return { handled, more: false };
    }
  }
  return { handled, more: true };
}

/** Holds a lane that a person is waiting for by itself: the others' line is longer than it can wait. */
async function waitElsewhere(
  { db }: DrainDependencies,
  { practiceId, method, contactIds }: Lanes,
  { waitMs, urgent }: { waitMs: number; urgent: boolean },
): Promise<void> {
  if (!urgent) return waitForTurn(db, practiceId, method, waitMs);
  for (const contactId of contactIds) await holdLane(db, { practiceId, contactId, method }, waitMs);
}

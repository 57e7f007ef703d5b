import type { Database } from '../platform/db/database.ts';
import type { Allowance } from '../record/practices/provider-rate-store.ts';
import type { Method } from '../core/method.ts';
import { keepAnswers } from './answers.ts';
import type { Budget } from './budget.ts';
import { callProvider, type Providers, type SettledDelivery } from './call.ts';
import type { Claim, Lanes } from './claim.ts';
import { claimApart, lookAheadApart } from './faults.ts';
import { holdLane } from '../record/messages/lane-heads.ts';
import type { ProviderRates, Turn } from './provider-rates.ts';
import type { Sending } from '../templates/render.ts';

export type DrainDependencies = {
  db: Database;
  providers: Providers;
  rates: ProviderRates;
  sending: Sending;
  /** The process is ending: calls under way finish, nothing new begins. */
  stopping: AbortSignal;
};

export type DrainReport = {
  /** Deliveries whose call ended. */
  handled: number;
  /** The budget ended before the lanes did. */
  more: boolean;
  /** When there is something to do if nothing happens before. */
  nextAt?: Date;
};

/** The outcome of one look at some lanes. `wait`: the provider takes nothing from here for so long. */
export type Step =
  | { kind: 'called'; handled: number }
  | { kind: 'again' }
  | { kind: 'none'; nextAt?: Date }
  | { kind: 'wait'; waitMs: number; urgent: boolean };

/** Claims the heads of lanes, as far as the provider's rate goes, calls the provider and settles the outcomes. */
export async function sendHeads(deps: DrainDependencies, lanes: Lanes, turn?: Turn): Promise<Step> {
  const { db, rates } = deps;
  const { practiceId, method } = lanes;
  const { contactIds, wanted, urgent } = await lookAheadApart(db, lanes);
  const allowance: Allowance =
    wanted > 0
      ? await rates.take(method, { practiceId, wanted, urgent, turn })
      : { ok: true, granted: 0 };
  if (!allowance.ok) return { kind: 'wait', waitMs: allowance.waitMs, urgent };
  const { granted } = allowance;
  // Lanes with nothing to send get the time of their next look, and make room for the others.
  const idle = lanes.contactIds.filter((id) => !contactIds.includes(id));
  const told: Step =
    idle.length > 0 ? await sendSome(deps, { ...lanes, contactIds: idle }, 0) : { kind: 'none' };
  if (wanted === 0) return told;
  // No more lanes are locked than there is a token for.
  return sendSome(deps, { ...lanes, contactIds: contactIds.slice(0, granted) }, granted);
}

async function sendSome(
  { db, providers, rates, sending, stopping }: DrainDependencies,
  lanes: Lanes,
  granted: number,
): Promise<Step> {
  const claim = await claimApart(db, lanes, sending, granted);
  // Tokens not given back cost only a little time; the claimed deliveries must be sent.
  await rates.settle(lanes.method, granted, sizeOf(claim)).catch(() => undefined);
  if (claim.kind === 'none' || claim.kind === 'again') return claim;
  const { outcomes, fault } = await callProvider(providers, claim, stopping);
  const pause = (): Promise<void> => pauseWhereAsked(rates, lanes, outcomes);
  // First, so that no other lane calls a provider that asked to wait, once this one says that it waits.
  const paused = await pause().then(
    () => true,
    // The answers are worth more: they are kept before anything else is tried again.
    () => false,
  );
  await keepAnswers(db, claim, outcomes);
  if (fault !== undefined) throw fault;
  if (!paused) await pause();
  return { kind: 'called', handled: outcomes.length };
}

/** Works off one lane from its head, until nothing is due or the provider takes no more for now. */
export async function drain(
  deps: DrainDependencies,
  lane: { practiceId: string; contactId: string; method: Method },
  budget: Budget,
): Promise<DrainReport> {
  const { contactId, ...rest } = lane;
  let handled = 0;
  while (!budget.spent) {
    const step = await sendHeads(deps, { ...rest, contactIds: [contactId] });
    if (step.kind === 'called') handled += budget.take(step.handled);
    else if (step.kind === 'none') return { handled, more: false, ...step };
    else if (step.kind === 'wait') {
      const waited = await budget.waits(step.waitMs);
      // The next run sits it out, where nobody waits for its slot.
      if (waited === 'not_here') return { handled, more: true };
      if (waited === 'too_long')
        return { handled, more: false, nextAt: await holdLane(deps.db, lane, step.waitMs) };
    }
  }
  return { handled, more: true };
}

function sizeOf(claim: Claim): number {
  if (claim.kind === 'email') return claim.emails.length;
  return claim.kind === 'sms' ? claim.messages.length : 0;
}

async function pauseWhereAsked(
  rates: ProviderRates,
  { method }: Lanes,
  settled: readonly SettledDelivery[],
): Promise<void> {
  const asked = settled.flatMap(({ outcome }) =>
    'throttled' in outcome && outcome.throttled ? [outcome] : [],
  );
  const [longest] = asked.toSorted((a, b) => b.waitMs - a.waitMs);
  if (longest) await rates.pause(method, longest.waitMs, longest.reason);
}

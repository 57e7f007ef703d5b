import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import type { Allowance } from '../db/provider-rate-store.ts';
import { limits } from '../domain/limits.ts';
import type { Method } from '../domain/method.ts';
import { callProvider, type Providers, type SettledDelivery } from './call.ts';
import { claimLanes, type Claim, type Lanes } from './claim.ts';
import { holdLane } from './lane-heads.ts';
import { lookAhead } from './look-ahead.ts';
import type { ProviderRates, Turn } from './provider-rates.ts';
import type { Sending } from './render.ts';
import { settleLanes } from './settle.ts';

export type DrainDependencies = {
  db: Database;
  providers: Providers;
  rates: ProviderRates;
  sending: Sending;
};

/** How much one activity does before it reports back, so that a long drain is visible and a history stays small. */
export class Budget {
  #left: number = limits.deliverBatch;
  readonly #until = performance.now() + limits.deliverMs;
  readonly #stopped: AbortSignal;

  /** `stopped`: the worker is shutting down; what is under way is finished, nothing new begins. */
  constructor(stopped: AbortSignal) {
    this.#stopped = stopped;
  }

  get spent(): boolean {
    return this.#left <= 0 || performance.now() > this.#until || this.#stopped.aborted;
  }

  take(count: number): number {
    this.#left -= count;
    return count;
  }

  /** A short wait for a provider, within what is left; false: it is too long to be waited for here. */
  async sleeps(ms: number): Promise<boolean> {
    if (ms > limits.rateWaitMs) return false;
    const mostMs = Math.max(0, this.#until - performance.now());
    const signal = this.#stopped;
    await delay(Math.min(ms, mostMs), undefined, { signal }).catch(() => undefined);
    return true;
  }
}

export type DrainReport = {
  /** Deliveries whose call ended. */
  handled: number;
  /** The budget ended before the lanes did. */
  more: boolean;
  /** When there is something to do if nothing happens before. */
  nextAt?: Date;
};

/** What came of one look at some lanes. `wait`: the provider takes nothing from here for so long. */
export type Step =
  | { kind: 'called'; handled: number }
  | { kind: 'again' }
  | { kind: 'none'; nextAt?: Date }
  | { kind: 'wait'; waitMs: number; urgent: boolean };

/** One claim of what stands at the heads of lanes, as far as the provider's rate goes; its call, and what came of it. */
export async function sendHeads(deps: DrainDependencies, lanes: Lanes, turn?: Turn): Promise<Step> {
  const { db, rates } = deps;
  const { contactIds, wanted, urgent } = await lookAhead(db, lanes);
  const allowance: Allowance =
    wanted > 0
      ? await rates.take(lanes.method, { wanted, urgent, turn })
      : { ok: true, granted: 0 };
  if (!allowance.ok) return { kind: 'wait', waitMs: allowance.waitMs, urgent };
  const { granted } = allowance;
  // Who has nothing is told when to be looked at next, and makes room for the others.
  const idle = lanes.contactIds.filter((id) => !contactIds.includes(id));
  const told: Step =
    idle.length > 0 ? await sendSome(deps, { ...lanes, contactIds: idle }, 0) : { kind: 'none' };
  if (wanted === 0) return told;
  // No more lanes are locked than there is a token for.
  return sendSome(deps, { ...lanes, contactIds: contactIds.slice(0, granted) }, granted);
}

async function sendSome(
  { db, providers, rates, sending }: DrainDependencies,
  lanes: Lanes,
  granted: number,
): Promise<Step> {
  const claim = await claimLanes(db, lanes, sending, granted);
  // What cannot be given back is only a little time lost; what was claimed is to be sent.
  await rates.settle(lanes.method, granted, sizeOf(claim)).catch(() => undefined);
  if (claim.kind === 'none' || claim.kind === 'again') return claim;
  const outcomes = await callProvider(providers, claim);
  await settleLanes(db, claim, outcomes);
  await pauseWhereAsked(rates, lanes, outcomes);
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
    else if (step.kind === 'wait' && !(await budget.sleeps(step.waitMs)))
      return { handled, more: false, nextAt: await holdLane(deps.db, lane, step.waitMs) };
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

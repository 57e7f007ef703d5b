import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import { limits } from '../domain/limits.ts';
import { callProvider, type Providers, type SettledDelivery } from './call.ts';
import { claimLanes, mostAtOnce, type Claim, type Lanes } from './claim.ts';
import { holdLanes } from './lane-heads.ts';
import type { ProviderRates } from './provider-rates.ts';
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

  take(count: number): void {
    this.#left -= count;
  }

  /** Sleeps, unless that takes longer than what is left. */
  async sleep(ms: number): Promise<void> {
    const mostMs = Math.max(0, this.#until - performance.now());
    const signal = this.#stopped;
    await delay(Math.min(ms, mostMs), undefined, { signal }).catch(() => undefined);
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

/** Works off lanes from their heads: claim, call, settle, until nothing is due or the provider takes no more for now. */
export async function drain(
  { db, providers, rates, sending }: DrainDependencies,
  lanes: Lanes,
  budget: Budget,
): Promise<DrainReport> {
  let handled = 0;
  const report = (nextAt: Date | undefined): DrainReport => ({
    handled,
    more: false,
    ...(nextAt ? { nextAt } : {}),
  });
  while (!budget.spent) {
    const allowance = await rates.take(lanes.method, mostAtOnce(lanes));
    if (!allowance.ok) {
      if (allowance.waitMs > limits.rateWaitMs)
        return report(await holdLanes(db, lanes, allowance.waitMs));
      await budget.sleep(allowance.waitMs);
      continue;
    }
    const claim = await claimLanes(db, lanes, sending, allowance.granted);
    await rates.settle(lanes.method, allowance.granted, sizeOf(claim));
    if (claim.kind === 'none') return report(claim.nextAt);
    if (claim.kind === 'again') continue;
    const outcomes = await callProvider(providers, claim);
    await settleLanes(db, claim, outcomes);
    await pauseWhereAsked(rates, lanes, outcomes);
    handled += outcomes.length;
    budget.take(outcomes.length);
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

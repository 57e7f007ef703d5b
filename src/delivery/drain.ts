import { performance } from 'node:perf_hooks';
import type { Database } from '../db/database.ts';
import { limits } from '../domain/limits.ts';
import { callProvider, type Providers } from './call.ts';
import { claimLanes, type Lanes } from './claim.ts';
import type { Sending } from './render.ts';
import { settleLanes } from './settle.ts';

export type DrainDependencies = { db: Database; providers: Providers; sending: Sending };

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
}

export type DrainReport = {
  /** Deliveries whose call ended. */
  handled: number;
  /** The budget ended before the lanes did. */
  more: boolean;
  /** When there is something to do if nothing happens before. */
  nextAt?: Date;
};

/** Works off lanes from their heads: claim, call, settle, until nothing is due. */
export async function drain(
  { db, providers, sending }: DrainDependencies,
  lanes: Lanes,
  budget: Budget,
): Promise<DrainReport> {
  let handled = 0;
  while (!budget.spent) {
    const claim = await claimLanes(db, lanes, sending);
    if (claim.kind === 'none') {
      const { nextAt } = claim;
      return { handled, more: false, ...(nextAt ? { nextAt } : {}) };
    }
    if (claim.kind === 'again') continue;
    const outcomes = await callProvider(providers, claim);
    await settleLanes(db, claim, outcomes);
    handled += outcomes.length;
    budget.take(outcomes.length);
  }
  return { handled, more: true };
}

import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '../core/limits.ts';
import { workerLimits } from '../core/limits/worker-limits.ts';

/** While an activity waits it sees within so many ms that it is to end. */
const stopSeenMs = 100;

/** What an activity may use up: messages, ms, and whether it may sit out short waits for a provider in its slot. */
export type Share = { count: number; ms: number; patient: boolean };

/** Of an activity whose slot people wait for. */
export const lookBudget: Share = {
  count: workerLimits.lookBatch,
  ms: workerLimits.lookMs,
  patient: false,
};
/** Of an activity with much to send. */
export const drainBudget: Share = {
  count: limits.deliverBatch,
  ms: limits.deliverMs,
  patient: true,
};
/** Of an activity that posts events. */
export const eventsBudget: Share = {
  count: limits.deliverBatch,
  ms: workerLimits.eventsMs,
  patient: false,
};

/** How much one activity does before it reports back, so that a long drain is visible and a history stays small. */
export class Budget {
  #left: number;
  readonly #until: number;
  readonly #patient: boolean;
  readonly #stopped: readonly AbortSignal[];

  /** `stopped`: each of them says that the activity is to end; calls under way finish, nothing new begins. */
  constructor({ count, ms, patient }: Share, ...stopped: AbortSignal[]) {
    this.#left = count;
    this.#until = performance.now() + ms;
    this.#patient = patient;
    this.#stopped = stopped;
  }

  get spent(): boolean {
    return this.#left <= 0 || performance.now() > this.#until || this.#isStopped;
  }

  get #isStopped(): boolean {
    return this.#stopped.some(({ aborted }) => aborted);
  }

  take(count: number): number {
    this.#left -= count;
    return count;
  }

  /** Sits out a short wait for a provider, within the time left, or says why not. */
  async waits(ms: number): Promise<'waited' | 'too_long' | 'not_here'> {
    if (ms > limits.rateWaitMs) return 'too_long';
    if (!this.#patient) return 'not_here';
    const until = Math.min(performance.now() + ms, this.#until);
    for (let leftMs = ms; leftMs > 0 && !this.#isStopped; leftMs = until - performance.now())
      await delay(Math.min(leftMs, stopSeenMs));
    return 'waited';
  }
}

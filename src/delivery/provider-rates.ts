import { performance } from 'node:perf_hooks';
import type { Database } from '../db/database.ts';
import {
  giveBackTokens,
  pauseProvider,
  takeTokens,
  type Allowance,
  type Provider,
  type Rate,
} from '../db/provider-rate-store.ts';
import { limits } from '../domain/limits.ts';
import type { Method } from '../domain/method.ts';

/** Messages per second that each provider account may be given by all workers together; absent: as fast as it goes. */
export type SendingRates = Partial<Record<Provider, number>>;

/** Fax leaves as an email to a gateway. */
const providerOf = (method: Method): Provider => (method === 'sms' ? 'plivo' : 'resend');

/**
 * How many messages may be given to a provider now. A 429, a used up quota, a refused key or missing credit is the whole
 * account's trouble, so it pauses everything that would go there, not only the lane that found out.
 */
export class ProviderRates {
  readonly #db: Database;
  readonly #rates: Partial<Record<Provider, Rate>> = {};
  /** Until when (`performance.now()`) a provider without a rate is known not to be paused. */
  readonly #free = new Map<Provider, number>();

  constructor(db: Database, rates: SendingRates) {
    this.#db = db;
    const { resend, plivo } = rates;
    // One call carries many emails: a second's worth may gather for it. A text is a call of its own.
    if (resend !== undefined)
      this.#rates.resend = { perSecond: resend, burst: Math.max(1, resend) };
    if (plivo !== undefined)
      this.#rates.plivo = { perSecond: plivo, burst: Math.max(1, plivo * limits.smsBurstSeconds) };
  }

  async take(method: Method, wanted: number): Promise<Allowance> {
    const provider = providerOf(method);
    const rate = this.#rates[provider];
    const now = performance.now();
    if (rate === undefined && now < (this.#free.get(provider) ?? 0))
      return { ok: true, granted: wanted };
    const allowance = await takeTokens(this.#db, provider, rate, wanted);
    if (allowance.ok) this.#free.set(provider, now + limits.pauseSeenMs);
    return allowance;
  }

  /** `granted` were taken, `used` were sent (more of them where a frozen batch had to be repeated whole). */
  async settle(method: Method, granted: number, used: number): Promise<void> {
    const rate = this.#rates[providerOf(method)];
    if (rate !== undefined && granted !== used)
      await giveBackTokens(this.#db, providerOf(method), rate, granted - used);
  }

  async pause(method: Method, waitMs: number, reason: string): Promise<void> {
    const provider = providerOf(method);
    this.#free.delete(provider);
    await pauseProvider(this.#db, provider, waitMs, reason);
  }
}

import { performance } from 'node:perf_hooks';
import type { Database } from '../platform/db/database.ts';
import {
  giveBackTokens,
  isFree,
  leaveLine,
  pauseProvider,
  takeTokens,
  type Allowance,
  type Asking,
  type Rate,
} from '../record/practices/provider-rate-store.ts';
import { giveBackShare, takeShare, type ShareRef } from '../record/practices/rate-share-store.ts';
import { providerIds, providerOf, providers, type Provider } from '../channels/providers.ts';
import { limits } from '../core/limits.ts';
import type { Method } from '../core/method.ts';
import { creditMsOf } from '../core/turns/rate-share.ts';

/** Messages per second that each provider account may be given by all workers together; absent: as fast as it goes. */
export type SendingRates = Partial<Record<Provider, number>>;

/**
 * For a caller with many to send: after its first tokens it stays for a while and takes new ones as they come, instead
 * of joining the line again for each.
 */
export class Turn {
  #until = 0;

  /** It has the turn now, and needs no place in line. */
  get isMine(): boolean {
    return performance.now() < this.#until;
  }

  begin(): void {
    if (!this.isMine) this.#until = performance.now() + limits.turnMs;
  }
}

/**
 * `practiceId`: the one that sends. `urgent`: a person is waiting for it. `turn`: for a caller with many; without one
 * each message joins the line by itself.
 */
export type Wish = {
  practiceId: string;
  wanted: number;
  urgent: boolean;
  turn: Turn | undefined;
};

/**
 * How many messages may be given to a provider now. A 429, a used up quota, a refused key or missing credit is the
 * whole account's trouble, so it pauses everything that would go there, not only the lane that found out.
 */
export class ProviderRates {
  readonly #db: Database;
  readonly #rates: Partial<Record<Provider, Rate>> = {};
  /** When (`performance.now()`) the database was asked whether a provider is free, and its answer. */
  readonly #asked = new Map<Provider, { at: number; free: Promise<boolean> }>();

  constructor(db: Database, rates: SendingRates) {
    this.#db = db;
    for (const provider of providerIds) {
      const perSecond = rates[provider];
      if (perSecond === undefined) continue;
      // One call that carries many: a second's worth may gather for it.
      const seconds = providers[provider].perCall > 1 ? 1 : limits.smsBurstSeconds;
      this.#rates[provider] = { perSecond, burst: Math.max(1, perSecond * seconds) };
    }
  }

  async take(method: Method, wish: Wish): Promise<Allowance> {
    const provider = providerOf(method);
    const rate = this.#rates[provider];
    const { practiceId, wanted, urgent, turn } = wish;
    if (rate === undefined && (await this.#isFree(provider))) return { ok: true, granted: wanted };
    // Takes no turn: the practice's other messages would have it too, ahead of those in line.
    if (rate !== undefined && urgent)
      return this.#takeAhead({ practiceId, provider, kind: 'urgent' }, rate, wanted);
    const asking = askingOf(wish, rate);
    const inLine = await takeTokens(this.#db, provider, rate, asking);
    if (inLine.ok) {
      if (!urgent) turn?.begin();
      return inLine;
    }
    const isCrowd = rate !== undefined && inLine.waitMs > limits.rateWaitMs;
    const past = isCrowd
      ? await this.#pastCrowd({ practiceId, provider }, rate, asking, inLine)
      : undefined;
    return past ?? { ok: false, waitMs: soon(inLine.waitMs) };
  }

  /** A practice that has sent little lately does not wait behind all that another asked for at once. */
  async #pastCrowd(
    practice: Omit<ShareRef, 'kind'>,
    rate: Rate,
    { wanted, inLineFor = 1 }: Asking,
    { waitMs }: { waitMs: number },
  ): Promise<Allowance | undefined> {
    const allowance = await this.#takeAhead({ ...practice, kind: 'ordinary' }, rate, wanted);
    if (!allowance.ok) return undefined;
    // One that is too far off was not reserved.
    if (waitMs <= limits.pauseLookMs) await leaveLine(this.#db, practice.provider, rate, inLineFor);
    return allowance;
  }

  /**
   * On credit as far as the practice's share goes, so that a person never waits behind other people's messages; beyond
   * it only what nobody else asks for, or the code of every other practice would wait behind this one's.
   */
  async #takeAhead(ref: ShareRef, rate: Rate, wanted: number): Promise<Allowance> {
    const { ahead, waitMs } = await takeShare(this.#db, ref, rate, wanted);
    // In a crowd nothing is to spare.
    if (ahead === 0 && ref.kind === 'ordinary') return { ok: false, waitMs };
    const asking = { wanted: ahead, credit: during(creditMsOf(ref.kind), rate), spare: wanted };
    const allowance = await takeTokens(this.#db, ref.provider, rate, { ...asking, inLineFor: 0 });
    const unused = ahead - (allowance.ok ? allowance.granted : 0);
    if (unused > 0) await giveBackShare(this.#db, ref, rate, unused);
    if (allowance.ok) return allowance;
    return { ok: false, waitMs: soon(ahead > 0 ? allowance.waitMs : waitMs) };
  }

  /** Asks once in a while, for all callers: without a rate there is nothing else to share. */
  #isFree(provider: Provider): Promise<boolean> {
    const now = performance.now();
    const last = this.#asked.get(provider);
    if (last && now - last.at < limits.pauseSeenMs) return last.free;
    const asked = { at: now, free: isFree(this.#db, provider) };
    this.#asked.set(provider, asked);
    return asked.free;
  }

  /** `granted` were taken, `used` were sent (more of them where a frozen batch had to be repeated whole). */
  async settle(method: Method, granted: number, used: number): Promise<void> {
    const rate = this.#rates[providerOf(method)];
    if (rate !== undefined && granted !== used)
      await giveBackTokens(this.#db, providerOf(method), rate, granted - used);
  }

  async pause(method: Method, waitMs: number, reason: string): Promise<void> {
    const provider = providerOf(method);
    await pauseProvider(this.#db, provider, Math.min(waitMs, limits.pauseMs), reason);
    this.#asked.delete(provider);
  }
}

/** A caller without a place in line comes back early, and at a random time so as not to meet all the others. */
function soon(waitMs: number): number {
  const { pauseLookMs } = limits;
  return waitMs <= pauseLookMs ? waitMs : pauseLookMs * (0.5 + Math.random() / 2);
}

function askingOf({ wanted, urgent, turn }: Wish, rate: Rate | undefined): Asking {
  if (urgent) return { wanted, inLineFor: 0 };
  if (!turn) return { wanted };
  return { wanted, inLineFor: turn.isMine ? 0 : Math.min(wanted, during(limits.turnMs, rate)) };
}

/** Messages of the rate within so many ms, at least one. */
function during(ms: number, rate: Rate | undefined): number {
  return Math.max(1, Math.floor(((rate?.perSecond ?? 0) * ms) / 1_000));
}

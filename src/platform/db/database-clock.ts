import { performance } from 'node:perf_hooks';
import { databaseLimits } from '../../core/limits/database-limits.ts';
import type { Clock } from '../clock.ts';

/**
 * The database's time, without asking for it each time. Leases, waits and deadlines are written by one process and read by
 * others, so they go by the one clock that all share: a machine whose own clock is an hour off neither takes a lane that
 * somebody has, nor keeps one from everybody.
 *
 * It is asked now and then, and goes on by the time that has passed since. What it is off by is at most half of the asking's
 * round trip, and then the drift of a quartz.
 */
export class DatabaseClock implements Clock {
  readonly #ask: () => Promise<number>;
  readonly movedMs: () => number;
  /** At `passedMs` (of `performance.now()`) and `wallMs` (of this machine) it was `timeMs`, give or take `errorMs`. */
  #seen = {
    timeMs: Date.now(),
    passedMs: performance.now(),
    wallMs: Date.now(),
    errorMs: Infinity,
  };
  #asking: Promise<void> | undefined;
  readonly #turn: NodeJS.Timeout;

  /** `ask`: the database's time, in ms since 1970. */
  constructor(ask: () => Promise<number>, movedMs: () => number) {
    this.#ask = ask;
    this.movedMs = movedMs;
    // A database that is away is asked again at the next turn.
    const again = (): void => void this.ask().catch(() => undefined);
    this.#turn = setInterval(again, databaseLimits.clockEveryMs).unref();
  }

  now(): Date {
    const { timeMs, passedMs, wallMs } = this.#seen;
    const passed = performance.now() - passedMs;
    if (Math.abs(Date.now() - wallMs - passed) > databaseLimits.clockJumpMs) this.#doubt();
    return new Date(timeMs + passed + this.movedMs());
  }

  /** A first answer may have waited for a connection; of a few, the quickest counts. */
  async begin(): Promise<void> {
    for (let n = 0; n < 3; n += 1) await this.ask();
  }

  /** Rejects where the database does not answer. */
  async ask(): Promise<void> {
    await (this.#asking ??= this.#look().finally(() => (this.#asking = undefined)));
  }

  stop(): void {
    clearInterval(this.#turn);
  }

  async #look(): Promise<void> {
    const before = performance.now();
    const timeMs = await this.#ask();
    const after = performance.now();
    const errorMs = (after - before) / 2;
    const age = after - this.#seen.passedMs;
    // An answer that took long says less than what is known.
    if (errorMs > this.#seen.errorMs + age * databaseLimits.clockDrift) return;
    this.#seen = { timeMs, passedMs: before + errorMs, wallMs: Date.now() - errorMs, errorMs };
  }

  /** The machine slept, or its own clock was set: one of the two does not count what has passed. */
  #doubt(): void {
    this.#seen.errorMs = Infinity;
    this.#seen.wallMs = Date.now() - (performance.now() - this.#seen.passedMs);
    void this.ask().catch(() => undefined);
  }
}

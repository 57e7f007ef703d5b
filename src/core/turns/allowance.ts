/**
 * What each of many may use of something that comes back with time, in ms of it: `most` at once, then `share` of the
 * time that passes.
 */
export class Allowances {
  readonly #most: number;
  readonly #share: number;
  readonly #left = new Map<string, { ms: number; at: number }>();

  constructor(most: number, share: number) {
    this.#most = most;
    this.#share = share;
  }

  /** In ms until there is something to use; 0: now. `now` in ms. */
  waitMs(name: string, now: number): number {
    const { ms } = this.#upTo(name, now);
    return ms > 0 ? 0 : (1 - ms) / this.#share;
  }

  /** Work that was begun may use more than there is; the next work waits for it. */
  use(name: string, ms: number, now: number): void {
    this.#upTo(name, now).ms -= ms;
  }

  #upTo(name: string, now: number): { ms: number; at: number } {
    const { ms, at } = this.#left.get(name) ?? { ms: this.#most, at: now };
    const left = { ms: Math.min(ms + (now - at) * this.#share, this.#most), at: now };
    this.#left.set(name, left);
    return left;
  }
}

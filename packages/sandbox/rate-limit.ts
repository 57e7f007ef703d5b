/** Calls per second, counted in whole seconds as providers do it. Without a limit nothing is refused. */
export class RateLimit {
  #second = 0;
  #calls = 0;
  readonly #callsPerSecond: number | undefined;

  constructor(callsPerSecond: number | undefined) {
    this.#callsPerSecond = callsPerSecond;
  }

  /** Undefined: go on. Otherwise the whole seconds to wait. */
  take(nowMs = Date.now()): number | undefined {
    if (this.#callsPerSecond === undefined) return undefined;
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#calls = 0;
    }
    this.#calls += 1;
    return this.#calls > this.#callsPerSecond ? 1 : undefined;
  }
}

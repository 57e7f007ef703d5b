/** Counts the wrong guesses of each of many, in windows of `windowMs`: after `most` of them nothing more is judged. */
export class Guesses {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #wrong = new Map<string, number>();
  #endsAt = 0;

  constructor(most: number, windowMs: number) {
    this.#most = most;
    this.#windowMs = windowMs;
  }

  /** In ms until another guess is judged; 0: now. `now` in ms. */
  waitMs(who: string, now: number): number {
    if (now >= this.#endsAt) {
      // Nobody is remembered for longer, so that the callers of one window are all that is kept.
      this.#wrong.clear();
      this.#endsAt = now + this.#windowMs;
    }
    return (this.#wrong.get(who) ?? 0) >= this.#most ? this.#endsAt - now : 0;
  }

  wrong(who: string): void {
    this.#wrong.set(who, (this.#wrong.get(who) ?? 0) + 1);
  }
}

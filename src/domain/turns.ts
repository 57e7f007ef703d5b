/** How many hold something at once: of one practice, and of all. */
export type Shares = { each: number; all: number; waiting: number };

/**
 * Turns of practices: each has its share at once, the rest wait in the order in which they came, and the practices that
 * wait take turns.
 */
export class Turns {
  readonly #shares: Shares;
  readonly #held = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();
  #all = 0;

  constructor(shares: Shares) {
    this.#shares = shares;
  }

  /** Fulfilled when it is the practice's turn; undefined: as many of it wait as may. Each turn is given back once. */
  take(practiceId: string): Promise<void> | undefined {
    const waiting = this.#waiting.get(practiceId) ?? [];
    if (waiting.length >= this.#shares.waiting) return undefined;
    const turn = new Promise<void>((begin) => waiting.push(begin));
    this.#waiting.set(practiceId, waiting);
    this.#begin();
    return turn;
  }

  giveBack(practiceId: string): void {
    const left = (this.#held.get(practiceId) ?? 1) - 1;
    if (left > 0) this.#held.set(practiceId, left);
    else this.#held.delete(practiceId);
    this.#all -= 1;
    this.#begin();
  }

  #begin(): void {
    for (const [practiceId, waiting] of this.#waiting) {
      const held = this.#held.get(practiceId) ?? 0;
      if (this.#all >= this.#shares.all) return;
      if (held >= this.#shares.each) continue;
      this.#waiting.delete(practiceId);
      const [next, ...others] = waiting;
      // Those of the same practice go on behind all other practices'.
      if (others.length > 0) this.#waiting.set(practiceId, others);
      this.#held.set(practiceId, held + 1);
      this.#all += 1;
      next?.();
    }
  }
}

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

  /** Whether it may begin at once: nothing waits for it otherwise. A turn that it got is given back once. */
  takeNow(practiceId: string): boolean {
    const free = this.#all < this.#shares.all && this.#heldBy(practiceId) < this.#shares.each;
    if (free) this.#hold(practiceId);
    return free;
  }

  giveBack(practiceId: string): void {
    const left = this.#heldBy(practiceId) - 1;
    if (left > 0) this.#held.set(practiceId, left);
    else this.#held.delete(practiceId);
    this.#all -= 1;
    this.#begin();
  }

  #begin(): void {
    for (const [practiceId, waiting] of this.#waiting) {
      if (this.#all >= this.#shares.all) return;
      if (this.#heldBy(practiceId) >= this.#shares.each) continue;
      this.#waiting.delete(practiceId);
      const [next, ...others] = waiting;
      // Those of the same practice go on behind all other practices'.
      if (others.length > 0) this.#waiting.set(practiceId, others);
      this.#hold(practiceId);
      next?.();
    }
  }

  #heldBy(practiceId: string): number {
    return this.#held.get(practiceId) ?? 0;
  }

  #hold(practiceId: string): void {
    this.#held.set(practiceId, this.#heldBy(practiceId) + 1);
    this.#all += 1;
  }
}

/**
 * Long work of many, one after the other: the one whose last turn is longest ago first, until the time of a round is up.
 * One that failed has no turn for a while, and keeps nobody from theirs.
 */
export class LongTurns {
  readonly #roundMs: number;
  readonly #againMs: number;
  readonly #now: () => number;
  readonly #last = new Map<string, { begun: number; failed?: number }>();

  /** `againMs`: how long one that failed has no turn. `now`: in ms. */
  constructor(roundMs: number, againMs: number, now: () => number = () => performance.now()) {
    this.#roundMs = roundMs;
    this.#againMs = againMs;
    this.#now = now;
  }

  /** Begins at least one turn, if any may have one. Returns the first failure. */
  async round(names: readonly string[], task: (name: string) => Promise<unknown>) {
    const beganAt = this.#now();
    const mayTry = names.filter((name) => {
      const { failed } = this.#last.get(name) ?? {};
      return failed === undefined || beganAt - failed >= this.#againMs;
    });
    const begun = (name: string): number => this.#last.get(name)?.begun ?? -Infinity;
    let failure: unknown;
    let turns = 0;
    for (const name of mayTry.toSorted((one, other) => begun(one) - begun(other))) {
      if (turns > 0 && this.#now() - beganAt >= this.#roundMs) break;
      turns += 1;
      const last: { begun: number; failed?: number } = { begun: this.#now() };
      this.#last.set(name, last);
      await task(name).catch((error: unknown) => {
        last.failed = this.#now();
        failure ??= error;
      });
    }
    return failure;
  }
}

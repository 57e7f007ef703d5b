/**
 * Counts calls by whose they are. A call may end before it begins to count, since its caller can hang up at any moment:
 * it then never counts. Calls are told apart by identity.
 */
export class CallsUnderWay {
  readonly #most: number;
  readonly #counts = new Map<string, number>();
  readonly #counted = new WeakMap<object, string>();
  readonly #ended = new WeakSet<object>();

  constructor(most: number) {
    this.#most = most;
  }

  /** False: as many are under way as may. */
  begin(call: object, whose: string): boolean {
    if (this.#ended.has(call)) return true;
    const count = this.of(whose) + 1;
    if (count > this.#most) return false;
    this.#counts.set(whose, count);
    this.#counted.set(call, whose);
    return true;
  }

  /** However often it is said, the call ends once. */
  end(call: object): void {
    this.#ended.add(call);
    const whose = this.#counted.get(call);
    if (whose === undefined) return;
    this.#counted.delete(call);
    const left = this.of(whose) - 1;
    if (left > 0) this.#counts.set(whose, left);
    else this.#counts.delete(whose);
  }

  of(whose: string): number {
    return this.#counts.get(whose) ?? 0;
  }
}

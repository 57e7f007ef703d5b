/**
 * Whose turn it is where practices have work waiting: a practice's next piece comes after one of each other practice's. In
 * the order of their ids, from the beginning again after the last.
 */
export class PracticeTurn {
  #last = '';

  /** `first`: the first piece of a practice after that one. A piece that fails has had its turn. */
  async next<T extends { practiceId: string }>(
    first: (after: string) => Promise<T | null>,
  ): Promise<T | undefined> {
    const piece = (await first(this.#last)) ?? (await first(''));
    this.#last = piece?.practiceId ?? '';
    return piece ?? undefined;
  }
}

/** First in, first out, at constant cost however long it is (`Array.shift` moves everything). */
export class Fifo<Item> {
  #incoming: Item[] = [];
  /** Reversed: the next one is last. */
  #outgoing: Item[] = [];

  push(item: Item): void {
    this.#incoming.push(item);
  }

  shift(): Item | undefined {
    if (this.#outgoing.length === 0) {
      this.#outgoing = this.#incoming.toReversed();
      this.#incoming = [];
    }
    return this.#outgoing.pop();
  }

  get size(): number {
    return this.#incoming.length + this.#outgoing.length;
  }

  clear(): void {
    this.#incoming = [];
    this.#outgoing = [];
  }
}

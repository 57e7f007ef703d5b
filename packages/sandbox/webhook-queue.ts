import { Fifo } from './fifo.ts';

/**
 * The place where a webhook waits: one line for each message and for each person who writes, so that webhooks of one
 * line leave one after the other and different lines do not wait for each other. Replies go first.
 */
export type Line = { key: string; kind: 'reply' | 'report' };

type Waiting<Item> = { line: Line; items: Fifo<Item> };

export class WebhookQueue<Item> {
  /** Lines with something that waits or is under way. */
  readonly #lines = new Map<string, Waiting<Item>>();
  /** Lines whose first item may leave now. */
  readonly #free = { reply: new Fifo<Waiting<Item>>(), report: new Fifo<Waiting<Item>>() };
  #size = 0;

  /** Waiting items; those under way are not counted. */
  get size(): number {
    return this.#size;
  }

  push(line: Line, item: Item): void {
    this.#size += 1;
    const waiting = this.#lines.get(line.key);
    if (waiting) {
      waiting.items.push(item);
      return;
    }
    const first = { line, items: new Fifo<Item>() };
    first.items.push(item);
    this.#lines.set(line.key, first);
    this.#free[line.kind].push(first);
  }

  /** The next item of this kind. Its line is closed until `release`. */
  shift(kind: Line['kind']): { line: Line; item: Item } | undefined {
    const waiting = this.#free[kind].shift();
    const item = waiting?.items.shift();
    if (waiting === undefined || item === undefined) return undefined;
    this.#size -= 1;
    return { line: waiting.line, item };
  }

  release({ key, kind }: Line): void {
    const waiting = this.#lines.get(key);
    if (waiting === undefined) return;
    if (waiting.items.size === 0) this.#lines.delete(key);
    else this.#free[kind].push(waiting);
  }

  clear(): void {
    this.#lines.clear();
    this.#free.reply.clear();
    this.#free.report.clear();
    this.#size = 0;
  }
}

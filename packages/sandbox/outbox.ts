import { randomUUID } from 'node:crypto';
import { sameRecipient } from './addresses.ts';
import { limits } from './limits.ts';

export type Channel = 'email' | 'sms';

/** One message as one real recipient got it. */
export type OutboxEntry = {
  /** Grows by one with each entry and never starts again while the sandbox runs. */
  seq: number;
  /** The provider's id of the message; shared by the recipients of one email. */
  id: string;
  channel: Channel;
  to: string;
  from: string;
  subject?: string;
  text: string;
  html?: string;
  /** Email only: the headers the sender set. */
  headers: Record<string, string>;
  idempotencyKey?: string;
  /** From the tag `delivery_id` of an email. */
  deliveryId?: string;
  at: string;
};

export type OutboxFilter = { channel?: Channel; to?: string; after?: number };

/**
 * Arrived messages, oldest first, in memory. Entries leave only from the front, so that `seq` less the first `seq` is
 * the position: reading new entries costs only their number, however many are kept.
 */
export class Outbox {
  #entries: (OutboxEntry | undefined)[] = [];
  /** Position of the oldest entry; earlier ones were dropped. */
  #head = 0;
  #nextSeq = 1;
  #characters = 0;
  #generation = randomUUID();
  readonly #capacity: { entries: number; characters: number };

  constructor(
    capacity = {
      entries: limits.outboxEntries as number,
      characters: limits.outboxCharacters,
    },
  ) {
    this.#capacity = capacity;
  }

  add(message: Omit<OutboxEntry, 'seq' | 'at'>): OutboxEntry {
    const entry = { seq: this.#nextSeq, ...message, at: new Date().toISOString() };
    this.#nextSeq += 1;
    this.#entries.push(entry);
    this.#characters += charactersOf(entry);
    while (
      this.size > 1 &&
      (this.size > this.#capacity.entries || this.#characters > this.#capacity.characters)
    )
      this.#dropOldest();
    return entry;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  get lastSeq(): number {
    return this.#nextSeq - 1;
  }

  /** Changes when the outbox was emptied and when the sandbox was restarted. */
  get generation(): string {
    return this.#generation;
  }

  get(seq: number): OutboxEntry | undefined {
    return this.#entries[this.#positionOf(seq)];
  }

  *select(filter: OutboxFilter): Generator<OutboxEntry> {
    const first = this.#positionOf(Math.max((filter.after ?? 0) + 1, this.#firstSeq()));
    for (let position = first; position < this.#entries.length; position += 1) {
      const entry = this.#entries[position];
      if (
        entry !== undefined &&
        (filter.channel === undefined || entry.channel === filter.channel) &&
        (filter.to === undefined || sameRecipient(entry.to, filter.to))
      )
        yield entry;
    }
  }

  clear(): void {
    this.#entries = [];
    this.#head = 0;
    this.#characters = 0;
    this.#generation = randomUUID();
  }

  #firstSeq(): number {
    return this.#nextSeq - this.size;
  }

  #positionOf(seq: number): number {
    return this.#head + seq - this.#firstSeq();
  }

  #dropOldest(): void {
    const oldest = this.#entries[this.#head];
    if (oldest !== undefined) this.#characters -= charactersOf(oldest);
    this.#entries[this.#head] = undefined;
    this.#head += 1;
    // Moving the rest to the front is worth it only once in a while.
    if (this.#head > 10_000 && this.#head > this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}

function charactersOf(entry: OutboxEntry): number {
  return entry.text.length + (entry.html?.length ?? 0) + (entry.subject?.length ?? 0) + 500;
}

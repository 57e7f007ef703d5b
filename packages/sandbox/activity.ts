import { limits } from './limits.ts';
import type { Channel } from './outbox.ts';

/**
 * The page's data besides the messages themselves: people's replies, the provider's own answers, and the outcome of
 * messages that did not arrive.
 */
export type Activity = {
  seq: number;
  kind: 'reply' | 'provider_answer' | 'note';
  channel: Channel;
  /** The person's address or number. */
  person: string;
  /** Our sender; empty where none is concerned. */
  sender: string;
  text: string;
  at: string;
};

export class ActivityLog {
  #entries: Activity[] = [];
  #nextSeq = 1;

  add(activity: Omit<Activity, 'seq' | 'at'>): void {
    this.#entries.push({ seq: this.#nextSeq, ...activity, at: new Date().toISOString() });
    this.#nextSeq += 1;
    if (this.#entries.length > limits.activities * 2)
      this.#entries = this.#entries.slice(-limits.activities);
  }

  after(seq: number): Activity[] {
    return this.#entries.filter((entry) => entry.seq > seq).slice(-limits.activities);
  }

  clear(): void {
    this.#entries = [];
  }
}

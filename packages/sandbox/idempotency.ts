import { createHash } from 'node:crypto';
import { BoundedMap } from './bounded-map.ts';
import { limits } from './limits.ts';

/**
 * Resend's rule: for 24 h a key stands for one request. The same request gets the same answer and sends
 * nothing; another request with that key is refused, and so is a repeat while the first one is under way.
 * A request that was refused leaves no trace: its key may be used again.
 */
export class IdempotencyStore {
  readonly #entries = new BoundedMap<string, Entry>(limits.idempotencyKeys);

  begin(
    key: string,
    request: string,
    now = Date.now(),
  ): 'new' | 'in_flight' | 'other_request' | { answer: unknown } {
    const hash = createHash('sha256').update(request).digest('base64');
    const entry = this.#entries.get(key);
    if (entry === undefined || now - entry.at >= limits.idempotencyMs) {
      this.#entries.set(key, { hash, at: now, state: 'in_flight' });
      return 'new';
    }
    if (entry.hash !== hash) return 'other_request';
    return entry.state === 'in_flight' ? 'in_flight' : { answer: entry.answer };
  }

  finish(key: string, answer: unknown): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) Object.assign(entry, { state: 'done', answer });
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }
}

type Entry = { hash: string; at: number; state: 'in_flight' | 'done'; answer?: unknown };

import { setTimeout as delay } from 'node:timers/promises';
import { pendingWork } from './pending-work.ts';

/**
 * Waits for a condition, never for a time. Returns what it gave once it was truthy. A local Temporal server may keep a
 * new task queue waiting for 77 s.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T> | T,
  timeoutMs = 140_000,
): Promise<Exclude<T, false | '' | 0 | null | undefined>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value as Exclude<T, false | '' | 0 | null | undefined>;
    if (Date.now() > deadline)
      throw new Error(`waited ${timeoutMs} ms in vain for: ${what}\n${await pendingWork()}`);
    await delay(50);
  }
}

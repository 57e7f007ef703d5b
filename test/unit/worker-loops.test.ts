import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { workerLimits } from '../../src/core/limits/worker-limits.ts';
import { inTurns } from '../../src/core/turns/in-turns.ts';
import { repeat } from '../../src/platform/repeat.ts';

it('a loop that is asked to stop begins no further round, and tells the one under way', async () => {
  let rounds = 0;
  const loop = repeat(
    async (stopping) => {
      rounds += 1;
      await new Promise((resolve) => stopping.addEventListener('abort', resolve));
    },
    1,
    () => undefined,
  );
  await vi.waitUntil(() => rounds > 0);
  await loop.stop();
  expect(rounds).toBe(1);
});

it('a round that does not end keeps nobody for more than 5 s', async () => {
  vi.useFakeTimers();
  try {
    const loop = repeat(
      () => new Promise(() => undefined),
      1,
      () => undefined,
    );
    let stopped = false;
    const stopping = loop.stop().then(() => (stopped = true));
    await vi.advanceTimersByTimeAsync(workerLimits.loopStopMs - 1);
    expect(stopped).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await stopping;
    expect(workerLimits.loopStopMs).toBeLessThanOrEqual(5_000);
  } finally {
    vi.useRealTimers();
  }
});

it('a failing round is reported and followed by the next, but not once the process ends', async () => {
  const failures: string[] = [];
  let rounds = 0;
  const loop = repeat(
    async (stopping) => {
      rounds += 1;
      if (rounds === 2) await new Promise((resolve) => stopping.addEventListener('abort', resolve));
      throw new Error(`round ${rounds}`);
    },
    1,
    ({ message }) => failures.push(message),
  );
  await vi.waitUntil(() => rounds === 2);
  await loop.stop();
  expect(failures).toEqual(['round 1']);
});

it('items are done in order, at most so many at once, and none begins after the end', async () => {
  let atOnce = 0;
  let most = 0;
  let ended = false;
  const begun: number[] = [];
  const items = Array.from({ length: 50 }, (_, n) => n);
  await inTurns(
    items,
    7,
    () => ended,
    async (item) => {
      begun.push(item);
      atOnce += 1;
      most = Math.max(most, atOnce);
      await delay(1);
      atOnce -= 1;
      if (item === 20) ended = true;
    },
  );
  expect(most).toBe(7);
  expect(begun).toEqual(items.slice(0, begun.length));
  expect(begun.length).toBeGreaterThan(20);
  expect(begun.length).toBeLessThan(50);
});

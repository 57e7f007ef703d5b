import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseClock } from '../../src/platform/db/database-clock.ts';
import type { Database } from '../../src/platform/db/database.ts';
import { claimLanes } from '../../src/delivery/claim.ts';
import { settleLanes } from '../../src/delivery/settle.ts';
import { limits } from '../../src/core/limits.ts';
import { openOwn } from '../harness/own-database.ts';
import { queue, registerWithConsent, someone, type Person } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** Leases, waits and deadlines go by the database's clock, whatever the machines of the workers say. */

let stack: Stack;
const worker: Record<'right' | 'ahead' | 'behind', Database> = {} as never;
const hourMs = 3_600_000;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  const off = (ms: number) =>
    openOwn(stack, {
      clock: {
        now: () => new Date(Date.now() + stack.time.offsetMs + ms),
        movedMs: () => stack.time.offsetMs,
      },
    });
  worker.right = await off(0);
  worker.ahead = await off(hourMs);
  worker.behind = await off(-hourMs);
});
afterAll(async () => {
  for (const db of Object.values(worker)) await db.close();
  await stack.stop();
});

const claimBy = (db: Database, { id }: Person) =>
  claimLanes(
    db,
    { practiceId: stack.practiceId, contactIds: [id], method: 'sms' },
    { publicUrl: stack.url, senders: {} },
    1,
  );

describe.each([
  ['right', 'ahead'],
  ['right', 'behind'],
  ['ahead', 'behind'],
  ['behind', 'ahead'],
] as const)('a lane that a worker has whose clock is %s', (holder, other) => {
  it(`is nobody else’s while its call is under way, though another’s clock is ${other}`, async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['sms']);
    await queue(stack, ann, 'first', 'second');
    const first = await claimBy(worker[holder], ann);
    if (first.kind !== 'sms') throw new Error(`got ${first.kind}`);
    expect(await claimBy(worker[other], ann)).toMatchObject({ kind: 'none' });
    expect(await claimBy(worker[other], ann)).toMatchObject({ kind: 'none' });

    const { deliveryId } = first.messages[0]!;
    await settleLanes(worker[holder], first, [
      { deliveryId, outcome: { kind: 'given_back', waitMs: 60_000, reason: 'busy' } },
    ]);
    // The wait is as long for everybody.
    const waits = await claimBy(worker[other], ann);
    if (waits.kind !== 'none') throw new Error(`got ${waits.kind}`);
    const waitMs = waits.nextAt!.getTime() - worker.right.clock.now().getTime();
    expect(waitMs).toBeGreaterThan(30_000);
    expect(waitMs).toBeLessThanOrEqual(60_000);
  });

  it(`is free after its lease, for one whose clock is ${other}`, async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['sms']);
    await queue(stack, ann, 'first', 'second');
    await claimBy(worker[holder], ann);
    stack.time.offsetMs += limits.leaseMs + 1_000;
    try {
      expect((await claimBy(worker[other], ann)).kind).toBe('again');
      expect((await claimBy(worker[other], ann)).kind).toBe('sms');
    } finally {
      stack.time.offsetMs = 0;
    }
  });
});

describe('the time of the database', () => {
  it('is known on a machine whose clock is off, and moves with what tests move', async () => {
    const [row] = await stack.db.prisma.$queryRaw<{ at: Date }[]>`SELECT clock_timestamp() AS at`;
    for (const db of Object.values(worker))
      expect(Math.abs(db.clock.now().getTime() - row!.at.getTime())).toBeLessThan(5_000);
    stack.time.offsetMs += hourMs;
    const moved = worker.behind.clock.now().getTime();
    stack.time.offsetMs = 0;
    expect(moved - worker.behind.clock.now().getTime()).toBeGreaterThan(hourMs - 5_000);
  });

  it('is taken from the answer that says most, not from one that took long', async () => {
    const begin = Date.UTC(2026, 0, 1);
    let wrongMs = 0;
    let delayMs = 0;
    const clock = new DatabaseClock(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        return begin + wrongMs;
      },
      () => 0,
    );
    await clock.ask();
    expect(Math.abs(clock.now().getTime() - begin)).toBeLessThan(1_000);
    [wrongMs, delayMs] = [60_000, 300];
    await clock.ask();
    expect(Math.abs(clock.now().getTime() - begin)).toBeLessThan(5_000);
    clock.stop();
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asOnlySweeper } from '../src/delivery/sweep-lease.ts';
import { workerLimits } from '../src/core/limits/worker-limits.ts';
import { startSweeper, sweepSteps, type Swept } from '../src/delivery/sweeper.ts';
import { withFailures } from './harness/statements.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/** The loop that finds what a dead process left undone; each worker has one, and one works at a time. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

const logger = pino({ level: 'silent' });
const lease = () => stack.db.prisma.lease.findUniqueOrThrow({ where: { name: 'sweeper' } });

describe('the lease', () => {
  beforeEach(() => stack.db.prisma.lease.deleteMany());

  it('is one process’s at a time, and no longer that of a sweeper that died', async () => {
    const swept: string[] = [];
    await asOnlySweeper(stack.db, async () => {
      swept.push('first');
      await asOnlySweeper(stack.db, async () => void swept.push('beside it'));
    });
    await asOnlySweeper(stack.db, async () => void swept.push('after it'));
    expect(swept).toEqual(['first', 'after it']);

    const heldFor = (ms: number) =>
      stack.db.prisma.lease.update({
        where: { name: 'sweeper' },
        data: { until: new Date(Date.now() + ms), holder: null },
      });
    await heldFor(60_000);
    await asOnlySweeper(stack.db, async () => void swept.push('while it is held'));
    await heldFor(-1);
    await asOnlySweeper(stack.db, async () => void swept.push('once it ran out'));
    expect(swept).toEqual(['first', 'after it', 'once it ran out']);
  });

  it('lasts as long as the work does, also where that takes longer than a lease', async () => {
    const short = { leaseMs: 2_000, renewMs: 200 };
    const swept: string[] = [];
    await asOnlySweeper(
      stack.db,
      async () => {
        const { until: first } = await lease();
        await until(
          'two leases have passed',
          async () => (await lease()).until.getTime() > first.getTime() + 2 * short.leaseMs,
        );
        await asOnlySweeper(stack.db, async () => void swept.push('beside it'), short);
        swept.push('first');
      },
      short,
    );
    await asOnlySweeper(stack.db, async () => void swept.push('after it'), short);
    expect(swept).toEqual(['first', 'after it']);
  });

  it('that another process took meanwhile ends the work, and is left alone', async () => {
    await asOnlySweeper(
      stack.db,
      async (lost) => {
        const far = new Date(Date.now() + 60_000);
        await stack.db.prisma.lease.update({
          where: { name: 'sweeper' },
          data: { until: far, holder: 'another' },
        });
        await until('it is noticed', () => lost.aborted);
      },
      { leaseMs: 2_000, renewMs: 100 },
    );
    expect(await lease()).toMatchObject({ holder: 'another' });
    expect((await lease()).until.getTime()).toBeGreaterThan(Date.now() + 30_000);
  });
});

describe('a sweep', () => {
  beforeEach(() => stack.db.prisma.lease.deleteMany());

  const overdueDispatchers = async (count: number): Promise<void> => {
    const run = (statement: string) => stack.db.prisma.$executeRawUnsafe(statement);
    await run(
      `INSERT INTO practices (id, name, settings, created_at)
       SELECT 's' || n, 'P', '{}', now() FROM generate_series(1, ${count}) n ON CONFLICT DO NOTHING`,
    );
    await run(
      `INSERT INTO dispatchers (practice_id) SELECT id FROM practices ON CONFLICT DO NOTHING`,
    );
    await run(`UPDATE dispatchers SET told_again_at = NULL`);
    await run(
      `INSERT INTO contacts (practice_id, id, registered, created_at, updated_at)
       SELECT id, 'c', true, now(), now() FROM practices WHERE id LIKE 's%' ON CONFLICT DO NOTHING`,
    );
    await run(
      `INSERT INTO channels (practice_id, contact_id, method, assigned, state, dispatched, look_at)
       SELECT id, 'c', 'email', true, 'accepted', true, now() - interval '5 minutes'
       FROM practices WHERE id LIKE 's%' ON CONFLICT DO NOTHING`,
    );
  };

  const answering = {
    tell: () => Promise.resolve(),
    wakeDispatcher: () => Promise.resolve(true),
    restartStuck: () => Promise.resolve([]),
    announce: () => Promise.resolve(),
  };

  /** One sweep; `swept` gets its steps. */
  const sweepOnce = async (swept: Swept[], workflows = answering): Promise<void> => {
    const ask = async () => void (await stack.db.prisma.$queryRaw`SELECT 1`);
    const sweeper = startSweeper({
      db: stack.db,
      logger,
      everyMs: 60_000,
      onSwept: (one) => swept.push(one),
      keepSignals: ask,
      takeLate: ask,
      workflows,
    });
    try {
      await until('it is through', () => swept.length === sweepSteps.length, 20_000);
    } finally {
      await sweeper.stop();
    }
  };
  const failed = (swept: readonly Swept[]) => swept.filter(({ ok }) => !ok).map(({ step }) => step);

  it.each(sweepSteps)('takes every other step where %s fails', async (failing) => {
    const swept: Swept[] = [];
    await withFailures(
      ({ text }) => sweepSteps[swept.length] === failing && !text.includes('leases'),
      () => sweepOnce(swept),
    );
    expect(swept.map(({ step }) => step)).toEqual(sweepSteps);
    expect(failed(swept)).toEqual([failing]);
  });

  it('takes every other step where Temporal is away', async () => {
    await overdueDispatchers(1);
    const swept: Swept[] = [];
    const away = () => Promise.reject(new Error('no Temporal'));
    await sweepOnce(swept, { ...answering, tell: away, wakeDispatcher: away });
    expect(failed(swept)).toEqual(['dispatchers']);
  });

  it('wakes dispatchers side by side, one sweeper at a time, and ends within 5 s where Temporal is away', async () => {
    const practices = 400;
    await overdueDispatchers(practices);
    let waiting = 0;
    let most = 0;
    let woken = 0;
    const awake = new Set<string>();
    const sweeper = (name: string) =>
      startSweeper({
        db: stack.db,
        logger,
        everyMs: 200,
        workflows: {
          tell: () => Promise.resolve(),
          restartStuck: () => Promise.resolve([]),
          announce: () => Promise.resolve(),
          // As the client does: it gives up after `limits.signalTimeoutMs`.
          async wakeDispatcher() {
            awake.add(name);
            waiting += 1;
            woken += 1;
            most = Math.max(most, waiting);
            await delay(1_000);
            waiting -= 1;
            return false;
          },
        },
      });
    const both = [sweeper('a'), sweeper('b')];
    await until('some have been waited for', () => woken > 2 * workerLimits.sweepSignals);
    expect(most).toBe(workerLimits.sweepSignals);
    expect(awake.size).toBe(1);
    const askedAt = performance.now();
    await Promise.all(both.map((one) => one.stop()));
    expect(performance.now() - askedAt).toBeLessThan(workerLimits.loopStopMs + 500);
    expect(woken).toBeLessThan(practices);
  });
});

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { someone, type Person } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { startWorkerProcess, untilWorking } from '../harness/worker-process.ts';

/** Raw signals that Temporal acknowledged while nobody worked: each is in the record once somebody does. */

/** `SIGNALS_AT_SCALE=1`: minutes of a machine of its own; a workflow task of 50 MB has ten seconds. */
const atScale = process.env.SIGNALS_AT_SCALE !== undefined;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

const send = (to: Person, payload: unknown, signal = 'sendMessage') =>
  stack.client.workflow.signalWithStart('contact', {
    workflowId: stack.workflowId(to.id),
    taskQueue: stack.taskQueue,
    signal,
    signalArgs: [payload],
  });

/** As a scheduler does: what was not acknowledged is sent again. */
async function sendMany(to: Person, count: number, bodyOf: () => string): Promise<string[]> {
  const waiting = Array.from({ length: count }, (_, n) => `${to.id}-${n}`);
  const ids = [...waiting];
  const sender = async (): Promise<void> => {
    for (let messageId = waiting.shift(); messageId !== undefined; messageId = waiting.shift())
      try {
        await send(to, { messageId, kind: 'ad_hoc', body: bodyOf() });
      } catch {
        waiting.push(messageId);
      }
  };
  await Promise.all(Array.from({ length: 20 }, sender));
  return ids;
}

const stored = (of: Person): Promise<number> =>
  stack.db.prisma.message.count({ where: { contactId: of.id } });

async function expectStored(of: Person, ids: readonly string[]): Promise<void> {
  await until(
    `all ${ids.length} are stored`,
    async () => (await stored(of)) >= ids.length,
    240_000,
  );
  const rows = await stack.db.prisma.message.findMany({
    where: { contactId: of.id },
    select: { id: true },
  });
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(ids));
  const rejected = await stack.db.prisma.rejectedSignal.count({ where: { contactId: of.id } });
  expect(rejected).toBe(0);
}

describe('signals that gathered while no worker ran', () => {
  it.runIf(atScale)(
    '1,500 of the largest, together more than a history may hold, are all stored',
    async () => {
      const ann = someone();
      // Less the quotes and brackets around them.
      const largest = limits.signalBodyBytes - 100;
      const ids = await sendMany(ann, 1_500, () => randomBytes(largest / 2).toString('hex'));
      const worker = startWorkerProcess(stack);
      await untilWorking(worker);
      await expectStored(ann, ids);
      worker.child.kill('SIGTERM');
      expect((await worker.exit).code).toBe(0);
    },
    500_000,
  );

  it.runIf(atScale)(
    '10,000 small ones, as many as a run takes, are all stored, and the run that took them has ended',
    async () => {
      const bob = someone();
      const ids = await sendMany(bob, 10_000, () => 'hello');
      const full = await stack.client.workflow.getHandle(stack.workflowId(bob.id)).describe();
      const worker = startWorkerProcess(stack);
      await untilWorking(worker);
      await expectStored(bob, ids);
      await until('a new run goes on', async () => {
        const run = await stack.client.workflow.getHandle(stack.workflowId(bob.id)).describe();
        return run.runId !== full.runId && run.historyLength < 100;
      });
      worker.child.kill('SIGTERM');
      expect((await worker.exit).code).toBe(0);
    },
    500_000,
  );

  it('large ones to one contact are all stored, and their run’s history has them once', async () => {
    const fay = someone();
    const ids = await sendMany(fay, 100, () => randomBytes(15_000).toString('hex'));
    const gathered = stack.client.workflow.getHandle(stack.workflowId(fay.id));
    const { runId } = await gathered.describe();
    const bytes = async (): Promise<number> => {
      const handle = stack.client.workflow.getHandle(stack.workflowId(fay.id), runId);
      return (await handle.describe()).historySize!;
    };
    const before = await bytes();
    expect(before).toBeGreaterThan(100 * 30_000);
    const worker = startWorkerProcess(stack);
    await untilWorking(worker);
    await expectStored(fay, ids);
    expect((await bytes()) - before).toBeLessThan(before / 10);
    worker.child.kill('SIGTERM');
    expect((await worker.exit).code).toBe(0);
  });

  it('good, wrong and repeated ones are each stored or listed once, in their order', async () => {
    const cat = someone();
    const good: string[] = [];
    for (let n = 0; n < 60; n += 1) {
      const messageId = `${cat.id}-${String(n).padStart(2, '0')}`;
      if (n % 20 === 7) await send(cat, { messageId, kind: 'no such kind', body: 'x' });
      else {
        good.push(messageId);
        await send(cat, { messageId, kind: 'ad_hoc', body: messageId });
      }
      if (n === 30) await send(cat, { messageId: good[3], kind: 'ad_hoc', body: good[3] });
      if (n === 31) await send(cat, { messageId: good[4], kind: 'ad_hoc', body: 'another text' });
      if (n === 32) await send(cat, { what: 'is this' }, 'unheardOf');
    }
    const worker = startWorkerProcess(stack);
    await untilWorking(worker);
    await until('all are stored', async () => (await stored(cat)) === good.length);
    const rows = await stack.db.prisma.message.findMany({
      where: { contactId: cat.id },
      orderBy: { arrival: 'asc' },
    });
    expect(rows.map(({ id }) => id)).toEqual(good);
    const rejected = await until('the wrong ones are listed', async () => {
      const all = await stack.db.prisma.rejectedSignal.findMany({ where: { contactId: cat.id } });
      return all.length >= 5 && all;
    });
    expect(rejected.map(({ signal }) => signal).toSorted()).toEqual([
      ...Array.from({ length: 4 }, () => 'sendMessage'),
      'unheardOf',
    ]);
    worker.child.kill('SIGTERM');
    expect((await worker.exit).code).toBe(0);
  });
});

it('what a run that was ended from outside had not stored is stored from its history', async () => {
  const dan = someone();
  const ids = await sendMany(dan, 3, () => 'before the end');
  await stack.client.workflow.getHandle(stack.workflowId(dan.id)).terminate('by a test');
  const worker = startWorkerProcess(stack);
  await untilWorking(worker);
  await expectStored(dan, ids);
  worker.child.kill('SIGTERM');
  expect((await worker.exit).code).toBe(0);
});

describe('a try that fails', () => {
  it('is followed by one that keeps nothing twice, and gives up no good message', async () => {
    const eve = someone();
    // A good one, a wrong one, and again a good one, which the database refuses to take for a while.
    await send(eve, { messageId: `${eve.id}-1`, kind: 'ad_hoc', body: 'one' });
    await send(eve, { messageId: `${eve.id}-2`, kind: 'no such kind' });
    await send(eve, { messageId: `${eve.id}-3`, kind: 'ad_hoc', body: 'three' });
    await stack.db.prisma.$executeRawUnsafe(`
      CREATE FUNCTION refuse_for_a_while() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.id = '${eve.id}-3' THEN
          PERFORM nextval('refused_tries');
          RAISE EXCEPTION 'try again' USING ERRCODE = '40001';
        END IF;
        RETURN NEW;
      END $$`);
    await stack.db.prisma.$executeRawUnsafe(`CREATE SEQUENCE refused_tries`);
    await stack.db.prisma.$executeRawUnsafe(`GRANT USAGE ON SEQUENCE refused_tries TO PUBLIC`);
    await stack.db.prisma.$executeRawUnsafe(
      `CREATE TRIGGER refuse_for_a_while BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION refuse_for_a_while()`,
    );
    const refusals = async (): Promise<number> => {
      const [row] = await stack.db.prisma.$queryRawUnsafe<
        { last_value: bigint; is_called: boolean }[]
      >(`SELECT last_value, is_called FROM refused_tries`);
      return row!.is_called ? Number(row!.last_value) : 0;
    };
    const worker = startWorkerProcess(stack);
    await untilWorking(worker);
    await until('it was refused some times', async () => (await refusals()) >= 3);
    const rejected = () =>
      stack.db.prisma.rejectedSignal.findMany({ where: { contactId: eve.id } });
    expect(await rejected()).toHaveLength(1);
    await stack.db.prisma.$executeRawUnsafe(`DROP TRIGGER refuse_for_a_while ON messages`);
    await until('it is stored', async () => (await stored(eve)) === 2);
    expect((await rejected()).map(({ reason }) => reason)).toEqual([
      expect.stringContaining('/kind'),
    ]);
    worker.child.kill('SIGTERM');
    await worker.exit;
  });
});

import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { limits } from '../../src/domain/limits.ts';
import { stuckLimits } from '../../src/domain/stuck-run.ts';
import { startSweeper } from '../../src/sweeper.ts';
import { optIns, queue, register, someone, type Person } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** Anybody with access to Temporal can start a workflow under a contact's id, before the service does. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const start = ({ id }: Person, type: string, taskQueue: string, ...args: unknown[]) =>
  stack.plainClient.workflow.start(type, { workflowId: stack.workflowId(id), taskQueue, args });
const refOf = ({ id }: Person) => ({ practiceId: stack.practiceId, contactId: id });
const handleOf = ({ id }: Person) => stack.client.workflow.getHandle(stack.workflowId(id));

it('a run that was started with a state of somebody’s own begins as if bare', async () => {
  const [ann, bob] = [someone(), someone()];
  await start(ann, 'contact', stack.taskQueue, { nextAt: 'garbage' });
  const asleep = { schema: 1, version: 1e9, status: null, waitingOn: [], attributes: {} };
  const never = { ...asleep, attributesAt: 0, dirty: false, nextAt: '2999-01-01T00:00:00Z' };
  await start(bob, 'contact', stack.taskQueue, never);
  for (const person of [ann, bob]) {
    await register(stack, person);
    await queue(stack, person, 'hello');
    await optIns(stack, person, 2);
  }
});

it('a run that cannot move is ended, and the contact starts from the record; a healthy one stays', async () => {
  const [parked, strange, healthy] = [someone(), someone(), someone()];
  await start(parked, 'contact', `nowhere-${stack.taskQueue}`);
  await start(strange, 'stranger', stack.taskQueue);
  for (const person of [parked, strange, healthy]) {
    await register(stack, person);
    await queue(stack, person, 'hello');
  }
  await optIns(stack, healthy, 2);
  const { runId } = await handleOf(healthy).describe();
  expect(await stack.workflows.restartStuck([refOf(healthy)])).toEqual([]);
  expect((await handleOf(healthy).describe()).runId).toBe(runId);

  const { db, workflows } = stack;
  const logger = pino({ level: 'silent' });
  const sweeper = startSweeper({ db, workflows, logger, everyMs: 100 });
  try {
    stack.time.offsetMs += stuckLimits.overdueMs + limits.forgottenMs + 1_000;
    for (const person of [parked, strange]) await optIns(stack, person, 2);
  } finally {
    await sweeper.stop();
    stack.time.offsetMs = 0;
  }
  await until('both are noted', async () => (await db.prisma.restartedRun.count()) === 2);
  const noted = await db.prisma.restartedRun.findMany({
    select: { contactId: true, reason: true },
  });
  expect(noted).toEqual(
    expect.arrayContaining([
      { contactId: parked.id, reason: 'it was on another task queue' },
      { contactId: strange.id, reason: 'it was of another type' },
    ]),
  );
  const metrics = await (await fetch(`${stack.url}/metrics`)).text();
  expect(metrics).toMatch(/^optgate_runs_restarted_last_day 2$/m);
});

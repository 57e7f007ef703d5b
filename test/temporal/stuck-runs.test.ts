import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endpointsToWake } from '../../src/features/events/webhook-progress.ts';
import { dispatchWorkflowId } from '../../src/core/ids.ts';
import { limits } from '../../src/core/limits.ts';
import { contactRun } from '../../src/core/signals/signalled-run.ts';
import { stuckLimits } from '../../src/core/signals/stuck-run.ts';
import { startEventWaker } from '../../src/features/events/event-waker.ts';
import { startSweeper, sweepSteps, type Swept } from '../../src/delivery/sweeper.ts';
import { addEndpoint, happen, toldWithinMs, workflowIdOf } from '../harness/endpoints.ts';
import {
  arrived,
  greenPeople,
  optIns,
  queue,
  register,
  someone,
  type Person,
} from '../harness/people.ts';
import { startReceiver } from '../harness/receiver.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** Anybody with access to Temporal can start a workflow under an id of the service's, before the service does. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const start = ({ id }: Person, type: string, taskQueue: string, ...args: unknown[]) =>
  stack.plainClient.workflow.start(type, { workflowId: stack.workflowId(id), taskQueue, args });
const logger = pino({ level: 'silent' });
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
  expect(await stack.workflows.restartStuck([contactRun(refOf(healthy))])).toEqual([]);
  expect((await handleOf(healthy).describe()).runId).toBe(runId);

  const { db, workflows } = stack;
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

const startAs = (workflowId: string, type: string, taskQueue: string) =>
  stack.plainClient.workflow.start(type, {
    workflowId,
    taskQueue,
    args: [],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
  });
const reasonsOf = async (workflowId: string) => {
  const rows = await stack.db.prisma.restartedRun.findMany({ where: { workflowId } });
  return rows.map(({ reason }) => reason);
};

async function sweepOnce(): Promise<void> {
  const { db, workflows } = stack;
  const swept: Swept[] = [];
  const onSwept = (one: Swept) => void swept.push(one);
  const sweeper = startSweeper({ db, workflows, logger, everyMs: 60_000, onSwept });
  try {
    await until('it is through', () => swept.length === sweepSteps.length, 20_000);
  } finally {
    await sweeper.stop();
  }
}

const falseRuns: [string, string, (ours: string) => string, string][] = [
  ['on a queue of nobody’s', '', (ours) => `nowhere-${ours}`, 'it was on another task queue'],
  ['of another type', 'stranger', (ours) => ours, 'it was of another type'],
];

it.each(falseRuns)(
  'a dispatcher %s is ended, and what is due arrives, however often messages tell it',
  async (_what, type, queueOf, reason) => {
    const [ann] = (await greenPeople(stack, 1)) as [Person];
    const workflowId = dispatchWorkflowId(stack.practiceId);
    await startAs(workflowId, type || 'dispatch', queueOf(stack.taskQueue));
    try {
      // Her own workflow sends what comes while it is at it.
      await until('her own workflow is at rest', async () => {
        const { raw } = await handleOf(ann).describe();
        return !raw.pendingWorkflowTask && !raw.pendingActivities?.length;
      });
      await queue(stack, ann, 'first');
      stack.time.offsetMs += stuckLimits.overdueMs + 1_000;
      await sweepOnce();
      stack.time.offsetMs += limits.forgottenMs + 1_000;
      await queue(stack, ann, 'second');
      expect(await arrived(stack, ann)).toEqual([]);
      await sweepOnce();
      await until('both have arrived', async () => (await arrived(stack, ann)).length === 2);
    } finally {
      stack.time.offsetMs = 0;
    }
    expect(await reasonsOf(workflowId)).toContain(reason);
  },
);

it.each(falseRuns)(
  'an endpoint’s run %s is ended, and the event is posted',
  async (_what, type, queueOf, reason) => {
    const receiver = await startReceiver();
    const endpoint = await addEndpoint(stack, receiver.url);
    const workflowId = workflowIdOf(stack, endpoint);
    await startAs(workflowId, type || 'webhookEndpoint', queueOf(stack.taskQueue));
    const { db, workflows } = stack;
    const waker = startEventWaker({ db, workflows, logger, everyMs: 100 });
    try {
      const [contactId] = await happen(stack, 1);
      const where = { id: endpoint.id, wokenAt: { not: null } };
      await until(
        'it was told',
        async () => (await db.prisma.webhookEndpoint.count({ where })) === 1,
        toldWithinMs,
      );
      expect(receiver.calls).toEqual([]);
      stack.time.offsetMs += stuckLimits.overdueMs + limits.wakeQuietMs + 1_000;
      const posted = () => receiver.calls.some(({ event }) => event.data.contactId === contactId);
      await until('it is posted', posted, toldWithinMs);
    } finally {
      stack.time.offsetMs = 0;
      await waker.stop();
      await receiver.stop();
    }
    expect(await reasonsOf(workflowId)).toEqual([reason]);
  },
);

it('an endpoint’s run is looked at where an event waits for minutes, and no try was made since', async () => {
  const { prisma, clock } = stack.db;
  const { id } = await addEndpoint(stack, 'http://localhost:9/');
  const told = (data: { lastAttemptAt?: Date; retryAt?: Date; wokenAt?: null }) =>
    prisma.webhookEndpoint.updateMany({
      where: { id },
      data: { wokenAt: ago(1), lastAttemptAt: null, retryAt: null, ...data },
    });
  const ago = (minutes: number) => new Date(clock.now().getTime() - minutes * 60_000);
  const found = async () =>
    (await endpointsToWake(stack.db, 100)).find(({ endpointId }) => endpointId === id);
  await happen(stack, 1);
  await until(
    'it can be read',
    async () => {
      await told({});
      return found();
    },
    toldWithinMs,
  );
  await told({});
  expect(await found()).toMatchObject({ stuck: false });
  stack.time.offsetMs += stuckLimits.overdueMs + 60_000;
  try {
    await told({});
    expect(await found()).toMatchObject({ stuck: true });
    await told({ lastAttemptAt: ago(60) });
    expect(await found()).toMatchObject({ stuck: true });
    for (const since of [{ lastAttemptAt: ago(1) }, { retryAt: ago(1) }, { wokenAt: null }]) {
      await told(since);
      expect(await found()).toMatchObject({ stuck: false });
    }
  } finally {
    stack.time.offsetMs = 0;
  }
});

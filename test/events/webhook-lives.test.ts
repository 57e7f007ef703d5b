import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEndpoint, ended, failed, happen, workflowIdOf } from '../harness/endpoints.ts';
import { moveWorkflow } from '../harness/moved-time.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { startEventWaker } from '../../src/features/events/event-waker.ts';
import { createDataConverter } from '../../src/platform/temporal/data-converter.ts';

/**
 * Lives of an endpoint's workflow; the committed ones must replay with today's code (docs/changing-workflows.md). After
 * a change that is guarded by `patched()`, RECORD_HISTORIES adds what the new code does.
 */

const folder = fileURLToPath(new URL('../histories/webhook/', import.meta.url));
const record = process.env.RECORD_HISTORIES;

let stack: Stack;
let waker: ReturnType<typeof startEventWaker>;
let receiver: Receiver;
beforeAll(async () => {
  [stack, receiver] = await Promise.all([startStack(), startReceiver()]);
  const { db, workflows } = stack;
  waker = startEventWaker({ db, workflows, logger: pino({ level: 'silent' }), everyMs: 100 });
});
afterAll(async () => {
  await waker.stop();
  await receiver.stop();
  await stack.stop();
});

const wake = ({ id }: { id: string }): Promise<boolean> =>
  stack.workflows.wakeEndpoint({ practiceId: stack.practiceId, endpointId: id });

/** Returns the workflow id of an endpoint, with or without events posted. */
const lives: Record<string, () => Promise<string>> = {
  async 'posted-and-ended'() {
    const endpoint = await addEndpoint(stack, receiver.url);
    await happen(stack, 2);
    await until('both were posted', () => receiver.calls.length === 2);
    await ended(stack, endpoint);
    return workflowIdOf(stack, endpoint);
  },
  async 'refused-waited-woken-and-taken'() {
    const endpoint = await addEndpoint(stack, receiver.url);
    receiver.respond(() => ({ status: 500 }));
    await happen(stack, 1);
    await failed(stack, endpoint, 1);
    await wake(endpoint);
    await moveWorkflow(stack, workflowIdOf(stack, endpoint), 10_000);
    await failed(stack, endpoint, 2);
    receiver.respond(() => ({ status: 200 }));
    await moveWorkflow(stack, workflowIdOf(stack, endpoint), 600_000);
    await ended(stack, endpoint);
    return workflowIdOf(stack, endpoint);
  },
  async 'nobody-there'() {
    const endpoint = await addEndpoint(stack, receiver.url);
    await stack.call('DELETE', `/v1/webhook-endpoints/${endpoint.id}`);
    await wake(endpoint);
    await ended(stack, endpoint);
    return workflowIdOf(stack, endpoint);
  },
};

const options = () => ({
  workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
  dataConverter: createDataConverter(stack.config.encryptionKeys),
});

describe('a life, and its replay', () => {
  it.each(Object.keys(lives))('%s', async (name) => {
    const workflowId = await lives[name]!();
    const history = await stack.client.workflow.getHandle(workflowId).fetchHistory();
    await Worker.runReplayHistory(options(), history, workflowId);
    if (record) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${folder}${name}.${record}.json`, `${historyToJSON(history)}\n`);
    }
  });
});

describe('committed histories still replay', () => {
  const files = readdirSync(folder);
  it.each(files)('%s', async (name) => {
    const history = historyFromJSON(JSON.parse(readFileSync(folder + name, 'utf8')));
    const recorded = `webhook/p-recorded/${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}`;
    await Worker.runReplayHistory(options(), history, recorded);
  });

  it('there are some', () => {
    expect(files.length).toBeGreaterThan(0);
  });
});

it('ends a run that gets signal after signal, long before Temporal refuses, and loses nothing', async () => {
  const endpoint = await addEndpoint(stack, receiver.url);
  receiver.respond(() => ({ status: 500 }));
  await happen(stack, 1);
  await failed(stack, endpoint, 1);
  const handle = stack.client.workflow.getHandle(workflowIdOf(stack, endpoint));
  const first = (await handle.describe()).runId;
  for (let n = 0; n < 1_100; n += 50)
    await Promise.all(Array.from({ length: 50 }, () => handle.signal('wake')));
  await until('a new run', async () => {
    const { runId, status } = await handle.describe();
    return runId !== first && status.name === 'RUNNING';
  });
  receiver.respond(() => ({ status: 200 }));
  const calls = receiver.calls.length;
  await moveWorkflow(stack, workflowIdOf(stack, endpoint), 600_000);
  await until('it was taken', () => receiver.calls.length > calls);
  await ended(stack, endpoint);
});

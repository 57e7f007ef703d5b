import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historiesFolder, historyFiles, readHistory } from '../harness/histories.ts';
import { moveTime } from '../harness/moved-time.ts';
import {
  acceptBoth,
  contents,
  decide,
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  reply,
  someone,
  type Person,
} from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { createDataConverter } from '../../src/platform/temporal/data-converter.ts';
import { createTemporalClient } from '../../src/signals/workflow-client.ts';
import { lateKey } from './recorded.ts';

/**
 * Lives of a contact, each of its own shape. Every run replays the histories that were committed for them: a change of
 * the workflow that a running contact could not follow fails here. After a change that is guarded by `patched()`,
 * `npm run record-histories` adds what the new code does; the old files stay.
 */

const record = process.env.RECORD_HISTORIES;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const day = 24 * 60 * 60 * 1_000;

const lives: Record<string, (person: Person) => Promise<void>> = {
  async 'asked-accepted-drained'(person) {
    await register(stack, person);
    await queue(stack, person, 'one', 'two', 'three');
    await acceptBoth(stack, person);
    await until('drained', async () => (await contents(stack, person, 'sms')).length === 3);
    await queue(stack, person, 'four');
    await until('the next', async () => (await contents(stack, person, 'sms')).length === 4);
  },
  async 'raw-signals-before-registration'(person) {
    for (const n of [1, 2, 3])
      await stack.client.workflow.signalWithStart('contact', {
        workflowId: stack.workflowId(person.id),
        taskQueue: stack.taskQueue,
        signal: 'sendMessage',
        signalArgs: [{ messageId: `${person.id}-${n}`, kind: 'ad_hoc', body: `text ${n}` }],
      });
    await until('queued', async () => (await lightOf(stack, person)).queued === 3);
    await register(stack, person, ['email']);
    const [asked] = await optIns(stack, person, 1);
    await decide(linkOf(asked!), 'accept');
    await until('drained', async () => (await contents(stack, person, 'email')).length === 3);
  },
  async 'asked-by-timer-declined-and-changed-mind'(person) {
    await register(stack, person, ['email']);
    await stack.call('POST', `/v1/contacts/${person.id}/messages`, {
      kind: 'ad_hoc',
      body: 'later',
      sendAt: new Date(stack.db.clock.now().getTime() + 10 * day).toISOString(),
    });
    await until('it sleeps', () => seen(person, 1));
    await moveTime(stack, person.id, 11 * day);
    const [asked] = await optIns(stack, person, 1);
    await decide(linkOf(asked!), 'decline');
    await decide(linkOf(asked!), 'accept');
    await until('drained', async () => (await contents(stack, person, 'email')).length === 1);
  },
  async 'stopped-and-started-again'(person) {
    await register(stack, person, ['sms']);
    await queue(stack, person, 'one');
    await optIns(stack, person, 1);
    await reply(stack, person, 'YES');
    await until('one', async () => (await contents(stack, person, 'sms')).length === 1);
    await reply(stack, person, 'STOP');
    await queue(stack, person, 'two');
    await reply(stack, person, 'START');
    await optIns(stack, person, 2);
    await reply(stack, person, 'YES');
    await until('two', async () => (await contents(stack, person, 'sms')).length === 2);
  },
  async 'asked-by-update-and-continued-as-new'(person) {
    await register(stack, person, ['email']);
    const outcome = await stack.client.workflow
      .getHandle(stack.workflowId(person.id))
      .executeUpdate<object, [object]>('sendOptIn', { args: [{}] });
    expect(outcome).toEqual({ email: 'queued' });
    const [asked] = await optIns(stack, person, 1);
    await decide(linkOf(asked!), 'accept');
    for (let n = 1; n <= 8; n += 1) {
      await queue(stack, person, `text ${n}`);
      await until('it', async () => (await contents(stack, person, 'email')).length === n);
    }
  },
  async renewed(person) {
    await register(stack, person, ['email']);
    await queue(stack, person, 'one');
    const [asked] = await optIns(stack, person, 1);
    const handle = stack.client.workflow.getHandle(stack.workflowId(person.id));
    const { runId } = await handle.describe();
    await handle.signal('renew');
    await until('it is another run', async () => (await handle.describe()).runId !== runId);
    await decide(linkOf(asked!), 'accept');
    await until('drained', async () => (await contents(stack, person, 'email')).length === 1);
  },
  // Of signals that say no more than that something is there, and did not open: they were kept by an activity.
  async 'left-sealed'(person) {
    await register(stack, person, ['email']);
    const producer = createTemporalClient({
      connection: stack.client.connection as Connection,
      namespace: 'default',
      encryptionKeys: [lateKey],
    });
    for (const [signal, payload] of [
      ['sendMessage', { messageId: `${person.id}-bare` }],
      ['acceptChannel', { method: 'email', consentId: 'c' }],
    ] as const) {
      const where = { contactId: person.id };
      const before = await stack.db.prisma.rejectedSignal.count({ where });
      await producer.workflow.signalWithStart('contact', {
        workflowId: stack.workflowId(person.id),
        taskQueue: stack.taskQueue,
        signal,
        signalArgs: [payload],
      });
      await until('it is kept', async () => {
        return (await stack.db.prisma.rejectedSignal.count({ where })) > before;
      });
    }
    await queue(stack, person, 'one');
    const [asked] = await optIns(stack, person, 1);
    await decide(linkOf(asked!), 'accept');
    await until('drained', async () => (await contents(stack, person, 'email')).length === 1);
  },
};

async function seen(person: Person, queued: number): Promise<boolean> {
  const status = await stack.client.workflow
    .getHandle(stack.workflowId(person.id))
    .query<{ queued: number } | null>('status')
    .catch(() => null);
  return status?.queued === queued;
}

const options = () => ({
  workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
  dataConverter: createDataConverter([...stack.config.encryptionKeys, lateKey]),
});

describe('a life, and its replay', () => {
  it.each(Object.keys(lives))('%s', async (name) => {
    const person = someone();
    await lives[name]!(person);
    const workflowId = stack.workflowId(person.id);
    const first = stack.client.workflow.getHandle(workflowId, await firstRun(workflowId));
    const history = await first.fetchHistory();
    await Worker.runReplayHistory(options(), history, workflowId);
    if (record) {
      mkdirSync(historiesFolder, { recursive: true });
      writeFileSync(`${historiesFolder}${name}.${record}.json`, `${historyToJSON(history)}\n`);
    }
  });
});

/** The run that a contact's life began with, whatever it was continued as since. */
async function firstRun(workflowId: string): Promise<string> {
  const latest = await stack.client.workflow.getHandle(workflowId).fetchHistory();
  return latest.events![0]!.workflowExecutionStartedEventAttributes!.firstExecutionRunId!;
}

describe('committed histories still replay', () => {
  it.each(historyFiles)('%s', async (name) => {
    const { history, workflowId } = readHistory(name);
    await Worker.runReplayHistory(options(), history, workflowId);
  });

  it('there are some', () => {
    expect(historyFiles.length).toBeGreaterThan(6);
  });
});

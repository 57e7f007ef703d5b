import type { Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  newEncryptionKey,
  parseEncryptionKeys,
} from '../../src/platform/config/encryption-keys.ts';
import { createTemporalClient } from '../../src/signals/workflow-client.ts';
import { someone, type Person } from '../harness/people.ts';
import { startStack, testKey, until, type Stack } from '../harness/stack.ts';
import { startWorkerProcess, untilWorking } from '../harness/worker-process.ts';

/**
 * Signals that are read from a history by a process that lacks the key of some: nobody's text is given up, and those
 * beside them do not wait.
 */

const late = newEncryptionKey('late');

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

/** By turns with the service's key and with one that no worker has yet. */
async function sendMixed(to: Person, count: number): Promise<{ open: string[]; sealed: string[] }> {
  const producer = createTemporalClient({
    connection: stack.client.connection as Connection,
    namespace: 'default',
    encryptionKeys: parseEncryptionKeys([late], []),
  });
  const sent = { open: [] as string[], sealed: [] as string[] };
  for (let n = 0; n < count; n += 1) {
    const messageId = `${to.id}-${String(n).padStart(2, '0')}`;
    const isOpen = n % 2 === 0;
    await (isOpen ? stack.client : producer).workflow.signalWithStart('contact', {
      workflowId: stack.workflowId(to.id),
      taskQueue: stack.taskQueue,
      signal: 'sendMessage',
      signalArgs: [{ messageId, kind: 'ad_hoc', body: messageId }],
    });
    (isOpen ? sent.open : sent.sealed).push(messageId);
  }
  return sent;
}

const stored = async (of: Person): Promise<string[]> => {
  const where = { contactId: of.id };
  const rows = await stack.db.prisma.message.findMany({ where, orderBy: { arrival: 'asc' } });
  return rows.map(({ id }) => id);
};
const waiting = (of: Person) =>
  stack.db.prisma.rejectedSignal.count({ where: { contactId: of.id, waitsForKey: 'late' } });
const listed = (of: Person) =>
  stack.db.prisma.rejectedSignal.count({ where: { contactId: of.id } });

/** Does `work` while a worker runs with these keys. */
async function withWorker(keys: string, work: () => Promise<void>): Promise<void> {
  const worker = startWorkerProcess(stack, { ENCRYPTION_KEYS: keys });
  await untilWorking(worker);
  await work();
  worker.child.kill('SIGTERM');
  expect((await worker.exit).code).toBe(0);
}

it.each<[string, number, (workflowId: string) => Promise<unknown>]>([
  ['a few that gathered', 4, async () => undefined],
  ['many that gathered', 60, async () => undefined],
  [
    'those of a run that was ended',
    6,
    (id) => stack.client.workflow.getHandle(id).terminate('by a test'),
  ],
])(
  '%s: what opens is stored, the others wait for their key, and are stored when it is there',
  async (_which, count, then) => {
    const ann = someone();
    const { open, sealed } = await sendMixed(ann, count);
    await then(stack.workflowId(ann.id));
    await withWorker(testKey, async () => {
      await until('the others wait', async () => (await waiting(ann)) === sealed.length);
      await until('what opens is stored', async () => (await stored(ann)).length === open.length);
    });
    expect(await stored(ann)).toEqual(open);
    expect(await listed(ann)).toBe(sealed.length);
    await withWorker(`${testKey},${late}`, async () => {
      await until('none waits', async () => (await waiting(ann)) === 0);
      await until('all are stored', async () => (await stored(ann)).length === count);
    });
    expect(new Set(await stored(ann))).toEqual(new Set([...open, ...sealed]));
    expect(await listed(ann)).toBe(0);
  },
);

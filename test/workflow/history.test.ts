import { afterAll, beforeAll, expect, it } from 'vitest';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { acceptBoth, contents, queue, register, someone } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { createPayloadCodec } from '../../src/platform/temporal/payload-codec.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

it('holds no name, address or text, sealed or opened', async () => {
  const ann = someone();
  await register(stack, ann);
  await queue(stack, ann, 'your appointment is on Monday');
  await acceptBoth(stack, ann);
  await until('it arrived', async () => (await contents(stack, ann, 'sms')).length === 1);

  const handle = stack.client.workflow.getHandle(stack.workflowId(ann.id));
  const history = await handle.fetchHistory();
  const description = await handle.describe();
  const codec = createPayloadCodec(stack.config.encryptionKeys);
  const opened: string[] = [];
  const visit = async (value: unknown): Promise<void> => {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    if ('data' in value && 'metadata' in value) {
      const [payload] = await codec.decode([value as Parameters<typeof codec.decode>[0][number]]);
      opened.push(Buffer.from(payload?.data ?? []).toString());
    } else for (const inner of Object.values(value)) await visit(inner);
  };
  await visit(history);
  const all = [historyToJSON(history), JSON.stringify(description.raw), ...opened].join('\n');
  expect(opened.length).toBeGreaterThan(5);
  expect(opened.join()).toContain(ann.id);
  for (const personal of [
    'Ann',
    'Example',
    ann.email,
    ann.phone,
    ann.phone.slice(2),
    'appointment is',
    'Monday',
  ])
    expect(all).not.toContain(personal);
});

it('lets nobody read payloads without our keys: what is not an id is sealed', async () => {
  const ann = someone();
  await register(stack, ann);
  await queue(stack, ann, 'x');
  await until(
    'it ran',
    async () =>
      (await stack.client.workflow.getHandle(stack.workflowId(ann.id)).fetchHistory()).events!
        .length > 8,
  );
  const history = await stack.client.workflow.getHandle(stack.workflowId(ann.id)).fetchHistory();
  const inputs = history.events!.flatMap(
    (event) => event.activityTaskScheduledEventAttributes?.input?.payloads ?? [],
  );
  expect(inputs.length).toBeGreaterThan(0);
  for (const { metadata } of inputs)
    expect(Buffer.from(metadata!.encoding!).toString()).toBe('binary/optgate-sealed');
});

import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toJson } from '../../src/platform/temporal/payload-json.ts';
import { register, someone } from '../harness/people.ts';
import { startStack, testAdminKey, until, type Stack } from '../harness/stack.ts';

/** The codec endpoint, as Temporal's own tools and clients in other languages use it. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

type Wire = { metadata: Record<string, string>; data: string };

const admin = { authorization: `Bearer ${testAdminKey}`, 'x-namespace': 'default' };
const post = (path: string, body: unknown) =>
  stack.call<{ payloads: Wire[] }>('POST', path, body, admin);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const text = (encoded: string | undefined): string =>
  Buffer.from(encoded ?? '', 'base64').toString();

async function decoded(payload: Payload | null | undefined): Promise<unknown> {
  const { status, body } = await post('/codec/decode', { payloads: [toJson(payload!)] });
  expect(status).toBe(200);
  const [opened] = body.payloads;
  // The tools print JSON only of payloads with this one label.
  expect(opened!.metadata).toEqual({ encoding: base64('json/plain') });
  return JSON.parse(text(opened!.data));
}

describe.each(['/codec', '/codec/contact/p/c'])('%s', (path) => {
  it.each(['encode', 'decode'])('answers no payloads with none: %s', async (direction) => {
    for (const body of [{}, { payloads: [] }, { payloads: null }])
      expect(await post(`${path}/${direction}`, body)).toMatchObject({
        status: 200,
        body: { payloads: [] },
      });
  });

  it.each(['encode', 'decode'])('refuses what is no list of payloads: %s', async (direction) => {
    for (const body of [
      [],
      { payloads: {} },
      { payloads: [1] },
      { payloads: [{ data: 1 }] },
      { payloads: [{ metadata: { encoding: 1 } }] },
    ])
      expect([body, (await post(`${path}/${direction}`, body)).status]).toEqual([body, 400]);
  });
});

it('opens what it sealed as it was, without a label of ours, and takes labels of ours from nobody', async () => {
  const plain = { metadata: { encoding: base64('json/plain') }, data: base64('{"a":1}') };
  const ours = { 'optgate-sealed': base64('x'), 'optgate-unopened': base64('{"why":"key"}') };
  const posing = { ...plain, metadata: { ...plain.metadata, ...ours } };
  for (const given of [plain, posing]) {
    const sealed = (await post('/codec/encode', { payloads: [given] })).body.payloads;
    expect(text(sealed[0]!.metadata.encoding)).toBe('binary/optgate-sealed');
    expect((await post('/codec/decode', { payloads: sealed })).body.payloads).toEqual([plain]);
    expect((await post('/codec/decode', { payloads: [given] })).body.payloads).toEqual([plain]);
  }
});

it('opens the answer to a query, and the words of a failure', async () => {
  const ann = someone();
  await register(stack, ann);
  const handle = stack.client.workflow.getHandle(stack.workflowId(ann.id));
  await stack.client.workflow.signalWithStart('contact', {
    workflowId: stack.workflowId(ann.id),
    taskQueue: stack.taskQueue,
    signal: 'wake',
  });
  await until('it looked', async () => (await handle.query('status')) !== null);
  const { queryResult } = await stack.client.workflowService.queryWorkflow({
    namespace: 'default',
    execution: { workflowId: stack.workflowId(ann.id) },
    query: { queryType: 'status' },
  });
  expect(await decoded(queryResult?.payloads?.[0])).toMatchObject({ id: ann.id, light: 'red' });

  const pigeon = {
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from('{"methods":["pigeon"]}'),
  };
  const { outcome } = await stack.client.workflowService.updateWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: stack.workflowId(ann.id) },
    waitPolicy: {
      lifecycleStage:
        proto.temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage
          .UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED,
    },
    request: {
      meta: { updateId: 'pigeon' },
      input: { name: 'sendOptIn', args: { payloads: [pigeon] } },
    },
  });
  expect(outcome?.failure?.message).toBe('Encoded failure');
  expect(await decoded(outcome?.failure?.encodedAttributes)).toMatchObject({
    message: 'sendOptIn takes { methods?: ("email" | "sms")[] }',
  });
});

it('asks on every channel where `sendOptIn` has no argument, or an empty one', async () => {
  for (const args of [[], [null], [{}]]) {
    const ann = someone();
    await register(stack, ann, ['email']);
    const handle = stack.client.workflow.getHandle(stack.workflowId(ann.id));
    await stack.client.workflow.signalWithStart('contact', {
      workflowId: stack.workflowId(ann.id),
      taskQueue: stack.taskQueue,
      signal: 'wake',
    });
    expect([
      args,
      await handle.executeUpdate<object, [object]>('sendOptIn', { args: args as [object] }),
    ]).toEqual([args, { email: 'queued' }]);
  }
});

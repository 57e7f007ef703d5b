import { Client } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  acceptBoth,
  contents,
  lightOf,
  optIns,
  register,
  someone,
  type Person,
} from './harness/people.ts';
import { converterPaths } from '../src/platform/temporal/data-converter.ts';
import { createPayloadCodec } from '../src/platform/temporal/payload-codec.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

type View = { id: string; status: string; waitingFor?: string; sentInTheClear?: true };

const signal = (
  client: 'client' | 'plainClient',
  to: Person,
  messageId: string,
  at: Stack = stack,
) =>
  at[client].workflow.signalWithStart('contact', {
    workflowId: at.workflowId(to.id),
    taskQueue: at.taskQueue,
    signal: 'sendMessage',
    signalArgs: [{ messageId, kind: 'ad_hoc', subject: 's', body: messageId }],
  });

const messagesOf = async ({ id }: Person, at: Stack = stack): Promise<View[]> => {
  const { body } = await at.call<{ items?: View[] }>('GET', `/v1/contacts/${id}/messages`);
  return body.items ?? [];
};

it('a text that was signalled in the clear is delivered, flagged and counted; an encoded one only delivered', async () => {
  const ann = someone();
  await register(stack, ann);
  await signal('client', ann, 'encoded');
  await signal('plainClient', ann, 'in-the-clear');
  await until('both are queued', async () => (await lightOf(stack, ann)).queued === 2);
  expect((await messagesOf(ann)).map(({ id, sentInTheClear }) => [id, sentInTheClear])).toEqual([
    ['encoded', undefined],
    ['in-the-clear', true],
  ]);
  await acceptBoth(stack, ann);
  await until('both arrived', async () => (await contents(stack, ann, 'sms')).length === 2);
  const metrics = await (await fetch(`${stack.url}/metrics`)).text();
  expect(metrics).toMatch(/^optgate_clear_signals_last_day 1$/m);
});

/** Reads answers, and seals nothing. */
function inTheClear({ client, config }: Stack): Client {
  const ours = createPayloadCodec(config.encryptionKeys);
  const codec: PayloadCodec = {
    encode: (payloads) => Promise.resolve(payloads),
    decode: (payloads, context) => ours.decode(payloads, context),
  };
  const dataConverter = { ...converterPaths, payloadCodecs: [codec] };
  return new Client({ connection: client.connection, dataConverter });
}

it('where encoding is required, a text in the clear is kept and listed, and not sent', async () => {
  const strict = await startStack({ env: { REQUIRE_ENCODED_SIGNALS: 'true' } });
  try {
    const ann = someone();
    await register(strict, ann);
    await signal('plainClient', ann, 'in-the-clear', strict);
    await signal('client', ann, 'encoded', strict);
    await until('the good one is queued', async () => (await lightOf(strict, ann)).queued === 1);
    const { body } = await strict.call<{ items: { reason: string }[] }>(
      'GET',
      '/v1/rejected-signals',
    );
    expect(body.items.map(({ reason }) => reason)).toEqual([expect.stringContaining('encoded')]);
    expect((await messagesOf(ann, strict)).map(({ id }) => id)).toEqual(['encoded']);

    const update = (client: Client) =>
      client.workflow
        .getHandle(strict.workflowId(ann.id))
        .executeUpdate<object, [object]>('sendOptIn', { args: [{}] });
    await optIns(strict, ann, 2);
    const refused = { cause: { type: 'Refused', message: expect.stringContaining('encoded') } };
    await expect(update(inTheClear(strict))).rejects.toMatchObject(refused);
    expect(Object.keys(await update(strict.client)).toSorted()).toEqual(['email', 'sms']);
  } finally {
    await strict.stop();
  }
});

it('of a contact that nobody registered, a message waits for that, and once cancelled never leaves', async () => {
  const ann = someone();
  await signal('plainClient', ann, `${ann.id}-1`);
  await signal('plainClient', ann, `${ann.id}-2`);
  await until('both are stored', async () => (await messagesOf(ann)).length === 2);
  expect((await messagesOf(ann))[0]).toMatchObject({
    status: 'queued',
    waitingFor: 'registration',
  });
  expect((await stack.call('DELETE', `/v1/messages/${ann.id}-1`)).status).toBe(200);
  expect((await messagesOf(ann)).map(({ status }) => status)).toEqual(['cancelled', 'queued']);
  await register(stack, ann);
  await acceptBoth(stack, ann);
  await until('one arrived', async () => (await contents(stack, ann, 'sms')).length === 1);
  expect((await messagesOf(ann)).map(({ status }) => status)[0]).toBe('cancelled');
});

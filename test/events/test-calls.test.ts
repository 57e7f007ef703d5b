import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addEndpoint, type Endpoint } from '../harness/endpoints.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import { limits } from '../../src/core/limits.ts';
import { buildApp } from '../../src/main/app.ts';

/** A test call posts to an address of the caller's choice: it may not be made as often as a caller likes. */

let stack: Stack;
let other: Awaited<ReturnType<typeof buildApp>>;
let receiver: Receiver;

beforeAll(async () => {
  stack = await startStack({ worker: false });
  const { config, db, workflows } = stack;
  other = await buildApp({ config, db, workflows }, pino({ level: 'silent' }));
});
afterAll(async () => {
  await other.close();
  await stack.stop();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await receiver.stop();
  stack.time.offsetMs += 2 * limits.webhookTests.ms;
});

const test = async ({ id }: Endpoint) =>
  fetch(`${stack.url}/v1/webhook-endpoints/${id}/test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.apiKey}` },
  });
const remove = ({ id }: Endpoint) => stack.call('DELETE', `/v1/webhook-endpoints/${id}`);

const { endpoint: perEndpoint, practice: perPractice } = limits.webhookTests;

describe('test calls of an endpoint', () => {
  it('are ten a minute, through all API processes together, and none more is posted', async () => {
    const endpoint = await addEndpoint(stack, receiver.url);
    const answers = await Promise.all(
      Array.from({ length: perEndpoint + 5 }, (_, n) =>
        n % 2
          ? test(endpoint).then(({ status }) => status)
          : other
              .inject({
                method: 'POST',
                url: `/v1/webhook-endpoints/${endpoint.id}/test`,
                headers: { authorization: `Bearer ${stack.apiKey}` },
              })
              .then(({ statusCode }) => statusCode),
      ),
    );
    expect(answers.filter((status) => status === 200)).toHaveLength(perEndpoint);
    expect(answers.filter((status) => status === 429)).toHaveLength(5);
    expect(receiver.calls).toHaveLength(perEndpoint);

    const refused = await test(endpoint);
    expect(await refused.json()).toMatchObject({ error: { code: 'too_many_requests' } });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(limits.webhookTests.ms / 1_000);
    stack.time.offsetMs += wait * 1_000;
    expect((await test(endpoint)).status).toBe(200);
    await remove(endpoint);
  });

  it('that are refused keep no other endpoint from its own', async () => {
    const [one, two] = [
      await addEndpoint(stack, receiver.url),
      await addEndpoint(stack, receiver.url),
    ];
    for (let n = 0; n < perPractice + 5; n += 1) await test(one);
    expect(receiver.calls).toHaveLength(perEndpoint);
    expect((await test(two)).status).toBe(200);
    for (const endpoint of [one, two]) await remove(endpoint);
  });

  it('are counted for the practice too, which may take an endpoint away and add it again', async () => {
    for (let n = 0; n <= perPractice; n += 1) {
      const endpoint = await addEndpoint(stack, receiver.url);
      expect((await test(endpoint)).status).toBe(n < perPractice ? 200 : 429);
      await remove(endpoint);
    }
    expect(receiver.calls).toHaveLength(perPractice);
  });
});

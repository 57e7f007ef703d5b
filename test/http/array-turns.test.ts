import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKey, createPractice } from '../../src/db/practice-store.ts';
import { callLimits } from '../../src/domain/call-limits.ts';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack;
let otherKey: string;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  await createPractice(stack.db, { id: 'other', name: 'Other' });
  ({ key: otherKey } = await createKey(stack.db, 'other', 'x'));
});
afterAll(() => stack.stop());

const people = (call: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    id: `p${call}-${n}`,
    name: 'Ann Example',
    role: 'client',
    methods: ['email'],
    email: `p${call}-${n}@example.com`,
  }));

it('one practice’s import leaves connections to all others', async () => {
  const calls = { left: 14 };
  const answers = Array.from({ length: calls.left }, async (_, call) => {
    const { status } = await stack.call('PUT', '/v1/contacts', people(call, 100));
    calls.left -= 1;
    return status;
  });
  const from = performance.now();
  const waits: number[] = [];
  while (calls.left > 0) {
    const asked = performance.now();
    const headers = { authorization: `Bearer ${otherKey}` };
    expect((await fetch(`${stack.url}/v1/settings`, { headers })).status).toBe(200);
    waits.push(performance.now() - asked);
  }
  const whole = performance.now() - from;
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  // Behind all of the import each would wait for most of it.
  expect(Math.max(...waits)).toBeLessThan(whole / 4);
});

it('more calls of a practice than may wait are asked to come again', async () => {
  const most = callLimits.arrayCallsWaiting + callLimits.arrayCalls.each;
  const answers = await Promise.all(
    Array.from({ length: most + 20 }, (_, call) =>
      stack.call('PUT', '/v1/contacts', people(1_000 + call, 2)),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(most);
});

it('of large bodies a few are read at a time, and more than may wait are asked to come again', async () => {
  const body = JSON.stringify({ name: 'x'.repeat(callLimits.largeBodyBytes) });
  const { each, waiting } = callLimits.largeBodies;
  const headers = { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' };
  const statuses = await Promise.all(
    Array.from({ length: 2 * (each + waiting) }, async () => {
      const call = { method: 'PUT', headers, body };
      const answer = await fetch(`${stack.url}/v1/contacts/large`, call).catch(() => undefined);
      await answer?.arrayBuffer();
      // A connection that is closed on a body that is not read is an answer too.
      return answer?.status ?? 429;
    }),
  );
  expect(new Set(statuses)).toEqual(new Set([422, 429]));
  expect(statuses.filter((status) => status === 422).length).toBeGreaterThanOrEqual(each);
  const again = await fetch(`${stack.url}/v1/contacts/large`, { method: 'PUT', headers, body });
  expect(again.status).toBe(422);
});

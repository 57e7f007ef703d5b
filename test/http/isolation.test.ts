import { afterAll, beforeAll, expect, it } from 'vitest';
import { queue, register, someone } from '../harness/people.ts';
import { startStack, type Stack, testAdminKey } from '../harness/stack.ts';
import { createKey, createPractice } from '../../src/record/practices/practice-store.ts';

let stack: Stack;
let [other, otherKey] = ['', ''];
const person = someone();

beforeAll(async () => {
  stack = await startStack({ worker: false });
  other = stack.own('other');
  await createPractice(stack.db, { id: other, name: 'Other' });
  otherKey = (await createKey(stack.db, other, 'test')).key;
  await register(stack, person);
  await queue(stack, person, 'private');
});
afterAll(() => stack.stop());

it('reaches nothing of another practice with its own key', async () => {
  const { messages } = (
    await stack.call<{ messages: { id: string }[] }>('POST', `/v1/contacts/${person.id}/messages`, {
      kind: 'ad_hoc',
      body: 'x',
    })
  ).body;
  const as = { authorization: `Bearer ${otherKey}` };
  const message = { kind: 'ad_hoc', body: 'x' };
  for (const [method, path, body] of [
    ['GET', `/v1/contacts/${person.id}`, undefined],
    ['PATCH', `/v1/contacts/${person.id}`, { name: 'x' }],
    ['POST', `/v1/contacts/${person.id}/opt-in`, {}],
    ['POST', `/v1/contacts/${person.id}/messages`, message],
    ['GET', `/v1/contacts/${person.id}/messages`, undefined],
    ['GET', `/v1/messages/${messages[0]!.id}`, undefined],
  ] as const) {
    const answer = await stack.call(method, path, body, as);
    expect([method, path, answer.status]).toEqual([method, path, 404]);
  }
});

it('lets two practices use the same ids without touching each other', async () => {
  const as = { authorization: `Bearer ${otherKey}` };
  const body = {
    name: 'Somebody Else',
    role: 'client',
    methods: ['email'],
    email: 'else@example.com',
  };
  expect((await stack.call('PUT', `/v1/contacts/${person.id}`, body, as)).status).toBe(201);
  const mine = await stack.call<{ email: string }>('GET', `/v1/contacts/${person.id}`);
  expect(mine.body.email).toBe(person.email);
});

it('stops at once for a revoked key', async () => {
  const made = await stack.call<{ id: string; key: string }>(
    'POST',
    `/v1/practices/${other}/keys`,
    { label: 'x' },
    { authorization: `Bearer ${testAdminKey}` },
  );
  expect(made.status).toBe(201);
  const as = { authorization: `Bearer ${made.body.key}` };
  expect((await stack.call('GET', '/v1/settings', undefined, as)).status).toBe(200);
  const gone = await stack.call(
    'DELETE',
    `/v1/practices/${other}/keys/${made.body.id}`,
    undefined,
    {
      authorization: `Bearer ${testAdminKey}`,
    },
  );
  expect(gone.status).toBe(204);
  expect((await stack.call('GET', '/v1/settings', undefined, as)).status).toBe(401);
});

it('refuses a number that another practice sends from', async () => {
  const as = { authorization: `Bearer ${otherKey}` };
  const answer = await stack.call(
    'PATCH',
    '/v1/settings',
    { sender: { smsFrom: '+12025550100' } },
    as,
  );
  expect(answer).toMatchObject({ status: 403, body: { error: { code: 'sender_not_allotted' } } });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { moveTime } from '../harness/moved-time.ts';
import {
  arrived,
  contents,
  decide,
  isOptIn,
  lightOf,
  linkOf,
  optIns,
  register,
  someone,
} from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const day = 24 * 60 * 60 * 1_000;

it('asks just before the first message is due, not when it is queued', async () => {
  const ann = someone();
  await register(stack, ann, ['email']);
  const dueAt = stack.db.clock.now().getTime() + 30 * day;
  await stack.call('POST', `/v1/contacts/${ann.id}/messages`, {
    kind: 'appointment_reminder',
    subject: 'Reminder',
    body: 'in a month',
    sendAt: new Date(dueAt).toISOString(),
    eventAt: new Date(dueAt + 60 * day).toISOString(),
  });
  await until('the workflow sleeps until then', async () => {
    const status = await stack.client.workflow
      .getHandle(stack.workflowId(ann.id))
      .query<{ queued: number } | null>('status')
      .catch(() => null);
    return status?.queued === 1;
  });
  await moveTime(stack, ann.id, 29 * day);
  expect(await arrived(stack, ann)).toEqual([]);

  await moveTime(stack, ann.id, 1 * day);
  const [asked] = await optIns(stack, ann, 1);
  expect((await lightOf(stack, ann)).light).toBe('red');

  // Nobody answers for three weeks; the message keeps waiting, and nobody is asked twice.
  await moveTime(stack, ann.id, 21 * day);
  expect((await arrived(stack, ann)).filter(isOptIn)).toHaveLength(1);
  await decide(linkOf(asked!), 'accept');
  await until('it arrived', async () => (await contents(stack, ann, 'email')).length === 1);
});

it('lets an opt-in link expire, and a new one accepts', async () => {
  const ann = someone();
  await register(stack, ann, ['email']);
  await stack.call('POST', `/v1/contacts/${ann.id}/messages`, { kind: 'ad_hoc', body: 'hello' });
  const [asked] = await optIns(stack, ann, 1);
  await moveTime(stack, ann.id, 31 * day);
  expect(await decide(linkOf(asked!), 'accept')).toBe(410);
  expect((await lightOf(stack, ann)).channels.email?.state).toBe('sent');
  expect((await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`)).status).toBe(202);
  const again = await optIns(stack, ann, 2);
  expect(await decide(linkOf(again[1]!), 'accept')).toBe(200);
  await until('it arrived', async () => (await contents(stack, ann, 'email')).length === 1);
});

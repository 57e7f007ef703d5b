import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  contents,
  decide,
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  someone,
} from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

it('unsubscribes with one click of a mail program, and not by looking', async () => {
  const ann = someone();
  await register(stack, ann, ['email']);
  await queue(stack, ann, 'hello');
  const [asked] = await optIns(stack, ann, 1);
  await decide(linkOf(asked!), 'accept');
  await until('it arrived', async () => (await contents(stack, ann, 'email')).length === 1);
  const entry = (await stack.outbox(ann.email)).at(-1) as unknown as {
    headers: Record<string, string>;
  };
  const headers = Object.fromEntries(
    Object.entries(entry.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
  const url = /<(http[^>]+\/u\/[^>]+)>/.exec(headers['list-unsubscribe'] ?? '')?.[1];
  expect(url).toBeDefined();

  for (let look = 0; look < 3; look += 1) expect((await fetch(url!)).status).toBe(200);
  expect((await lightOf(stack, ann)).light).toBe('green');
  const clicked = await fetch(url!, {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  });
  expect(clicked.status).toBe(200);
  expect((await lightOf(stack, ann)).channels.email).toMatchObject({
    state: 'revoked',
    reason: 'unsubscribed',
  });
  await queue(stack, ann, 'not any more');
  expect(await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`)).toMatchObject({
    status: 409,
    body: { error: { code: 'revoked' } },
  });
  expect(await contents(stack, ann, 'email')).toEqual(['hello']);
  expect((await fetch(`${url!.slice(0, -4)}aaaa`, { method: 'POST' })).status).toBe(404);
});

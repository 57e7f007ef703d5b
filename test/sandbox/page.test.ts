import { Script } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { magicEmails, magicNumbers } from '../../packages/sandbox/magic.ts';
import { email, numbers, startHarness } from './harness.ts';
import type { Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

test('the page runs only its own script, and that one is well-formed', async () => {
  const answer = await fetch(harness.sandbox.url);
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  const script = await (await fetch(`${harness.sandbox.url}/page/script.js`)).text();
  expect(() => new Script(script)).not.toThrow();
  expect(script).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write/);
  expect((await fetch(`${harness.sandbox.url}/page/style.css`)).status).toBe(200);
});

test('every magic address is listed', async () => {
  const page = await (await fetch(harness.sandbox.url)).text();
  for (const name of magicEmails.flatMap(({ names }) => names)) expect(page).toContain(name);
  for (const { number } of magicNumbers) expect(page).toContain(number);
});

test('it learns what is new: messages, replies, automatic answers, faults', async () => {
  type Updates = Record<'messages' | 'activities' | 'faults', { seq: number }[]>;
  const updates = async (messages: number, activities: number) =>
    (await (
      await fetch(
        `${harness.sandbox.url}/page/updates?messages=${messages}&activities=${activities}`,
      )
    ).json()) as Updates & { generation: string };

  await harness.resend.emails.send(email);
  await harness.control('POST', '/inbound', {
    from: numbers.person,
    to: numbers.clinic,
    text: 'STOP',
  });
  await harness.control('POST', '/faults', { kind: 'lose_webhook' });
  const first = await updates(0, 0);
  expect(first.messages).toMatchObject([{ subject: email.subject }]);
  expect(first.activities).toMatchObject([
    { kind: 'reply', person: numbers.person, sender: numbers.clinic, text: 'STOP' },
    { kind: 'provider_answer', text: expect.stringContaining('unsubscribed') },
  ]);
  expect(first.faults).toHaveLength(1);
  const second = await updates(first.messages[0]?.seq ?? 0, first.activities[1]?.seq ?? 0);
  expect(second).toMatchObject({ generation: first.generation, messages: [], activities: [] });
  await harness.control('DELETE', '/outbox');
  expect((await updates(0, 0)).generation).not.toBe(first.generation);
});

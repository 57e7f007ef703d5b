import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anotherPractice, type PracticeCalls } from '../harness/practice-calls.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** One practice’s templates leave others their time. */

let stack: Stack;
let other: PracticeCalls;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  other = await anotherPractice(stack, 'other', 'Other');
});
afterAll(() => stack.stop());

it('previews that are asked for all at once keep no other practice waiting', async () => {
  const path = '/v1/templates/opt_in/email';
  const { body } = await stack.call<{ subject: string; text: string }>('GET', path);
  const condition =
    '\n{% if byEmail and byText and booking and emailToo or supportPhone contains "zz" or postalAddress contains "zz" %}x{% endif %}';
  const draft = { subject: body.subject, text: body.text + condition.repeat(60) };
  const began = performance.now();
  const calls = { left: 90 };
  const previews = Array.from({ length: calls.left }, async () => {
    const { status } = await stack.call('POST', `${path}/preview`, draft);
    calls.left -= 1;
    return status;
  });
  const waits: number[] = [];
  while (calls.left > 0) {
    const asked = performance.now();
    await other.call('GET', '/settings');
    waits.push(performance.now() - asked);
    await delay(50);
  }
  const whole = performance.now() - began;
  const statuses = await Promise.all(previews);
  // Once the practice's time is used up, the next ones are asked to come again.
  for (const status of statuses) expect([200, 429]).toContain(status);
  expect(Math.max(...waits)).toBeLessThan(whole / 4);
});

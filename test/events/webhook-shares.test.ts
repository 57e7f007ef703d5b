import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { placeOf } from '../../src/platform/db/sealed-columns.ts';
import { workerLimits } from '../../src/core/limits/worker-limits.ts';
import { startEventWaker } from '../../src/features/events/event-waker.ts';
import { addEndpoint, endpointOf, happen, toldWithinMs } from '../harness/endpoints.ts';
import { someone } from '../harness/people.ts';
import { anotherPractice } from '../harness/practice-calls.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** A practice whose systems are slow holds its share of a worker's slots, and no more. */

let stack: Stack;
let waker: ReturnType<typeof startEventWaker>;
let [slow, fast]: [Receiver?, Receiver?] = [];
beforeAll(async () => {
  [stack, slow, fast] = await Promise.all([startStack(), startReceiver(), startReceiver()]);
  const { db, workflows } = stack;
  waker = startEventWaker({ db, workflows, logger: pino({ level: 'silent' }), everyMs: 100 });
});
afterAll(async () => {
  await waker.stop();
  await slow?.stop();
  await fast?.stop();
  await stack.stop();
});

it('sixty slow endpoints of one practice keep no other’s event waiting', async () => {
  const { webhooksOfPractice } = workerLimits;
  let letGo = (): void => undefined;
  const wait = new Promise<void>((resolve) => (letGo = resolve));
  slow!.respond(() => ({ status: 204, wait }));
  const other = await anotherPractice(stack, 'quick', 'Quick Dental');
  await other.call('POST', '/webhook-endpoints', { url: fast!.url });
  // More than may be added at once: those that were deleted may still have a call under way.
  const first = await addEndpoint(stack, slow!.url);
  const { prisma, cipher } = stack.db;
  const row = await prisma.webhookEndpoint.findUniqueOrThrow({ where: { id: first.id } });
  const ids = Array.from({ length: 59 }, () => newId());
  await prisma.webhookEndpoint.createMany({
    data: ids.map((id) => ({
      ...row,
      id,
      secretEnc: cipher.seal(first.secret, placeOf('webhook_endpoints.secret', row.practiceId, id)),
    })),
  });
  await happen(stack, 1);
  await until('its share is taken', () => slow!.calls.length >= webhooksOfPractice, toldWithinMs);
  await other.call('PUT', `/contacts/${someone().id}`, {
    name: 'Ann',
    role: 'client',
    methods: ['sms'],
  });
  await until('the other’s event has arrived', () => fast!.calls.length === 1, toldWithinMs);
  // Not one of the slow ones was answered meanwhile, or given up.
  expect(await endpointOf(stack, first)).toMatchObject({ failures: 0 });
  expect(slow!.calls).toHaveLength(webhooksOfPractice);
  letGo();
  await until('all of them have it', () => slow!.calls.length === 60, toldWithinMs);
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { optIns, queue, register, reply, someone } from '../harness/people.ts';
import { startReceiver } from '../harness/receiver.ts';
import { addEndpoint, happen, toldWithinMs } from '../harness/endpoints.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { startWorkerProcess, untilWorking } from '../harness/worker-process.ts';

/** A worker that is asked to stop, as each deployment asks it, in the middle of its work. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

/** An answer of the provider takes so long, in ms: a call that begins after the stop would be seen. */
const answerMs = 5_000;

it('begins no call more than a second after SIGTERM, writes down those under way, and is gone within 10 s', async () => {
  const people = Array.from({ length: 4 }, () => someone());
  const texts = Array.from({ length: 20 }, (_, n) => `n${n}`);
  const first = startWorkerProcess(stack);
  await untilWorking(first);
  for (const person of people) {
    await register(stack, person, ['sms']);
    await queue(stack, person, ...texts);
  }
  for (const person of people) await optIns(stack, person, 1);
  await stack.control('/faults', { channel: 'sms', kind: 'delay', delayMs: answerMs });
  const calls = async (): Promise<number[]> =>
    ((await stack.outbox()) as unknown as { text: string; at: string }[])
      .filter(({ text }) => /: n\d+$/.test(text))
      .map(({ at }) => Date.parse(at));
  for (const person of people) await reply(stack, person, 'YES');
  await until('all of them drain', async () => (await calls()).length >= people.length);

  const askedAt = Date.now();
  first.child.kill('SIGTERM');
  expect(await first.exit).toEqual({ code: 0, signal: null });
  expect(Date.now() - askedAt).toBeLessThan(10_000);
  expect(Math.max(...(await calls()))).toBeLessThan(askedAt + 1_000);
  const inState = (...status: string[]): Promise<number> =>
    stack.db.prisma.delivery.count({
      where: {
        contactId: { in: people.map(({ id }) => id) },
        purpose: 'content',
        status: { in: status },
      },
    });
  const all = people.length * texts.length;
  const { length: begun } = await calls();
  expect(await inState('sent', 'delivered')).toBe(begun);
  expect(await inState('queued')).toBe(all - begun);

  await fetch(`${stack.sandbox.url}/faults`, { method: 'DELETE' });
  await untilWorking(startWorkerProcess(stack));
  await until(
    'the next one sends the rest',
    async () => (await inState('sent', 'delivered')) === all,
  );
  expect((await calls()).length).toBe(all);
});

it('does not wait for a receiver of events that does not answer, and holds nothing against it', async () => {
  const receiver = await startReceiver();
  receiver.respond(() => ({ status: 204, wait: new Promise(() => undefined) }));
  const endpoint = await addEndpoint(stack, receiver.url);
  const worker = startWorkerProcess(stack);
  await untilWorking(worker);
  await happen(stack, 1);
  await until('it is posted', () => receiver.calls.length > 0, toldWithinMs);
  const askedAt = Date.now();
  worker.child.kill('SIGTERM');
  expect(await worker.exit).toEqual({ code: 0, signal: null });
  expect(Date.now() - askedAt).toBeLessThan(10_000);
  const { body } = await stack.call<{ failures: number }>(
    'GET',
    `/v1/webhook-endpoints/${endpoint.id}`,
  );
  expect(body.failures).toBe(0);
  await receiver.stop();
});

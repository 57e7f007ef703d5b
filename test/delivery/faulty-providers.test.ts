import { afterAll, beforeAll, expect, it } from 'vitest';
import { pauseSending, resumeSending } from '../../src/record/practices/practice-switches.ts';
import { register, someone, type Person } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** Calls that are cut after they were taken, answered too late, or answered with an error: a fifth of each kind. */

const people = 50;
const messages = 10;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const methods = ['email', 'sms'] as const;
type Method = (typeof methods)[number];
type Delivery = { method: Method; status: string; reason?: string };

const mark = (person: Person, n: number): string => `[${person.id} ${n}]`;

async function deliveriesOf(person: Person): Promise<(Delivery & { n: number })[]> {
  const { body } = await stack.call<{ items: { deliveries: Delivery[] }[] }>(
    'GET',
    `/v1/contacts/${person.id}/messages`,
  );
  return body.items.flatMap(({ deliveries }, n) => deliveries.map((one) => ({ ...one, n })));
}

it('500 emails and 500 SMS: nobody gets one twice, nothing is lost unseen, the order holds', async () => {
  const everybody = Array.from({ length: people }, () => someone());
  await pauseSending(stack.db, 'everything is to be due at once', stack.practiceId);
  for (const person of everybody) {
    await register(stack, person, [...methods]);
    const { status } = await stack.call(
      'POST',
      `/v1/contacts/${person.id}/messages`,
      Array.from({ length: messages }, (_, n) => ({
        kind: 'ad_hoc',
        subject: 'Hello',
        body: mark(person, n),
      })),
    );
    expect(status).toBe(202);
  }
  for (const [n, fault] of [
    { kind: 'accept_then_drop' },
    // Longer than a call may take.
    { kind: 'delay', delayMs: 9_000 },
    { kind: 'status', status: 500 },
  ].entries())
    await stack.control('/faults', { ...fault, probability: 0.2, seed: n + 1 });

  const { status } = await stack.call(
    'POST',
    '/v1/consents',
    everybody.flatMap((person) =>
      methods.map((method) => ({
        contactId: person.id,
        method,
        address: method === 'email' ? person.email : person.phone,
        source: 'paper',
        obtainedAt: '2026-01-01T00:00:00Z',
        evidence: 'x',
      })),
    ),
  );
  expect(status).toBe(201);
  await resumeSending(stack.db, stack.practiceId);
  await stack.workflows.tell({
    wake: everybody.map(({ id }) => ({ practiceId: stack.practiceId, contactId: id })),
  });

  const open = async (): Promise<number> =>
    stack.db.prisma.delivery.count({ where: { status: { in: ['queued', 'sending', 'sent'] } } });
  await until('all are settled', async () => (await open()) === 0, 500_000);

  const outbox = await stack.outbox();
  const counts = { arrived: 0, unknown: 0, unknownThatArrived: 0 };
  for (const person of everybody)
    for (const method of methods) {
      const got = outbox
        .filter(
          ({ to, channel }) => channel === method && [person.email, person.phone].includes(to),
        )
        .map(({ text }) => Number(/\[\S+ (\d+)\]/.exec(text)?.[1]));
      expect(got).toEqual([...new Set(got)].toSorted((a, b) => a - b));
      for (const delivery of (await deliveriesOf(person)).filter((one) => one.method === method)) {
        const arrived = got.includes(delivery.n);
        expect(['delivered', 'unknown']).toContain(delivery.status);
        if (delivery.status === 'delivered') expect(arrived).toBe(true);
        else expect(delivery.reason).toContain('no clear answer');
        if (arrived) counts.arrived += 1;
        if (delivery.status === 'unknown') counts.unknown += 1;
        if (delivery.status === 'unknown' && arrived) counts.unknownThatArrived += 1;
      }
    }
  // An email repeats under its key until it is known; a text without an answer is unknown until a callback says more.
  expect(counts.arrived + counts.unknown).toBe(people * messages * methods.length);
  expect(counts.unknownThatArrived).toBe(0);
  expect(counts.unknown).toBeGreaterThan(0);
  expect(counts.unknown).toBeLessThan(people * messages * 0.35);
}, 600_000);

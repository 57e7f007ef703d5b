import { afterAll, beforeAll, expect, it } from 'vitest';
import { someone } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

/** Arrays of messages that each of two schedulers posts. */
const arraysEach = 13;

/** Changes that have lanes looked at: each of them makes the contacts' queues worth a look again. */
const switches: [what: string, settings: (n: number) => object][] = [
  ['the gate', (n) => ({ gate: n % 2 === 0 ? 'each' : 'all' })],
  [
    'quiet hours',
    (n) => ({
      quietHours: { from: '22:00', to: `06:${10 + (n % 50)}`, methods: ['sms'], kinds: ['ad_hoc'] },
    }),
  ],
];

it.each(switches)(
  '%s saved by two people while arrays of messages come in: everything is taken',
  async (_what, settings) => {
    const people = Array.from({ length: 400 }, () => someone());
    const registered = await stack.call(
      'PUT',
      '/v1/contacts',
      people.map(({ id, email, phone }) => ({
        id,
        name: 'Ann',
        role: 'client',
        methods: ['email', 'sms'],
        email,
        phone,
      })),
    );
    expect(registered.status).toBe(200);

    const statuses: number[] = [];
    const posting = { goesOn: true };
    const post = async (turn: number): Promise<void> => {
      for (let n = 0; n < arraysEach; n += 1) {
        // Each array in an order of its own: what is locked first is not for the caller to say.
        const order = turn === 0 ? people : people.toReversed();
        const shift = n * 29;
        const rotated = [...order.slice(shift), ...order.slice(0, shift)];
        const { status } = await stack.call(
          'POST',
          '/v1/messages',
          rotated.map(({ id }) => ({ contactId: id, kind: 'ad_hoc', subject: 's', body: `b${n}` })),
        );
        statuses.push(status);
      }
    };
    const save = async (tail: number): Promise<void> => {
      for (let n = 0; posting.goesOn; n += 1) {
        const { status } = await stack.call('PATCH', '/v1/settings', settings(n + tail));
        statuses.push(status);
      }
    };
    const saving = Promise.all([save(0), save(1)]);
    await Promise.all([post(0), post(1)]);
    posting.goesOn = false;
    await saving;
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(statuses.filter((status) => status === 202)).toHaveLength(2 * arraysEach);
    // None was in a circle and taken again: all lock the contacts in one order.
    const [database] = await stack.db.prisma.$queryRaw<{ deadlocks: bigint }[]>`
      SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`;
    expect(database!.deadlocks).toBe(0n);
  },
  400_000,
);

import { afterAll, beforeAll, expect, it } from 'vitest';
import { someone } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

it('settings saved by two people while arrays of messages come in: everything is taken', async () => {
  const people = Array.from({ length: 200 }, () => someone());
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
    for (let n = 0; n < 8; n += 1) {
      // Each array in an order of its own: what is locked first is not for the caller to say.
      const order = turn === 0 ? people : people.toReversed();
      const shift = n * 23;
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
      const supportPhone = `+1 202 555 01${10 + ((n + tail) % 80)}`;
      const { status } = await stack.call('PATCH', '/v1/settings', { sender: { supportPhone } });
      statuses.push(status);
    }
  };
  const saving = Promise.all([save(0), save(40)]);
  await Promise.all([post(0), post(1)]);
  posting.goesOn = false;
  await saving;
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
  expect(statuses.filter((status) => status === 202)).toHaveLength(16);
});

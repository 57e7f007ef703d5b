import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, someone, type Person } from './harness/people.ts';
import { startStack, type Stack } from './harness/stack.ts';

/** What waits for a contact whose methods change. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

const content = { purpose: 'content' };
/** Of the contact's only message: each method and what became of it. */
async function deliveries({ id }: Person): Promise<Record<string, string>> {
  const rows = await stack.db.prisma.delivery.findMany({ where: { contactId: id, ...content } });
  return Object.fromEntries(rows.map(({ method, status }) => [method, status]));
}

async function waiting(): Promise<Person> {
  const ann = someone();
  await register(stack, ann, ['email']);
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const message = { kind: 'ad_hoc', subject: 's', body: 'b', sendAt };
  const { status } = await stack.call('POST', `/v1/contacts/${ann.id}/messages`, message);
  expect([status, await deliveries(ann)]).toEqual([202, { email: 'queued' }]);
  return ann;
}

async function change({ id, phone }: Person, ...methods: string[]): Promise<void> {
  const { status } = await stack.call('PATCH', `/v1/contacts/${id}`, { methods, phone });
  expect(status).toBe(200);
}

describe('a message that waits', () => {
  it('goes over to the one method that takes the place of the other', async () => {
    const ann = await waiting();
    await change(ann, 'sms');
    expect(await deliveries(ann)).toEqual({ email: 'cancelled', sms: 'queued' });
    await change(ann, 'email');
    expect(await deliveries(ann)).toEqual({ email: 'queued', sms: 'cancelled' });
  });

  it('waits for a method while there is none', async () => {
    const ann = await waiting();
    await change(ann);
    expect(await deliveries(ann)).toEqual({ email: 'cancelled' });
    await change(ann, 'sms');
    expect(await deliveries(ann)).toEqual({ email: 'cancelled', sms: 'queued' });
  });

  it('leaves by no other method once it has left', async () => {
    const ann = await waiting();
    await change(ann, 'email', 'sms');
    await change(ann, 'email');
    expect(await deliveries(ann)).toEqual({ email: 'queued', sms: 'cancelled' });
    await stack.db.prisma.delivery.updateMany({
      where: { contactId: ann.id, method: 'email', ...content },
      data: { status: 'sent', sentAt: new Date() },
    });
    await change(ann, 'email', 'sms');
    expect(await deliveries(ann)).toEqual({ email: 'sent', sms: 'cancelled' });
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { register, someone } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import { signIn } from '../harness/visitor.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

it('replaces no contact whose record could not be read while the form was on its way', async () => {
  const ann = someone();
  await register(stack, ann);
  await stack.call('PATCH', `/v1/contacts/${ann.id}`, { actsFor: ['c-child'], locale: 'es' });
  const before = await stack.call('GET', `/v1/contacts/${ann.id}`);
  const staff = await signIn(stack);
  const action = `/console/contacts/${ann.id}/edit`;
  const form = await staff.form(action, action);

  await stack.db.prisma.$executeRawUnsafe('ALTER TABLE contacts RENAME TO contacts_away');
  const answer = await staff.open(action, { ...form, name: 'Ann Other' });
  await stack.db.prisma.$executeRawUnsafe('ALTER TABLE contacts_away RENAME TO contacts');

  expect(answer.status).toBeGreaterThanOrEqual(500);
  const { body } = await stack.call('GET', `/v1/contacts/${ann.id}`);
  expect(body).toEqual(before.body);
});

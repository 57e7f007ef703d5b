import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer } from './harness/pages.ts';
import {
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/** The last word about an address outlives its assignment (src/core/consent/refusal.ts). */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

/** Somebody who was asked by email, and said no. */
async function declined(): Promise<Person> {
  const person = someone();
  await register(stack, person, ['email']);
  await queue(stack, person, 'first content');
  const [asked] = await optIns(stack, person, 1);
  expect((await answer(linkOf(asked!), 'decline')).status).toBe(200);
  expect(await emailOf(person)).toBe('declined');
  return person;
}

const emailOf = async (person: Person): Promise<string | undefined> =>
  (await lightOf(stack, person)).channels.email?.state;

async function correctAndBack(person: Person): Promise<void> {
  for (const email of [someone().email, person.email])
    expect((await stack.call('PATCH', `/v1/contacts/${person.id}`, { email })).status).toBe(200);
}

const consent = (person: Person, obtainedAt: Date) =>
  stack.call('POST', `/v1/contacts/${person.id}/consents`, {
    method: 'email',
    address: person.email,
    source: 'paper',
    obtainedAt: obtainedAt.toISOString(),
    evidence: 'form',
  });

describe('a no', () => {
  it('holds what is queued when the address was corrected and corrected back, also where nobody is asked', async () => {
    const person = await declined();
    expect((await stack.call('PATCH', '/v1/settings', { optInEnabled: false })).status).toBe(200);
    try {
      await correctAndBack(person);
      expect(await emailOf(person)).toBe('declined');
      // Somebody whom nothing holds gets theirs meanwhile.
      const other = someone();
      await register(stack, other, ['email']);
      await queue(stack, other, 'to everybody');
      await until('the other message', async () => (await stack.outbox(other.email)).length > 0);
      expect(await stack.outbox(person.email)).toHaveLength(1);
    } finally {
      await stack.call('PATCH', '/v1/settings', { optInEnabled: true });
    }
  });

  it('is that of the address, under another contact too, and outlives erasure', async () => {
    const person = await declined();
    const again = { ...someone(), email: person.email };
    await register(stack, again, ['email']);
    expect(await emailOf(again)).toBe('declined');
    for (const { id } of [person, again])
      expect((await stack.call('DELETE', `/v1/contacts/${id}`)).status).toBe(204);
    const later = { ...someone(), email: person.email };
    await register(stack, later, ['email']);
    expect(await emailOf(later)).toBe('declined');
  });

  it('is not ended by an older consent, and is by a later one', async () => {
    const person = await declined();
    await correctAndBack(person);
    await consent(person, new Date(Date.now() - 86_400_000));
    expect(await emailOf(person)).toBe('declined');
    await consent(person, new Date());
    expect(await emailOf(person)).toBe('accepted');
    await correctAndBack(person);
    expect(await emailOf(person)).toBe('not_sent');
  });
});

it('a stop by staff holds when the address comes back, and nobody is asked', async () => {
  const person = someone();
  await register(stack, person, ['email']);
  expect(
    (await stack.call('DELETE', `/v1/contacts/${person.id}/consents/email`)).status,
  ).toBeLessThan(300);
  await correctAndBack(person);
  expect(await emailOf(person)).toBe('revoked');
  await queue(stack, person, 'content');
  const asked = await stack.call('POST', `/v1/contacts/${person.id}/opt-in`, {
    methods: ['email'],
  });
  expect(asked.status).toBe(409);
  expect(await stack.outbox(person.email)).toEqual([]);
});

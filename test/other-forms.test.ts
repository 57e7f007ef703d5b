import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formerAddressHash } from '../src/record/contacts/contact-store.ts';
import { rehashNumbers } from '../src/features/keys/rehash-numbers.ts';
import { lightOf, someone, type Person } from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

it.each([
  ['+52 1 55 1234 5678', '+5215512345678'],
  ['+55 11 98765-4321', '+551187654321'],
  ['+54 9 11 2345-6789', '+541123456789'],
])('a STOP from %s is one, though the network reports the number as %s', async (phone, from) => {
  const person = { ...someone(), phone: from };
  await registerAs(person, phone);
  await textStop(person);
  await until('the stop', async () => {
    return (await lightOf(stack, person)).channels.sms?.state === 'revoked';
  });
});

/** The sandbox has texted them nothing. */
async function textStop({ phone }: Person): Promise<void> {
  const to = stack.config.senders.smsFrom;
  expect((await stack.control('/inbound', { from: phone, to, text: 'STOP' })).ok).toBe(true);
}

async function registerAs(person: Person, phone: string): Promise<void> {
  const { status } = await stack.call('PUT', `/v1/contacts/${person.id}`, {
    name: 'Ann Example',
    role: 'client',
    methods: ['sms'],
    phone,
  });
  expect(status).toBe(201);
}

const smsOf = async (person: Person) => (await lightOf(stack, person)).channels.sms?.state;

describe('a number that is on file by its former form', () => {
  it('is looked up by the one form after an upgrade, and its owner can say stop', async () => {
    const person = { ...someone(), phone: '+5491123450001' };
    const written = '+541123450001';
    await registerAs(person, written);
    const former = formerAddressHash(stack.db, written)!;
    await stack.db.prisma.channel.updateMany({
      where: { contactId: person.id, method: 'sms' },
      data: { addressHash: former },
    });
    expect(await rehashNumbers(stack.db)).toBe(1);
    await textStop(person);
    await until('the stop', async () => (await smsOf(person)) === 'revoked');
  });

  it('stays stopped when it is registered again', async () => {
    const [person, written] = [someone(), '+541123450002'];
    const addressHash = formerAddressHash(stack.db, written)!;
    const bar = { method: 'sms', kind: 'stopped', reason: 'STOP', since: new Date() };
    await stack.db.prisma.suppression.create({
      data: { practiceId: stack.practiceId, addressHash, ...bar },
    });
    await registerAs(person, written);
    expect(await smsOf(person)).toBe('revoked');
  });
});

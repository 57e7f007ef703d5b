import { afterAll, beforeAll, expect, it } from 'vitest';
import { performance } from 'node:perf_hooks';
import { createKey } from '../../src/record/practices/practice-store.ts';
import { placeOf } from '../../src/platform/db/sealed-columns.ts';
import { contents, greenPeople, queue, type Person } from '../harness/people.ts';
import { anotherPractice } from '../harness/practice-calls.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** An error about one contact, or one message, stops nobody else, and is seen. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

type Listed = {
  items: { deliveries: { status: string; waitingFor?: string; reason?: string }[] }[];
};
const deliveryOf = async (person: Person) => {
  const { status, body } = await stack.call<Listed>('GET', `/v1/contacts/${person.id}/messages`);
  expect(status).toBe(200);
  return body.items.at(-1)!.deliveries[0]!;
};
const atFault = async (): Promise<string | undefined> =>
  /^optgate_lanes_at_fault (\d+)/m.exec(await (await fetch(`${stack.url}/metrics`)).text())?.[1];

/** To all of them at once, so that they are claimed together. */
const writeTo = async (people: readonly Person[], { call } = stack): Promise<void> => {
  const { status } = await call(
    'POST',
    '/v1/messages',
    people.map(({ id }) => ({
      contactId: id,
      kind: 'appointment_reminder',
      subject: 's',
      body: `for ${id}`,
      sendAt: new Date(Date.now() + 4_000).toISOString(),
      eventAt: new Date(Date.now() + 86_400_000).toISOString(),
    })),
  );
  expect(status).toBe(202);
};

/** The database cannot write one row, as where its file was damaged. */
async function damage(method: string, { id }: Person): Promise<() => Promise<unknown>> {
  const { prisma } = stack.db;
  await prisma.$executeRawUnsafe(`
    CREATE FUNCTION refuse_${method}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'somebody''s words' USING ERRCODE = 'data_corrupted'; END $$`);
  await prisma.$executeRawUnsafe(`
    CREATE TRIGGER refuse_${method} BEFORE UPDATE ON deliveries FOR EACH ROW
    WHEN (NEW.contact_id = '${id}' AND NEW.status = 'sending') EXECUTE FUNCTION refuse_${method}()`);
  return () => prisma.$executeRawUnsafe(`DROP TRIGGER refuse_${method} ON deliveries`);
}

it.each(['email', 'sms'] as const)(
  'a contact that nothing can be claimed of, by %s, is held by itself, with a reason, until it is repaired',
  async (method) => {
    const people = await greenPeople(stack, 7, [method]);
    const poison = people[2]!;
    const repair = await damage(method, poison);
    await writeTo(people);
    for (const person of people.filter((one) => one !== poison))
      await until(`${person.id} has it`, async () => {
        const said = await contents(stack, person, method);
        return said.length === 1;
      });
    await until('it is shown', async () => (await deliveryOf(poison)).waitingFor === 'fault');
    expect(await deliveryOf(poison)).toMatchObject({
      status: 'queued',
      waitingFor: 'fault',
      reason: 'database error XX001',
    });
    expect(await atFault()).toBe('1');
    expect(await contents(stack, poison, method)).toEqual([]);

    await repair();
    await until('it has left', async () => (await contents(stack, poison, method)).length === 1);
    expect(await atFault()).toBe('0');
  },
);

it('a contact that cannot even be read stops nobody else', async () => {
  const people = await greenPeople(stack, 5, ['email']);
  const poison = people[1]!;
  await writeTo(people);
  // A part of it is missing.
  const fax = { contactId: poison.id, method: 'fax' };
  const row = await stack.db.prisma.channel.findFirstOrThrow({ where: fax });
  await stack.db.prisma.channel.deleteMany({ where: fax });
  for (const person of people.filter((one) => one !== poison))
    await until(`${person.id} has it`, async () => {
      const said = await contents(stack, person, 'email');
      return said.length === 1;
    });
  await until('it is counted', async () => (await atFault()) === '1');
  await stack.db.prisma.channel.create({ data: row });
  await until('it has left', async () => (await contents(stack, poison, 'email')).length === 1);
});

it('a message that cannot be prepared has failed, with a reason, and the others leave', async () => {
  const people = await greenPeople(stack, 5, ['email']);
  const [poison] = people;
  // Nothing is due before it is spoilt.
  await writeTo(people);
  const { practiceId } = stack;
  const row = await stack.db.prisma.message.findFirstOrThrow({ where: { contactId: poison!.id } });
  // It opens, and is no message: as a release that wrote it otherwise may have left it.
  const contentEnc = stack.db.cipher.seal(
    'no JSON',
    placeOf('messages.content', practiceId, row.id),
  );
  await stack.db.prisma.message.updateMany({ where: { id: row.id }, data: { contentEnc } });
  for (const person of people.slice(1))
    await until(`${person.id} has it`, async () => (await contents(stack, person, 'email')).length);
  await until('it has failed', async () => (await deliveryOf(poison!)).status === 'failed');
  expect((await deliveryOf(poison!)).reason).toBe('it cannot be prepared for sending: SyntaxError');
  await queue(stack, poison!, 'next');
  await until('the next one leaves', async () => (await contents(stack, poison!, 'email')).length);
});

it('an address that cannot be opened delays nobody who is claimed with it, nor another practice', async () => {
  const unaware = await anotherPractice(stack, 'unaware', 'Unaware');
  const { key } = await createKey(stack.db, unaware.id, 'test');
  const elsewhere: Stack = {
    ...stack,
    call: (method, path, body) =>
      stack.call(method, path, body, { authorization: `Bearer ${key}` }),
  };
  const ours = await greenPeople(stack, 9, ['email']);
  const theirs = await greenPeople(elsewhere, 3, ['email']);
  const [poison, ...healthy] = ours;
  /** How long after all of it was due the last of these had theirs, in ms. */
  const lastOf = async (people: readonly Person[]): Promise<number> => {
    const had = (await stack.outbox()).length;
    await Promise.all([writeTo(ours), writeTo(theirs, elsewhere)]);
    const beganAt = performance.now();
    await until('all of them have it', async () => {
      const to = (await stack.outbox()).slice(had).map((entry) => entry.to);
      return people.every(({ email }) => to.includes(email));
    });
    return performance.now() - beganAt;
  };
  const without = await lastOf([...ours, ...theirs]);

  const lane = { contactId: poison!.id, method: 'email' };
  await stack.db.prisma.channel.updateMany({ where: lane, data: { addressEnc: 'UNSEALABLE' } });
  expect(await lastOf([...healthy, ...theirs])).toBeLessThan(2 * without + 1_500);
  await until('it has failed', async () => (await deliveryOf(poison!)).status === 'failed');
  expect((await deliveryOf(poison!)).reason).toBe('what is stored for it cannot be opened');
  expect(await atFault()).toBe('0');
});

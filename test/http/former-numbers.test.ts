import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressHash } from '../../src/record/contacts/contact-store.ts';
import { placeOf } from '../../src/platform/db/sealed-columns.ts';
import {
  arrived,
  lightOf,
  queue,
  register,
  registerWithConsent,
  someone,
  type Person,
} from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { signIn } from '../harness/visitor.ts';

/** Addresses that were registered before the door refused their kind. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const why = 'the number is a premium-rate number';

/** As the row lies there since before: the door does not let the number in any more. */
async function withFormerNumber(prepare: (person: Person) => Promise<void>): Promise<Person> {
  const person = someone();
  await prepare(person);
  const number = `+1900${person.phone.slice(5)}`;
  const { db, practiceId } = stack;
  const { count } = await db.prisma.channel.updateMany({
    where: { practiceId, contactId: person.id, method: 'sms' },
    data: {
      addressEnc: db.cipher.seal(number, placeOf('channels.address', practiceId, person.id, 'sms')),
      addressHash: addressHash(db, number),
    },
  });
  expect(count).toBe(1);
  return { ...person, phone: number };
}

const patch = ({ id }: Person, body: object) =>
  stack.call<{ error?: { details: object[] }; name: string; phone?: string }>(
    'PATCH',
    `/v1/contacts/${id}`,
    body,
  );

const sms = async (person: Person) => (await lightOf(stack, person)).channels.sms;

describe('a contact with a premium-rate number from before', () => {
  it('is changed in everything else, and shows that nothing can be sent there', async () => {
    const ann = await withFormerNumber((person) => register(stack, person));
    for (const change of [
      { name: 'Ann Other' },
      { email: `new-${ann.email}` },
      { timeZone: 'America/Chicago', locale: 'es-MX' },
      { methods: ['email', 'sms'] },
    ]) {
      const { status, body } = await patch(ann, change);
      expect([change, status, body.phone]).toEqual([change, 200, ann.phone]);
    }
    expect(await sms(ann)).toMatchObject({ state: 'failed', reason: why, address: ann.phone });
    const { text } = await (await signIn(stack)).open(`/console/contacts/${ann.id}`);
    expect(text).toContain('The number is a premium-rate number.');
  });

  it('is asked for another number where it is this one that is given', async () => {
    const ann = await withFormerNumber((person) => register(stack, person));
    const { status, body } = await patch(ann, { phone: ann.phone });
    expect([status, body.error?.details]).toEqual([
      422,
      [{ path: '/phone', message: 'is a premium-rate number' }],
    ]);
    const { phone } = someone();
    expect((await patch(ann, { phone })).status).toBe(200);
    expect(await sms(ann)).toMatchObject({ state: 'not_sent', address: phone });
    expect((await patch(ann, { phone: null })).status).toBe(200);
  });

  it('gets nothing there any more after a former yes, and waiting messages say so', async () => {
    const ann = await withFormerNumber((person) => registerWithConsent(stack, person, ['sms']));
    expect(await sms(ann)).toMatchObject({ state: 'accepted' });
    await queue(stack, ann, 'hello');
    await until('it is shown', async () => (await sms(ann))?.state === 'failed');
    expect(await lightOf(stack, ann)).toMatchObject({ light: 'red', reason: `sms: ${why}` });
    expect(await arrived(stack, ann)).toEqual([]);
  });

  it('is not asked there, by itself or by hand', async () => {
    const ann = await withFormerNumber((person) => register(stack, person, ['sms']));
    await queue(stack, ann, 'hello');
    await until('it is shown', async () => (await sms(ann))?.state === 'failed');
    const byHand = (person: Person) =>
      stack.call<{ error: { code: string } }>('POST', `/v1/contacts/${person.id}/opt-in`, {});
    const untouched = await withFormerNumber((person) => register(stack, person, ['sms']));
    for (const person of [ann, untouched]) {
      const { status, body } = await byHand(person);
      expect([status, body.error.code]).toEqual([409, 'refused_number']);
    }
    expect(await sms(ann)).toMatchObject({ state: 'failed', reason: why });
    expect(await arrived(stack, ann)).toEqual([]);
  });
});

it('a contact with an email address that is refused today is changed in everything else', async () => {
  const ann = someone();
  await register(stack, ann, ['email']);
  const { db, practiceId } = stack;
  await db.prisma.channel.updateMany({
    where: { practiceId, contactId: ann.id, method: 'email' },
    data: {
      addressEnc: db.cipher.seal(
        'jösé@example.com',
        placeOf('channels.address', practiceId, ann.id, 'email'),
      ),
    },
  });
  const { status, body } = await patch(ann, { name: 'Ann Other' });
  expect([status, body.name]).toEqual([200, 'Ann Other']);
});

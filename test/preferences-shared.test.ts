import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockFirstHolders } from '../src/record/consent/consent-store.ts';
import { open, submit } from './harness/pages.ts';
import {
  acceptBoth,
  arrived,
  isOptIn,
  lightOf,
  queue,
  reply,
  register,
  registerWithConsent,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type OutboxEntry, type Stack } from './harness/stack.ts';

/**
 * A phone that several people share, or that is not the person's at all: whose stop it is, and who may take it back.
 */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const pageIn = ({ text }: OutboxEntry): string => /https?:\/\/\S+\/p\/[\w-]{32,}/.exec(text)![0];

/** The page of somebody who said yes; where the phone is shared, each with the code of their own opt-in. */
async function pageOf(person: Person): Promise<string> {
  await register(stack, person);
  await queue(stack, person, `for ${person.id}`);
  await acceptBoth(stack, person);
  const first = await until('the first email', async () =>
    (await arrived(stack, person)).find((entry) => entry.to === person.email && !isOptIn(entry)),
  );
  return pageIn(first);
}

const smsOf = async (person: Person) => (await lightOf(stack, person)).channels.sms?.state;
const offersSms = async (page: string): Promise<boolean> =>
  /<button[^>]*name="again"[^>]*value="sms"/.test((await open(page)).html);

/** Two people with one phone, both in touch. */
async function household(): Promise<{
  ann: Person;
  bob: Person;
  annsPage: string;
  bobsPage: string;
}> {
  const ann = someone();
  const annsPage = await pageOf(ann);
  const bob = { ...someone(), phone: ann.phone };
  await registerWithConsent(stack, bob, ['email', 'sms']);
  await queue(stack, bob, `for ${bob.id}`);
  const first = await until('his first email', async () =>
    (await arrived(stack, bob)).find(({ to }) => to === bob.email),
  );
  return { ann, bob, annsPage, bobsPage: pageIn(first) };
}

describe('a stop on one person’s page, of a phone that another shares', () => {
  it('stops both, and is that person’s alone to take back', async () => {
    const { ann, bob, annsPage, bobsPage } = await household();
    await submit(annsPage, { stop: 'sms' });
    expect([await smsOf(ann), await smsOf(bob)]).toEqual(['revoked', 'revoked']);
    expect(await offersSms(bobsPage)).toBe(false);
    await submit(bobsPage, { again: 'sms' });
    expect([await smsOf(ann), await smsOf(bob)]).toEqual(['revoked', 'revoked']);
    expect(await offersSms(annsPage)).toBe(true);
    await submit(annsPage, { again: 'sms' });
    expect(await smsOf(ann)).not.toBe('revoked');
  });

  it('that both made is nobody’s to take back there: the phone itself says START', async () => {
    const { ann, annsPage, bobsPage } = await household();
    await submit(annsPage, { stop: 'sms' });
    await submit(bobsPage, { stop: 'sms' });
    for (const page of [annsPage, bobsPage]) {
      expect(await offersSms(page)).toBe(false);
      await submit(page, { again: 'sms' });
      expect(await smsOf(ann)).toBe('revoked');
    }
    await reply(stack, ann, 'START');
    await until('it is open', async () => (await smsOf(ann)) !== 'revoked');
  });
});

describe('what one of them told the practice', () => {
  const toldStaff = async (person: Person): Promise<number> =>
    (await stack.call('DELETE', `/v1/contacts/${person.id}/consents/sms`)).status;

  it('before the other stopped and came back, stays', async () => {
    const { ann, bob, annsPage } = await household();
    expect(await toldStaff(bob)).toBe(200);
    await submit(annsPage, { stop: 'sms' });
    await submit(annsPage, { again: 'sms' });
    expect([await smsOf(ann), await smsOf(bob)]).toEqual(['not_sent', 'revoked']);
  });

  it('after the other stopped, is recorded, and stays', async () => {
    const { ann, bob, annsPage } = await household();
    await submit(annsPage, { stop: 'sms' });
    expect(await toldStaff(bob)).toBe(200);
    expect((await lightOf(stack, bob)).channels.sms?.reason).toBe('by staff');
    const { body } = await stack.call<{ items: { type: string; fields: { via?: string } }[] }>(
      'GET',
      `/v1/contacts/${bob.id}/evidence`,
    );
    const stops = body.items.filter(({ type }) => type === 'revoked');
    expect(stops.map(({ fields }) => fields.via)).toEqual(['preferences', 'staff']);
    await submit(annsPage, { again: 'sms' });
    expect([await smsOf(ann), await smsOf(bob)]).toEqual(['not_sent', 'revoked']);
  });
});

describe('a stop that is taken back', () => {
  it('also brings back a contact that got the address while it was stopped', async () => {
    const ann = someone();
    const page = await pageOf(ann);
    await submit(page, { stop: 'sms' });
    const bob = { ...someone(), phone: ann.phone };
    await register(stack, bob, ['sms']);
    expect(await smsOf(bob)).toBe('revoked');
    await submit(page, { again: 'sms' });
    expect([await smsOf(ann), await smsOf(bob)]).toEqual(['not_sent', 'not_sent']);
  });

  it('leaves a contact stopped that stopped it on a page of its own', async () => {
    const ann = someone();
    const annsPage = await pageOf(ann);
    const bob = { ...someone(), email: ann.email };
    await registerWithConsent(stack, bob, ['email', 'sms']);
    await queue(stack, bob, `for ${bob.id}`);
    const bobs = await until('his first email', async () =>
      (await arrived(stack, ann)).find(({ text }) => text.startsWith(`for ${bob.id}`)),
    );
    const emailOf = async (person: Person) => (await lightOf(stack, person)).channels.email?.state;
    await submit(annsPage, { stop: 'email' });
    await submit(pageIn(bobs), { stop: 'email' });
    await submit(annsPage, { again: 'email' });
    expect([await emailOf(ann), await emailOf(bob)]).toEqual(['not_sent', 'revoked']);
  });
});

it('a STOP that arrives while "again" is pressed stands', async () => {
  const ann = someone();
  const page = await pageOf(ann);
  await submit(page, { stop: 'sms' });
  const channel = await stack.db.prisma.channel.findFirstOrThrow({
    where: { contactId: ann.id, method: 'sms' },
  });
  const pressed = await stack.db.prisma.$transaction(async (sql) => {
    const addressHash = channel.addressHash!;
    await lockFirstHolders(sql, { practiceId: stack.practiceId, method: 'sms', addressHash });
    const answer = submit(page, { again: 'sms' });
    await until('it waits for the contact', async () => {
      const [row] = await stack.db.prisma.$queryRaw<{ waits: boolean }[]>`
        SELECT bool_or(NOT granted) AS waits FROM pg_locks`;
      return row?.waits ?? false;
    });
    // What the phone’s STOP leaves behind.
    await sql.suppression.updateMany({
      where: { addressHash: channel.addressHash! },
      data: { reason: 'STOP' },
    });
    return { answer };
  });
  await pressed.answer;
  expect(await smsOf(ann)).toBe('revoked');
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preferenceTokens } from '../src/record/links/preference-link-store.ts';
import { readContact } from '../src/record/consent/contact-lock.ts';
import { open, submit } from './harness/pages.ts';
import {
  arrived,
  contents,
  isOptIn,
  lightOf,
  queue,
  register,
  registerWithConsent,
  someone,
  type Person,
} from './harness/people.ts';
import { says as textTo } from './harness/practice-calls.ts';
import { startStack, until, type OutboxEntry, type Stack } from './harness/stack.ts';

/** A stop or a hold is its author's to take back (src/core/consent/authors.ts). */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

type Method = 'email' | 'sms';

const says = (person: Person, text: string) => textTo(stack, person, text, '+12025550100');
const channelOf = async (person: Person, method: Method) =>
  (await lightOf(stack, person)).channels[method];
const smsOf = (person: Person) => channelOf(person, 'sms');
const stateOf = async (person: Person, method: Method) => (await channelOf(person, method))?.state;
const emailsOf = (...people: Person[]) => Promise.all(people.map((one) => stateOf(one, 'email')));
const offers = async (page: string, method: Method): Promise<boolean> =>
  new RegExp(`<button[^>]*name="again"[^>]*value="${method}"`).test((await open(page)).html);

/** The page of somebody, from a link that was sent to their mailbox or texted to their number. */
async function pageOf({ id: contactId }: Person, method: Method): Promise<string> {
  const ref = { practiceId: stack.practiceId, contactId };
  const contact = (await readContact(stack.db.prisma, ref))!;
  const tokens = await preferenceTokens(stack.db, stack.db.prisma, [contact], method);
  return `${stack.url}/p/${tokens.get(contactId)}`;
}

/** Nothing to press there, and pressing it all the same changes nothing. */
async function staysClosed(page: string, method: Method, people: Person[]): Promise<void> {
  expect(await offers(page, method)).toBe(false);
  const before = await Promise.all(people.map((one) => channelOf(one, method)));
  expect((await submit(page, { again: method })).html).toContain('Nothing was changed.');
  expect(await Promise.all(people.map((one) => channelOf(one, method)))).toEqual(before);
}

async function opens(page: string, method: Method, person: Person): Promise<void> {
  expect(await offers(page, method)).toBe(true);
  await submit(page, { again: method });
  expect(['not_sent', 'sent']).toContain(await stateOf(person, method));
}

const methods: Method[] = ['email', 'sms'];

async function agreed(more: Partial<Person> = {}): Promise<Person> {
  const person = { ...someone(), ...more };
  await registerWithConsent(stack, person, methods);
  return person;
}

/** Two people who share a phone or a mailbox, and agreed. */
async function pair(shared: 'phone' | 'email'): Promise<[Person, Person]> {
  const ann = await agreed();
  return [ann, await agreed({ [shared]: ann[shared] })];
}

async function settle(person: Person): Promise<void> {
  const { body } = await stack.call<{ items: { id: string; contactId?: string }[] }>(
    'GET',
    '/v1/inbound?limit=200&handled=false',
  );
  for (const { id } of body.items.filter(({ contactId }) => contactId === person.id)) {
    const path = `/v1/inbound/${id}/resolve`;
    expect((await stack.call('POST', path, { as: 'nothing' })).status).toBe(200);
  }
}

async function toldStaff({ id }: Person, method: Method): Promise<void> {
  const path = `/v1/contacts/${id}/consents/${method}`;
  expect((await stack.call('DELETE', path)).status).toBe(200);
}

describe.each([
  ['Wrong number, this is not Ann'],
  ['My mother passed away last week'],
  ['not interested'],
])('“%s” from a phone, and the page that an email opened', (words) => {
  it('holds the number through a stop there, which takes back itself alone', async () => {
    const ann = await agreed();
    const page = await pageOf(ann, 'email');
    await says(ann, words);
    await staysClosed(page, 'sms', [ann]);
    await submit(page, { stop: 'sms' });
    expect(await smsOf(ann)).toMatchObject({ state: 'revoked', doubtful: true });
    await staysClosed(page, 'sms', [ann]);
    // A contact that gets the number meanwhile is held and stopped too.
    const ben = { ...someone(), phone: ann.phone };
    await register(stack, ben, ['sms']);
    expect(await smsOf(ben)).toMatchObject({ state: 'revoked', doubtful: true });
    await settle(ann);
    for (const person of [ann, ben]) {
      expect(await smsOf(person)).toMatchObject({ state: 'revoked' });
      expect(await smsOf(person)).not.toHaveProperty('doubtful');
    }
    await opens(page, 'sms', ann);
  });

  it('holds the number where it was stopped there before', async () => {
    const ann = await agreed();
    const page = await pageOf(ann, 'email');
    await submit(page, { stop: 'sms' });
    await says(ann, words);
    expect(await smsOf(ann)).toMatchObject({ state: 'revoked', doubtful: true });
    await staysClosed(page, 'sms', [ann]);
    const ben = { ...someone(), phone: ann.phone };
    await register(stack, ben, ['sms']);
    expect(await smsOf(ben)).toMatchObject({ state: 'revoked', doubtful: true });
    await settle(ann);
    await opens(page, 'sms', ann);
    expect(await stateOf(ben, 'sms')).not.toBe('revoked');
  });

  it('is over with START, and with STOP, which no page takes back', async () => {
    const [ann, bob] = [await agreed(), await agreed()];
    for (const [person, word] of [
      [ann, 'START'],
      [bob, 'STOP'],
    ] as const) {
      const page = await pageOf(person, 'email');
      await submit(page, { stop: 'sms' });
      await says(person, words);
      await says(person, word);
      expect(await smsOf(person)).not.toHaveProperty('doubtful');
    }
    expect(await stateOf(ann, 'sms')).not.toBe('revoked');
    expect(await stateOf(bob, 'sms')).toBe('revoked');
    for (const method of methods) await staysClosed(await pageOf(bob, method), 'sms', [bob]);
  });
});

it('nobody at a wrong number is asked, or counts, whatever a page says', async () => {
  const ann = await agreed();
  const page = await pageOf(ann, 'email');
  await says(ann, 'Wrong number, this is not Ann');
  for (const form of [{ stop: 'sms' }, { again: 'sms' }]) await submit(page, form);
  await queue(stack, ann, 'secret');
  await says(ann, 'YES');
  await until('by email', async () => (await contents(stack, ann, 'email')).includes('secret'));
  const texts = (await arrived(stack, ann)).filter(({ channel }) => channel === 'sms');
  expect(texts.filter((entry) => isOptIn(entry) || entry.text.includes('secret'))).toEqual([]);
  expect(await smsOf(ann)).toMatchObject({ state: 'revoked', doubtful: true });
});

describe('a phone that two share', () => {
  it('at a wrong number, stays held when staff stopped one of them', async () => {
    const [ann, ben] = await pair('phone');
    await says(ann, 'Wrong number');
    await toldStaff(ann, 'sms');
    for (const method of methods) await staysClosed(await pageOf(ann, method), 'sms', [ann, ben]);
    expect(await smsOf(ben)).toMatchObject({ state: 'accepted', doubtful: true });
  });

  it('lets one of them settle what may be a stop, and takes back no stop of the other', async () => {
    const [ann, ben] = await pair('phone');
    await toldStaff(ben, 'sms');
    await says(ann, 'not interested');
    await submit(await pageOf(ann, 'sms'), { again: 'sms' });
    expect(await smsOf(ann)).not.toHaveProperty('doubtful');
    expect(await smsOf(ben)).toMatchObject({ state: 'revoked', reason: 'by staff' });
    expect(await smsOf(ben)).not.toHaveProperty('doubtful');
  });

  it('that said STOP says START: no page does, whichever way its link came', async () => {
    const [ann, ben] = await pair('phone');
    const page = await pageOf(ann, 'sms');
    await says(ann, 'STOP');
    await staysClosed(page, 'sms', [ann, ben]);
    await submit(page, { stop: 'sms' });
    await staysClosed(page, 'sms', [ann, ben]);
    await says(ann, 'START');
    for (const person of [ann, ben]) expect(await stateOf(person, 'sms')).not.toBe('revoked');
  });

  it('that says STOP after a stop on a page makes it the phone’s', async () => {
    const ann = await agreed();
    const page = await pageOf(ann, 'sms');
    await submit(page, { stop: 'sms' });
    await says(ann, 'STOP');
    await staysClosed(page, 'sms', [ann]);
  });

  it('and that both stopped on their pages, is opened by START for both', async () => {
    const [ann, ben] = await pair('phone');
    for (const person of [ann, ben]) await submit(await pageOf(person, 'sms'), { stop: 'sms' });
    for (const person of [ann, ben])
      await staysClosed(await pageOf(person, 'email'), 'sms', [ann, ben]);
    await says(ann, 'START');
    for (const person of [ann, ben]) expect(await stateOf(person, 'sms')).not.toBe('revoked');
  });
});

it('what was stopped on a page is taken back on the page, by whichever link it is opened', async () => {
  for (const [stopped, back] of [
    ['email', 'sms'],
    ['sms', 'email'],
    ['sms', 'sms'],
  ] as const) {
    const ann = await agreed();
    await submit(await pageOf(ann, stopped), { stop: 'sms' });
    await opens(await pageOf(ann, back), 'sms', ann);
  }
});

describe('what the practice was told', () => {
  it.each(methods)(
    '(%s) is the practice’s to take back, also where the page said stop too',
    async (method) => {
      const [ann, bob] = [await agreed(), await agreed()];
      await toldStaff(ann, method);
      await staysClosed(await pageOf(ann, method), method, [ann]);
      const page = await pageOf(bob, method);
      await toldStaff(bob, method);
      await submit(page, { stop: method });
      await staysClosed(page, method, [bob]);
    },
  );

  it('and took back, leaves the stop on the page, which is taken back there', async () => {
    const ann = await agreed();
    const page = await pageOf(ann, 'sms');
    await submit(page, { stop: 'sms' });
    await toldStaff(ann, 'sms');
    await staysClosed(page, 'sms', [ann]);
    const restore = `/v1/contacts/${ann.id}/consents/sms/restore`;
    expect((await stack.call('POST', restore)).status).toBe(200);
    expect(await stateOf(ann, 'sms')).toBe('revoked');
    await opens(page, 'sms', ann);
  });

  it('under another id of the same person counts when the two become one', async () => {
    const [ann, twin] = await pair('phone');
    const page = await pageOf(ann, 'email');
    await submit(page, { stop: 'sms' });
    await toldStaff(twin, 'sms');
    const merge = `/v1/contacts/${twin.id}/merge`;
    expect((await stack.call('POST', merge, { into: ann.id })).status).toBe(200);
    await staysClosed(page, 'sms', [ann]);
  });

  it('is remembered with the address when another comes back to it', async () => {
    const [ann, ben] = await pair('phone');
    await toldStaff(ben, 'sms');
    const page = await pageOf(ann, 'email');
    await submit(page, { stop: 'sms' });
    await opens(page, 'sms', ann);
    const again = { ...someone(), phone: ann.phone };
    await register(stack, again, ['sms']);
    expect(await smsOf(again)).toMatchObject({ state: 'revoked', reason: 'by staff' });
  });
});

it('a stop under one id is taken back on the page of the person that both are', async () => {
  const [ann, twin] = await pair('phone');
  await submit(await pageOf(twin, 'sms'), { stop: 'sms' });
  await staysClosed(await pageOf(ann, 'sms'), 'sms', [ann, twin]);
  const merge = `/v1/contacts/${twin.id}/merge`;
  expect((await stack.call('POST', merge, { into: ann.id })).status).toBe(200);
  await opens(await pageOf(ann, 'sms'), 'sms', ann);
});

describe('a mailbox that two share', () => {
  /** An email to each, with its links. */
  async function written(): Promise<{
    ann: Person;
    ben: Person;
    leave: (of: Person) => Promise<void>;
    bens: OutboxEntry;
  }> {
    const [ann, ben] = await pair('email');
    for (const person of [ann, ben]) await queue(stack, person, `for ${person.id}`);
    const mailOf = ({ id }: Person) =>
      until(`an email for ${id}`, async () =>
        (await stack.outbox(ann.email)).find(({ text }) => text.startsWith(`for ${id}`)),
      );
    const mails = new Map([
      [ann.id, await mailOf(ann)],
      [ben.id, await mailOf(ben)],
    ]);
    const leave = async ({ id }: Person): Promise<void> => {
      const link = /https?:\/\/\S+\/u\/[\w-]+/.exec(mails.get(id)!.text)![0];
      expect((await submit(link, { 'List-Unsubscribe': 'One-Click' })).status).toBe(200);
    };
    return { ann, ben, leave, bens: mails.get(ben.id)! };
  }

  it('is opened again by the one who unsubscribed, on the page of their own emails', async () => {
    const { ann, ben, leave } = await written();
    await leave(ben);
    expect(await emailsOf(ann, ben)).toEqual(['revoked', 'revoked']);
    await staysClosed(await pageOf(ann, 'email'), 'email', [ann, ben]);
    await staysClosed(await pageOf(ben, 'sms'), 'email', [ann, ben]);
    await opens(await pageOf(ben, 'email'), 'email', ben);
    expect(await stateOf(ann, 'email')).not.toBe('revoked');
  });

  it.each(['unsubscribes and unsubscribes', 'stops and unsubscribes', 'unsubscribes and stops'])(
    'is opened by each for themselves alone where both said so: one %s',
    async (acts) => {
      const { ann, ben, leave } = await written();
      const [first, second] = acts.split(' and ');
      for (const [person, act] of [
        [ann, first],
        [ben, second],
      ] as const)
        if (act === 'stops') await submit(await pageOf(person, 'email'), { stop: 'email' });
        else await leave(person);
      for (const person of [ann, ben])
        await staysClosed(await pageOf(person, 'sms'), 'email', [ann, ben]);
      // Registered meanwhile: it was stopped by both, and is nobody's to bring back.
      const cyd = { ...someone(), email: ann.email };
      await register(stack, cyd, ['email']);
      await opens(await pageOf(ann, 'email'), 'email', ann);
      expect(await emailsOf(ben, cyd)).toEqual(['revoked', 'revoked']);
      await opens(await pageOf(ben, 'email'), 'email', ben);
      expect(await stateOf(cyd, 'email')).toBe('revoked');
    },
  );

  it('keeps each of the stops as evidence, once', async () => {
    const { ann, ben, leave } = await written();
    for (const person of [ben, ben, ann, ann, ben]) await leave(person);
    const { body } = await stack.call<{ items: { type: string; fields: { linkOf?: string } }[] }>(
      'GET',
      `/v1/contacts/${ann.id}/evidence`,
    );
    const stops = body.items.filter(({ type }) => type === 'revoked');
    expect(stops.map(({ fields }) => fields.linkOf)).toEqual([ben.id, ann.id]);
  });

  it('is opened by nobody’s page after a complaint', async () => {
    const { ann, ben, bens } = await written();
    await stack.control('/events', { type: 'complained', id: bens.id });
    await until('it is stopped', async () => (await stateOf(ann, 'email')) === 'revoked');
    for (const person of [ann, ben])
      await staysClosed(await pageOf(person, 'email'), 'email', [ann, ben]);
  });
});

import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eraseContact } from '../src/features/contacts/erase.ts';
import { addressHash } from '../src/record/contacts/contact-store.ts';
import { createPractice } from '../src/record/practices/practice-store.ts';
import { codeLimits } from '../src/core/limits/code-limits.ts';
import { limits } from '../src/core/limits.ts';
import { networkOf } from '../src/core/network.ts';
import {
  begin,
  both,
  byEmail,
  bySms,
  choose,
  chooseHosted,
  codesTo,
  codeTo,
  otherThan,
  prove,
} from './harness/bookings.ts';
import { fieldsOf, open, submit } from './harness/pages.ts';
import { register, someone, type Person } from './harness/people.ts';
import { testIdentity } from './harness/service.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/** Abuse that a first booking does not allow to people who pose as somebody else. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

type Found = { id: string; name: string; methods: string[]; email?: string; phone?: string };

async function contactsWith(address: string): Promise<Found[]> {
  const query = encodeURIComponent(address);
  const { body } = await stack.call<{ items: Found[] }>('GET', `/v1/contacts?query=${query}`);
  return body.items;
}

async function notes({ id }: Pick<Person, 'id'>): Promise<object[]> {
  const { body } = await stack.call<{ items: { contactId: string }[] }>(
    'GET',
    '/v1/inbound?handled=false',
  );
  return body.items.filter(({ contactId }) => contactId === id);
}

const toAny = async (addresses: string[]): Promise<string[]> =>
  (await Promise.all(addresses.map((address) => codesTo(stack, address)))).flat();

const newestSession = () =>
  stack.db.prisma.bookingSession.findFirstOrThrow({ orderBy: { createdAt: 'desc' } });

/** Which six digits the newest code for an address is; undefined: none. */
async function digitsThatWork(email: string): Promise<string | undefined> {
  const { id } = await newestSession();
  const { codeHash } = await stack.db.prisma.bookingCode.findFirstOrThrow({
    where: { sessionId: id },
    orderBy: { createdAt: 'desc' },
  });
  for (let n = 0; n < 1_000_000; n += 1) {
    // The service lives in this process too.
    if (n % 20_000 === 0) await setImmediate();
    const digits = String(n).padStart(6, '0');
    const hash = stack.db.lookup.hash('code', JSON.stringify([id, 'email', email, digits]));
    if (hash === codeHash) return digits;
  }
  return undefined;
}

describe('a code that was not sent', () => {
  it('cannot be guessed: no digits are right', async () => {
    const ann = someone();
    for (let asked = 0; asked < limits.codesPerHour; asked += 1)
      await choose(await begin(stack), byEmail(ann));
    const last = await codeTo(stack, ann.email, limits.codesPerHour);
    expect(await digitsThatWork(ann.email)).toBe(last);
    await choose(await begin(stack), byEmail(ann));
    expect(await digitsThatWork(ann.email)).toBeUndefined();
  }, 60_000);
});

it('nobody guesses by asking for code after code: after so many wrong ones none is right', async () => {
  const guesser = await startStack();
  try {
    const guess = async (right: boolean) => {
      const person = someone();
      const link = await chooseHosted(guesser, byEmail(person));
      const code = await codeTo(guesser, person.email);
      const tries = right
        ? [code]
        : Array.from({ length: limits.codeTries }, () => otherThan(code));
      for (const codeEmail of tries) await submit(link, { do: 'prove', codeEmail });
      const query = encodeURIComponent(person.email);
      return guesser.call<{ items: Found[] }>('GET', `/v1/contacts?query=${query}`);
    };
    expect((await guess(true)).body.items).toHaveLength(1);
    for (let wrong = 0; wrong < codeLimits.networkWrongPerHour; wrong += limits.codeTries)
      expect((await guess(false)).body.items).toEqual([]);
    expect((await guess(true)).body.items).toEqual([]);
    guesser.time.offsetMs += 3_600_000 + 60_000;
    expect((await guess(true)).body.items).toHaveLength(1);
  } finally {
    await guesser.stop();
  }
});

describe('a reader of somebody else’s mailbox', () => {
  it('cannot have their messages sent to a phone of their own', async () => {
    const [ann, relative] = [someone(), someone()];
    await register(stack, ann, ['email']);
    const link = await chooseHosted(stack, both({ ...relative, email: ann.email }));
    for (const part of [{ email: ann.email }, { phone: relative.phone }])
      expect((await prove(stack, link, part)).status).toBe(200);
    expect((await stack.call<Found>('GET', `/v1/contacts/${ann.id}`)).body).toMatchObject({
      methods: ['email'],
      name: 'Ann Example',
    });
    expect(await contactsWith(relative.phone)).toEqual([]);
    expect(await notes(ann)).toMatchObject([
      { meaning: 'booking', method: 'sms', from: relative.phone },
    ]);
  });

  it('cannot either where the practice’s scheduler began the booking without naming a contact', async () => {
    const [ann, relative] = [someone(), someone()];
    await register(stack, ann, ['email']);
    const link = await begin(stack);
    await choose(link, both({ ...relative, email: ann.email }));
    await prove(stack, link, { email: ann.email, phone: relative.phone });
    expect(await contactsWith(relative.phone)).toEqual([]);
    expect(await notes(ann)).toHaveLength(1);
  });
});

it('a contact that the booking itself registered gets both addresses, proven one after the other', async () => {
  const ann = someone();
  const link = await chooseHosted(stack, both(ann));
  await prove(stack, link, { email: ann.email });
  await prove(stack, link, { phone: ann.phone });
  expect(await contactsWith(ann.email)).toMatchObject([
    { methods: ['email', 'sms'], phone: ann.phone, light: 'green' },
  ]);
});

describe('a booking that goes on while staff tidy up', () => {
  /** Somebody new, with one address proven and the other still to come. */
  async function halfBooked(): Promise<{ ann: Person; link: string; id: string }> {
    const ann = someone();
    const link = await chooseHosted(stack, both(ann));
    await prove(stack, link, { email: ann.email });
    const [found] = await contactsWith(ann.email);
    return { ann, link, id: found!.id };
  }

  it('writes to the contact that its own was merged into, and does not revive the old id', async () => {
    const { ann, link, id } = await halfBooked();
    const bob = someone();
    await register(stack, bob, ['email']);
    const merged = await stack.call('POST', `/v1/contacts/${id}/merge`, { into: bob.id });
    expect(merged.status).toBe(200);
    await prove(stack, link, { phone: ann.phone });
    const row = await stack.db.prisma.contact.findFirstOrThrow({ where: { id } });
    expect(row.mergedInto).toBe(bob.id);
    expect(await contactsWith(ann.phone)).toEqual([]);
    expect(await notes(bob)).toMatchObject([{ method: 'sms', from: ann.phone }]);
  });

  it('is over for a contact that is erased: nothing more is proven, and nobody comes back', async () => {
    const { ann, link, id } = await halfBooked();
    expect((await stack.call('DELETE', `/v1/contacts/${id}`)).status).toBe(204);
    expect((await prove(stack, link, { phone: ann.phone })).status).toBe(404);
    expect(await contactsWith(ann.phone)).toEqual([]);
    const row = await stack.db.prisma.contact.findFirstOrThrow({ where: { id } });
    expect(row).toMatchObject({ registered: false, nameEnc: null });
  });

  it('begun later for the erased id is somebody new’s', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await stack.call('DELETE', `/v1/contacts/${ann.id}`);
    const link = await begin(stack, { contactId: ann.id });
    await choose(link, byEmail(ann));
    await prove(stack, link, { email: ann.email });
    const [found] = await contactsWith(ann.email);
    expect(found!.id).not.toBe(ann.id);
  });

  it('is over too for a contact that is erased in the very moment in which the code is entered', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const link = await begin(stack, { contactId: ann.id });
    await choose(link, byEmail(ann));
    const code = await codeTo(stack, ann.email);
    const { practiceId } = stack;
    const entered = await stack.db.prisma.$transaction(async (sql) => {
      await eraseContact(stack.db, sql, { practiceId, contactId: ann.id });
      const page = submit(link, { do: 'prove', codeEmail: code });
      await until('it waits for the erasure', async () => {
        const [row] = await stack.db.prisma.$queryRaw<{ waits: boolean }[]>`
          SELECT bool_or(NOT granted) AS waits FROM pg_locks`;
        return row?.waits ?? false;
      });
      return { page };
    });
    expect((await entered.page).status).toBe(404);
    const row = await stack.db.prisma.contact.findFirstOrThrow({ where: { id: ann.id } });
    expect(row.registered).toBe(false);
    expect(await contactsWith(ann.email)).toEqual([]);
  });
});

describe('the page that anybody can open', () => {
  it('begins nothing where something has to be filled in otherwise', async () => {
    const page = `${stack.url}/book/${stack.practiceId}`;
    const { html } = await open(page);
    const token = /name="token" value="([^"]+)"/.exec(html)![1]!;
    const before = await stack.db.prisma.bookingSession.count();
    const refused = await submit(page, { do: 'choose', token, name: '' });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.html).toContain(token);
    expect(await stack.db.prisma.bookingSession.count()).toBe(before);
  });

  it('one network has a share of the practice’s codes, and the others go on', async () => {
    const page = `${stack.url}/book/${stack.practiceId}`;
    const from = async (ip: string, person: Person) => {
      const headers = { 'x-forwarded-for': ip };
      const { html } = await open(page, { headers });
      const body = new URLSearchParams({ ...fieldsOf(html), do: 'choose', ...byEmail(person) });
      return (await fetch(page, { method: 'POST', headers, body, redirect: 'manual' })).status;
    };
    const people = Array.from({ length: codeLimits.networkPerHour + 1 }, () => someone());
    // Never twice from the same address, always from the same network.
    for (const [n, person] of people.slice(1).entries())
      expect(await from(`198.51.100.${n + 1}`, person)).toBe(303);
    expect(await from('198.51.100.250', people[0]!)).toBe(429);
    expect(await from('198.51.101.1', people[0]!)).toBe(303);
    await codeTo(stack, people[0]!.email);
  });

  it('one mailbox is one, however its address is spelt', async () => {
    const tail = someone().id.slice(2);
    const spellings = [
      `victim.${tail}@gmail.com`,
      `v.ictim${tail}@gmail.com`,
      `victim${tail}+a@googlemail.com`,
      `victim${tail}+b@gmail.com`,
      `v.i.c.t.i.m${tail}+c@gmail.com`,
    ];
    for (const email of spellings) await choose(await begin(stack), byEmail({ email }));
    await until('three arrived', async () => (await toAny(spellings)).length === 3);
    const { practiceId } = stack;
    const asked = await stack.db.prisma.codeRequest.findMany({
      where: { practiceId, mailboxHash: addressHash(stack.db, `victim${tail}@gmail.com`) },
      orderBy: { createdAt: 'asc' },
    });
    expect(asked.map(({ queued }) => queued)).toEqual([true, true, true, false, false]);
    expect(await toAny(spellings)).toHaveLength(limits.codesPerHour);
  });

  it('a practice that uses up its codes to a mailbox leaves others theirs, and many cannot bomb it', async () => {
    const ann = someone();
    const sender = { ...testIdentity, emailFrom: 'a@other.example' };
    const others = ['b', 'c', 'd'].map((letter) => `${letter}-${ann.id}`);
    for (const id of others) await createPractice(stack.db, { id, name: id, settings: { sender } });
    const asks = async (practiceId: string): Promise<void> => {
      await chooseHosted(stack, byEmail(ann), practiceId);
    };
    for (let asked = 0; asked <= limits.codesPerHour; asked += 1) await asks(others[0]!);
    await codeTo(stack, ann.email, limits.codesPerHour);
    await choose(await begin(stack), byEmail(ann));
    await codeTo(stack, ann.email, limits.codesPerHour + 1);
    for (const id of others) for (let asked = 0; asked < 3; asked += 1) await asks(id);
    await codeTo(stack, ann.email, limits.mailboxCodesPerHour);
    const mailboxHash = addressHash(stack.db, ann.email);
    const sent = { where: { mailboxHash, queued: true } };
    expect(await stack.db.prisma.codeRequest.count(sent)).toBe(limits.mailboxCodesPerHour);
    expect(await stack.db.prisma.codeRequest.count({ where: { mailboxHash } })).toBe(14);
  });

  it('practices that use up a mailbox leave the practice’s own scheduler its first code', async () => {
    const ann = someone();
    const sender = { ...testIdentity, emailFrom: 'a@other.example' };
    const others = ['e', 'f'].map((letter) => `${letter}-${ann.id}`);
    for (const id of others) {
      await createPractice(stack.db, { id, name: id, settings: { sender } });
      for (let asked = 0; asked < limits.codesPerHour; asked += 1)
        await chooseHosted(stack, byEmail(ann), id);
    }
    await codeTo(stack, ann.email, limits.mailboxCodesPerHour);
    await choose(await begin(stack), byEmail(ann));
    await codeTo(stack, ann.email, limits.mailboxCodesPerHour + 1);
    await choose(await begin(stack), byEmail(ann));
    const sent = { where: { mailboxHash: addressHash(stack.db, ann.email), queued: true } };
    expect(await stack.db.prisma.codeRequest.count(sent)).toBe(limits.mailboxCodesPerHour + 1);
  });

  it.each([
    ['Jamaica', '+1 876 555 1234'],
    ['the Dominican Republic', '+1 809 555 1234'],
    ['the Bahamas', '+1 242 345 1234'],
    ['Bermuda', '+1 441 234 1234'],
    ['a premium range', '+1 900 555 1234'],
  ])('texts no number of %s, though it begins with +1', async (_where, phone) => {
    const page = `${stack.url}/book/${stack.practiceId}`;
    const { html } = await open(page);
    const refused = await submit(page, { do: 'choose', ...bySms({ phone }) }, fieldsOf(html));
    expect(refused.status).toBe(422);
    const number = `+${phone.replaceAll(/\D/g, '')}`;
    expect(await codesTo(stack, number)).toEqual([]);
  });

  it('texts a country that the practice names', async () => {
    const set = (bookingCountries: string[]) =>
      stack.call('PATCH', '/v1/settings', { bookingCountries });
    expect((await set(['XX'])).status).toBe(422);
    expect((await set(['JM'])).status).toBe(200);
    await chooseHosted(stack, bySms({ phone: '+18765551234' }));
    await codeTo(stack, '+18765551234');
    expect((await set([])).status).toBe(200);
  });

  it('texts cost more, and one network has a smaller share of them', async () => {
    const ip = '192.0.2.7';
    await stack.db.prisma.codeRequest.createMany({
      data: Array.from({ length: codeLimits.networkTextsPerHour }, (_, n) => ({
        id: randomUUID(),
        practiceId: stack.practiceId,
        method: 'sms',
        mailboxHash: `hash ${n}`,
        networkHash: stack.db.lookup.hash('network', networkOf(ip)),
        queued: false,
        createdAt: stack.db.clock.now(),
      })),
    });
    const page = `${stack.url}/book/${stack.practiceId}`;
    const headers = { 'x-forwarded-for': ip };
    const { html } = await open(page);
    const press = async (fields: Record<string, string>) => {
      const body = new URLSearchParams({ ...fieldsOf(html), do: 'choose', ...fields });
      return (await fetch(page, { method: 'POST', headers, body, redirect: 'manual' })).status;
    };
    expect(await press(bySms(someone()))).toBe(429);
    expect(await press(byEmail(someone()))).toBe(303);
  });

  it('sends no more codes than a practice may in an hour, also for bookings that were begun before', async () => {
    const [early, late, known] = [someone(), someone(), someone()];
    const begun = await chooseHosted(stack, bySms(early));
    await codeTo(stack, early.phone);
    await stack.db.prisma.$executeRaw`
      INSERT INTO code_requests (id, practice_id, method, mailbox_hash, network_hash, queued, created_at)
      SELECT gen_random_uuid(), ${stack.practiceId}, 'email', 'hash ' || n, 'network ' || n, true, ${stack.db.clock.now()}
      FROM generate_series(1, ${codeLimits.practiceWithNewcomersPerHour}) n`;
    const asked = await submit(begun, { do: 'sendSms' });
    await submit(begun, { do: 'reopen' });
    await choose(begun, bySms(late));
    expect(asked.status).toBe(200);
    expect((await open(`${stack.url}/book/${stack.practiceId}`)).status).toBe(200);
    // A booking begun by the practice's own scheduler is not open to anybody.
    const link = await begin(stack, { contactId: known.id });
    await choose(link, bySms(known));
    await codeTo(stack, known.phone);
    expect(await codesTo(stack, early.phone)).toHaveLength(1);
    expect(await codesTo(stack, late.phone)).toEqual([]);
  });
});

describe('four networks that use up what the page has for an hour', () => {
  const hour = 3_600_000;
  const attackers = [1, 2, 3, 4].map((n) => `192.0.${n}.9`);
  let practiceId: string;
  let serial = 0;
  beforeEach(async () => {
    practiceId = stack.own(`stormed-${(serial += 1)}`);
    const sender = {
      ...testIdentity,
      emailFrom: 'hello@practice.example',
      smsFrom: `+1202555018${serial}`,
    };
    await createPractice(stack.db, { id: practiceId, name: 'Stormed', settings: { sender } });
    // What is left to an address of the tests before.
    stack.time.offsetMs += hour + 60_000;
  });

  const press = async (ip: string, fields: Record<string, string>) => {
    const page = `${stack.url}/book/${practiceId}`;
    const headers = { 'x-forwarded-for': ip };
    const { html } = await open(page);
    const body = new URLSearchParams({ ...fieldsOf(html), do: 'choose', ...fields });
    const answer = await fetch(page, { method: 'POST', headers, body, redirect: 'manual' });
    const location = answer.headers.get('location');
    return { status: answer.status, link: location ? new URL(location, page).href : '' };
  };

  /** Codes that were sent to the attackers within the last hour. */
  const sent = (method: 'email' | 'sms', count: number) =>
    stack.db.prisma.codeRequest.createMany({
      data: Array.from({ length: count }, (_, n) => ({
        id: randomUUID(),
        practiceId,
        method,
        mailboxHash: `${practiceId} ${n}`,
        networkHash: stack.db.lookup.hash('network', networkOf(attackers[n % 4]!)),
        queued: true,
        createdAt: stack.db.clock.now(),
      })),
    });

  it.each([
    ['email', codeLimits.practicePerHour, codeLimits.networkFirstPerHour, byEmail],
    ['sms', codeLimits.practiceTextsPerHour, codeLimits.networkFirstTextsPerHour, bySms],
  ] as const)(
    'leave every other network its first codes by %s, and get no more themselves',
    async (method, practices, networks, choice) => {
      await sent(method, practices);
      expect((await press(attackers[0]!, choice(someone()))).status).toBe(429);
      const people = Array.from({ length: networks }, () => someone());
      for (const person of people)
        expect((await press('203.0.113.5', choice(person))).status).toBe(303);
      for (const { email, phone } of people)
        await codeTo(stack, method === 'email' ? email : phone);
      expect((await press('203.0.113.6', choice(someone()))).status).toBe(429);
    },
  );

  it.each([
    ['email', codeLimits.practiceWithNewcomersPerHour, byEmail],
    ['sms', codeLimits.practiceTextsWithNewcomersPerHour, bySms],
  ] as const)('cost no more than so much by %s, whoever asks', async (method, most, choice) => {
    await sent(method, most - 1);
    expect((await press('203.0.113.5', choice(someone()))).status).toBe(303);
    expect((await press('198.51.100.5', choice(someone()))).status).toBe(429);
  });

  it('do not keep the others’ right codes from being taken by entering wrong ones', async () => {
    for (const ip of attackers)
      for (let asked = 0; asked * limits.codeTries < codeLimits.networkWrongPerHour; asked += 1)
        expect((await press(ip, byEmail(someone()))).status).toBe(303);
    // As if each of these codes had been guessed at.
    const wrong = await stack.db.prisma.$executeRaw`
      UPDATE booking_codes SET tries = ${limits.codeTries}
      WHERE id IN (SELECT id FROM code_requests WHERE practice_id = ${practiceId})`;
    expect(wrong * limits.codeTries).toBe(codeLimits.wrongPerHour);
    const ann = someone();
    const { link } = await press('203.0.113.5', byEmail(ann));
    await prove(stack, link, { email: ann.email });
    const registered = { practiceId, registered: true };
    expect(await stack.db.prisma.contact.count({ where: registered })).toBe(1);
    // A network with more than a mistake of its own waits with the rest.
    const bob = someone();
    const { link: late } = await press('203.0.113.5', byEmail(bob));
    const code = await codeTo(stack, bob.email);
    for (let tries = 0; tries < codeLimits.networkFirstWrongPerHour; tries += 1)
      await submit(late, { do: 'prove', codeEmail: otherThan(code) });
    await submit(late, { do: 'prove', codeEmail: code });
    expect(await stack.db.prisma.contact.count({ where: registered })).toBe(1);
  });
});

describe('the practice’s own scheduler', () => {
  /** Codes within the last hour, for bookings that it began. */
  const asked = (practiceId: string, method: 'email' | 'sms', count: number) =>
    stack.db.prisma.$executeRaw`
      INSERT INTO code_requests (id, practice_id, method, mailbox_hash, queued, created_at)
      SELECT gen_random_uuid(), ${practiceId}, ${method}, ${method} || ' hash ' || n, true, ${stack.db.clock.now()}
      FROM generate_series(1, ${count}) n`;
  const forget = () =>
    stack.db.prisma.codeRequest.deleteMany({ where: { practiceId: stack.practiceId } });

  it('sends so many texts an hour, and emails beyond them', async () => {
    await forget();
    const [last, late] = [someone(), someone()];
    await asked(stack.practiceId, 'sms', codeLimits.schedulerTextsPerHour - 1);
    const begun = await begin(stack);
    await choose(begun, bySms(last));
    await codeTo(stack, last.phone);
    const again = await submit(begun, { do: 'sendSms' });
    expect(again.status).toBe(429);
    const refused = await choose(await begin(stack), bySms(late));
    expect(refused.status).toBe(429);
    expect(refused.html).toContain('try again later');
    await choose(await begin(stack), byEmail(late));
    await codeTo(stack, late.email);
    expect(await codesTo(stack, last.phone)).toHaveLength(1);
    expect(await codesTo(stack, late.phone)).toEqual([]);
  });

  it('sends so many codes an hour, of which the public page’s are none and others’ are none', async () => {
    await forget();
    const [last, late, hosted] = [someone(), someone(), someone()];
    const crowded = stack.own('crowded');
    await createPractice(stack.db, { id: crowded, name: 'Crowded' });
    await asked(crowded, 'email', codeLimits.schedulerPerHour);
    await chooseHosted(stack, byEmail(hosted));
    await asked(stack.practiceId, 'email', codeLimits.schedulerPerHour - 1);
    await choose(await begin(stack), byEmail(last));
    await codeTo(stack, last.email);
    const refused = await choose(await begin(stack), byEmail(late));
    expect(refused.status).toBe(429);
    expect(await codesTo(stack, late.email)).toEqual([]);
    const where = { practiceId: stack.practiceId, queued: true, networkHash: null };
    expect(await stack.db.prisma.codeRequest.count({ where })).toBe(codeLimits.schedulerPerHour);
  });

  it('gets no code back for an erased contact', async () => {
    await forget();
    const [erased, late] = [someone(), someone()];
    await register(stack, erased, ['email']);
    await asked(stack.practiceId, 'email', codeLimits.schedulerPerHour - 1);
    await choose(await begin(stack, { contactId: erased.id }), byEmail(erased));
    // Not while the code is at the provider.
    await until('the contact is erased', async () => {
      const { status } = await stack.call('DELETE', `/v1/contacts/${erased.id}`);
      return status === 204;
    });
    expect((await choose(await begin(stack), byEmail(late))).status).toBe(429);
  });

  it('sends no more where many press at once', async () => {
    await forget();
    const people = Array.from({ length: 6 }, () => someone());
    await asked(stack.practiceId, 'email', codeLimits.schedulerPerHour - 2);
    const links = await Promise.all(people.map(() => begin(stack)));
    await Promise.all(links.map((link, n) => choose(link, byEmail(people[n]!))));
    const where = { practiceId: stack.practiceId, queued: true };
    expect(await stack.db.prisma.codeRequest.count({ where })).toBe(codeLimits.schedulerPerHour);
    await until(
      'both arrived',
      async () => (await toAny(people.map(({ email }) => email))).length === 2,
    );
  });
});

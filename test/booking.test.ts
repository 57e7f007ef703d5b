import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvidence } from './harness/evidence.ts';
import { createPractice } from '../src/record/practices/practice-store.ts';
import { forgetOld } from '../src/delivery/sweep-store.ts';
import { limits } from '../src/core/limits.ts';
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
  someoneAlike,
} from './harness/bookings.ts';
import { fieldsOf, open, submit, textOf } from './harness/pages.ts';
import {
  arrived,
  contents,
  isOptIn,
  lightOf,
  optIns,
  queue,
  register,
  someone,
  type Person,
} from './harness/people.ts';
import { testIdentity } from './harness/service.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const set = async (settings: object): Promise<void> => {
  expect((await stack.call('PATCH', '/v1/settings', settings)).status).toBe(200);
};

type Entry = { type: string; method?: string; fields: Record<string, unknown> };

async function booked({ id }: Pick<Person, 'id'>): Promise<Entry[]> {
  const ref = { practiceId: stack.practiceId, contactId: id };
  const { entries, problems } = await readEvidence(stack.db, ref);
  expect(problems).toEqual([]);
  return (entries as Entry[]).filter(({ type }) => type === 'booked');
}

async function notes({ id }: Pick<Person, 'id'>): Promise<Record<string, string>[]> {
  const { body } = await stack.call<{ items: Record<string, string>[] }>(
    'GET',
    '/v1/inbound?handled=false',
  );
  return body.items.filter(({ contactId }) => contactId === id);
}

/** All that a booking can change, apart from how what it sent is getting on. */
async function record(): Promise<string> {
  const { prisma } = stack.db;
  return JSON.stringify([
    await prisma.bookingSession.findMany({ orderBy: { id: 'asc' } }),
    await prisma.bookingCode.findMany({ orderBy: { id: 'asc' } }),
    await prisma.delivery.count({ where: { purpose: 'code' } }),
    await prisma.ledgerEntry.count(),
    await prisma.inboundMessage.count(),
    await prisma.contact.count(),
  ]);
}

const contactsNow = () => stack.db.prisma.contact.count({ where: { registered: true } });

const deliveriesTo = (purpose: string) =>
  stack.db.prisma.delivery.findMany({ where: { purpose }, orderBy: { createdAt: 'desc' } });

describe('a booking that a scheduler begins', () => {
  it('asks, proves both addresses, and what is queued then leaves without an opt-in', async () => {
    await set({ privacyPolicy: { url: 'https://practice.example/privacy', version: '2026-11' } });
    const ann = someone();
    const returnUrl = 'https://scheduler.example/done?visit=42';
    const link = await begin(stack, { contactId: ann.id, returnUrl });
    const page = await open(link);
    expect(page.status).toBe(200);
    expect(textOf(page.html)).toMatch(/The risks: .*I have read the privacy policy/s);
    expect(page.html).toContain('href="https://practice.example/privacy"');
    expect(page.html).not.toContain(' checked');

    const asked = await choose(link, both(ann));
    expect(asked.status).toBe(200);
    expect(textOf(asked.html)).toContain('Enter your code');
    for (const personal of ['Zuleika', ann.email, ann.phone])
      expect(asked.html).not.toContain(personal);
    expect(await contactsNow()).toBe(0);

    const done = await prove(stack, link, ann);
    expect(done.status).toBe(200);
    expect(textOf(done.html)).toMatch(
      /Thank you!.*can email you.*can text you.*version 2026-11.*Promotions.*Other/s,
    );
    expect(done.html).toContain(`href="${returnUrl}"`);
    expect(await lightOf(stack, ann)).toMatchObject({
      light: 'green',
      channels: { email: { state: 'accepted' }, sms: { state: 'accepted' } },
    });
    await queue(stack, ann, 'hello');
    for (const channel of ['email', 'sms'] as const)
      await until(`it arrived by ${channel}`, async () =>
        (await contents(stack, ann, channel)).includes('hello'),
      );
    expect((await arrived(stack, ann)).filter(isOptIn)).toEqual([]);
  });

  it('keeps as evidence the exact text, the policy’s version, from where, and that a code proved it', async () => {
    const ann = someone();
    const link = await begin(stack, { contactId: ann.id, name: 'Ann Example', locale: 'es' });
    const { html } = await open(link);
    expect(html).toContain('<html lang="es">');
    expect(html).not.toContain('Ann Example');
    expect(html).not.toContain('name="name"');
    await choose(link, byEmail(ann));
    await prove(stack, link, { email: ann.email });
    const [entry] = await booked(ann);
    expect(entry).toMatchObject({
      method: 'email',
      fields: {
        via: 'online_scheduler',
        address: ann.email,
        hosted: false,
        ip: '127.0.0.1',
        pageVersion: 'opt_in/email/es/default-3',
        pageLocale: 'es',
        privacyPolicyVersion: '2026-11',
        privacyPolicyUrl: 'https://practice.example/privacy',
        proof: 'code',
      },
    });
    for (const paragraph of String(entry!.fields['pageText']).split('\n\n'))
      expect(textOf(html)).toContain(paragraph);
    const { body } = await stack.call<{ name: string; locale: string }>(
      'GET',
      `/v1/contacts/${ann.id}`,
    );
    expect(body).toMatchObject({ name: 'Ann Example', locale: 'es' });
  });

  it('says yes for a contact that is waited for, at the addresses that it has', async () => {
    const ann = someone();
    await register(stack, ann);
    await queue(stack, ann, 'held');
    await optIns(stack, ann, 2);
    const { email, phone } = ann;
    const link = await begin(stack, { contactId: ann.id, email, phone, methods: ['email', 'sms'] });
    const page = await open(link);
    for (const whole of [email, phone]) expect(page.html).not.toContain(whole);
    await choose(link, { name: 'Somebody Else', byEmail: 'yes', bySms: 'yes', policy: 'agree' });
    await prove(stack, link, ann);
    for (const channel of ['email', 'sms'] as const)
      await until(`it arrived by ${channel}`, async () =>
        (await contents(stack, ann, channel)).includes('held'),
      );
    const { body } = await stack.call<{ name: string }>('GET', `/v1/contacts/${ann.id}`);
    expect(body.name).toBe('Ann Example');
  });

  it('gives an address only to a contact that had none', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const link = await begin(stack, { contactId: ann.id, name: 'Ann Example' });
    await choose(link, bySms(ann));
    await prove(stack, link, { phone: ann.phone });
    const { body } = await stack.call<object>('GET', `/v1/contacts/${ann.id}`);
    expect(body).toMatchObject({
      methods: ['email', 'sms'],
      email: ann.email,
      phone: ann.phone,
      channels: { email: { state: 'not_sent' }, sms: { state: 'accepted' } },
    });
  });

  it('sends nobody’s messages to another address: it is kept, and staff see it', async () => {
    const [ann, stranger] = [someone(), someone()];
    await register(stack, ann, ['email']);
    const before = await lightOf(stack, ann);
    const link = await begin(stack, { contactId: ann.id, name: 'Ann Example' });
    await choose(link, byEmail(stranger));
    const done = await prove(stack, link, { email: stranger.email });
    expect(textOf(done.html)).toContain('Thank you!');
    expect(await lightOf(stack, ann)).toEqual(before);
    expect((await booked(ann))[0]?.fields).toMatchObject({
      outcome: 'other_address',
      address: stranger.email,
    });
    expect(await notes(ann)).toMatchObject([
      { meaning: 'booking', method: 'email', from: stranger.email },
    ]);
  });

  it('refuses what it could not use, and begins nothing where nothing can be sent', async () => {
    for (const wrong of [
      { email: 'nobody' },
      { phone: '12' },
      { birthDate: '2026-02-30' },
      { returnUrl: 'javascript:alert(1)' },
      { returnUrl: 'ftp://x.example' },
      { returnUrl: 'https://' },
      { methods: [] },
      { methods: ['fax'] },
      { contactId: 'a b' },
      { extra: 1 },
    ]) {
      const { status, body } = await stack.call('POST', '/v1/booking-sessions', wrong);
      expect([wrong, status]).toEqual([wrong, 422]);
      expect(JSON.stringify(body)).not.toContain('nobody');
    }
    expect((await stack.call('POST', '/v1/booking-sessions')).status).toBe(201);
    const link = await begin(stack);
    await set({ messagingEnabled: false });
    try {
      expect(await stack.call('POST', '/v1/booking-sessions', {})).toMatchObject({
        status: 409,
        body: { error: { code: 'practice_off' } },
      });
      expect((await open(link)).status).toBe(503);
      expect((await submit(link, { do: 'choose', ...both(someone()) })).status).toBe(503);
      expect((await open(`${stack.url}/book/${stack.practiceId}`)).status).toBe(503);
    } finally {
      await set({ messagingEnabled: true });
    }
  });
});

describe('the form', () => {
  it('says beside each field what is missing, keeps what was filled in, and sends nothing', async () => {
    const ann = someone();
    const link = await begin(stack);
    const { policy: _policy, ...unticked } = both(ann);
    const before = await stack.db.prisma.bookingCode.count();
    const refused = await choose(link, unticked);
    expect(refused.status).toBe(422);
    expect(refused.html).toMatch(/<title>Error: /);
    expect(refused.html).toMatch(/<p class="wrong" id="policyProblem">Check the box about privacy/);
    expect(refused.html).toMatch(/<input [^>]*name="policy"[^>]*aria-describedby="policyProblem"/);
    expect(refused.html).toContain(`value="${ann.email}"`);
    const empty = await choose(link, {});
    expect(textOf(empty.html)).toMatch(/Enter your name.*Choose at least one way.*privacy/s);
    const bad = await choose(link, { ...both(ann), email: 'x', phone: '1' });
    expect(textOf(bad.html)).toMatch(/Enter an email address.*Enter a mobile number/s);
    expect(await stack.db.prisma.bookingCode.count()).toBe(before);
    expect(textOf((await choose(link, both(ann))).html)).toContain('Enter your code');
  });

  it('is not agreed to when the words changed under the reader', async () => {
    const link = await begin(stack);
    const { html } = await open(link);
    await set({ privacyPolicy: { url: 'https://practice.example/privacy', version: '2026-12' } });
    const stale = { do: 'choose', ...byEmail(someone()) };
    const refused = await submit(link, stale, fieldsOf(html));
    expect(refused.status).toBe(409);
    expect(textOf(refused.html)).toContain('This page has changed');
    const taken = await submit(link, stale, fieldsOf(refused.html));
    expect(textOf(taken.html)).toContain('Enter your code');
  });

  it('speaks of the notice of privacy practices where the practice has no policy of its own', async () => {
    await set({ privacyPolicy: null });
    const ann = someone();
    const link = await begin(stack, { contactId: ann.id });
    expect(textOf((await open(link)).html)).toContain(
      'ask Test Practice for its Notice of Privacy Practices',
    );
    await choose(link, byEmail(ann));
    await prove(stack, link, { email: ann.email });
    expect((await booked(ann))[0]?.fields).toMatchObject({ privacyPolicyVersion: 'unversioned' });
  });

  it('can be filled in again while nothing is proven; the code to the first address then proves nothing', async () => {
    const [typo, ann] = [someone(), someone()];
    const link = await begin(stack, { contactId: ann.id, name: 'Ann Example' });
    await choose(link, byEmail(typo));
    const first = await codeTo(stack, typo.email);
    expect(textOf((await submit(link, { do: 'reopen' })).html)).toContain(
      'How can Test Practice reach you?',
    );
    await choose(link, byEmail(ann));
    const second = await codeTo(stack, ann.email);
    if (first !== second)
      expect((await submit(link, { do: 'prove', codeEmail: first })).status).toBe(422);
    expect((await submit(link, { do: 'prove', codeEmail: second })).status).toBe(200);
    expect((await booked(ann))[0]?.fields).toMatchObject({ address: ann.email });
  });

  it('is decided by its own buttons alone', async () => {
    const link = await begin(stack);
    for (const fields of [{}, { do: '' }, { do: 'accept' }, { decision: 'accept' }]) {
      const { status, headers } = await submit(link, fields);
      expect(status).toBe(422);
      expect(headers.get('content-type')).toContain('text/html');
    }
  });
});

describe('a code', () => {
  it('carries itself and the sender, and nothing about the person', async () => {
    const ann = someone();
    const link = await begin(stack, { contactId: ann.id, name: 'Ann Example' });
    await choose(link, both(ann));
    await codeTo(stack, ann.email);
    await codeTo(stack, ann.phone);
    for (const entry of await arrived(stack, ann)) {
      expect(entry.text).toMatch(/Test Practice.*\b\d{6}\b.*If you did not ask for it/s);
      expect(JSON.stringify(entry)).not.toMatch(/Ann|Example"|Zuleika/);
      expect(entry.text).not.toContain('http');
    }
    const rows = JSON.stringify(await stack.db.prisma.bookingCode.findMany());
    for (const code of [...(await codesTo(stack, ann.email)), ...(await codesTo(stack, ann.phone))])
      expect(rows).not.toContain(`"${code}"`);
  });

  it('ends with five wrong tries, also for the right digits; another one works', async () => {
    const ann = someone();
    const link = await begin(stack, { contactId: ann.id });
    await choose(link, byEmail(ann));
    const code = await codeTo(stack, ann.email);
    const enter = (codeEmail: string) => submit(link, { do: 'prove', codeEmail });
    for (let tries = 1; tries < limits.codeTries; tries += 1) {
      const wrong = await enter(otherThan(code));
      expect(wrong.status).toBe(422);
      expect(wrong.html).toMatch(/id="codeEmailProblem">That is not the code/);
    }
    for (const last of [otherThan(code), code]) {
      const over = await enter(last);
      expect(over.status).toBe(422);
      expect(textOf(over.html)).toContain('no longer works');
    }
    await submit(link, { do: 'sendEmail' });
    const second = await codeTo(stack, ann.email, 2);
    expect(textOf((await enter(` ${second.slice(0, 3)} ${second.slice(3)} `)).html)).toContain(
      'Thank you!',
    );
    expect((await lightOf(stack, ann)).light).toBe('green');
  });

  it('is sent four times for one method, and then no more', async () => {
    const ann = someone();
    const link = await begin(stack);
    await choose(link, byEmail(ann));
    for (let sent = 1; sent < limits.codesPerBooking; sent += 1)
      await submit(link, { do: 'sendEmail' });
    const page = await submit(link, { do: 'sendEmail' });
    expect(textOf(page.html)).toContain('No more codes can be sent by email');
    expect(page.html).not.toContain('value="sendEmail"');
    const { id } = await stack.db.prisma.bookingSession.findFirstOrThrow({
      orderBy: { createdAt: 'desc' },
    });
    expect(await stack.db.prisma.bookingCode.count({ where: { sessionId: id } })).toBe(
      limits.codesPerBooking,
    );
  });

  it('goes to one address three times an hour, across all callers; the page does not show it', async () => {
    const ann = someone();
    const other = await open(await begin(stack));
    const pages: string[] = [];
    for (let asked = 0; asked < limits.codesPerHour + 2; asked += 1)
      pages.push((await choose(await begin(stack), byEmail(ann))).html);
    expect(new Set(pages).size).toBe(1);
    expect(other.status).toBe(200);
    await codeTo(stack, ann.email, limits.codesPerHour);
    // A wrong message would leave before one that is requested later.
    const late = someone();
    await choose(await begin(stack), byEmail(late));
    await codeTo(stack, late.email);
    expect(await codesTo(stack, ann.email)).toHaveLength(limits.codesPerHour);
  });

  it('may be left out where another address is proven', async () => {
    const ann = someone();
    const link = await begin(stack, { contactId: ann.id });
    expect((await submit(link, { do: 'finish' })).status).toBe(200);
    await choose(link, both(ann));
    const half = await prove(stack, link, { email: ann.email });
    expect(textOf(half.html)).toMatch(/Email: confirmed.*Code from the text to/s);
    expect((await lightOf(stack, ann)).light).toBe('green');
    const done = await submit(link, { do: 'finish' });
    expect(textOf(done.html)).toContain('Not by text:');
    const { channels } = await lightOf(stack, ann);
    expect(Object.keys(channels)).toEqual(['email']);
  });
});

describe('an address that said stop', () => {
  it('is sent nothing, on a page that looks like any other, and stays stopped', async () => {
    const [stopped, fresh] = [someoneAlike(), someoneAlike()];
    await register(stack, stopped, ['sms']);
    // Nobody wrote to it yet, so the phone needs the number to write to.
    await stack.control('/inbound', { from: stopped.phone, to: '+12025550100', text: 'STOP' });
    await until('it is stopped', async () => {
      const { channels } = await lightOf(stack, stopped);
      return channels.sms?.state === 'revoked';
    });
    const looks = async (person: Person) => {
      const link = await begin(stack, { contactId: person.id });
      const asked = await choose(link, bySms(person));
      const again = await submit(link, { do: 'sendSms' });
      const wrong = await submit(link, { do: 'prove', codeSms: '000000x' });
      return [asked, again, wrong].map(({ status, html }) => ({ status, html }));
    };
    expect(await looks(stopped)).toEqual(await looks(fresh));
    await codeTo(stack, fresh.phone, 2);
    expect(await codesTo(stack, stopped.phone)).toEqual([]);
    const codes = await deliveriesTo('code');
    expect(codes.filter(({ reason }) => reason === 'the address is barred')).toHaveLength(2);
    expect((await lightOf(stack, stopped)).channels.sms?.state).toBe('revoked');
  });

  it('by staff alone can be proven, and stays revoked: staff see it', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await stack.call('DELETE', `/v1/contacts/${ann.id}/consents/email`);
    const link = await begin(stack, { contactId: ann.id });
    await choose(link, byEmail(ann));
    const done = await prove(stack, link, { email: ann.email });
    expect(textOf(done.html)).toContain('Thank you!');
    expect((await lightOf(stack, ann)).channels.email?.state).toBe('revoked');
    expect((await booked(ann))[0]?.fields).toMatchObject({ outcome: 'stopped_before' });
    expect(await notes(ann)).toMatchObject([{ meaning: 'booking' }]);
  });
});

describe('the page that anybody can open', () => {
  it('registers somebody new under an id of ours', async () => {
    const ann = someone();
    const before = await contactsNow();
    const link = await chooseHosted(stack, both(ann));
    await prove(stack, link, ann);
    expect(await contactsNow()).toBe(before + 1);
    const { body } = await stack.call<{ items: object[] }>(
      'GET',
      `/v1/contacts?query=${encodeURIComponent(ann.email)}`,
    );
    expect(body.items).toMatchObject([
      { light: 'green', name: 'Zuleika Quimby', email: ann.email, phone: ann.phone },
    ]);
  });

  it('counts for the one contact that has the address', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const before = await contactsNow();
    const link = await chooseHosted(stack, byEmail(ann));
    await prove(stack, link, { email: ann.email });
    expect(await contactsNow()).toBe(before);
    const { body } = await stack.call<object>('GET', `/v1/contacts/${ann.id}`);
    expect(body).toMatchObject({ light: 'green', name: 'Ann Example' });
  });

  it('is somebody new where several share the address', async () => {
    const [ann, bob] = [someone(), someone()];
    await register(stack, ann, ['email']);
    await register(stack, { ...bob, email: ann.email }, ['email']);
    const before = await contactsNow();
    const link = await chooseHosted(stack, byEmail(ann));
    await prove(stack, link, { email: ann.email });
    expect(await contactsNow()).toBe(before + 1);
    for (const person of [ann, bob])
      expect((await lightOf(stack, person)).channels.email?.state).toBe('not_sent');
  });

  it('looks the same to the known and the unknown, from the first page to the last', async () => {
    const [known, unknown] = [someoneAlike(), someoneAlike()];
    await register(stack, known);
    const seen = async (person: Person) => {
      const link = await chooseHosted(stack, both(person));
      const pages = [await open(link)];
      const code = await codeTo(stack, person.email);
      pages.push(await submit(link, { do: 'prove', codeEmail: otherThan(code) }));
      pages.push(await prove(stack, link, { email: person.email }));
      pages.push(await prove(stack, link, { phone: person.phone }));
      return pages.map(({ status, html }) => ({ status, html }));
    };
    expect(await seen(known)).toEqual(await seen(unknown));
    expect((await lightOf(stack, known)).light).toBe('green');
  });

  it('pressed twice is one booking and one code', async () => {
    const ann = someone();
    const page = `${stack.url}/book/${stack.practiceId}`;
    const { html } = await open(page);
    const before = await stack.db.prisma.bookingSession.count();
    const fields = { do: 'choose', ...byEmail(ann) };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => submit(page, fields, fieldsOf(html))),
    );
    expect(new Set(answers.map((answer) => answer.html)).size).toBe(1);
    expect(await stack.db.prisma.bookingSession.count()).toBe(before + 1);
    await codeTo(stack, ann.email);
    expect(await codesTo(stack, ann.email)).toHaveLength(1);
  });

  it('is nobody’s for an unknown practice; a booking’s token means nothing at another', async () => {
    const elsewhere = stack.own('elsewhere');
    await createPractice(stack.db, {
      id: elsewhere,
      name: 'Elsewhere',
      settings: { sender: testIdentity },
    });
    expect((await open(`${stack.url}/book/nobody`)).status).toBe(404);
    const link = await chooseHosted(stack, byEmail(someone()));
    const token = link.split('/').at(-1)!;
    const there = `${stack.url}/book/${elsewhere}`;
    const { html } = await open(there);
    const before = await record();
    const answer = await submit(
      there,
      { do: 'choose', ...byEmail(someone()), token },
      { seen: fieldsOf(html)['seen']! },
    );
    expect(answer.status).toBe(404);
    expect(await record()).toBe(before);
  });

  it('begins no more bookings once one address has begun very many', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    const page = `${stack.url}/book/${stack.practiceId}`;
    const press = () => open(page, { method: 'POST', headers, body: new URLSearchParams({}) });
    for (let pressed = 0; pressed < limits.codeRequestsPerHour; pressed += 1)
      // Nothing says which words were read.
      expect((await press()).status).toBe(409);
    const refused = await press();
    expect(refused.status).toBe(429);
    expect(textOf(refused.html)).toContain('Please try again later');
    expect((await open(page, { headers })).status).toBe(200);
  });

  it('counts a press before it looks at the form, of a booking that is changed too', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.11' };
    const link = await chooseHosted(stack, byEmail(someone()));
    const step = (fields: Record<string, string>) =>
      open(link, { method: 'POST', headers, body: new URLSearchParams(fields) });
    await step({ do: 'reopen' });
    const wrong = { do: 'choose', name: `a${' '.repeat(40_000)}a`, seen: 'x' };
    for (let pressed = 0; pressed < limits.codeRequestsPerHour; pressed += 1)
      expect((await step(wrong)).status).toBe(409);
    expect((await step(wrong)).status).toBe(429);
  });

  it('sends no more codes either, to whichever addresses one booking is changed to', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.10' };
    const link = await chooseHosted(stack, byEmail(someone()));
    const step = (fields: Record<string, string>) =>
      open(link, { method: 'POST', headers, body: new URLSearchParams(fields) });
    // Of a booking that a scheduler began, nobody counts: its link is the practice's own.
    const scheduled = await begin(stack);
    const last = someone();
    for (let pressed = 0; pressed < limits.codeRequestsPerHour; pressed += 1)
      expect((await step({ do: 'sendEmail' })).status).toBe(200);
    await step({ do: 'reopen' });
    const { html } = await open(link);
    const refused = await step({ do: 'choose', ...byEmail(last), seen: fieldsOf(html)['seen']! });
    expect(refused.status).toBe(429);
    expect(await codesTo(stack, last.email)).toEqual([]);
    const seen = fieldsOf((await open(scheduled)).html)['seen']!;
    const body = new URLSearchParams({ do: 'choose', ...byEmail(last), seen });
    expect((await open(scheduled, { method: 'POST', headers, body })).status).toBe(200);
    await codeTo(stack, last.email);
  });

  it('texts no number abroad; a scheduler’s link does', async () => {
    const abroad = { ...bySms({ phone: '+44 7700 900123' }) };
    const page = `${stack.url}/book/${stack.practiceId}`;
    const { html } = await open(page);
    const refused = await submit(page, { do: 'choose', ...abroad }, fieldsOf(html));
    expect(refused.status).toBe(422);
    expect(textOf(refused.html)).toContain('cannot text numbers in other countries');
    const link = await begin(stack);
    await choose(link, abroad);
    await codeTo(stack, '+447700900123');
  });
});

describe('looking', () => {
  it('changes nothing, however often and whatever it asks for', async () => {
    const ann = someone();
    const link = await begin(stack, { contactId: ann.id });
    const proving = await begin(stack);
    await choose(proving, byEmail(ann));
    const before = await record();
    for (const url of [link, proving, `${stack.url}/book/${stack.practiceId}`])
      for (const query of ['', '?lang=es', '?do=finish', '?do=prove&codeEmail=000000'])
        for (const method of ['GET', 'HEAD'])
          expect((await open(`${url}${query}`, { method })).status).toBe(200);
    for (const method of ['PUT', 'DELETE']) await open(link, { method });
    expect(await record()).toBe(before);
  });

  it('keeps to itself: no script, no frame, no cache, no referrer', async () => {
    const { headers, html } = await open(await begin(stack));
    expect(html).not.toMatch(/<script|<img|<iframe|<link|src=| on[a-z]+=/i);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
    expect(headers.get('set-cookie')).toBeNull();
  });

  it('at a token that nobody was given shows one and the same page, and a POST changes nothing', async () => {
    const before = await record();
    const page = await open(`${stack.url}/b/${'a'.repeat(32)}`);
    expect(page.status).toBe(404);
    for (const token of ['x', 'b'.repeat(32), '%00', '..%2f..', '<b>']) {
      const { status, html } = await open(`${stack.url}/b/${token}`);
      expect({ status, html }).toEqual({ status: 404, html: page.html });
    }
    for (const step of ['choose', 'prove', 'sendSms', 'reopen', 'finish'])
      expect((await submit(`${stack.url}/b/${'a'.repeat(32)}`, { do: step })).status).toBe(404);
    expect(await record()).toBe(before);
  });

  it('after the end finds the end again, whatever is pressed', async () => {
    const ann = someone();
    const link = await begin(stack, { contactId: ann.id });
    await choose(link, byEmail(ann));
    const done = await prove(stack, link, { email: ann.email });
    const before = await record();
    expect((await open(link)).html).toBe(done.html);
    for (const step of ['choose', 'prove', 'sendEmail', 'reopen', 'finish'])
      expect((await submit(link, { do: step, ...byEmail(someone()) })).html).toBe(done.html);
    expect(await record()).toBe(before);
  });
});

describe('where the practice checks birth dates', () => {
  beforeAll(() => set({ identityCheck: 'birthDate' }));
  afterAll(() => set({ identityCheck: 'none' }));

  it('asks everybody for it, and the wrong one changes nothing for the contact it is not', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await stack.call('PATCH', `/v1/contacts/${ann.id}`, { birthDate: '1980-02-29' });
    const page = await open(`${stack.url}/book/${stack.practiceId}`);
    expect(page.html).toContain('name="birthYear"');
    const wrong = await chooseHosted(stack, { ...byEmail(ann), birthDate: '1981-02-28' });
    const pages = [await prove(stack, wrong, { email: ann.email })];
    expect((await lightOf(stack, ann)).channels.email?.state).toBe('not_sent');
    expect((await booked(ann))[0]?.fields).toMatchObject({ outcome: 'not_identified' });
    expect(await notes(ann)).toHaveLength(1);

    const right = await chooseHosted(stack, { ...byEmail(ann), birthDate: '02/29/1980' });
    const code = await codeTo(stack, ann.email, 2);
    pages.push(await submit(right, { do: 'prove', codeEmail: code }));
    expect(pages[0]!.html).toBe(pages[1]!.html);
    expect((await lightOf(stack, ann)).channels.email?.state).toBe('accepted');
    expect(JSON.stringify(await booked(ann))).not.toMatch(/1980-02-29|02\/29\/1980/);
  });

  it('takes it from a scheduler that knows it, and keeps it for somebody new', async () => {
    const ann = someone();
    const link = await begin(stack, { contactId: ann.id, birthDate: '1990-05-05' });
    expect((await open(link)).html).not.toContain('name="birthYear"');
    await choose(link, both(ann));
    await prove(stack, link, ann);
    const { body } = await stack.call<object>('GET', `/v1/contacts/${ann.id}`);
    expect(body).toMatchObject({ light: 'green', birthDate: '1990-05-05' });
  });
});

describe('what carries the codes', () => {
  it('is no contact: no list and no call finds it', async () => {
    const { body } = await stack.call<{ items: { id: string }[] }>('GET', '/v1/contacts?limit=200');
    expect(body.items.length).toBeGreaterThan(0);
    expect(body.items.filter(({ id }) => id.includes('@'))).toEqual([]);
    expect((await stack.call('GET', '/v1/contacts/@doorstep')).status).not.toBe(200);
  });

  it('has no bearing on the practice’s reputation, whatever addresses strangers type', async () => {
    await set({ optInEnabled: false });
    try {
      for (let nth = 0; nth < 3; nth += 1) {
        const email = `nobody${nth}@bounce.example`;
        await choose(await begin(stack), byEmail({ email }));
        await until('it bounced', async () => {
          const bounced = { method: 'email', kind: 'unreachable' };
          return (await stack.db.prisma.suppression.count({ where: bounced })) > nth;
        });
      }
      expect(await stack.db.prisma.delivery.count({ where: { reported: { not: null } } })).toBe(0);
    } finally {
      await set({ optInEnabled: true });
    }
  });
});

it('gives a practice’s own site a button in less than 2 KB', async () => {
  const { status, html: script, headers } = await open(`${stack.url}/book.js`);
  expect(status).toBe(200);
  expect(Buffer.byteLength(script)).toBeLessThan(2_048);
  expect(headers.get('content-type')).toContain('text/javascript');
  expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(script).not.toMatch(/eval|innerHTML|document\.write/);
});

/** Last: time does not go back. */
describe('in time', () => {
  it('a code is over after ten minutes, a booking after two hours, and a day later it is forgotten', async () => {
    const ann = someone();
    const link = await begin(stack, { contactId: ann.id });
    await choose(link, byEmail(ann));
    const code = await codeTo(stack, ann.email);
    stack.time.offsetMs += limits.codeMs;
    const late = await submit(link, { do: 'prove', codeEmail: code });
    expect(textOf(late.html)).toContain('no longer works');

    const hosted = await chooseHosted(stack, byEmail(someone()));
    stack.time.offsetMs += limits.bookingMs;
    const before = await record();
    for (const url of [link, hosted]) {
      expect((await open(url)).status).toBe(410);
      for (const step of ['choose', 'prove', 'sendEmail', 'finish'])
        expect((await submit(url, { do: step })).status).toBe(410);
    }
    expect((await open(hosted)).html).toContain(`href="../book/${stack.practiceId}"`);
    expect(await record()).toBe(before);

    stack.time.offsetMs += limits.bookingMemoryMs + 1;
    await forgetOld(stack.db);
    expect((await open(link)).status).toBe(404);
    expect(await stack.db.prisma.bookingSession.count()).toBe(0);
    expect(await stack.db.prisma.bookingCode.count()).toBe(0);
    const kept = { purpose: 'code', contentEnc: { not: null } };
    expect(await stack.db.prisma.delivery.count({ where: kept })).toBe(0);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arrived, isOptIn, reply, someone, type Person } from './harness/people.ts';
import { startStack, until, type OutboxEntry, type Stack, testAdminKey } from './harness/stack.ts';

/** Two practices on one installation; the second one is new, and made as an operator makes it. */

let stack: Stack;
let serial = 0;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

type Refusal = { error: { code: string; details: { path: string; message: string }[] } };
type Status = {
  light: string;
  reason?: string;
  channels: Record<string, { state: string; reason?: string }>;
};

/** Calls as a practice that has nothing but a name. */
async function newPractice(name: string) {
  serial += 1;
  const id = `new-${serial}`;
  const admin = { authorization: `Bearer ${testAdminKey}` };
  const made = await stack.call('POST', '/v1/practices', { id, name }, admin);
  expect(made.status).toBe(201);
  const key = await stack.call<{ key: string }>('POST', `/v1/practices/${id}/keys`, {}, admin);
  const as = { authorization: `Bearer ${key.body.key}` };
  const call = <T>(method: string, path: string, body?: unknown) =>
    stack.call<T>(method, path, body, as);
  return {
    id,
    call,
    async register(person: Person, methods: string[]): Promise<void> {
      const { id: _id, ...addresses } = person;
      const body = { name: 'Ann Example', role: 'client', methods, ...addresses };
      expect((await call('PUT', `/v1/contacts/${person.id}`, body)).status).toBe(201);
    },
    async queue(person: Person, body: string): Promise<void> {
      const message = { kind: 'ad_hoc', subject: 'Hello', body };
      const path = `/v1/contacts/${person.id}/messages`;
      expect((await call('POST', path, message)).status).toBe(202);
    },
    of: async (person: Person): Promise<Status> =>
      (await call<Status>('GET', `/v1/contacts/${person.id}`)).body,
  };
}

const complete = {
  quietHours: null,
  sender: { supportPhone: '+1 202 555 0142', postalAddress: '7 Bright Way\nSpringfield, IL' },
};

async function entries(person: Person, count: number): Promise<OutboxEntry[]> {
  return until(`${count} for ${person.id}`, async () => {
    const found = await arrived(stack, person);
    return found.length >= count && found;
  });
}

const byChannel = (found: OutboxEntry[], channel: 'email' | 'sms'): OutboxEntry =>
  found.findLast((entry) => entry.channel === channel)!;

describe('a new practice', () => {
  it('asks nobody before people can see who asks, says so, and then asks by itself, as itself', async () => {
    const bright = await newPractice('Bright Smile Family Dental');
    const ann = someone();
    await bright.register(ann, ['email', 'sms']);
    const settings = await bright.call<{ senderMissing: string[] }>('GET', '/v1/settings');
    expect(settings.body.senderMissing).toEqual(['supportPhone', 'postalAddress']);

    const byHand = await bright.call<Refusal>('POST', `/v1/contacts/${ann.id}/opt-in`, {});
    expect(byHand.status).toBe(409);
    expect(byHand.body.error.code).toBe('sender_missing');
    expect(byHand.body.error.details).toEqual([
      { path: '/sender/supportPhone', message: 'is missing' },
      { path: '/sender/postalAddress', message: 'is missing' },
      { path: '/email', message: 'sender_missing' },
      { path: '/sms', message: 'sender_missing' },
    ]);
    await bright.queue(ann, 'See you on Monday.');
    await until('its workflow looked', async () => {
      const rows = await stack.db.prisma.channel.findMany({ where: { contactId: ann.id } });
      return rows.every(({ wokenAt }) => wokenAt === null);
    });
    expect(await bright.of(ann)).toMatchObject({
      light: 'red',
      reason: 'email: sender_missing; sms: sender_missing',
      channels: {
        email: { state: 'not_sent', reason: 'sender_missing' },
        sms: { state: 'not_sent', reason: 'sender_missing' },
      },
    });
    expect(await arrived(stack, ann)).toEqual([]);

    const half = { sender: { supportPhone: '+1 202 555 0142' } };
    const partly = await bright.call<{ senderMissing: string[] }>('PATCH', '/v1/settings', half);
    expect(partly.body.senderMissing).toEqual(['postalAddress']);
    const whole = await bright.call<{ senderMissing: string[] }>('PATCH', '/v1/settings', complete);
    expect(whole.body.senderMissing).toEqual([]);

    const asked = await entries(ann, 2);
    expect(asked.every(isOptIn)).toBe(true);
    const email = byChannel(asked, 'email');
    expect(email.from).toBe('"Bright Smile Family Dental" <hello@demo-practice.example>');
    expect(email.text).toContain('7 Bright Way');
    expect(email.text).toContain('+1 202 555 0142');
    expect(byChannel(asked, 'sms').text).toMatch(/^Bright Smile Family Dental: may we text you/);
    for (const { text } of asked) expect(text).not.toMatch(/Test Practice|Demo Practice|Ann/);

    await reply(stack, ann, 'YES');
    await bright.call('POST', `/v1/contacts/${ann.id}/consents`, {
      method: 'email',
      address: ann.email,
      source: 'paper',
      obtainedAt: '2026-01-01T00:00:00Z',
      evidence: 'form',
    });
    const all = await until('the content', async () => {
      const found = (await arrived(stack, ann)).filter(({ text }) => text.includes('Monday'));
      return found.length === 2 && found;
    });
    expect(byChannel(all, 'sms').text).toBe('Bright Smile Family Dental: See you on Monday.');
    const said = byChannel(all, 'email');
    expect(said.from).toBe('"Bright Smile Family Dental" <hello@demo-practice.example>');
    expect(said.text).toMatch(
      /^See you on Monday\.\n\n-- \nBright Smile Family Dental\n7 Bright Way Springfield, IL\n\+1 202 555 0142\nChoose what you get: \S+\/p\/\S+\nStop these emails: \S+\/u\/\S+$/,
    );
  });

  it('is asked for by the update of the workflow through the same door', async () => {
    const fresh = await newPractice('Fresh Practice');
    const ann = someone();
    await fresh.register(ann, ['sms']);
    await fresh.queue(ann, 'later');
    const again = await fresh.call<Refusal>('POST', `/v1/contacts/${ann.id}/opt-in`, {
      methods: ['sms'],
    });
    expect(again.body.error.code).toBe('sender_missing');
    expect(await arrived(stack, ann)).toEqual([]);
  });

  it('lets nobody book by a page that could not say who asks', async () => {
    const fresh = await newPractice('Booked Practice');
    const refused = await fresh.call<Refusal>('POST', '/v1/booking-sessions', {});
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'sender_missing' } } });
    await fresh.call('PATCH', '/v1/settings', complete);
    expect((await fresh.call('POST', '/v1/booking-sessions', {})).status).toBe(201);
  });
});

describe('a setting that no message could leave by', () => {
  it.each<[string, object]>([
    ['/defaultCountry', { defaultCountry: 'ZZ' }],
    ['/defaultCountry', { defaultCountry: 'AQ' }],
    ['/bookingCountries/0', { bookingCountries: ['ZZ'] }],
    ['/optInExpires', { optInExpires: 'PT0S' }],
    ['/optInExpires', { optInExpires: 'P0D' }],
    ['/optInExpires', { optInExpires: 'P0DT0H' }],
  ])('%s is refused: %j', async (path, settings) => {
    const answer = await stack.call<Refusal>('PATCH', '/v1/settings', settings);
    expect(answer.status).toBe(422);
    expect(answer.body.error.details.map((detail) => detail.path)).toEqual([path]);
  });
});

describe('a name', () => {
  it.each(['Lee <x@y.example>', 'Lee\u0000', ' ', '=?utf-8?q?Lee?=', 'Dr. =?UTF-8?B?TGVl?='])(
    '%j is refused by the settings',
    async (displayName) => {
      const answer = await stack.call<Refusal>('PATCH', '/v1/settings', {
        sender: { displayName },
      });
      expect(answer.status).toBe(422);
      expect(answer.body.error.details[0]!.path).toBe('/sender/displayName');
    },
  );

  it('of two lines is one line before it reaches a header', async () => {
    const answer = await stack.call<{ sender: { displayName: string } }>('PATCH', '/v1/settings', {
      sender: { displayName: 'Lee\r\nBcc: x@y.example' },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: { sender: { displayName: 'Lee Bcc: x@y.example' } },
    });
  });

  it.each([
    'Dr. Lee, DDS & Sons',
    'Lee\r\nBcc: x@y.example',
    'Clínica “Los Niños” — Sonrisas',
    'The "Best": a@b.example; (North)',
    '牙科診所',
    'Stored <before> it was\r\nrefused\u0007',
  ])('%j gets every email through, as one sender', async (displayName) => {
    const odd = await newPractice('Odd Practice');
    await odd.call('PATCH', '/v1/settings', complete);
    const { id } = await stack.db.prisma.practice.findFirstOrThrow({
      where: { name: 'Odd Practice' },
      orderBy: { createdAt: 'desc' },
    });
    const settings = { ...complete, sender: { ...complete.sender, displayName } };
    await stack.db.prisma.practice.update({ where: { id }, data: { settings } });
    const ann = someone();
    await odd.register(ann, ['email']);
    expect((await odd.call('POST', `/v1/contacts/${ann.id}/opt-in`, {})).status).toBe(202);
    const [asked] = await entries(ann, 1);
    expect(asked!.from).toMatch(/^"[^"\\<>\r\n]+" <hello@demo-practice\.example>$/);
  });
});

describe('the settings', () => {
  it('read a number as the practice’s own country writes it', async () => {
    const british = await newPractice('London Practice');
    await british.call('PATCH', '/v1/settings', { defaultCountry: 'GB' });
    await stack.allot({ smsFrom: ['+442079460958'] }, british.id);
    const answer = await british.call<{ sender: { smsFrom: string } }>('PATCH', '/v1/settings', {
      sender: { smsFrom: '020 7946 0958' },
    });
    expect(answer).toMatchObject({ status: 200, body: { sender: { smsFrom: '+442079460958' } } });
  });

  it('take back what they answered', async () => {
    const { body } = await stack.call('GET', '/v1/settings');
    expect((await stack.call('PATCH', '/v1/settings', body)).status).toBe(200);
  });

  it.each([
    ['emailFrom', 'no address'],
    ['emailFrom', 'x'],
    ['emailFrom', 'practice.example'],
    ['emailFrom', 'a@practice.example, b@practice.example'],
    ['emailFrom', 'a@practice.example <b@practice.example>'],
    ['emailFrom', 'Practice <a@practice.example>, Other <hello@practice.example>'],
    ['emailFrom', 'Evil\r\nBcc: x@y.example <hello@practice.example>'],
    ['emailFrom', 'Evil\n<hello@practice.example>'],
    ['emailFrom', 'hello@practice.example\r\nBcc: x@y.example'],
    ['emailFrom', 'hello@localhost'],
    ['smsFrom', 'TEXTME'],
    ['smsFrom', '+12025550100,+12025550101'],
    ['smsFrom', '+1900555012'],
    ['faxGateway', 'fax'],
    ['faxGateway', 'fax.example,other.example'],
    ['faxGateway', 'x@fax.example'],
    ['faxGateway', 'fax.example\r\n'],
    ['replyTo', 'a@b'],
    ['supportPhone', 'call us'],
    ['postalAddress', ' '],
  ])('refuse a %s of %j', async (field, value) => {
    const answer = await stack.call<Refusal>('PATCH', '/v1/settings', {
      sender: { [field]: value },
    });
    expect(answer.status).toBe(422);
    expect(answer.body.error.details[0]!.path).toBe(`/sender/${field}`);
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contents, register, registerWithConsent, someone } from '../harness/people.ts';
import { startStack, testAdminKey, until, type Stack } from '../harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const message = { kind: 'ad_hoc', subject: 's', body: 'b' };
const contact = { name: 'Ann', role: 'client', methods: ['email'] };

type Refusal = {
  error: { code: string; details: { index?: number; path: string; message: string }[] };
};

const detailsOf = async (method: string, path: string, body: unknown) => {
  const { status, body: answer } = await stack.call<Refusal>(method, path, body);
  expect(status).toBe(422);
  expect(answer.error.code).toBe('validation_failed');
  return answer.error.details;
};

type Words = { subject?: string; body?: string; content?: object };

describe('what a provider would refuse later', () => {
  it.each([
    ['body', { body: 'a\0b' }, 'has a control character'],
    ['body', { body: ' \n\u200b' }, 'is blank'],
    ['body', { body: '\ud83d' }, 'has a character that is none'],
    ['subject', { subject: '\r\n' }, 'is blank'],
    ['content/sms/text', { content: { sms: { text: '\u3164' } } }, 'is blank'],
    [
      'content/email/html',
      { content: { email: { subject: 's', text: 't', html: ' ' } } },
      'is blank',
    ],
    [
      'data/who',
      {
        subject: undefined,
        body: undefined,
        template: 'ad_hoc',
        data: { who: '\u0007', text: 'x' },
      },
      'has a control character',
    ],
  ])(
    'is refused in a single message and by index in an array, which is then not stored: %s %j',
    async (field, words, problem) => {
      const ann = someone();
      await register(stack, ann);
      const at = `/v1/contacts/${ann.id}/messages`;
      const bad = { ...message, ...words };
      const expected = { path: `/${field}`, message: problem };
      expect(await detailsOf('POST', at, bad)).toEqual([expected]);
      expect(await detailsOf('POST', at, [message, bad, message])).toEqual([
        { index: 1, ...expected },
      ]);
      const across = [message, bad].map((one) => ({ ...one, contactId: ann.id }));
      expect(await detailsOf('POST', '/v1/messages', across)).toEqual([{ index: 1, ...expected }]);
      const { body } = await stack.call<{ items: [] }>('GET', at);
      expect(body.items).toEqual([]);
    },
  );

  it('is made right where that changes nothing: lines of a subject, ends of lines, decomposed accents', async () => {
    const ann = someone();
    await register(stack, ann);
    const { status, body } = await stack.call<{ messages: { id: string }[] }>(
      'POST',
      `/v1/contacts/${ann.id}/messages`,
      { ...message, subject: 'one\r\n two', body: 'e\u0301'.repeat(334) + '\r\n' },
    );
    expect(status).toBe(202);
    const stored = await stack.call<Words>('GET', `/v1/messages/${body.messages[0]!.id}`);
    expect(stored.body).toMatchObject({ subject: 'one two', body: `${'é'.repeat(334)}\n` });
  });

  it('is refused in names, evidence, reasons, settings and actors', async () => {
    const ann = someone();
    await register(stack, ann);
    const at = `/v1/contacts/${ann.id}`;
    const consent = {
      method: 'email',
      address: ann.email,
      source: 'paper',
      obtainedAt: '2026-01-01T00:00:00Z',
    };
    expect(await detailsOf('PUT', at, { ...contact, email: ann.email, name: ' ' })).toMatchObject([
      { path: '/name' },
    ]);
    expect(await detailsOf('PATCH', at, { name: 'A\0' })).toMatchObject([{ path: '/name' }]);
    expect(await detailsOf('POST', `${at}/consents`, { ...consent, evidence: '\0' })).toMatchObject(
      [{ path: '/evidence' }],
    );
    expect(
      await detailsOf('POST', `${at}/waivers`, { method: 'sms', reason: '\u200b' }),
    ).toMatchObject([{ path: '/reason' }]);
    expect(
      await detailsOf('PATCH', '/v1/settings', { sender: { postalAddress: 'a\u0001' } }),
    ).toMatchObject([{ path: '/sender/postalAddress' }]);
    const acted = await stack.call('PATCH', at, { name: 'Ann' }, { 'optgate-actor': '%00' });
    expect(acted.status).toBe(400);
  });
});

it('a key’s label with a control character is refused to the operator too, and makes no key', async () => {
  const path = `/v1/practices/${stack.practiceId}/keys`;
  const admin = { authorization: `Bearer ${testAdminKey}` };
  const count = () => stack.db.prisma.apiKey.count();
  const before = await count();
  for (const label of ['front\0desk', 'front\ud83d', ' \u200b'])
    expect(await stack.call('POST', path, { label }, admin)).toMatchObject({
      status: 422,
      body: { error: { code: 'validation_failed', details: [{ path: '/label' }] } },
    });
  expect(await count()).toBe(before);
  expect((await stack.call('POST', path, { label: 'front desk' }, admin)).status).toBe(201);
});

describe('null', () => {
  it('is absence in messages, contacts, consents and opt-ins, single and in arrays', async () => {
    const ann = someone();
    const nobody = {
      phone: null,
      fax: null,
      timeZone: null,
      locale: null,
      birthDate: null,
      actsFor: null,
    };
    const put = { ...contact, email: ann.email, ...nobody };
    expect((await stack.call('PUT', `/v1/contacts/${ann.id}`, put)).status).toBe(201);
    expect((await stack.call('PUT', '/v1/contacts', [{ id: ann.id, ...put }])).status).toBe(200);
    const nulled = {
      ...message,
      content: null,
      sendAt: null,
      notAfter: null,
      methods: null,
      about: null,
      template: null,
      data: null,
    };
    const sent = await stack.call('POST', `/v1/contacts/${ann.id}/messages`, [
      nulled,
      { ...nulled, id: null },
    ]);
    expect(sent.status).toBe(202);
    const asked = await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`, {
      methods: null,
      reason: null,
    });
    expect([202, 429]).toContain(asked.status);
  });

  it('for what must be there says that it is missing', async () => {
    const ann = someone();
    await register(stack, ann);
    const missing = { path: '/kind', message: 'is missing' };
    const at = `/v1/contacts/${ann.id}`;
    expect(await detailsOf('POST', `${at}/messages`, { ...message, kind: null })).toContainEqual(
      missing,
    );
    expect(
      await detailsOf('POST', `${at}/waivers`, { method: 'sms', reason: null }),
    ).toContainEqual({ path: '/reason', message: 'is missing' });
  });

  it('still removes a field by PATCH, and still switches a setting off', async () => {
    const ann = someone();
    await register(stack, ann);
    expect(
      (await stack.call('PATCH', `/v1/contacts/${ann.id}`, { phone: null, methods: ['email'] }))
        .status,
    ).toBe(200);
    const off = await stack.call<{ quietHours: unknown }>('PATCH', '/v1/settings', {
      quietHours: null,
      landingUrl: null,
    });
    expect(off).toMatchObject({ status: 200, body: { quietHours: null } });
    expect(await detailsOf('PATCH', `/v1/contacts/${ann.id}`, { name: null })).toMatchObject([
      { path: '/name' },
    ]);
  });
});

describe('an address', () => {
  it('is the same however it was copied, and one that cannot be reached is refused with the reason, by index', async () => {
    const entry = (given: object) => ({ ...contact, id: someone().id, ...given });
    const details = await detailsOf('PUT', '/v1/contacts', [
      entry({ phone: 'tel:+52-1-55-1234-5678' }),
      entry({ phone: '+1 900 555 0123' }),
      entry({ email: 'josé@example.com' }),
      entry({ phone: '\u202a+1 202 555 0143\u202c', email: 'mailto:a@example.com' }),
    ]);
    expect(details).toEqual([
      { index: 1, path: '/phone', message: 'is a premium-rate number' },
      { index: 2, path: '/email', message: expect.stringContaining('only ASCII') },
    ]);
    const ann = someone();
    await register(stack, ann);
    const { status } = await stack.call('POST', `/v1/contacts/${ann.id}/consents`, {
      method: 'sms',
      address: `tel:${ann.phone}`,
      source: 'paper',
      obtainedAt: '2026-01-01T00:00:00Z',
      evidence: 'form',
    });
    expect(status).toBe(201);
  });
});

describe('an Idempotency-Key', () => {
  const post = (path: string, body: unknown, key: string) =>
    stack.call<{ messages?: { id: string }[] }>('POST', path, body, { 'idempotency-key': key });

  it('with the same JSON in another order, or null for absent, is the same call; with another body a conflict', async () => {
    const ann = someone();
    await register(stack, ann);
    const at = `/v1/contacts/${ann.id}/messages`;
    const first = await post(
      at,
      { ...message, content: { email: { subject: 's', text: 't' } } },
      ann.id,
    );
    expect(first.status).toBe(202);
    const again = await post(
      at,
      {
        content: { email: { text: 't', subject: 's' } },
        sendAt: null,
        body: 'b',
        subject: 's',
        kind: 'ad_hoc',
      },
      ann.id,
    );
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect((await post(at, { ...message, body: 'c' }, ann.id)).status).toBe(409);
  });

  it('that was kept by the revision before is no conflict after the update', async () => {
    const ann = someone();
    await register(stack, ann);
    const at = `/v1/contacts/${ann.id}/messages`;
    const body = { subject: 's', kind: 'ad_hoc', body: 'e\u0301' };
    const first = await post(at, body, ann.id);
    const former = stack.db.lookup.hash('body', JSON.stringify(body));
    await stack.db.prisma.idempotencyKey.updateMany({
      where: { key: ann.id },
      data: { bodyHash: former },
    });
    expect(await post(at, body, ann.id)).toMatchObject({ status: 202, body: first.body });
    expect((await post(at, message, ann.id)).status).toBe(409);
  });
});

describe('a raw signal', () => {
  it('with null fields and a subject of two lines becomes a message; unfit ones are listed', async () => {
    const ann = someone();
    await register(stack, ann);
    const signals = [
      { messageId: `${ann.id}-nul`, ...message, body: '\0' },
      { messageId: `${ann.id}-blank`, ...message, body: ' ' },
      { messageId: `${ann.id}-good`, ...message, subject: 'a\r\nb', sendAt: null, methods: null },
    ];
    for (const payload of signals)
      await stack.client.workflow.signalWithStart('contact', {
        workflowId: stack.workflowId(ann.id),
        taskQueue: stack.taskQueue,
        signal: 'sendMessage',
        signalArgs: [payload],
      });
    const stored = await until('the good one is stored', async () => {
      const answer = await stack.call<Words>('GET', `/v1/messages/${ann.id}-good`);
      return answer.status === 200 && answer.body;
    });
    expect(stored).toMatchObject({ subject: 'a b' });
    const rejected = await stack.call<{ items: { contactId: string; reason: string }[] }>(
      'GET',
      '/v1/rejected-signals',
    );
    const reasons = rejected.body.items
      .filter(({ contactId }) => contactId === ann.id)
      .map(({ reason }) => reason);
    expect(reasons.toSorted()).toEqual(['/body has a control character', '/body is blank']);
  });
});

it('generated nasty messages are refused with 422 or delivered, never taken and then failed', async () => {
  // Several, because one person's messages leave one after the other.
  const people = Array.from({ length: 6 }, () => someone());
  for (const person of people) await registerWithConsent(stack, person, ['email', 'sms']);
  const piece = fc.oneof(
    {
      weight: 40,
      arbitrary: fc.constantFrom(
        'word',
        'é',
        'e\u0301',
        '\n',
        '\r\n',
        '\r',
        '\t',
        ' ',
        '👍🏽',
        'ñ',
        '<b>',
        '{{x}}',
        ':',
      ),
    },
    {
      weight: 8,
      arbitrary: fc.constantFrom(
        '\u2028',
        '\u0085',
        '\u200b',
        '\u202e',
        '\ufeff',
        '\u00a0',
        '\u3164',
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('\0', '\u0007', '\ud800', '\udc00', '\uffff', '\u009f'),
    },
  );
  const nasty = fc.array(piece, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
  const generated = fc.sample(
    fc.oneof(
      fc.record({ subject: nasty, body: nasty }),
      fc.record({
        content: fc.record({
          email: fc.record({ subject: nasty, text: nasty, html: nasty }),
          sms: fc.record({ text: nasty }),
        }),
      }),
    ),
    60,
  );
  const answers = await Promise.all(
    generated.map((words, index) =>
      stack.call<{ messages: { id: string }[] }>(
        'POST',
        `/v1/contacts/${people[index % people.length]!.id}/messages`,
        { kind: 'ad_hoc', ...words },
      ),
    ),
  );
  for (const { status } of answers) expect([202, 422]).toContain(status);
  const taken = answers.flatMap(({ status, body }) => (status === 202 ? body.messages[0]!.id : []));
  expect(taken.length).toBeGreaterThan(10);
  const statuses = await until(
    'all have left',
    async () => {
      const rows = await stack.db.prisma.delivery.findMany({
        where: { messageId: { in: taken } },
        select: { status: true, reason: true },
      });
      return (
        rows.length === taken.length * 2 &&
        rows.every(({ status }) => !['queued', 'sending'].includes(status)) &&
        rows
      );
    },
    120_000,
  );
  expect(new Set(statuses.map(({ status }) => status))).not.toContain('failed');
  const texts = await Promise.all(people.map((person) => contents(stack, person, 'sms')));
  expect(texts.flat().length).toBe(taken.length);
}, 180_000);

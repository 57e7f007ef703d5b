import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, someone } from '../harness/people.ts';
import { everything } from '../harness/rows.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import { catalogue } from '../../src/platform/errors.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

const person = someone();
const contact = { name: 'Ann', role: 'client', methods: ['email'], email: person.email };
const message = { kind: 'ad_hoc', subject: 's', body: 'b' };
const at = `/v1/contacts/${person.id}`;

type Case = [
  what: string,
  method: string,
  path: string,
  body: unknown,
  status: number,
  code: string,
];
const cases: Case[] = [
  [
    'an unknown kind',
    'POST',
    `${at}/messages`,
    { ...message, kind: 'gossip' },
    422,
    'validation_failed',
  ],
  ['no text at all', 'POST', `${at}/messages`, { kind: 'ad_hoc' }, 422, 'validation_failed'],
  [
    'an unknown field',
    'POST',
    `${at}/messages`,
    { ...message, colour: 'red' },
    422,
    'validation_failed',
  ],
  [
    'a time without offset',
    'POST',
    `${at}/messages`,
    { ...message, sendAt: '2026-12-01T08:00:00' },
    422,
    'validation_failed',
  ],
  [
    'a time that is none',
    'POST',
    `${at}/messages`,
    { ...message, sendAt: 'soon' },
    422,
    'validation_failed',
  ],
  [
    'an end before its start',
    'POST',
    `${at}/messages`,
    { ...message, sendAt: '2030-01-02T00:00:00Z', notAfter: '2030-01-01T00:00:00Z' },
    422,
    'validation_failed',
  ],
  [
    'a method without text',
    'POST',
    `${at}/messages`,
    { kind: 'ad_hoc', content: { sms: { text: 'x' } }, methods: ['email'] },
    422,
    'validation_failed',
  ],
  [
    'an SMS of 11 segments',
    'POST',
    `${at}/messages`,
    { ...message, body: 'x'.repeat(153 * 10 + 1), methods: ['sms'] },
    422,
    'sms_too_long',
  ],
  [
    'an email over 256 KiB',
    'POST',
    `${at}/messages`,
    {
      kind: 'ad_hoc',
      content: { email: { subject: 's', text: 'x'.repeat(200_000), html: 'y'.repeat(200_000) } },
    },
    422,
    'email_too_large',
  ],
  [
    'a body over the limit',
    'POST',
    `${at}/messages`,
    { ...message, body: 'x'.repeat(17 * 1024 * 1024) },
    413,
    'body_too_large',
  ],
  ['an empty array', 'POST', `${at}/messages`, [], 422, 'validation_failed'],
  [
    '1,001 entries',
    'POST',
    `${at}/messages`,
    Array.from({ length: 1_001 }, () => message),
    422,
    'validation_failed',
  ],
  [
    'one bad entry of three',
    'POST',
    `${at}/messages`,
    [message, { ...message, kind: 'x' }, message],
    422,
    'validation_failed',
  ],
  ['an unknown contact', 'POST', '/v1/contacts/nobody/messages', message, 404, 'not_found'],
  [
    'an unknown contact among others',
    'POST',
    '/v1/messages',
    [
      { ...message, contactId: person.id },
      { ...message, contactId: 'nobody' },
    ],
    422,
    'validation_failed',
  ],
  ['an unknown contact to look at', 'GET', '/v1/contacts/nobody', undefined, 404, 'not_found'],
  ['an unknown contact to ask', 'POST', '/v1/contacts/nobody/opt-in', {}, 404, 'not_found'],
  ['an unknown message', 'GET', '/v1/messages/nothing', undefined, 404, 'not_found'],
  [
    'an invalid number',
    'PUT',
    '/v1/contacts/new-1',
    { ...contact, phone: '12' },
    422,
    'validation_failed',
  ],
  [
    'an invalid address',
    'PUT',
    '/v1/contacts/new-1',
    { ...contact, email: 'ann(at)example' },
    422,
    'validation_failed',
  ],
  [
    'an unknown method',
    'PUT',
    '/v1/contacts/new-1',
    { ...contact, methods: ['pigeon'] },
    422,
    'validation_failed',
  ],
  [
    'an unknown role',
    'PUT',
    '/v1/contacts/new-1',
    { ...contact, role: 'boss' },
    422,
    'validation_failed',
  ],
  ['no name', 'PUT', '/v1/contacts/new-1', { ...contact, name: '' }, 422, 'validation_failed'],
  ['an id with a slash', 'PUT', '/v1/contacts/a%2Fb', contact, 422, 'validation_failed'],
  [
    'an id of 65 characters',
    'PUT',
    `/v1/contacts/${'x'.repeat(65)}`,
    contact,
    422,
    'validation_failed',
  ],
  [
    'a time zone that is none',
    'PUT',
    '/v1/contacts/new-1',
    { ...contact, timeZone: 'Mars/Olympus' },
    422,
    'validation_failed',
  ],
  [
    'a birth date that is none',
    'PUT',
    '/v1/contacts/new-1',
    { ...contact, birthDate: '2020-02-31' },
    422,
    'validation_failed',
  ],
  ['a patch of nobody', 'PATCH', '/v1/contacts/nobody', { name: 'x' }, 404, 'not_found'],
  ['an unknown setting', 'PATCH', '/v1/settings', { colour: 'red' }, 422, 'validation_failed'],
  [
    'a setting of a wrong value',
    'PATCH',
    '/v1/settings',
    { gate: 'some' },
    422,
    'validation_failed',
  ],
  [
    'a duration that is none',
    'PATCH',
    '/v1/settings',
    { optInLead: 'P1Y' },
    422,
    'validation_failed',
  ],
  [
    'a page that is too long',
    'GET',
    `${at}/messages?limit=201`,
    undefined,
    422,
    'validation_failed',
  ],
  [
    'a cursor that is not ours',
    'GET',
    `${at}/messages?cursor=abc`,
    undefined,
    422,
    'validation_failed',
  ],
  ['an unknown address', 'GET', '/v1/nowhere', undefined, 404, 'not_found'],
];

describe('bad input gets a clear answer and changes nothing', () => {
  beforeAll(() => register(stack, person, ['email']));

  it.each(cases)('%s', async (_what, method, path, body, status, code) => {
    const before = await everything(stack);
    const answer = await stack.call<{
      error: { code: string; message: string; requestId: string };
    }>(method, path, body);
    expect(answer.body).toMatchObject({ error: { code } });
    expect(answer.status).toBe(status);
    expect(answer.body.error.message).toBeTruthy();
    expect(answer.body.error.requestId).toBeTruthy();
    expect(await everything(stack)).toBe(before);
  });

  it('names bad entries by index', async () => {
    const { body } = await stack.call<{ error: { details: unknown } }>('POST', `${at}/messages`, [
      message,
      { ...message, kind: 'x' },
    ]);
    expect(body.error.details).toEqual([
      { index: 1, path: '/kind', message: expect.any(String) as string },
    ]);
  });

  it('never repeats what may be personal', async () => {
    const { body } = await stack.call('PUT', '/v1/contacts/new-1', {
      ...contact,
      email: 'ann@@secret',
      phone: 'call me maybe',
    });
    expect(JSON.stringify(body)).not.toMatch(/secret|maybe/);
    expect(stack.logLines.join()).not.toMatch(/secret|maybe/);
  });

  it.each([
    ['no key', undefined],
    ['a wrong key', 'Bearer wrong'],
    ['a key of another shape', 'Basic ZGVtbw=='],
  ])('refuses %s', async (_what, authorization) => {
    const before = await everything(stack);
    for (const [method, path, body] of [
      ['GET', at, undefined],
      ['PUT', at, contact],
      ['POST', `${at}/messages`, message],
    ] as const) {
      const response = await fetch(`${stack.url}${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(authorization ? { authorization } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: 'unauthorized' } });
    }
    expect(await everything(stack)).toBe(before);
  });

  it('refuses broken JSON and other content types', async () => {
    const post = (type: string, body: string) =>
      fetch(`${stack.url}${at}/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': type },
        body,
      });
    expect((await post('application/json', '{"kind":')).status).toBe(400);
    expect((await post('text/plain', 'hello')).status).toBe(415);
  });

  it('publishes every code of the catalogue with a status that HTTP knows', () => {
    for (const [status, meaning] of Object.values(catalogue)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(meaning).toMatch(/\.$/);
    }
  });
});

describe('the same call twice', () => {
  it('is one message for one id, and a conflict for other content', async () => {
    await register(stack, person, ['email']);
    const path = `${at}/messages`;
    const first = await stack.call('POST', path, { ...message, id: 'same' });
    expect(first).toMatchObject({ status: 202, body: { messages: [{ id: 'same' }] } });
    expect(
      (await stack.call('POST', path, { body: 'b', subject: 's', kind: 'ad_hoc', id: 'same' }))
        .status,
    ).toBe(202);
    expect(await stack.db.prisma.message.count({ where: { id: 'same' } })).toBe(1);
    const other = await stack.call('POST', path, { ...message, id: 'same', body: 'other' });
    expect(other).toMatchObject({ status: 409, body: { error: { code: 'message_conflict' } } });
  });

  it('is answered again under an Idempotency-Key, and refused with another body', async () => {
    const path = `${at}/messages`;
    const headers = { 'idempotency-key': 'key-1' };
    const first = await stack.call('POST', path, message, headers);
    const again = await stack.call('POST', path, message, headers);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await stack.call('POST', path, { ...message, body: 'x' }, headers);
    expect(other).toMatchObject({ status: 409, body: { error: { code: 'idempotency_conflict' } } });
    const refused = await stack.call('POST', path, { kind: 'x' }, { 'idempotency-key': 'key-2' });
    const refusedAgain = await stack.call(
      'POST',
      path,
      { kind: 'x' },
      { 'idempotency-key': 'key-2' },
    );
    expect(refusedAgain.status).toBe(refused.status);
    expect(refusedAgain.headers.get('idempotency-replayed')).toBe('true');
  });

  it('is stored once when both arrive at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        stack.call('POST', `${at}/messages`, { ...message, id: 'race' }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 202));
    expect(await stack.db.prisma.message.count({ where: { id: 'race' } })).toBe(1);
    expect(await stack.db.prisma.delivery.count({ where: { messageId: 'race' } })).toBe(1);
  });
});

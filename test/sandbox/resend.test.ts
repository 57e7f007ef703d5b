import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Resend } from 'resend';
import { email, startHarness, until } from './harness.ts';
import type { Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await harness.control('DELETE', '/outbox');
  await harness.control('DELETE', '/faults');
});

describe('the real Resend SDK against the sandbox', () => {
  test('sends, looks up and learns of the delivery', async () => {
    const { data, error } = await harness.resend.emails.send({
      ...email,
      html: '<p>Please confirm.</p>',
      replyTo: 'desk@clinic.example',
      headers: { 'X-Thing': 'one' },
      tags: [{ name: 'delivery_id', value: 'delivery-1' }],
    });
    expect(error).toBeNull();
    expect(await harness.outbox()).toMatchObject([
      {
        id: data?.id,
        channel: 'email',
        to: 'anna@people.example',
        from: 'Clinic <hello@clinic.example>',
        subject: 'Your request',
        text: 'Please confirm.',
        html: '<p>Please confirm.</p>',
        headers: { 'Reply-To': 'desk@clinic.example', 'X-Thing': 'one' },
        deliveryId: 'delivery-1',
      },
    ]);
    const event = await until(() =>
      harness.emailEvents('email.delivered').find(({ data: d }) => d.email_id === data?.id),
    );
    expect(event.data).toMatchObject({
      to: ['anna@people.example'],
      tags: { delivery_id: 'delivery-1' },
    });
    const found = await harness.resend.emails.get(data?.id ?? '');
    expect(found.data).toMatchObject({ last_event: 'delivered', text: 'Please confirm.' });
    const listed = await harness.resend.emails.list();
    expect(listed.data?.data[0]?.id).toBe(data?.id);
  });

  test('the same key and body send once, another body is refused', async () => {
    const options = { idempotencyKey: 'key-1' };
    const first = await harness.resend.emails.send(email, options);
    const again = await harness.resend.emails.send(email, options);
    expect(again.data).toEqual(first.data);
    expect(await harness.outbox()).toMatchObject([{ idempotencyKey: 'key-1' }]);
    const other = await harness.resend.emails.send({ ...email, text: 'Other' }, options);
    expect(other.error).toMatchObject({ statusCode: 409, name: 'invalid_idempotent_request' });
    expect(await harness.outbox()).toHaveLength(1);
  });

  test('a key in use is refused, and answers once the first call is over', async () => {
    await harness.control('POST', '/faults', { kind: 'delay', delayMs: 150, count: 1 });
    const options = { idempotencyKey: 'key-2' };
    const first = harness.resend.emails.send(email, options);
    await until(async () => (await harness.outbox()).length === 1);
    const concurrent = await harness.resend.emails.send(email, options);
    expect(concurrent.error).toMatchObject({
      statusCode: 409,
      name: 'concurrent_idempotent_requests',
    });
    const { data } = await first;
    expect((await harness.resend.emails.send(email, options)).data).toEqual(data);
    expect(await harness.outbox()).toHaveLength(1);
  });

  test('a refused request leaves its key free', async () => {
    const options = { idempotencyKey: 'key-3' };
    const refused = await harness.resend.emails.send({ ...email, to: 'nobody' }, options);
    expect(refused.error?.statusCode).toBe(422);
    expect((await harness.resend.emails.send(email, options)).error).toBeNull();
  });

  test('a key longer than 256 characters is refused', async () => {
    const { error } = await harness.resend.emails.send(email, { idempotencyKey: 'k'.repeat(257) });
    expect(error).toMatchObject({ statusCode: 400, name: 'invalid_idempotency_key' });
  });

  test('a permissive batch takes what is valid and names the rest by index', async () => {
    const batch = [email, { ...email, to: 'not an address' }, { ...email, to: 'b@people.example' }];
    const { data } = await harness.resend.batch.send(batch, { batchValidation: 'permissive' });
    expect(data?.data).toHaveLength(2);
    expect(data?.errors).toMatchObject([{ index: 1 }]);
    expect((await harness.outbox()).map(({ to }) => to)).toEqual([
      'anna@people.example',
      'b@people.example',
    ]);
  });

  test('a strict batch takes all or nothing', async () => {
    const batch = [email, { ...email, to: 'not an address' }];
    const { error } = await harness.resend.batch.send(batch);
    expect(error).toMatchObject({ statusCode: 422, name: 'validation_error' });
    expect(await harness.outbox()).toEqual([]);
    const tooMany = await harness.resend.batch.send(Array.from({ length: 101 }, () => email));
    expect(tooMany.error?.statusCode).toBe(422);
  });

  test.each([
    [{ from: 'nobody' }, 422, 'invalid_from_address'],
    [{ from: 'a@unverified.example' }, 403, 'validation_error'],
    [{ subject: '' }, 422, 'missing_required_field'],
    [{ text: '' }, 422, 'missing_required_field'],
    [{ to: [] as string[] }, 422, 'missing_required_field'],
    [{ to: Array.from({ length: 51 }, () => 'a@people.example') }, 422, 'validation_error'],
    [{ to: 'refused@people.example' }, 422, 'validation_error'],
    [{ tags: [{ name: 'delivery id', value: '1' }] }, 422, 'validation_error'],
    [{ tags: [{ name: 'delivery_id', value: 'é' }] }, 422, 'validation_error'],
    [{ headers: { 'X-Thing': 'a\r\nBcc: b@c.example' } }, 422, 'validation_error'],
    [{ subject: 'a\nBcc: b@c.example' }, 422, 'validation_error'],
    [{ scheduledAt: '2030-01-01T00:00:00Z' }, 422, 'validation_error'],
  ])('%j is refused: %i %s', async (change, statusCode, name) => {
    const { error } = await harness.resend.emails.send({ ...email, ...change });
    expect(error).toMatchObject({ statusCode, name });
    expect(await harness.outbox()).toEqual([]);
  });

  test('keys, routes and bodies that are wrong', async () => {
    const stranger = new Resend('re_wrong', { baseUrl: harness.baseUrls.resend });
    expect((await stranger.emails.send(email)).error).toMatchObject({
      statusCode: 403,
      name: 'invalid_api_key',
    });
    expect((await harness.resend.apiKeys.list()).error).toMatchObject({
      statusCode: 404,
      name: 'not_found',
    });
    expect((await harness.resend.emails.get('no-such-id')).error).toMatchObject({
      name: 'not_found',
    });
    // The SDK announces JSON and sends nothing.
    expect((await harness.resend.emails.cancel('no-such-id')).error).toMatchObject({
      statusCode: 404,
      name: 'not_found',
    });
    const post = (headers: Record<string, string>, body: string) =>
      fetch(`${harness.baseUrls.resend}/emails`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
    expect((await post({}, '{}')).status).toBe(401);
    const authorization = 'Bearer re_sandbox_0000000000000000';
    expect(await (await post({ authorization }, '{')).json()).toMatchObject({
      statusCode: 400,
      name: 'validation_error',
    });
    expect((await post({ authorization }, '[]')).status).toBe(422);
  });

  test.each([
    ['bounced@resend.dev', 'email.bounced', false],
    ['bounced+label@resend.dev', 'email.bounced', false],
    ['a@bounce.example', 'email.bounced', false],
    ['a@softbounce.example', 'email.bounced', false],
    ['complained@resend.dev', 'email.complained', true],
    ['suppressed@resend.dev', 'email.suppressed', false],
    ['a@failed.example', 'email.failed', false],
    ['a@delayed.example', 'email.delivery_delayed', true],
  ])('%s: %s', async (to, type, arrives) => {
    const { data } = await harness.resend.emails.send({ ...email, to });
    await until(() => harness.emailEvents(type).some((event) => event.data.email_id === data?.id));
    await until(async () => (await harness.outbox()).length === (arrives ? 1 : 0));
  });

  test('one entry for each recipient of an email', async () => {
    await harness.resend.emails.send({
      ...email,
      to: ['A <a@p.example>', 'b@p.example'],
      cc: 'c@p.example',
    });
    expect((await harness.outbox()).map(({ to }) => to)).toEqual([
      'a@p.example',
      'b@p.example',
      'c@p.example',
    ]);
  });
});

test('a rate limit answers 429 with retry-after', async () => {
  const limited = await startHarness({ rateLimits: { resendPerSecond: 1 } });
  try {
    const answers = await Promise.all([1, 2, 3, 4].map(() => limited.resend.emails.send(email)));
    const refused = answers.filter(({ error }) => error?.name === 'rate_limit_exceeded');
    expect(refused.length).toBeGreaterThanOrEqual(2);
    expect(refused[0]?.headers?.['retry-after']).toBe('1');
  } finally {
    await limited.stop();
  }
});

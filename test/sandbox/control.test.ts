import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { email, numbers, startHarness, until } from './harness.ts';
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

test('the outbox filters by channel, recipient and seq', async () => {
  await harness.resend.emails.send(email);
  await harness.plivo.messages.create(numbers.clinic, numbers.person, 'One');
  await harness.plivo.messages.create(numbers.clinic, numbers.other, 'Two');
  const all = await harness.outbox();
  expect(all.map(({ channel }) => channel)).toEqual(['email', 'sms', 'sms']);
  expect(await harness.outbox('?channel=email')).toHaveLength(1);
  expect(await harness.outbox(`?to=${numbers.other}`)).toMatchObject([{ text: 'Two' }]);
  expect(await harness.outbox(`?to=${encodeURIComponent(numbers.other)}`)).toHaveLength(1);
  expect(await harness.outbox(`?after=${all[1]?.seq}`)).toMatchObject([{ text: 'Two' }]);
  expect(await harness.outbox('?to=anna@people.example&channel=sms')).toEqual([]);
});

test.each([
  ['GET', '/outbox?channel=fax', undefined, 422, 'validation_failed'],
  ['GET', '/outbox?after=yesterday', undefined, 422, 'validation_failed'],
  ['POST', '/inbound', { text: 'YES' }, 422, 'validation_failed'],
  ['POST', '/inbound', { from: 'Anna', text: 'YES' }, 422, 'validation_failed'],
  ['POST', '/inbound', { from: '+15557654321', text: 'YES' }, 422, 'unknown_recipient'],
  [
    'POST',
    '/inbound',
    { from: '+15557654321', to: 'x'.repeat(30), text: '' },
    422,
    'validation_failed',
  ],
  ['POST', '/events', { id: 'nothing', type: 'delivered' }, 404, 'not_found'],
  ['POST', '/faults', { kind: 'flood' }, 422, 'validation_failed'],
  ['PUT', '/outbox', undefined, 404, 'not_found'],
] as const)('%s %s %j: %i %s', async (method, path, body, status, code) => {
  const answer = await harness.control(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({ error: { code, message: expect.any(String) } });
});

test('a body that is no JSON is refused as such', async () => {
  for (const [contentType, status] of [
    ['application/json', 400],
    ['text/plain', 415],
  ] as const) {
    const answer = await fetch(`${harness.sandbox.url}/inbound`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: '{',
    });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { code: 'bad_request' } });
  }
});

test('a reply goes to the last sender to that number', async () => {
  await harness.plivo.messages.create('+15550100001', numbers.person, 'One');
  await harness.plivo.messages.create('+15550100002', numbers.person, 'Two');
  const answer = await harness.control('POST', '/inbound', {
    from: '1 (555) 123-0001',
    text: 'Sí',
  });
  expect(answer.body).toMatchObject({ from: numbers.person, to: '+15550100002' });
  const webhook = await until(() =>
    harness.service.webhooks.find(({ form }) => form.MessageUUID === answer.body.id),
  );
  expect(webhook.form.Text).toBe('Sí');
});

test('a person can answer an email by mailto', async () => {
  const { status } = await harness.control('POST', '/inbound', {
    from: 'anna@people.example',
    to: 'unsubscribe+token@clinic.example',
    subject: 'unsubscribe',
    text: '',
  });
  expect(status).toBe(202);
  const event = await until(() => harness.emailEvents('email.received').at(0));
  expect(event.data).toMatchObject({
    from: 'anna@people.example',
    to: ['unsubscribe+token@clinic.example'],
    subject: 'unsubscribe',
  });
});

test('events can be forced, also after the outbox was emptied', async () => {
  const { data } = await harness.resend.emails.send(email);
  await harness.control('DELETE', '/outbox');
  for (const [type, field] of [
    ['bounced', 'bounce'],
    ['complained', 'tags'],
    ['delivered', 'to'],
  ]) {
    const answer = await harness.control('POST', '/events', { id: data?.id, type });
    expect(answer.status).toBe(202);
    const event = await until(() =>
      harness.emailEvents(`email.${type}`).find((found) => found.data.email_id === data?.id),
    );
    expect(event.data).toHaveProperty(field ?? '');
  }
  expect(
    (await harness.control('POST', '/events', { id: data?.id, type: 'undelivered' })).status,
  ).toBe(422);

  const url = `${harness.serviceUrl}/webhooks/plivo/status/forced`;
  const sms = await harness.plivo.messages.create(numbers.clinic, numbers.person, 'Hi', { url });
  const id = sms.messageUuid[0];
  await harness.control('POST', '/events', { id, type: 'undelivered', errorCode: 30 });
  await until(() =>
    harness.service.webhooks.some(
      ({ form }) =>
        form.MessageUUID === id && form.Status === 'undelivered' && form.ErrorCode === '30',
    ),
  );
  expect((await harness.control('POST', '/events', { id, type: 'bounced' })).status).toBe(422);
});

test('accept_then_drop: it arrived, and the caller cannot know', async () => {
  await harness.control('POST', '/faults', { kind: 'accept_then_drop', count: 2 });
  const { error } = await harness.resend.emails.send(email);
  expect(error).toMatchObject({ name: 'application_error', statusCode: null });
  await expect(
    harness.plivo.messages.create(numbers.clinic, numbers.person, 'Hi'),
  ).rejects.toBeTypeOf('string');
  expect(await harness.outbox()).toHaveLength(2);
});

test('status: not accepted, with the wait that was ordered', async () => {
  await harness.control('POST', '/faults', {
    kind: 'status',
    status: 429,
    retryAfterSeconds: 7,
    channel: 'email',
  });
  const answer = await harness.resend.emails.send(email);
  expect(answer.error).toMatchObject({ statusCode: 429, name: 'rate_limit_exceeded' });
  expect(answer.headers?.['retry-after']).toBe('7');
  await harness.plivo.messages.create(numbers.clinic, numbers.person, 'Another channel');
  expect(await harness.outbox()).toHaveLength(1);
  const { body } = await harness.control('GET', '/faults');
  expect(body).toMatchObject([{ kind: 'status', status: 429, applied: 1 }]);
  expect((await harness.control('DELETE', '/faults')).status).toBe(204);
  expect((await harness.resend.emails.send(email)).error).toBeNull();
});

test('100,000 messages: what is new is still found at once', async () => {
  const batch = Array.from({ length: 100 }, (_, index) => ({
    ...email,
    to: `p${index}@silent.example`,
  }));
  for (let round = 0; round < 1_000; round += 1) {
    const { error } = await harness.resend.batch.send(batch, { batchValidation: 'permissive' });
    expect(error).toBeNull();
  }
  const all = await harness.outbox();
  expect(all).toHaveLength(100_000);
  const startedAt = performance.now();
  expect(await harness.outbox(`?after=${all.at(-2)?.seq}`)).toHaveLength(1);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

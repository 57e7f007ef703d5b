import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { validateSignature, validateV3Signature } from 'plivo';
import { sandboxCredentials } from '../../src/platform/config/sandbox-credentials.ts';
import { email, numbers, startHarness, until } from './harness.ts';
import type { Harness, ReceivedWebhook } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.stop());

const header = (webhook: ReceivedWebhook, name: string) => String(webhook.headers[name]);

const sendSms = (path: string, text = 'Hi') =>
  harness.plivo.messages.create(numbers.clinic, numbers.person, text, {
    url: harness.serviceUrl + path,
  });

const received = (predicate: (webhook: ReceivedWebhook) => boolean) =>
  harness.service.webhooks.filter(predicate);

const withType = (type: string) => (webhook: ReceivedWebhook) =>
  webhook.path === '/webhooks/resend' && JSON.parse(webhook.body).type === type;

describe('signatures hold before the SDKs’ own validators', () => {
  test('Resend', async () => {
    await harness.resend.emails.send(email);
    const webhook = await until(() => received(withType('email.delivered'))[0]);
    const verify = (payload: string) =>
      harness.resend.webhooks.verify({
        payload,
        headers: {
          id: header(webhook, 'svix-id'),
          timestamp: header(webhook, 'svix-timestamp'),
          signature: header(webhook, 'svix-signature'),
        },
        webhookSecret: sandboxCredentials.resendWebhookSecret,
      });
    expect(verify(webhook.body)).toMatchObject({ type: 'email.delivered' });
    expect(() => verify(webhook.body.replace('anna', 'hanna'))).toThrow('signature');
  });

  test.each([
    ['/webhooks/plivo/status/token', 'status'],
    ['/webhooks/plivo/status/token?b=2&a=1', 'status with a query'],
  ])('Plivo: %s', async (path) => {
    await sendSms(path);
    const webhook = await until(() => received(({ form }) => form.Status === 'delivered')[0]);
    expectPlivoSignatures(webhook);
  });

  test('Plivo: inbound, with letters outside ASCII', async () => {
    await harness.control('POST', '/inbound', {
      from: numbers.person,
      to: numbers.clinic,
      text: 'Sí, señor 👍 & more=less+',
    });
    const webhook = await until(() => received(({ path }) => path.endsWith('/inbound'))[0]);
    expect(webhook.form.Text).toBe('Sí, señor 👍 & more=less+');
    expectPlivoSignatures(webhook);
  });

  function expectPlivoSignatures(webhook: ReceivedWebhook): void {
    const url = harness.serviceUrl + webhook.path;
    const token = sandboxCredentials.plivoAuthToken;
    const nonce = header(webhook, 'x-plivo-signature-v3-nonce');
    expect(nonce).toMatch(/^\d{20}$/);
    for (const name of ['x-plivo-signature-v3', 'x-plivo-signature-ma-v3']) {
      const signature = header(webhook, name);
      expect(validateV3Signature('POST', url, nonce, token, signature, webhook.form)).toBe(true);
      const forged = { ...webhook.form, From: '15550000000' };
      expect(validateV3Signature('POST', url, nonce, token, signature, forged)).toBe(false);
    }
    const v2Nonce = header(webhook, 'x-plivo-signature-v2-nonce');
    expect(validateSignature(url, v2Nonce, header(webhook, 'x-plivo-signature-v2'), token)).toBe(
      true,
    );
  }
});

describe('delivery of webhooks', () => {
  test('repeated until the service accepts it: same id, fresh signature', async () => {
    harness.service.status = 503;
    await harness.resend.emails.send(email);
    await sendSms('/webhooks/plivo/status/1');
    await until(() => received(withType('email.delivered')).length === 2);
    await until(() => received(({ form }) => form.Status === 'delivered').length === 2);
    harness.service.status = 200;
    await until(async () => (await harness.control('GET', '/webhooks')).body.pending === 0);
    const [first, second] = received(withType('email.delivered'));
    expect(first?.headers['svix-id']).toBe(second?.headers['svix-id']);
    const nonces = received(({ form }) => form.Status === 'delivered').map((webhook) =>
      header(webhook, 'x-plivo-signature-v3-nonce'),
    );
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  test('given up after the last wait, and said so', async () => {
    harness.service.status = 500;
    await harness.resend.emails.send({ ...email, to: 'a@suppressed.example' });
    await until(async () => (await harness.control('GET', '/webhooks')).body.attempts.length === 3);
    const { body } = await harness.control('GET', '/webhooks');
    expect(body.pending).toBe(0);
    expect(body.attempts).toMatchObject([
      { event: 'email.suppressed', attempt: 3, outcome: 'HTTP 500' },
      { attempt: 2, retryInMs: 20 },
      { attempt: 1, retryInMs: 20 },
    ]);
  });

  test('lost by a fault, while replies and forced events still come', async () => {
    await harness.control('POST', '/faults', { kind: 'lose_webhook' });
    const { data } = await harness.resend.emails.send(email);
    await until(async () => (await harness.control('GET', '/webhooks')).body.attempts.length === 2);
    expect(harness.service.webhooks).toEqual([]);
    await harness.control('POST', '/events', { id: data?.id, type: 'delivered' });
    await until(() => received(withType('email.delivered')).length === 1);
    await harness.control('POST', '/inbound', {
      from: numbers.person,
      to: numbers.clinic,
      text: 'YES',
    });
    await until(() => received(({ path }) => path.endsWith('/inbound')).length === 1);
  });

  test('doubled by a fault', async () => {
    await harness.control('POST', '/faults', { kind: 'duplicate_webhook', channel: 'email' });
    await harness.resend.emails.send(email);
    const [first, second] = await until(() => {
      const both = received(withType('email.delivered'));
      return both.length === 2 && both;
    });
    expect(first?.headers['svix-id']).toBe(second?.headers['svix-id']);
    expect(first?.body).toBe(second?.body);
  });

  test('a service that is not there is called again', async () => {
    const gone = await startHarness();
    await gone.stop();
    const alone = await startHarness({ webhookBaseUrl: gone.serviceUrl });
    await alone.resend.emails.send(email);
    const attempts = await until(async () => {
      const { body } = await alone.control('GET', '/webhooks');
      return body.attempts.length === 6 && body.attempts;
    });
    expect(attempts[0]?.outcome).toBe('ECONNREFUSED');
    await alone.stop();
  });

  test('stopping ends everything at once, a delayed answer included', async () => {
    await harness.control('POST', '/faults', { kind: 'delay', delayMs: 60_000 });
    const call = harness.resend.emails.send(email);
    await until(async () => (await harness.outbox()).length === 1);
    const startedAt = performance.now();
    await harness.sandbox.stop();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await call;
  });
});

import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuseClickTracking } from '../src/click-tracking.ts';
import { loadConfig, sandboxCredentials } from '../src/config.ts';
import { acceptBoth, contents, lightOf, queue, register, someone } from './harness/people.ts';
import { startStack, testKey, until, type Stack } from './harness/stack.ts';

/** Keys of the providers in the environment, as in life: that they lead to our sandbox is all that differs. */
const keys = {
  RESEND_API_KEY: sandboxCredentials.resendApiKey,
  RESEND_WEBHOOK_SECRET: sandboxCredentials.resendWebhookSecret,
  PLIVO_AUTH_ID: sandboxCredentials.plivoAuthId,
  PLIVO_AUTH_TOKEN: sandboxCredentials.plivoAuthToken,
  PUBLIC_URL: 'https://optin.example',
  ENCRYPTION_KEYS: testKey,
};

let stack: Stack;
beforeAll(async () => {
  const { PUBLIC_URL: _, ...env } = keys;
  stack = await startStack({ env });
});
afterAll(() => stack.stop());

describe('with provider keys in the environment', () => {
  it('the main job needs nothing else: asked, accepted by page and by SMS, delivered, both webhooks believed', async () => {
    expect(stack.config.mode).toBe('live');
    const ann = someone();
    await register(stack, ann);
    await queue(stack, ann, 'first', 'second');
    await acceptBoth(stack, ann);
    await until('it is green', async () => (await lightOf(stack, ann)).light === 'green');
    for (const channel of ['email', 'sms'] as const)
      await until(
        `all arrived by ${channel}`,
        async () => (await contents(stack, ann, channel)).join() === 'first,second',
      );
    await until('all are confirmed', async () => {
      const open = { contactId: ann.id, purpose: 'content', status: { not: 'delivered' } };
      return (await stack.db.prisma.delivery.count({ where: open })) === 0;
    });
  });

  it('each provider is given five messages a second, unless the environment says otherwise', () => {
    expect(loadConfig(keys).rates).toEqual({ resend: 5, plivo: 5 });
    expect(loadConfig({ ...keys, RESEND_MESSAGES_PER_SECOND: '50' }).rates.resend).toBe(50);
    expect(loadConfig({}).rates).toEqual({});
    expect(() => loadConfig({ PLIVO_MESSAGES_PER_SECOND: 'many' })).toThrow(
      'PLIVO_MESSAGES_PER_SECOND',
    );
  });

  it('Plivo’s older signature is taken only where that is said', () => {
    expect(loadConfig(keys).plivo.allowV2).toBe(false);
    expect(loadConfig({ ...keys, PLIVO_ALLOW_V2_SIGNATURES: 'on' }).plivo.allowV2).toBe(true);
  });

  it('nothing starts that would print whole emails', () => {
    expect(() => loadConfig({ ...keys, RESEND_DEBUG: 'true' })).toThrow('RESEND_DEBUG');
    expect(loadConfig({ RESEND_DEBUG: 'true' }).mode).toBe('sandbox');
  });
});

describe('a domain whose links Resend rewrites', () => {
  const lines: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const start = (change: { emailFrom?: string; apiKey?: string }): Promise<void> => {
    const { resend, senders, ...config } = stack.config;
    const { apiKey = resend.apiKey, ...sender } = change;
    const changed = {
      ...config,
      resend: { ...resend, apiKey },
      senders: { ...senders, ...sender },
    };
    return refuseClickTracking(changed, stack.db, logger);
  };

  it('keeps a live worker from starting, also where a practice sends from it', async () => {
    await start({ emailFrom: 'Practice <hello@practice.example>' });
    await expect(start({ emailFrom: 'Practice <hello@TRACKED.example>' })).rejects.toThrow(
      'click tracking on for tracked.example',
    );
    const { sender } = (await stack.call<{ sender: object }>('GET', '/v1/settings')).body;
    const from = (emailFrom: string) =>
      stack.call('PATCH', '/v1/settings', { sender: { ...sender, emailFrom } });
    await from('hello@tracked.example');
    await expect(start({})).rejects.toThrow('tracked.example');
    await from('hello@practice.example');
  });

  it('is only warned of where the key may not ask', async () => {
    await start({ emailFrom: 'hello@tracked.example', apiKey: 're_may_only_send' });
    expect(lines.join()).toContain('could not ask Resend');
  });
});

import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuseClickTracking } from '../src/channels/email/resend/click-tracking.ts';
import { connectDatabase } from '../src/main/compose.ts';
import { loadConfig } from '../src/platform/config/config.ts';
import { newEncryptionKey } from '../src/platform/config/encryption-keys.ts';
import { demoKey, ensureDemoPractice } from '../src/record/practices/practice-store.ts';
import { limits } from '../src/core/limits.ts';
import { wallClock } from '../src/platform/clock.ts';
import { allotSenders } from '../src/record/practices/sender-store.ts';
import {
  acceptBoth,
  contents,
  lightOf,
  optIns,
  queue,
  register,
  registerWithConsent,
  someone,
} from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/** Keys of the providers in the environment, as in life: that they lead to our sandbox is all that differs. */
const keys = {
  RESEND_API_KEY: 're_4zQ81aLk_9sXmP2vT7bYw3RdE',
  RESEND_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
  PLIVO_AUTH_ID: 'MAZGQ1NZE0MDQTNJY3ZI',
  PLIVO_AUTH_TOKEN: randomBytes(20).toString('hex'),
  PUBLIC_URL: 'https://optin.example',
  ENCRYPTION_KEYS: newEncryptionKey('k1'),
  ADMIN_KEY: randomBytes(24).toString('hex'),
  METRICS_KEY: randomBytes(24).toString('hex'),
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

  it('the numbers of all practices need a key', async () => {
    const see = (key?: string) =>
      fetch(`${stack.url}/metrics`, key ? { headers: { authorization: `Bearer ${key}` } } : {});
    expect((await see()).status).toBe(401);
    expect((await see(stack.apiKey)).status).toBe(401);
    expect((await see(keys.ADMIN_KEY)).status).toBe(200);
    const answer = await see(keys.METRICS_KEY);
    expect(await answer.text()).toContain('optgate_oldest_due_seconds');
  });

  it('nothing starts that would print whole emails', () => {
    expect(() => loadConfig({ ...keys, RESEND_DEBUG: 'true' })).toThrow('RESEND_DEBUG');
    expect(loadConfig({ RESEND_DEBUG: 'true' }).mode).toBe('sandbox');
  });
});

describe('the operator’s doors', () => {
  const doors = ['/codec/decode', '/codec/encode', '/codec/contact/p/c/decode', '/v1/practices'];
  /** Sends a part of a body whose rest never comes: an answer was given before it was read. */
  const beginBody = (path: string, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      const call = request(`${stack.url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': String(3 * 1024 * 1024),
          ...headers,
        },
      });
      call.on('response', (answer) => {
        resolve(answer.statusCode!);
        call.destroy();
      });
      call.on('error', reject);
      call.write('{"payloads":'.padEnd(64 * 1024, '['));
    });

  it.each(doors)('%s answers who has no key before it reads the body', async (path) => {
    for (const headers of [{}, { authorization: `Bearer ${stack.apiKey}` }])
      expect(await beginBody(path, headers)).toBe(401);
  });

  it('take no larger body than an event of Temporal’s, with the key', async () => {
    const decode = async (bytes: number) => {
      const payload = { metadata: {}, data: Buffer.alloc(bytes).toString('base64') };
      const key = { authorization: `Bearer ${keys.ADMIN_KEY}` };
      return (await stack.call('POST', '/codec/decode', { payloads: [payload] }, key)).status;
    };
    expect(await decode(2 * 1024 * 1024)).toBe(200);
    expect(await decode(4 * 1024 * 1024)).toBe(413);
  });

  it('let nobody guess: after so many wrong keys from a network none is judged, wherever it is tried', async () => {
    const tries = async (path: string, key: string, ip: string): Promise<number> => {
      const from = { 'x-forwarded-for': ip };
      // The page where a browser is given the key.
      if (path === '/codec') {
        const form = { method: 'POST', headers: from, body: new URLSearchParams({ key }) };
        return (await fetch(`${stack.url}${path}`, form)).status;
      }
      const headers = { authorization: `Bearer ${key}`, ...from };
      const method = path === '/metrics' ? 'GET' : 'POST';
      const body = method === 'GET' ? undefined : {};
      return (await stack.call(method, path, body, headers)).status;
    };
    const wrong = randomBytes(24).toString('hex');
    const paths = ['/v1/practices', '/codec/decode', '/metrics', '/codec'];
    for (let n = 0; n < limits.wrongOperatorKeysPerMinute; n += 1)
      expect(await tries(paths[n % paths.length]!, wrong, `203.0.113.${n}`)).toBe(401);
    for (const path of paths)
      for (const key of [wrong, keys.ADMIN_KEY])
        expect(await tries(path, key, '203.0.113.200')).toBe(429);
    for (const path of ['/codec/decode', '/codec'])
      expect(await tries(path, keys.ADMIN_KEY, '198.51.100.1')).toBe(200);
  });
});

describe('a practice without a number of its own', () => {
  const number = '+12025550100';
  const start = (more: Record<string, string>): Promise<Stack> => {
    const { PUBLIC_URL: _, ...env } = keys;
    const sender = { emailFrom: 'hello@practice.example' };
    return startStack({ env: { ...env, SMS_FROM: number, ...more }, settings: { sender } });
  };

  it('asks nobody by text from SMS_FROM and says so, still writes from it after a yes, and asks once it has one', async () => {
    const own = await start({});
    try {
      const missing = async () =>
        (await own.call<{ senderMissing: string[] }>('GET', '/v1/settings')).body.senderMissing;
      expect(await missing()).toEqual(['smsFrom']);
      const [ann, bob] = [someone(), someone()];
      await register(own, ann, ['sms']);
      const asked = await own.call<{ error: { code: string; details: { path: string }[] } }>(
        'POST',
        `/v1/contacts/${ann.id}/opt-in`,
        {},
      );
      expect([asked.status, asked.body.error.code]).toEqual([409, 'sender_missing']);
      expect(asked.body.error.details.map(({ path }) => path)).toContain('/sender/smsFrom');
      await queue(own, ann, 'later');
      await until(
        'it is shown',
        async () => (await lightOf(own, ann)).channels.sms?.reason === 'sender_missing',
      );
      expect(await own.outbox(ann.phone)).toEqual([]);
      await registerWithConsent(own, bob, ['sms']);
      await queue(own, bob, 'as agreed');
      await until('it arrived', async () => (await contents(own, bob, 'sms')).length === 1);
      await own.allot({ smsFrom: ['+12025550177'] });
      const set = { sender: { smsFrom: '+12025550177' } };
      expect((await own.call('PATCH', '/v1/settings', set)).status).toBe(200);
      expect(await missing()).toEqual([]);
      const [optIn] = await optIns(own, ann, 1);
      expect(optIn).toMatchObject({ from: '+12025550177' });
      expect(optIn!.text).toContain('Reply YES or NO');
    } finally {
      await own.stop();
    }
  });

  it('asks from SMS_FROM where the operator allows that it is shared, each time with a code', async () => {
    const shared = await start({ ALLOW_SHARED_SMS_FROM: 'on' });
    try {
      const ann = someone();
      await register(shared, ann, ['sms']);
      await queue(shared, ann, 'hello');
      const [optIn] = await optIns(shared, ann, 1);
      expect(optIn).toMatchObject({ from: number });
      expect(optIn!.text).toMatch(/Reply YES \d{4} or NO/);
    } finally {
      await shared.stop();
    }
  });
});

describe('a database', () => {
  const open = (mode: 'live' | 'sandbox') =>
    connectDatabase({ ...stack.config, mode }, wallClock, 1).then((db) => db.close());

  it('that the sandbox began with does not open for a live service, nor the other way round', async () => {
    await open('live');
    await open('live');
    await expect(open('sandbox')).rejects.toThrow('is a live service');
    await stack.db.prisma.installation.update({ where: { id: 1 }, data: { mode: 'sandbox' } });
    await open('sandbox');
    await expect(open('live')).rejects.toThrow('the sandbox');
    await stack.db.prisma.installation.update({ where: { id: 1 }, data: { mode: 'live' } });
  });

  it('is claimed once, by two that start at the same moment as well', async () => {
    await stack.db.prisma.installation.deleteMany();
    const ends = await Promise.allSettled([open('live'), open('sandbox'), open('live')]);
    const opened = ends.filter(({ status }) => status === 'fulfilled').length;
    const { mode } = await stack.db.prisma.installation.findUniqueOrThrow({ where: { id: 1 } });
    expect(opened).toBe(mode === 'live' ? 2 : 1);
    await stack.db.prisma.installation.update({ where: { id: 1 }, data: { mode: 'live' } });
  });

  it('from before that was a sandbox’s once opens for a live service, and no more for the key in the README', async () => {
    await stack.db.prisma.installation.deleteMany();
    await ensureDemoPractice(stack.db, {});
    const demo = { authorization: `Bearer ${demoKey}` };
    expect((await stack.call('GET', '/v1/practice', undefined, demo)).status).toBe(200);
    await open('live');
    expect((await stack.call('GET', '/v1/practice', undefined, demo)).status).toBe(401);
    await ensureDemoPractice(stack.db, {});
    expect((await stack.call('GET', '/v1/practice', undefined, demo)).status).toBe(401);
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
    await stack.allot({ emailFrom: ['hello@tracked.example'] });
    await from('hello@tracked.example');
    await expect(start({})).rejects.toThrow('tracked.example');
    await from('hello@practice.example');
    // A practice may write from there while the worker runs.
    await expect(start({})).rejects.toThrow('tracked.example');
    await allotSenders(stack.db, stack.practiceId, (before) => ({
      ...before,
      emailFrom: ['hello@practice.example'],
    }));
    await start({});
  });

  it('is only warned of where the key may not ask', async () => {
    await start({ emailFrom: 'hello@tracked.example', apiKey: 're_may_only_send' });
    expect(lines.join()).toContain('could not ask Resend');
  });
});

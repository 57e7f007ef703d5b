import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../../src/platform/config/config.ts';
import { sandboxCredentials } from '../../src/platform/config/sandbox-credentials.ts';
import { newEncryptionKey } from '../../src/platform/config/encryption-keys.ts';
import { isRandomKey, looksRandom } from '../../src/platform/config/random-enough.ts';
import { bitsSaved } from '../../src/platform/config/typed-text.ts';
import { cases } from './generated.ts';

const safe = {
  RESEND_API_KEY: 're_4zQ81aLk_9sXmP2vT7bYw3RdE',
  RESEND_WEBHOOK_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
  PLIVO_AUTH_ID: 'MAZGQ1NZE0MDQTNJY3ZI',
  PLIVO_AUTH_TOKEN: randomBytes(20).toString('hex'),
  PUBLIC_URL: 'https://optin.example',
  ENCRYPTION_KEYS: newEncryptionKey('k1'),
  ADMIN_KEY: randomBytes(24).toString('hex'),
  TRUSTED_PROXIES: '10.0.0.5, 172.16.0.0/12',
  DATABASE_URL: 'postgresql://optgate:x@db.example:5432/optgate?sslmode=verify-full',
  TEMPORAL_ADDRESS: 'temporal.example:7233',
  TEMPORAL_TLS: 'true',
};

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
}

const half = randomBytes(16);

describe('a live service', () => {
  it('starts with strong secrets over encrypted transports', () => {
    expect(problemsOf(safe)).toEqual([]);
    expect(loadConfig(safe)).toMatchObject({
      mode: 'live',
      http: { host: '0.0.0.0', trustedProxies: ['10.0.0.5', '172.16.0.0/12'] },
    });
  });

  it('takes signals in the clear only where that is said in so many words', () => {
    const clear = { ...safe, REQUIRE_ENCODED_SIGNALS: 'off' };
    expect(problemsOf(clear).join()).toContain('ALLOW_CLEAR_SIGNALS=on');
    expect(loadConfig({ ...clear, ALLOW_CLEAR_SIGNALS: 'on' }).requireEncodedSignals).toBe(false);
    // The switch alone opens nothing.
    expect(loadConfig({ ...safe, ALLOW_CLEAR_SIGNALS: 'on' }).requireEncodedSignals).toBe(true);
  });

  it('asks nobody from SMS_FROM for a practice without a number, unless the operator says so', () => {
    const shared = { ...safe, SMS_FROM: '+12025550100' };
    expect(loadConfig(shared).senders).toEqual({
      smsFrom: '+12025550100',
      asksFromOwnNumber: true,
    });
    expect(loadConfig({ ...shared, ALLOW_SHARED_SMS_FROM: 'on' }).senders).toEqual({
      smsFrom: '+12025550100',
    });
    expect(loadConfig({}).senders).not.toHaveProperty('asksFromOwnNumber');
  });

  it.each<[string, Partial<Record<string, string>>]>([
    ['ADMIN_KEY', { ADMIN_KEY: 'a' }],
    ['ADMIN_KEY', { ADMIN_KEY: 'demo-key' }],
    ['ADMIN_KEY', { ADMIN_KEY: 'a'.repeat(64) }],
    ['ENCRYPTION_KEYS', { ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}` }],
    [
      'ENCRYPTION_KEYS',
      { ENCRYPTION_KEYS: `k1:${Buffer.from('ab'.repeat(16)).toString('base64')}` },
    ],
    ...[
      Array.from({ length: 32 }, (_, index) => index),
      Array.from({ length: 32 }, (_, index) => 255 - index),
      Array.from({ length: 32 }, (_, index) => (index * 37 + 5) % 256),
      [...half, ...half],
      [...half, ...half.toReversed()],
      [...half.subarray(0, 12), ...half.subarray(0, 12), ...half.subarray(4, 12)],
      [...Buffer.from('correct horse battery staple!!!!')],
    ].map((bytes): [string, Record<string, string>] => [
      'ENCRYPTION_KEYS',
      { ENCRYPTION_KEYS: `k1:${Buffer.from(bytes).toString('base64')}` },
    ]),
    ['ADMIN_KEY', { ADMIN_KEY: 'abcdefghijklmnopqrstuvwxyz012345' }],
    ['ADMIN_KEY', { ADMIN_KEY: 'demo-keydemo-keydemo-keydemo-key' }],
    ['ADMIN_KEY', { ADMIN_KEY: '0123456789abcdef0123456789abcdef' }],
    ...[
      'correct-horse-battery-staple-correct',
      'CorrectHorseBatteryStapleCorrect',
      'mi-clave-secreta-del-consultorio-1',
      'qwertyuiopasdfghjklzxcvbnm123456',
      'QwErTyUiOpAsDfGhJkLzXcVbNm12345678',
      '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,',
      'poiuytrewqlkjhgfdsamnbvcxz0987654321',
    ].map((typed): [string, Record<string, string>] => ['ADMIN_KEY', { ADMIN_KEY: typed }]),
    ['METRICS_KEY', { METRICS_KEY: 'zaq12wsxcde34rfvbgt56yhn' }],
    ['ENCRYPTION_KEYS', { ENCRYPTION_KEYS: 'k1:1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0pQWERTYU=' }],
    ['RESEND_WEBHOOK_SECRET', { RESEND_WEBHOOK_SECRET: 'a' }],
    ['RESEND_WEBHOOK_SECRET', { RESEND_WEBHOOK_SECRET: `${safe.RESEND_WEBHOOK_SECRET},whsec_` }],
    ['RESEND_WEBHOOK_SECRET', { RESEND_WEBHOOK_SECRET: sandboxCredentials.resendWebhookSecret }],
    ['RESEND_API_KEY', { RESEND_API_KEY: sandboxCredentials.resendApiKey }],
    ['PLIVO_AUTH_TOKEN', { PLIVO_AUTH_TOKEN: sandboxCredentials.plivoAuthToken }],
    ['PLIVO_AUTH_TOKEN', { PLIVO_AUTH_TOKEN: 'secret' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'http://optin.example' }],
    ['DATABASE_URL', { DATABASE_URL: 'postgresql://o:x@db.example/optgate' }],
    ['DATABASE_URL', { DATABASE_URL: 'postgresql://o:x@db.example/optgate?sslmode=disable' }],
    ['DATABASE_URL', { DATABASE_URL: 'postgresql://o:x@db.example/optgate?sslmode=prefer' }],
    ...['DATABASE_URL', 'SWEEPER_DATABASE_URL'].flatMap((name) =>
      [
        'db.example/optgate',
        'localhost/optgate?host=db.example',
        'localhost/optgate?host=db.example&sslmode=verify-full',
        '/optgate?host=db.example',
        'localhost/optgate?hostaddr=192.0.2.1',
        'db.example/optgate?sslmode=verify-full&port=1',
        'db.example/optgate?sslmode=require&sslmode=disable',
        'db.example/optgate?sslmode=require&SSLMODE=disable',
        'db.example/optgate?sslmode=verify-full&ssl=0',
        'db.example/optgate?SSLMODE=verify-full',
        'db.example/optgate?sslmode=no-verify',
        'db.example/optgate?uselibpqcompat=true&sslmode=require',
        'localhost.evil.example/optgate',
        '%6cocalhost.evil.example/optgate',
      ].map((rest): [string, Record<string, string>] => [
        name,
        { [name]: `postgresql://o:x@${rest}` },
      ]),
    ),
    ...['off', 'no', 'disabled', '0', 'FALSE', ' true', 'on', 'yes'].map(
      (value): [string, Record<string, string>] => ['Temporal', { TEMPORAL_TLS: value }],
    ),
    ['Temporal', { TEMPORAL_TLS: '' }],
    ['Temporal', { TEMPORAL_TLS: 'false' }],
    ['RESEND_BASE_URL', { RESEND_BASE_URL: 'http://api.resend.com' }],
    ['RESEND_BASE_URL', { RESEND_BASE_URL: 'https://api.resend.com:8443' }],
    ['RESEND_BASE_URL', { RESEND_BASE_URL: 'https://user:pass@api.resend.com' }],
    ['PLIVO_BASE_URL', { PLIVO_BASE_URL: 'http://api.plivo.com' }],
    ['RESEND_BASE_URL', { RESEND_BASE_URL: 'http://evil.example' }],
    ['RESEND_BASE_URL', { RESEND_BASE_URL: 'https://api.resend.com.evil.example' }],
    ['PLIVO_BASE_URL', { PLIVO_BASE_URL: 'https://api.plivo.com@evil.example' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: 'proxy.example' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/99' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '0.0.0.0/0' }],
    ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.5, ::/0' }],
    ...['off', 'false', '0', 'no'].map((value): [string, Record<string, string>] => [
      'REQUIRE_ENCODED_SIGNALS',
      { REQUIRE_ENCODED_SIGNALS: value },
    ]),
    ['OPTGATE_MODE', { OPTGATE_MODE: 'sandbox' }],
    ['OPTGATE_MODE', { OPTGATE_MODE: 'production' }],
  ])('refuses to start because of %s: %j', (name, change) => {
    const problems = problemsOf({ ...safe, ...change });
    expect(problems.some((problem) => problem.startsWith(name))).toBe(true);
    // A problem names the variable, never a secret.
    for (const secret of ['RESEND_API_KEY', 'PLIVO_AUTH_TOKEN', 'ADMIN_KEY'] as const)
      expect(problems.join()).not.toContain(safe[secret]);
  });

  it('takes what one installation may need where a switch says so', () => {
    const inside = {
      ...safe,
      DATABASE_URL: 'postgresql://o:x@postgres:5432/optgate',
      TEMPORAL_TLS: undefined,
      RESEND_BASE_URL: 'https://eu.resend.example',
    };
    expect(problemsOf(inside)).toHaveLength(3);
    const switches = { ALLOW_PLAIN_TRANSPORT: 'on', ALLOW_OTHER_PROVIDERS: 'on' };
    expect(problemsOf({ ...inside, ...switches })).toEqual([]);
    expect(problemsOf({ ...inside, ...switches, PUBLIC_URL: 'http://optin.example' })).toHaveLength(
      1,
    );
  });

  it('needs no TLS to what runs on the same machine', () => {
    for (const host of ['localhost', '127.0.0.1', '127.8.8.8', '[::1]'])
      expect(
        problemsOf({
          ...safe,
          DATABASE_URL: `postgresql://o:x@${host}:5432/optgate`,
          TEMPORAL_ADDRESS: `${host}:7233`,
          TEMPORAL_TLS: undefined,
        }),
      ).toEqual([]);
  });

  it('is not begun by OPTGATE_MODE=live alone: the keys of both providers are demanded', () => {
    const problems = problemsOf({ OPTGATE_MODE: 'live' });
    for (const name of ['RESEND_API_KEY', 'PLIVO_AUTH_TOKEN', 'PUBLIC_URL', 'ENCRYPTION_KEYS'])
      expect(problems.some((problem) => problem.startsWith(name))).toBe(true);
  });
});

describe('a secret that serves twice', () => {
  const key = randomBytes(32);
  const own = (name: string, value: string) => ({ ...safe, [name]: value });
  it.each<[string, string, NodeJS.ProcessEnv]>([
    ['METRICS_KEY', 'ADMIN_KEY', own('METRICS_KEY', safe.ADMIN_KEY)],
    ['PLIVO_AUTH_TOKEN', 'ADMIN_KEY', own('ADMIN_KEY', safe.PLIVO_AUTH_TOKEN)],
    ['METRICS_KEY', 'RESEND_API_KEY', own('METRICS_KEY', safe.RESEND_API_KEY)],
    ['METRICS_KEY', 'RESEND_API_KEY', own('METRICS_KEY', safe.RESEND_API_KEY.slice(3))],
    [
      'RESEND_WEBHOOK_SECRET',
      'ADMIN_KEY',
      {
        ...own(
          'RESEND_WEBHOOK_SECRET',
          `${safe.RESEND_WEBHOOK_SECRET},whsec_${key.toString('base64')}`,
        ),
        ADMIN_KEY: key.toString('base64'),
      },
    ],
    ...[key.toString('base64'), key.toString('base64url'), key.toString('hex')].map(
      (spelt): [string, string, NodeJS.ProcessEnv] => [
        'ENCRYPTION_KEYS',
        'ADMIN_KEY',
        { ...own('ADMIN_KEY', spelt), ENCRYPTION_KEYS: `k1:${key.toString('base64')}` },
      ],
    ),
    [
      'ENCRYPTION_KEYS',
      'ENCRYPTION_KEYS',
      own('ENCRYPTION_KEYS', ['k1', 'k2'].map((id) => `${id}:${key.toString('base64')}`).join()),
    ],
    [
      'WORKER_DATABASE_PASSWORD',
      'API_DATABASE_PASSWORD',
      {
        ...own('API_DATABASE_PASSWORD', key.toString('hex')),
        WORKER_DATABASE_PASSWORD: key.toString('hex'),
      },
    ],
    [
      'DATABASE_URL',
      'ADMIN_KEY',
      own(
        'DATABASE_URL',
        `postgresql://o:${safe.ADMIN_KEY}@db.example/optgate?sslmode=verify-full`,
      ),
    ],
  ])('%s, which is %s, is refused', (one, other, env) => {
    const problems = problemsOf(env);
    const same = problems.filter((problem) => problem.includes('is the same secret as'));
    expect(same).toHaveLength(1);
    expect(same[0]).toMatch(new RegExp(`^${one}.* is the same secret as ${other}`));
    for (const value of [safe.ADMIN_KEY, safe.PLIVO_AUTH_TOKEN, key.toString('base64')])
      expect(problems.join()).not.toContain(value);
  });

  it('is none where one process logs in with the password that another made', () => {
    const password = randomBytes(16).toString('hex');
    const url = `postgresql://api:${password}@db.example/optgate?sslmode=verify-full`;
    const env = { ...safe, DATABASE_URL: url, API_DATABASE_PASSWORD: password };
    expect(problemsOf({ ...env, SWEEPER_DATABASE_URL: url })).toEqual([]);
  });
});

describe('a random secret', () => {
  const lower = 'abcdefghijklmnopqrstuvwxyz';
  const letters = lower + lower.toUpperCase();
  const from = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
  it.each<[string, () => string]>([
    ['hexadecimal digits', () => randomBytes(16).toString('hex')],
    ['capital ones', () => randomBytes(16).toString('hex').toUpperCase()],
    ['base64', () => randomBytes(32).toString('base64')],
    ['base64url', () => randomBytes(24).toString('base64url')],
    ['base32', () => from(`${lower}234567`, 32)],
    ['small letters', () => from(lower, 32)],
    ['letters and digits', () => from(`${letters}0123456789`, 16)],
    [
      'all that can be typed',
      () => from(String.fromCharCode(...Array.from({ length: 94 }, (_, n) => 33 + n)), 32),
    ],
    ['a key of Resend', () => `re_${from(`${letters}0123456789`, 8)}_${from(letters, 24)}`],
    ['a secret of Resend', () => `whsec_${randomBytes(24).toString('base64')}`],
    ['a token of Plivo', () => Buffer.from(randomBytes(15).toString('hex')).toString('base64')],
    ['an id of Plivo', () => `MA${from(`${lower.toUpperCase()}0123456789`, 18)}`],
    ['a UUID', () => randomUUID()],
  ])('of %s is far from what people type', (_, draw) => {
    const { numRuns } = cases(5_000);
    const drawn = Array.from({ length: numRuns }, draw);
    // Refused from 20 bits on. That one comes so far happens less than once in 2^18 times, whatever the alphabet is.
    expect(drawn.filter((secret) => bitsSaved(secret) >= 18)).toEqual([]);
  });

  it('is taken, whichever it is', () => {
    for (let round = 0; round < 2_000; round += 1) {
      const bytes = randomBytes(32);
      expect(isRandomKey(bytes)).toBe(true);
      const written = bytes.subarray(0, 16).toString('hex');
      expect(looksRandom(written)).toBe(true);
    }
  });
});

describe('the sandbox', () => {
  it('needs nothing, and listens on this machine only', () => {
    expect(loadConfig({})).toMatchObject({ mode: 'sandbox', http: { host: '127.0.0.1' } });
    const everywhere = { OPTGATE_MODE: 'sandbox', HOST: '0.0.0.0' };
    expect(loadConfig(everywhere).http.host).toBe('0.0.0.0');
  });

  it.each([
    { PUBLIC_URL: 'https://optin.example' },
    { HOST: '0.0.0.0' },
    { HOST: '::' },
    { HOST: '192.168.1.5' },
    { DATABASE_URL: 'postgresql://o:x@db.example/optgate' },
    { DATABASE_URL: 'postgresql://o:x@localhost/optgate?host=db.example' },
    { TEMPORAL_ADDRESS: 'temporal.example:7233' },
    { TEMPORAL_ADDRESS: '10.1.2.3:7233' },
  ])('does not begin by itself where %j looks like a service for people', (env) => {
    expect(problemsOf(env).join()).toContain('OPTGATE_MODE=sandbox');
    expect(problemsOf({ ...env, OPTGATE_MODE: 'sandbox' })).toEqual([]);
  });

  it('begins by itself beside a database and a Temporal server on this machine', () => {
    const env = {
      DATABASE_URL: 'postgresql://o:x@127.0.0.1:5432/optgate',
      TEMPORAL_ADDRESS: 'localhost:7233',
      PUBLIC_URL: 'http://localhost:3000',
    };
    expect(problemsOf(env)).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { newEncryptionKey } from '../../src/platform/config/encryption-keys.ts';
import { loadConfig } from '../../src/platform/config/config.ts';

/** docker-compose.yml: each container has what its process works with, and nothing else's. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Record<string, { environment?: Record<string, string>; env_file?: unknown }>;
};

const secret = 'kq7Zp2Xw9Lm4Tn8Rb5Vc1Yd6Hs3Jf0Ga';
const given: Record<string, string> = {
  PUBLIC_URL: 'https://optin.example.org',
  ENCRYPTION_KEYS: newEncryptionKey('k1'),
};
const required = [
  'POSTGRES_PASSWORD',
  'TEMPORAL_DATABASE_PASSWORD',
  'API_DATABASE_PASSWORD',
  'WORKER_DATABASE_PASSWORD',
  'SWEEPER_DATABASE_PASSWORD',
  'ADMIN_KEY',
  'METRICS_KEY',
  'RESEND_API_KEY',
  'RESEND_WEBHOOK_SECRET',
  'PLIVO_AUTH_ID',
  'PLIVO_AUTH_TOKEN',
];
for (const name of required) given[name] = `${secret}-${name}`;

/** As compose fills it in from `.env`. */
function environmentOf(service: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(compose.services[service]?.environment ?? {}).map(([name, value]) => [
      name,
      value.replaceAll(
        /\$\{(\w+)(?::[?-]([^}]*))?\}/g,
        (_, key: string, fallback = '') => given[key] ?? fallback,
      ),
    ]),
  );
}

/** Names of the secrets that the container can read, in whatever variable they are. */
const secretsIn = (service: string): string[] =>
  required.filter((name) =>
    Object.values(environmentOf(service)).some((value) => value.includes(given[name]!)),
  );

describe('a container', () => {
  it.each<[string, string[]]>([
    ['postgres', ['POSTGRES_PASSWORD']],
    ['temporal-role', ['POSTGRES_PASSWORD', 'TEMPORAL_DATABASE_PASSWORD']],
    ['temporal-schema', ['TEMPORAL_DATABASE_PASSWORD']],
    ['temporal', ['TEMPORAL_DATABASE_PASSWORD']],
    ['temporal-ui', []],
    [
      'migrate',
      [
        'POSTGRES_PASSWORD',
        'API_DATABASE_PASSWORD',
        'WORKER_DATABASE_PASSWORD',
        'SWEEPER_DATABASE_PASSWORD',
      ],
    ],
    [
      'api',
      [
        'API_DATABASE_PASSWORD',
        'ADMIN_KEY',
        'METRICS_KEY',
        'RESEND_WEBHOOK_SECRET',
        'PLIVO_AUTH_TOKEN',
      ],
    ],
    [
      'worker',
      [
        'WORKER_DATABASE_PASSWORD',
        'SWEEPER_DATABASE_PASSWORD',
        'METRICS_KEY',
        'RESEND_API_KEY',
        'PLIVO_AUTH_ID',
        'PLIVO_AUTH_TOKEN',
      ],
    ],
    ['admin', ['POSTGRES_PASSWORD']],
  ])('%s has the secrets it works with, and no other', (service, secrets) => {
    expect(secretsIn(service)).toEqual(secrets);
    expect(compose.services[service]!.env_file).toBeUndefined();
  });

  it('is named above, each of them', () => {
    expect(Object.keys(compose.services)).toHaveLength(9);
  });

  it.each([
    ['api', 'api'],
    ['worker', 'worker'],
    ['migrate', 'operator'],
    ['admin', 'operator'],
  ] as const)('%s has a configuration that its process starts with', (service, process) => {
    expect(loadConfig(environmentOf(service), process).mode).toBe('live');
  });

  it('reaches the database as its own role', () => {
    const userOf = (service: string, name = 'DATABASE_URL') =>
      new URL(environmentOf(service)[name]!).username;
    expect([userOf('api'), userOf('worker'), userOf('worker', 'SWEEPER_DATABASE_URL')]).toEqual([
      'optgate_api',
      'optgate_worker',
      'optgate_sweeper',
    ]);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/platform/config/config.ts';
import {
  connectOptions,
  type TemporalConnectOptions,
} from '../../src/platform/temporal/connection.ts';
import { temporaryFolder } from './processes.ts';

function optionsFor(env: Record<string, string>): TemporalConnectOptions {
  const whole = {
    OPTGATE_MODE: 'sandbox',
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    ...env,
  };
  return connectOptions(loadConfig(whole), whole);
}

test('an address alone connects in plain text', () => {
  expect(optionsFor({})).toEqual({ address: 'temporal.example:7233' });
});

test('empty variables count as not set', () => {
  expect(optionsFor({ TEMPORAL_API_KEY: '', TEMPORAL_TLS: '' })).toEqual({
    address: 'temporal.example:7233',
  });
});

test('an API key brings TLS with it; headers are passed on', () => {
  expect(optionsFor({ TEMPORAL_API_KEY: 'key', TEMPORAL_GRPC_META_X_TEAM: 'one' })).toEqual({
    address: 'temporal.example:7233',
    apiKey: 'key',
    tls: true,
    metadata: { 'x-team': 'one' },
  });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('client certificates are read as Temporal names them', () => {
  const { tls } = optionsFor({
    TEMPORAL_TLS_CLIENT_CERT_DATA: 'certificate',
    TEMPORAL_TLS_CLIENT_KEY_DATA: 'key',
    TEMPORAL_TLS_SERVER_NAME: 'inner.example',
  });
  expect(tls).toMatchObject({
    serverNameOverride: 'inner.example',
    clientCertPair: { crt: bytes('certificate'), key: bytes('key') },
  });
});

test('a configuration file counts only when it is asked for, and never moves the address', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'temporal.toml');
  writeFileSync(file, '[profile.default]\naddress = "cloud.example:7233"\napi_key = "from file"\n');
  expect(optionsFor({ XDG_CONFIG_HOME: folder, HOME: folder })).not.toHaveProperty('apiKey');
  expect(optionsFor({ TEMPORAL_CONFIG_FILE: file })).toMatchObject({
    address: 'temporal.example:7233',
    apiKey: 'from file',
  });
  expect(() => optionsFor({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'none' })).toThrow(
    /TEMPORAL_\* settings cannot be read: Profile 'none' not found/,
  );
});

test('a role alone, without an address, fails with the name of the missing variable', () => {
  expect(() => connectOptions(loadConfig({}), {})).toThrow('TEMPORAL_ADDRESS is missing');
});

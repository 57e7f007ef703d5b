import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { developmentEncryptionKeys } from '../../src/platform/config/sandbox-key.ts';
import { temporaryFolder } from './processes.ts';

test('the sandbox’s key is made once, for the owner’s eyes only', async () => {
  const dataDir = join(temporaryFolder(), 'data');
  const [key] = await developmentEncryptionKeys(dataDir);
  expect(key?.key).toHaveLength(32);
  expect(await developmentEncryptionKeys(dataDir)).toEqual([key]);
  expect(statSync(join(dataDir, 'encryption-key')).mode & 0o777).toBe(0o600);
});

test('a damaged key is not replaced: what it sealed would be lost', async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, 'encryption-key'), 'sandbox:short');
  await expect(developmentEncryptionKeys(dataDir)).rejects.toThrow(
    'does not hold an encryption key any more',
  );
});

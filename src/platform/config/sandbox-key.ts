import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, type EncryptionKey } from './config.ts';
import { newEncryptionKey } from './encryption-keys.ts';
import { createFile, readFileIfAny } from '../files.ts';

/**
 * The key of a sandbox without ENCRYPTION_KEYS: made once, kept in the data folder beside the data that it seals (mode
 * 600), the same for all processes on that folder. Rejects when the file was damaged: a new key could read nothing.
 */
export async function developmentEncryptionKeys(dataDir: string): Promise<EncryptionKey[]> {
  const path = join(dataDir, 'encryption-key');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (readFileIfAny(path) === undefined) createFile(path, `${newEncryptionKey('sandbox')}\n`);
  try {
    const text = (readFileIfAny(path) ?? '').trim();
    return Promise.resolve(loadConfig({ ENCRYPTION_KEYS: text }).encryptionKeys);
  } catch {
    throw new Error(`${path} does not hold an encryption key any more; put it back from a copy.`);
  }
}

import { randomBytes } from 'node:crypto';
import type { EncryptionKey } from './config.ts';

/** The form of ENCRYPTION_KEYS. */

/** Reads `id:base64` entries; adds what is wrong with them to `problems`, and never a key. */
export function parseEncryptionKeys(entries: string[], problems: string[]): EncryptionKey[] {
  const keys: EncryptionKey[] = [];
  for (const [index, entry] of entries.entries()) {
    const colon = entry.indexOf(':');
    const id = entry.slice(0, Math.max(colon, 0));
    const key = Buffer.from(entry.slice(colon + 1), 'base64');
    // The key itself is never repeated in a message.
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(id) || key.length !== 32)
      problems.push(`ENCRYPTION_KEYS entry ${index + 1} must be \`id:base64\` of exactly 32 bytes`);
    else if (keys.some((other) => other.id === id))
      problems.push(`ENCRYPTION_KEYS names the key "${id}" twice`);
    else keys.push({ id, key });
  }
  return keys;
}

/** An entry with a random key. */
export function newEncryptionKey(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}`;
}

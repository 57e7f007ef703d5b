import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { EncryptionKey } from '../config.ts';

/**
 * Seals what may not lie in the clear: AES-256-GCM, written as `keyId.iv.ciphertext.tag` (base64url).
 * `context` (table and column) is authenticated with it, so that a value cannot be moved to another column.
 */
export type Cipher = {
  seal(text: string, context: string): string;
  /** Throws {@link UnsealError} for an unknown key, another context or a changed value. */
  open(sealed: string, context: string): string;
};

/** Its message names the key id and the context, never the value. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

export function createCipher(keys: readonly EncryptionKey[]): Cipher {
  const [current] = keys;
  if (!current) throw new Error('at least one encryption key is needed');
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  return {
    seal(text, context) {
      const iv = randomBytes(12);
      const gcm = createCipheriv('aes-256-gcm', current.key, iv);
      gcm.setAAD(Buffer.from(context));
      const sealed = Buffer.concat([gcm.update(text, 'utf8'), gcm.final()]);
      const parts = [iv, sealed, gcm.getAuthTag()].map((part) => part.toString('base64url'));
      return [current.id, ...parts].join('.');
    },
    open(sealed, context) {
      const [id = '', iv = '', body = '', tag = ''] = sealed.split('.');
      const key = byId.get(id);
      if (!key) throw new UnsealError(`no encryption key "${id}" for ${context}`);
      try {
        const gcm = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
          authTagLength: 16,
        });
        gcm.setAAD(Buffer.from(context));
        gcm.setAuthTag(Buffer.from(tag, 'base64url'));
        return Buffer.concat([gcm.update(Buffer.from(body, 'base64url')), gcm.final()]).toString();
      } catch {
        throw new UnsealError(`a value of ${context} does not open with key "${id}"`);
      }
    },
  };
}

/** Keyed hash for look-ups (addresses, message contents): without the key nothing can be tried out. */
export type Lookup = { hash(value: string): string };

export function createLookup(key: Buffer): Lookup {
  return { hash: (value) => createHmac('sha256', key).update(value).digest('base64url') };
}

/** For secrets of high entropy (API keys, link tokens): a plain hash is enough. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** 192 random bits, URL-safe. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(
    createHash('sha256').update(a).digest(),
    createHash('sha256').update(b).digest(),
  );
}

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { EncryptionKey } from '../config/config.ts';
import type { SealingKey } from '../../core/sealing-key.ts';
import type { Place, SealedColumn } from './sealed-columns.ts';

/**
 * Seals values that must not be stored in the clear: AES-256-GCM, written as `keyId.iv.ciphertext.tag.2` (base64url).
 * Practice, table, column and row are authenticated with the value, so that it opens nowhere but in its place.
 *
 * Older values lack the mark `2` at their end and are bound to table and column only. They still open unless
 * `requireBound` is set; `npm run admin -- reencrypt` rewrites them.
 */
export type Cipher = {
  seal(text: string, place: Place): string;
  /** Throws {@link UnsealError} for an unknown key, another place or a changed value. */
  open(sealed: string, place: Place): string;
  /** Counts a value that opened, or is missing, and does not belong to what stands beside it. */
  countMisfit(place: Place): void;
  /** How many values did not open since the process started, by column. */
  readonly unopened: ReadonlyMap<SealedColumn, number>;
};

/** At the end of a value that is bound to its row. */
export const boundMark = '2';

/** Its message names the key id and the column, never the value or the row. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

export type CipherOptions = {
  /** Values that are bound to their column only do not open. */
  requireBound?: boolean;
  /** Which of the keys seals; absent: the first. */
  sealing?: SealingKey | undefined;
};

export function createCipher(
  keys: readonly EncryptionKey[],
  { requireBound = false, sealing }: CipherOptions = {},
): Cipher {
  const [first] = keys;
  if (!first) throw new Error('at least one encryption key is needed');
  const current = sealing ?? first;
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  const unopened = new Map<SealedColumn, number>();

  const countMisfit = ({ column }: Place): void => {
    unopened.set(column, (unopened.get(column) ?? 0) + 1);
  };
  const refuse = (place: Place, why: string): never => {
    countMisfit(place);
    throw new UnsealError(why);
  };
  return {
    unopened,
    countMisfit,
    seal(text, place) {
      const iv = randomBytes(12);
      const { id } = current;
      const gcm = createCipheriv('aes-256-gcm', byId.get(id)!, iv);
      gcm.setAAD(authenticated(place));
      const sealed = Buffer.concat([gcm.update(text, 'utf8'), gcm.final()]);
      const parts = [iv, sealed, gcm.getAuthTag()].map((part) => part.toString('base64url'));
      return [id, ...parts, boundMark].join('.');
    },
    open(sealed, place) {
      const { column } = place;
      const [id = '', iv = '', body = '', tag = '', mark] = sealed.split('.');
      const key = byId.get(id);
      if (!key) return refuse(place, `no encryption key "${id}" for ${column}`);
      if (mark === undefined && requireBound)
        return refuse(place, `a value of ${column} is not bound to its row, and that is required`);
      try {
        const gcm = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
          authTagLength: 16,
        });
        gcm.setAAD(mark === undefined ? Buffer.from(column) : authenticated(place));
        gcm.setAuthTag(Buffer.from(tag, 'base64url'));
        return Buffer.concat([gcm.update(Buffer.from(body, 'base64url')), gcm.final()]).toString();
      } catch {
        return refuse(place, `a value of ${column} does not open in its row with key "${id}"`);
      }
    },
  };
}

/** JSON, so that no two rows are written alike, whatever their ids hold. */
function authenticated({ column, row }: Place): Buffer {
  return Buffer.from(JSON.stringify([column, ...row]));
}

/** Undefined: it does not open, which is counted. For callers that go on without it. */
export function ifReadable<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof UnsealError) return undefined;
    throw error;
  }
}

/** Whether a text in an address may be a token of a link: anything else is looked up nowhere. */
export function isTokenShaped(text: string): boolean {
  return /^[A-Za-z0-9_-]{20,64}$/.test(text);
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

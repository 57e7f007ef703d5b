import { createCipheriv, randomBytes } from 'node:crypto';
import type { SealedColumn } from '../../src/platform/db/sealed-columns.ts';
import { testKey } from './service.ts';

/** A value as it was sealed until values were bound to their rows: to its table and column only. */
export function formerValue(text: string, column: SealedColumn, encryptionKey = testKey): string {
  const [id = '', key = ''] = encryptionKey.split(/:(.*)/);
  const iv = randomBytes(12);
  const gcm = createCipheriv('aes-256-gcm', Buffer.from(key, 'base64'), iv);
  gcm.setAAD(Buffer.from(column));
  const body = Buffer.concat([gcm.update(text, 'utf8'), gcm.final()]);
  return [id, ...[iv, body, gcm.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

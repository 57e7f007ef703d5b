import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { EncryptionKey } from '../config.ts';
import { sealedMark } from './payload-converter.ts';

/**
 * Seals every payload that goes to Temporal (AES-256-GCM, a key derived per encryption key), so that histories hold
 * nothing a person can read. Decoding never throws: one payload that cannot be opened would otherwise fail the
 * contact's workflow task for ever; it becomes `{ undecodable: reason }` and a rejected signal instead.
 *
 * What arrives in the clear (a producer without our codec) is passed on; `sealed` in the metadata of what was opened
 * lets the workflow tell the two apart.
 */

const encoding = 'binary/optgate-aes256gcm';
const encodingBytes = Buffer.from(encoding);

export function createPayloadCodec(keys: readonly EncryptionKey[]): PayloadCodec {
  const derived = new Map(keys.map(({ id, key }) => [id, payloadKey(key)]));
  const [current] = keys;
  if (!current) throw new Error('at least one encryption key is needed');
  return {
    // oxlint-disable-next-line require-await -- the interface is asynchronous
    async encode(payloads) {
      return payloads.map((payload) => seal(payload, current.id, derived.get(current.id)!));
    },
    // oxlint-disable-next-line require-await
    async decode(payloads) {
      return payloads.map((payload) => open(payload, derived));
    },
  };
}

function payloadKey(key: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'optgate temporal payloads', 32));
}

function seal(payload: Payload, keyId: string, key: Buffer): Payload {
  const iv = randomBytes(12);
  const gcm = createCipheriv('aes-256-gcm', key, iv);
  const data = Buffer.concat([iv, gcm.update(pack(payload)), gcm.final(), gcm.getAuthTag()]);
  return { metadata: { encoding: encodingBytes, 'key-id': Buffer.from(keyId) }, data };
}

function open(payload: Payload, keys: ReadonlyMap<string, Buffer>): Payload {
  if (text(payload.metadata?.encoding) !== encoding) return payload;
  const keyId = text(payload.metadata?.['key-id']);
  const key = keys.get(keyId);
  if (!key) return undecodable('unknown encryption key');
  try {
    const data = Buffer.from(payload.data ?? []);
    const gcm = createDecipheriv('aes-256-gcm', key, data.subarray(0, 12), { authTagLength: 16 });
    gcm.setAuthTag(data.subarray(-16));
    const opened = unpack(Buffer.concat([gcm.update(data.subarray(12, -16)), gcm.final()]));
    return { ...opened, metadata: { ...opened.metadata, [sealedMark]: encodingBytes } };
  } catch {
    return undecodable('the sealed payload is damaged');
  }
}

/** JSON with base64 fields: small, and independent of any protobuf version. */
function pack(payload: Payload): Buffer {
  const metadata = Object.fromEntries(
    Object.entries(payload.metadata ?? {})
      .filter(([name]) => name !== sealedMark)
      .map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  );
  const data = Buffer.from(payload.data ?? []).toString('base64');
  return Buffer.from(JSON.stringify({ metadata, data }));
}

function unpack(packed: Buffer): Payload {
  const { metadata, data } = JSON.parse(packed.toString()) as {
    metadata: Record<string, string>;
    data: string;
  };
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
    ),
    data: Buffer.from(data, 'base64'),
  };
}

function undecodable(reason: string): Payload {
  return {
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from(JSON.stringify({ undecodable: reason })),
  };
}

function text(value: Uint8Array | null | undefined): string {
  return value ? Buffer.from(value).toString() : '';
}

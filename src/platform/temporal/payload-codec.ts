import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import type { EncryptionKey } from '../config/config.ts';
import type { Unbound, Unopened } from '../../core/signals/payload-marks.ts';
import type { SealingKey } from '../../core/sealing-key.ts';
import { undecodable } from '../../core/signals/undecodable.ts';
import { marks } from './payload-converter.ts';
import { toJson } from './payload-json.ts';

/**
 * Seals every payload that goes to Temporal (AES-256-GCM, a key derived per encryption key), so that histories hold
 * nothing a person can read. Each is bound to its namespace and workflow: they are authenticated with it and are in its
 * metadata, so that the Temporal UI, which names no workflow when it asks to open a payload, can still read it. Where
 * the workflow is known, a payload for another one does not open: a copy from one contact's history in a signal to
 * another is useless.
 *
 * Decoding never throws: one signal that cannot be opened would otherwise fail the contact's workflow task for ever. Its
 * payload becomes `{ undecodable: reason }`, with the sealed bytes beside it where only the key is missing. What was not
 * sent by strangers, results and states that are carried on, is no value then: the payload converter throws.
 *
 * The metadata of a decoded payload distinguishes its kinds, for the workflow to pass on (src/core/signals/payload-marks.ts):
 * bound, unbound (sealed by a producer that named no workflow, or before payloads were bound), in the clear, unopened.
 */

const encoding = 'binary/optgate-sealed';
/** Written until payloads were bound. Histories hold it, and are replayed for years. */
const formerEncoding = 'binary/optgate-aes256gcm';

/** Names of the metadata on the wire. */
const names = { key: 'key-id', namespace: 'namespace', workflow: 'workflow-id', at: 'sealed-at' };

/** The workflow that a payload is bound to; or, where its producer named none, when it was sealed (ISO 8601). */
type Binding = { namespace: string; workflowId: string } | { sealedAt: string };

/** Which workflow payloads are for, where it is known. */
type PayloadOwner = { namespace: string; workflowId: string };

/** `sealing`: which of the keys seals; absent: the first. */
export function createPayloadCodec(
  keys: readonly EncryptionKey[],
  sealing?: SealingKey,
): PayloadCodec {
  const derived = new Map(keys.map(({ id, key }) => [id, payloadKey(key)]));
  const [first] = keys;
  if (!first) throw new Error('at least one encryption key is needed');
  const current = sealing ?? first;
  return {
    // oxlint-disable-next-line require-await -- the interface is asynchronous
    async encode(payloads, context) {
      const binding = ownerOf(context) ?? { sealedAt: new Date().toISOString() };
      const { id } = current;
      return payloads.map((payload) => seal(payload, id, derived.get(id)!, binding));
    },
    // oxlint-disable-next-line require-await
    async decode(payloads, context) {
      const owner = ownerOf(context);
      return payloads.map((payload) => open(payload, derived, owner));
    },
  };
}

/** An activity's payloads are its workflow's. */
function ownerOf(context: SerializationContext | undefined): PayloadOwner | undefined {
  if (context?.workflowId === undefined) return undefined;
  return { namespace: context.namespace, workflowId: context.workflowId };
}

function payloadKey(key: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'optgate temporal payloads', 32));
}

function seal(payload: Payload, keyId: string, key: Buffer, binding: Binding): Payload {
  const iv = randomBytes(12);
  const gcm = createCipheriv('aes-256-gcm', key, iv);
  gcm.setAAD(authenticated(binding));
  const data = Buffer.concat([iv, gcm.update(pack(payload)), gcm.final(), gcm.getAuthTag()]);
  const metadata = {
    encoding,
    [names.key]: keyId,
    ...('sealedAt' in binding
      ? { [names.at]: binding.sealedAt }
      : { [names.namespace]: binding.namespace, [names.workflow]: binding.workflowId }),
  };
  return {
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value)]),
    ),
    data,
  };
}

function open(
  payload: Payload,
  keys: ReadonlyMap<string, Buffer>,
  owner: PayloadOwner | undefined,
): Payload {
  const read = (name: string): string => text(payload.metadata?.[name]);
  const form = read('encoding');
  if (form !== encoding && form !== formerEncoding) return withoutMarks(payload);
  const binding = form === encoding ? bindingOf(read) : undefined;
  // Before the key: no key makes it this workflow's.
  if (owner && binding && 'workflowId' in binding && !isSame(binding, owner))
    return unopened({ why: 'foreign' });
  const keyId = read(names.key);
  const key = keys.get(keyId);
  if (!key) return unopened({ why: 'key', keyId, sealed: toJson(payload) });
  try {
    const data = Buffer.from(payload.data ?? []);
    const gcm = createDecipheriv('aes-256-gcm', key, data.subarray(0, 12), { authTagLength: 16 });
    if (binding) gcm.setAAD(authenticated(binding));
    gcm.setAuthTag(data.subarray(-16));
    const opened = unpack(Buffer.concat([gcm.update(data.subarray(12, -16)), gcm.final()]));
    const isBound = binding !== undefined && 'workflowId' in binding;
    return {
      ...opened,
      metadata: {
        ...opened.metadata,
        [marks.sealed]: Buffer.from(encoding),
        ...(isBound ? {} : { [marks.unbound]: Buffer.from(JSON.stringify(ticket(data, binding))) }),
      },
    };
  } catch {
    return unopened({ why: 'damaged' });
  }
}

function bindingOf(read: (name: string) => string): Binding {
  const sealedAt = read(names.at);
  if (sealedAt !== '') return { sealedAt };
  return { namespace: read(names.namespace), workflowId: read(names.workflow) };
}

function isSame(a: PayloadOwner, b: PayloadOwner): boolean {
  return a.namespace === b.namespace && a.workflowId === b.workflowId;
}

/** Identifies a payload without a workflow; its seal is unique, as its initialisation vector is. */
function ticket(data: Buffer, binding: { sealedAt: string } | undefined): Unbound {
  const seal = createHash('sha256').update(data).digest('base64url');
  return binding ? { seal, sealedAt: binding.sealedAt } : { seal };
}

function authenticated(binding: Binding): Buffer {
  return Buffer.from(
    JSON.stringify(
      'sealedAt' in binding
        ? ['unbound', binding.sealedAt]
        : ['workflow', binding.namespace, binding.workflowId],
    ),
  );
}

/** The marks are ours to set: a producer cannot claim that a clear payload was sealed. Outside they mean nothing. */
export function withoutMarks(payload: Payload): Payload {
  const ours: readonly string[] = Object.values(marks);
  const metadata = Object.entries(payload.metadata ?? {}).filter(([name]) => !ours.includes(name));
  return { ...payload, metadata: Object.fromEntries(metadata) };
}

/** JSON with base64 fields: small, and independent of any protobuf version. */
function pack(payload: Payload): Buffer {
  const metadata = Object.fromEntries(
    Object.entries(withoutMarks(payload).metadata ?? {}).map(([name, value]) => [
      name,
      Buffer.from(value).toString('base64'),
    ]),
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

function unopened(how: Unopened): Payload {
  return {
    metadata: {
      encoding: Buffer.from('json/plain'),
      [marks.unopened]: Buffer.from(JSON.stringify(how)),
    },
    data: Buffer.from(JSON.stringify(undecodable(how.why))),
  };
}

function text(value: Uint8Array | null | undefined): string {
  return value ? Buffer.from(value).toString() : '';
}

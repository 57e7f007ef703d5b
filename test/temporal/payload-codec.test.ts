import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Payload, SerializationContext } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPayloadCodec } from '../../src/platform/temporal/payload-codec.ts';
import { payloadConverter } from '../../src/platform/temporal/payload-converter.ts';
import { fromJson } from '../../src/platform/temporal/payload-json.ts';
import { payloadMark, unopenedPayload } from '../../src/core/signals/payload-marks.ts';

const key = { id: 'k1', key: Buffer.alloc(32, 1) };
const codec = createPayloadCodec([key]);

const workflow = (workflowId: string, namespace = 'default'): SerializationContext => ({
  type: 'workflow',
  namespace,
  workflowId,
});
const alice = workflow('contact/p1/alice');
const message = { messageId: 'm1', body: 'Your result is here' };

async function sealed(context?: SerializationContext): Promise<Payload> {
  const [payload] = await codec.encode([payloadConverter.toPayload(message)], context);
  return payload!;
}

async function opened(payload: Payload, context?: SerializationContext): Promise<unknown> {
  const [decoded] = await codec.decode([payload], context);
  return payloadConverter.fromPayload(decoded!);
}

const foreign = { undecodable: 'the payload is sealed for another workflow' };
const damaged = { undecodable: 'the sealed payload is damaged' };

function relabelled(payload: Payload, labels: Record<string, string>): Payload {
  const changed = Object.entries(labels).map(([name, value]) => [name, Buffer.from(value)]);
  return { ...payload, metadata: { ...payload.metadata, ...Object.fromEntries(changed) } };
}

/** As the releases did that bound nothing. */
function formerlySealed(value: unknown): Payload {
  const derived = Buffer.from(hkdfSync('sha256', key.key, '', 'optgate temporal payloads', 32));
  const iv = randomBytes(12);
  const gcm = createCipheriv('aes-256-gcm', derived, iv);
  const packed = JSON.stringify({
    metadata: { encoding: Buffer.from('json/plain').toString('base64') },
    data: Buffer.from(JSON.stringify(value)).toString('base64'),
  });
  return {
    metadata: {
      encoding: Buffer.from('binary/optgate-aes256gcm'),
      'key-id': Buffer.from(key.id),
    },
    data: Buffer.concat([iv, gcm.update(packed), gcm.final(), gcm.getAuthTag()]),
  };
}

describe('a sealed payload', () => {
  it('opens for the workflow that it was sealed for, and for a caller that names none', async () => {
    const payload = await sealed(alice);
    expect(Buffer.from(payload.data!).toString()).not.toContain('result');
    expect(await opened(payload, alice)).toEqual(message);
    expect(await opened(payload)).toEqual(message);
    expect(payloadMark(await opened(payload, alice))).toBeUndefined();
  });

  it('opens for an activity of that workflow, and for nobody else’s', async () => {
    const activity = (workflowId: string): SerializationContext => ({
      type: 'activity',
      namespace: 'default',
      workflowId,
      isLocal: false,
    });
    const payload = await sealed(alice);
    expect(await opened(payload, activity('contact/p1/alice'))).toEqual(message);
    expect(await opened(payload, activity('contact/p1/bob'))).toEqual(foreign);
  });

  it.each([
    ['another contact', workflow('contact/p1/bob')],
    ['the same id at another practice', workflow('contact/p2/alice')],
    ['the same id in another namespace', workflow('contact/p1/alice', 'staging')],
  ])('does not open for %s, whatever is written on it', async (_, other) => {
    const payload = await sealed(alice);
    expect(await opened(payload, other)).toEqual(foreign);
    const { namespace, workflowId } = other as { namespace: string; workflowId: string };
    const claimed = relabelled(payload, { namespace, 'workflow-id': workflowId });
    expect(await opened(claimed, other)).toEqual(damaged);
    for (const labels of [
      { 'sealed-at': new Date().toISOString() },
      { encoding: 'binary/optgate-aes256gcm' },
    ])
      expect(await opened(relabelled(payload, labels), other)).toEqual(damaged);
  });

  it('distinguishes producers that named no workflow from those that did', async () => {
    const payload = await sealed();
    const value = await opened(payload, alice);
    expect(value).toEqual(message);
    const mark = payloadMark(value) as { unbound: { seal: string; sealedAt: string } };
    expect(mark.unbound.seal).toMatch(/^[\w-]{43}$/);
    expect(Date.parse(mark.unbound.sealedAt)).toBeGreaterThan(Date.now() - 60_000);
    const younger = relabelled(payload, { 'sealed-at': '2099-01-01T00:00:00.000Z' });
    expect(await opened(younger, alice)).toEqual(damaged);
    // A copy is known again; a second one of the same text is another.
    expect(payloadMark(await opened(payload, workflow('contact/p1/bob')))).toEqual(mark);
    expect(payloadMark(await opened(await sealed(), alice))).not.toEqual(mark);
  });

  it('of a release that bound none still opens, as what it is', async () => {
    const value = await opened(formerlySealed(message), alice);
    expect(value).toEqual(message);
    expect(payloadMark(value)).toEqual({ unbound: { seal: expect.any(String) as string } });
  });
});

it('knows a text in the clear, also one that says it was sealed', async () => {
  const plain = payloadConverter.toPayload(message);
  expect(payloadMark(await opened(plain, alice))).toEqual({ clear: true });
  const posing = relabelled(plain, { 'optgate-sealed': 'binary/optgate-sealed' });
  expect(payloadMark(await opened(posing, alice))).toEqual({ clear: true });
});

describe('a payload whose key is not here', () => {
  const newer = { id: 'k2', key: Buffer.alloc(32, 2) };
  const newCodec = createPayloadCodec([newer, key]);

  it('is kept as it came, and opens later as what it is', async () => {
    const plain = payloadConverter.toPayload(message);
    const [bound] = await newCodec.encode([plain], alice);
    const value = await opened(bound!, alice);
    expect(value).toEqual({ undecodable: 'unknown encryption key' });
    const unopened = unopenedPayload(value);
    if (unopened?.why !== 'key') throw new Error('it is not marked');
    expect(unopened.keyId).toBe('k2');
    const [late] = await newCodec.decode([fromJson(unopened.sealed)], alice);
    expect(payloadConverter.fromPayload(late!)).toEqual(message);
    expect(payloadMark(payloadConverter.fromPayload(late!))).toBeUndefined();
  });

  it('is another workflow’s, whatever the key: it waits for nothing', async () => {
    const [bound] = await newCodec.encode([payloadConverter.toPayload(message)], alice);
    expect(unopenedPayload(await opened(bound!, workflow('contact/p1/bob')))).toEqual({
      why: 'foreign',
    });
  });

  it('cannot be pretended: the mark of a payload off the wire is taken away', async () => {
    const posing = relabelled(payloadConverter.toPayload(message), {
      'optgate-unopened': JSON.stringify({ why: 'key', keyId: 'k1', sealed: {} }),
    });
    expect(payloadMark(await opened(posing, alice))).toEqual({ clear: true });
  });
});

it('seals with the key that is named, and opens with all', async () => {
  const newer = { id: 'k2', key: Buffer.alloc(32, 2) };
  const sealing = { id: 'k1' };
  const both = createPayloadCodec([newer, key], sealing);
  const keyOf = async (): Promise<string> => {
    const [payload] = await both.encode([payloadConverter.toPayload(message)], alice);
    expect(await both.decode([payload!], alice)).toHaveLength(1);
    return Buffer.from(payload!.metadata!['key-id']!).toString();
  };
  expect(await keyOf()).toBe('k1');
  sealing.id = 'k2';
  expect(await keyOf()).toBe('k2');
});

it('never throws, whatever comes', async () => {
  const bytes = fc.uint8Array({ maxLength: 60 });
  const metadata = fc.dictionary(
    fc.constantFrom(
      'encoding',
      'key-id',
      'namespace',
      'workflow-id',
      'sealed-at',
      'optgate-unbound',
      'optgate-unopened',
      'optgate-sealed',
    ),
    fc.oneof(
      bytes,
      fc
        .constantFrom('binary/optgate-sealed', 'binary/optgate-aes256gcm', 'json/plain', 'k1')
        .map((text) => Buffer.from(text)),
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.record({ metadata, data: bytes }), async (payload) => {
      await opened(payload, alice);
      await opened(payload);
    }),
  );
});

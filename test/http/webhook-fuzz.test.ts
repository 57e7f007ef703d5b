import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxCredentials } from '../../src/platform/config/sandbox-credentials.ts';
import { plivoV2Signature, plivoV3Signature } from '../../src/channels/sms/plivo/signature.ts';
import { queue, register, someone } from '../harness/people.ts';
import { everything } from '../harness/rows.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/**
 * What strangers may post to the public webhooks. Each attempt starts from a webhook that would really change something
 * (a complaint, a STOP, a failure), correctly signed, and spoils it in one way. No attempt may change a row.
 */

type Call = { method: string; path: string; headers: Record<string, string>; body: string };
type Target = 'resend' | 'inbound' | 'status';

let stack: Stack;
let targets: Record<Target, () => Call>;
const { resendWebhookSecret: secret, plivoAuthToken: authToken } = sandboxCredentials;

beforeAll(async () => {
  // Without a worker nothing moves by itself, and every change would be a webhook's doing.
  stack = await startStack({ worker: false });
  const ann = someone();
  await register(stack, ann);
  await queue(stack, ann, 'hello');
  const { prisma } = stack.db;
  const where = { contactId: ann.id, method: 'email' };
  const lane = await prisma.channel.findFirstOrThrow({ where });
  const email = await prisma.delivery.findFirstOrThrow({ where });
  await prisma.delivery.update({
    where: { id: email.id },
    data: { status: 'sent', addressHash: lane.addressHash, providerId: 'provider-1' },
  });
  const complaint = JSON.stringify({
    type: 'email.complained',
    created_at: new Date().toISOString(),
    data: { email_id: 'provider-1', to: [ann.email], tags: { delivery_id: email.id } },
  });
  const stop = { From: ann.phone.slice(1), To: '12025550100', Text: 'STOP', MessageUUID: 'm-1' };
  const failed = { MessageUUID: 'm-2', Status: 'failed', ErrorCode: '200', To: '1', From: '2' };
  targets = {
    resend: () => signedBySvix(complaint),
    inbound: () => signedByPlivo('/webhooks/plivo/inbound', stop),
    status: () => signedByPlivo('/webhooks/plivo/status/no-such-token', failed),
  };
});
afterAll(() => stack.stop());

function signedBySvix(body: string, at = new Date(), by = secret): Call {
  const id = `msg_${randomBytes(8).toString('hex')}`;
  return {
    method: 'POST',
    path: '/webhooks/resend',
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'svix-signature': new Webhook(by).sign(id, at, body),
    },
    body,
  };
}

function signedByPlivo(path: string, fields: Record<string, string>, by = authToken): Call {
  const nonce = randomBytes(8).readBigUInt64LE().toString();
  const url = `${stack.url}${path}`;
  return {
    method: 'POST',
    path,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-plivo-signature-v3': plivoV3Signature({ url, fields, nonce, authToken: by }),
      'x-plivo-signature-v3-nonce': nonce,
    },
    body: new URLSearchParams(fields).toString(),
  };
}

async function post({ method, path, headers, body }: Call): Promise<number> {
  const bodiless = method === 'GET' || method === 'HEAD';
  const response = await fetch(`${stack.url}${path}`, {
    method,
    headers,
    ...(bodiless ? {} : { body }),
  });
  await response.arrayBuffer();
  return response.status;
}

/** How a good webhook is spoilt; the answers that are right for it. */
type Spoilt = { call: Call; right: number[] };
type Spoil = fc.Arbitrary<{
  name: string;
  with: (target: Target, call: Call) => Spoilt | undefined;
}>;

const signatureOf = (target: Target): string =>
  target === 'resend' ? 'svix-signature' : 'x-plivo-signature-v3';
const withHeader = (call: Call, name: string, value: string): Call => ({
  ...call,
  headers: { ...call.headers, [name]: value },
});
const sameFields = (target: Target, a: string, b: string): boolean =>
  target !== 'resend' && String(new URLSearchParams(a)) === String(new URLSearchParams(b));

const spoils: Spoil[] = [
  fc.record({ at: fc.nat(), to: fc.integer({ min: 33, max: 126 }) }).map(({ at, to }) => ({
    name: 'a byte of the body is another',
    with(target, call) {
      const index = at % call.body.length;
      const body = call.body.slice(0, index) + String.fromCharCode(to) + call.body.slice(index + 1);
      if (body === call.body || sameFields(target, body, call.body)) return undefined;
      return { call: { ...call, body }, right: [401] };
    },
  })),
  fc.nat().map((keep) => ({
    name: 'the body is cut off',
    with(target, call) {
      const body = call.body.slice(0, keep % call.body.length);
      if (sameFields(target, body, call.body)) return undefined;
      // An empty JSON body is no webhook at all.
      return { call: { ...call, body }, right: body === '' ? [400, 401] : [401] };
    },
  })),
  fc.string({ minLength: 1, maxLength: 200 }).map((more) => ({
    name: 'the body is longer',
    with(target, call) {
      const body = call.body + more;
      return sameFields(target, body, call.body)
        ? undefined
        : { call: { ...call, body }, right: [401] };
    },
  })),
  // The last characters of base64 hold bits that nobody reads.
  fc
    .record({ at: fc.integer({ min: 3, max: 40 }), to: fc.constantFrom('A', 'B', '/', '0') })
    .map(({ at, to }) => ({
      name: 'a character of the signature is another',
      with(target, call) {
        const name = signatureOf(target);
        const good = call.headers[name]!;
        const bad = good.slice(0, at) + to + good.slice(at + 1);
        return bad === good ? undefined : { call: withHeader(call, name, bad), right: [401] };
      },
    })),
  fc.nat().map((which) => ({
    name: 'a header of the signature is missing',
    with(_target, call) {
      const names = Object.keys(call.headers).filter((name) => name !== 'content-type');
      const { [names[which % names.length]!]: _, ...headers } = call.headers;
      return { call: { ...call, headers }, right: [401] };
    },
  })),
  fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme-ascii' }).map((value) => ({
    name: 'the signature is anything',
    with: (target, call) => ({
      call: withHeader(call, signatureOf(target), value.trim() || 'v1,'),
      right: [401],
    }),
  })),
  fc.constant({
    name: 'somebody else signed it',
    with: (target, call) => ({
      call:
        target === 'resend'
          ? signedBySvix(call.body, new Date(), `whsec_${randomBytes(24).toString('base64')}`)
          : signedByPlivo(call.path, Object.fromEntries(new URLSearchParams(call.body)), 'guess'),
      right: [401],
    }),
  }),
  fc.integer({ min: 301, max: 10_000_000 }).chain((seconds) =>
    fc.constantFrom(-1, 1).map((sign) => ({
      name: 'it is too old, or from the future',
      with: (target, call) =>
        target === 'resend'
          ? {
              call: signedBySvix(call.body, new Date(Date.now() + sign * (seconds + 5) * 1_000)),
              right: [401],
            }
          : undefined,
    })),
  ),
  fc
    .constantFrom(
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      'x',
    )
    .map((type) => ({
      name: 'it is of another content type',
      with: (_target, call) =>
        call.headers['content-type'] === type
          ? undefined
          : { call: withHeader(call, 'content-type', type), right: [400, 401, 415] },
    })),
  fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE').map((method) => ({
    name: 'it comes by another method',
    with: (_target, call) => ({ call: { ...call, method }, right: [405] }),
  })),
  fc
    .webQueryParameters()
    .filter((query) => new URLSearchParams(query).size > 0)
    .map((query) => ({
      name: 'its address has a query that nobody signed',
      with: (target, call) =>
        target === 'resend'
          ? undefined
          : { call: { ...call, path: `${call.path}?${query}` }, right: [401] },
    })),
  fc.constant({
    name: 'it has only the older signature',
    with(target, call) {
      if (target === 'resend') return undefined;
      const nonce = call.headers['x-plivo-signature-v3-nonce']!;
      const headers = {
        'content-type': call.headers['content-type']!,
        'x-plivo-signature-v2': plivoV2Signature({
          url: `${stack.url}${call.path}`,
          nonce,
          authToken,
        }),
        'x-plivo-signature-v2-nonce': nonce,
      };
      return { call: { ...call, headers }, right: [401] };
    },
  }),
  fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }).map((body) => ({
    name: 'it is noise',
    with: (_target, call) => ({ call: { ...call, body }, right: [400, 401] }),
  })),
  fc.stringMatching(/^[\w-]{1,60}$/).map((token) => ({
    name: 'it is signed, for a delivery that does not exist',
    with: (target, call) =>
      target === 'status'
        ? {
            call: signedByPlivo(
              `/webhooks/plivo/status/${token}`,
              Object.fromEntries(new URLSearchParams(call.body)),
            ),
            right: [404],
          }
        : undefined,
  })),
];

describe('webhooks that nobody signed', () => {
  it('change nothing, in five thousand attempts, and are answered with the right status', async () => {
    const before = await everything(stack);
    let attempts = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Target>('resend', 'inbound', 'status'),
        fc.oneof(...spoils),
        async (target, spoil) => {
          const spoilt = spoil.with(target, targets[target]());
          if (!spoilt) return;
          attempts += 1;
          const status = await post(spoilt.call);
          if (!spoilt.right.includes(status))
            throw new Error(
              `${target}, ${spoil.name}: answered ${status}, not ${spoilt.right.join(' or ')}`,
            );
        },
      ),
      { numRuns: 7_000 },
    );
    expect(attempts).toBeGreaterThanOrEqual(5_000);
    expect(await everything(stack)).toBe(before);
  });

  it('are refused before they are read where they are too large', async () => {
    const before = await everything(stack);
    for (const target of ['resend', 'inbound', 'status'] as const)
      expect(await post({ ...targets[target](), body: 'x'.repeat(300 * 1024) })).toBe(413);
    expect(await everything(stack)).toBe(before);
  });
});

describe('webhooks that are signed', () => {
  it('are taken once: the same again, byte for byte or under a new signature, changes nothing', async () => {
    // That it came again is remembered, and nothing else.
    const rows = (): Promise<string> => everything(stack, 'webhookEvents');
    for (const target of ['resend', 'inbound'] as const) {
      const before = await rows();
      const good = targets[target]();
      expect(await post(good)).toBe(200);
      const after = await rows();
      expect(after).not.toBe(before);
      for (let n = 0; n < 20; n += 1) expect(await post(good)).toBe(200);
      // Plivo repeats with a new nonce.
      if (target === 'inbound') expect(await post(targets.inbound())).toBe(200);
      expect(await rows()).toBe(after);
    }
  });
});

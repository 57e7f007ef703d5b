import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sandboxCredentials } from '../../src/platform/config/sandbox-credentials.ts';
import { ProviderError } from '../../src/channels/sender.ts';
import type { OutgoingEmail } from '../../src/channels/sender.ts';
import { createResendSender } from '../../src/channels/email/resend/sender.ts';
import { startHarness, until } from '../sandbox/harness.ts';
import type { Harness } from '../sandbox/harness.ts';
import { closedUrl, startRawServer } from './raw-server.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await harness.control('DELETE', '/outbox');
  await harness.control('DELETE', '/faults');
});

const apiKey = sandboxCredentials.resendApiKey;
let keys = 0;
const newKey = () => `batch-${(keys += 1)}`;
const outgoing = (change: Partial<OutgoingEmail> = {}): OutgoingEmail => ({
  deliveryId: 'delivery-1',
  from: 'Clinic <hello@clinic.example>',
  to: 'anna.smith@people.example',
  subject: 'For Anna Smith',
  text: 'Dear Anna Smith, please call 555 123 0001.',
  ...change,
});

async function send(
  emails: OutgoingEmail[] = [outgoing()],
  { baseUrl = harness.baseUrls.resend, key = newKey(), timeoutMs = 2_000, withKey = apiKey } = {},
) {
  return createResendSender({ apiKey: withKey, baseUrl }).sendBatch(emails, {
    idempotencyKey: key,
    timeoutMs,
  });
}

/** The error of a call that must fail; nothing personal may be anywhere in it. */
async function failure(call: Promise<unknown>): Promise<ProviderError> {
  const error = await call.then(
    () => expect.fail('should have failed'),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(ProviderError);
  expectNothingPersonal(error as ProviderError);
  return error as ProviderError;
}

function expectNothingPersonal(error: ProviderError): void {
  const everything = JSON.stringify([
    error.message,
    error.code,
    error.stack,
    error.cause,
    { ...error },
  ]);
  expect(everything).not.toMatch(/anna|smith|people\.example|clinic|555|please call/i);
}

const order = (fault: object) => harness.control('POST', '/faults', fault);

describe('what is sent', () => {
  test('one email: all fields, one-click unsubscribe, the delivery id', async () => {
    const outcomes = await send([
      outgoing({
        replyTo: 'desk@clinic.example',
        html: '<p>Hello</p>',
        unsubscribe: { url: 'https://clinic.example/u/token', mailto: 'u+token@clinic.example' },
      }),
    ]);
    const [entry] = await harness.outbox();
    expect(outcomes).toEqual([{ ok: true, providerId: entry?.id }]);
    expect(entry).toMatchObject({
      to: 'anna.smith@people.example',
      html: '<p>Hello</p>',
      deliveryId: 'delivery-1',
      headers: {
        'Reply-To': 'desk@clinic.example',
        'List-Unsubscribe': '<https://clinic.example/u/token>, <mailto:u+token@clinic.example>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
    });
  });

  test('a repeat with the same key sends nothing and gives the same ids', async () => {
    const batch = [outgoing(), outgoing({ deliveryId: 'delivery-2' })];
    const first = await send(batch, { key: 'same' });
    expect(await send(batch, { key: 'same' })).toEqual(first);
    expect(await harness.outbox()).toHaveLength(2);
  });

  test('single refusals are outcomes, the rest is sent, in order', async () => {
    const outcomes = await send([
      outgoing({ to: 'a@people.example' }),
      outgoing({ to: 'refused@people.example' }),
      outgoing({ to: 'b@people.example' }),
      outgoing({ from: 'a@unverified.example' }),
    ]);
    expect(outcomes).toMatchObject([{ ok: true }, { ok: false }, { ok: true }, { ok: false }]);
    const refused = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error]));
    expect(refused.map(({ kind, code }) => [kind, code])).toEqual([
      ['rejected', 'validation_error'],
      ['rejected', 'validation_error'],
    ]);
    expect(refused[0]?.message).toContain('`to`');
    expect(refused[1]?.message).toContain('not verified');
    refused.forEach(expectNothingPersonal);
    expect((await harness.outbox()).map(({ to }) => to)).toEqual([
      'a@people.example',
      'b@people.example',
    ]);
  });

  test('100 emails are one call, 0 and 101 none', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => outgoing({ deliveryId: `d-${index}` }));
    expect(await send(many(100))).toHaveLength(100);
    expect(await failure(send(many(101)))).toMatchObject({
      kind: 'rejected',
      code: 'invalid_batch_size',
    });
    expect(await failure(send([]))).toMatchObject({ kind: 'rejected' });
    expect((await harness.outbox()).map(({ deliveryId }) => deliveryId)).toEqual(
      many(100).map(({ deliveryId }) => deliveryId),
    );
  });

  test('a key the SDK would choke on is refused before anything leaves', async () => {
    for (const key of ['', 'Schlüssel', 'a b', 'k'.repeat(257)])
      expect(await failure(send([outgoing()], { key }))).toMatchObject({
        kind: 'rejected',
        code: 'invalid_idempotency_key',
      });
  });
});

describe('what goes wrong', () => {
  test.each([
    [429, 7, 'throttled', 'rate_limit_exceeded', 7_000],
    [429, undefined, 'throttled', 'rate_limit_exceeded', 1_000],
    [401, undefined, 'throttled', 'missing_api_key', 60_000],
    [403, undefined, 'throttled', 'invalid_api_key', 60_000],
    [400, undefined, 'rejected', 'validation_error', undefined],
    [404, undefined, 'rejected', 'not_found', undefined],
    [422, undefined, 'rejected', 'validation_error', undefined],
    [408, undefined, 'ambiguous', 'timeout', undefined],
    [500, undefined, 'ambiguous', 'internal_server_error', undefined],
    [502, undefined, 'ambiguous', 'application_error', undefined],
    [503, undefined, 'ambiguous', 'application_error', undefined],
    // An answer without ids proves nothing.
    [200, undefined, 'ambiguous', 'malformed_answer', undefined],
  ])(
    'status %i (Retry-After %s): %s, %s',
    async (status, retryAfterSeconds, kind, code, retryAfterMs) => {
      await order({ kind: 'status', status, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) });
      expect(await failure(send())).toMatchObject({ kind, code, retryAfterMs });
      expect(await harness.outbox()).toEqual([]);
    },
  );

  test('a wrong key holds the queue instead of failing it', async () => {
    expect(await failure(send([outgoing()], { withKey: 're_wrong' }))).toMatchObject({
      kind: 'throttled',
      code: 'invalid_api_key',
      retryAfterMs: 60_000,
    });
  });

  test('taken, then cut: ambiguous; the repeat finds it and sends nothing', async () => {
    await order({ kind: 'accept_then_drop', count: 1 });
    const batch = [outgoing()];
    expect(await failure(send(batch, { key: 'cut' }))).toMatchObject({
      kind: 'ambiguous',
      code: 'connection_failed',
    });
    const [outcome] = await send(batch, { key: 'cut' });
    const entries = await harness.outbox();
    expect(entries).toHaveLength(1);
    expect(outcome).toEqual({ ok: true, providerId: entries[0]?.id });
  });

  test('too slow: ambiguous within the timeout; the repeat waits its turn, then gets the answer', async () => {
    await order({ kind: 'delay', delayMs: 2_000, count: 1 });
    const startedAt = performance.now();
    expect(await failure(send([outgoing()], { key: 'slow', timeoutMs: 200 }))).toMatchObject({
      kind: 'ambiguous',
      code: 'timeout',
    });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(await failure(send([outgoing()], { key: 'slow' }))).toMatchObject({
      kind: 'in_progress',
      code: 'concurrent_idempotent_requests',
    });
    const repeat = await until(() => send([outgoing()], { key: 'slow' }).catch(() => undefined));
    expect(repeat).toMatchObject([{ ok: true }]);
    expect(await harness.outbox()).toHaveLength(1);
  });

  test('the same key for another content: an earlier call had been taken', async () => {
    await send([outgoing()], { key: 'used' });
    expect(await failure(send([outgoing({ text: 'other' })], { key: 'used' }))).toMatchObject({
      kind: 'taken_before',
      code: 'invalid_idempotent_request',
    });
  });

  test('nobody there: ambiguous, because the SDK tells no more; the key makes the repeat safe', async () => {
    expect(await failure(send([outgoing()], { baseUrl: await closedUrl() }))).toMatchObject({
      kind: 'ambiguous',
      code: 'connection_failed',
    });
  });
});

describe('answers of another kind', () => {
  let stop: (() => Promise<void>) | undefined;
  afterEach(() => stop?.());

  async function answering(status: number, body: string, headers: Record<string, string> = {}) {
    const server = await startRawServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    });
    stop = server.stop;
    return failure(send([outgoing(), outgoing()], { baseUrl: server.url }));
  }

  const named = (statusCode: number, name: string) =>
    JSON.stringify({ statusCode, name, message: 'to anna.smith@people.example: 555 123 0001' });

  test.each([
    ['a daily quota', 429, named(429, 'daily_quota_exceeded'), 'throttled', 60 * 60_000],
    ['a monthly quota', 429, named(429, 'monthly_quota_exceeded'), 'throttled', 6 * 60 * 60_000],
    ['a restricted key', 401, named(401, 'restricted_api_key'), 'throttled', 60_000],
    ['an unknown refusal', 451, named(451, 'anna smith!'), 'rejected', undefined],
    ['a gateway’s page', 502, '<html>anna.smith@people.example</html>', 'ambiguous', undefined],
    ['a foreign error', 400, '{"error":"anna.smith@people.example"}', 'ambiguous', undefined],
    ['no object', 400, '"anna"', 'ambiguous', undefined],
    ['null', 500, 'null', 'ambiguous', undefined],
    ['half an answer', 200, '{"data":[{"id":', 'ambiguous', undefined],
    ['one id too few', 200, '{"data":[{"id":"1"}],"errors":[]}', 'ambiguous', undefined],
    ['one id too many', 200, '{"data":[{"id":"1"},{"id":"2"},{"id":"3"}]}', 'ambiguous', undefined],
    [
      'an error twice',
      200,
      '{"data":[{"id":"1"}],"errors":[{"index":0},{"index":0}]}',
      'ambiguous',
      undefined,
    ],
    [
      'an error out of range',
      200,
      '{"data":[{"id":"1"},{"id":"2"}],"errors":[{"index":9}]}',
      'ambiguous',
      undefined,
    ],
    [
      'an error without index',
      200,
      '{"data":[{"id":"1"}],"errors":[null]}',
      'ambiguous',
      undefined,
    ],
    ['ids that are none', 200, '{"data":[{"id":7},null]}', 'ambiguous', undefined],
  ])('%s', async (_name, status, body, kind, retryAfterMs) => {
    expect(await answering(status, body)).toMatchObject({ kind, retryAfterMs });
  });

  test('an answer that ends in the middle', async () => {
    const server = await startRawServer((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"data":[');
      response.destroy();
    });
    stop = server.stop;
    expect(await failure(send([outgoing()], { baseUrl: server.url }))).toMatchObject({
      kind: 'ambiguous',
    });
  });
});

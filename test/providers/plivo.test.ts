import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sandboxCredentials } from '../../src/platform/config/sandbox-credentials.ts';
import { ProviderError } from '../../src/channels/sender.ts';
import type { OutgoingSms } from '../../src/channels/sender.ts';
import { createPlivoSender } from '../../src/channels/sms/plivo/sender.ts';
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

const { plivoAuthId: authId, plivoAuthToken: authToken } = sandboxCredentials;

function send(
  change: Partial<OutgoingSms> = {},
  { baseUrl = harness.baseUrls.plivo, timeoutMs = 2_000, token = authToken } = {},
) {
  return createPlivoSender({ authId, authToken: token, baseUrl }).sendSms(
    {
      from: '+15550100000',
      to: '+15551230001',
      text: 'Dear Anna Smith, please call.',
      statusUrl: `${harness.serviceUrl}/webhooks/plivo/status/opaque-token`,
      ...change,
    },
    { timeoutMs },
  );
}

/** The error of a call that must fail; nothing personal may be anywhere in it. */
async function failure(call: Promise<unknown>): Promise<ProviderError> {
  const error = await call.then(
    () => expect.fail('should have failed'),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(ProviderError);
  const { message, code, stack, cause } = error as ProviderError;
  const everything = JSON.stringify([message, code, stack, cause, { ...(error as object) }]);
  expect(everything).not.toMatch(/anna|smith|1555|opaque-token|sandbox-plivo/i);
  return error as ProviderError;
}

test('a text that waits for a free connection until it is too late never leaves', async () => {
  let arrived = 0;
  let isStalled = true;
  const stalled: (() => void)[] = [];
  const server = await startRawServer((_request, response) => {
    arrived += 1;
    const answer = () => void response.writeHead(503).end();
    if (isStalled) stalled.push(answer);
    else answer();
  });
  try {
    // As many as the SDK has connections, and some.
    const calls = Array.from({ length: 110 }, () =>
      failure(send({}, { baseUrl: server.url, timeoutMs: 2_000 })),
    );
    await until(() => stalled.length === 100);
    for (const { kind } of await Promise.all(calls)) expect(kind).toBe('ambiguous');
    isStalled = false;
    for (const answer of stalled) answer();
    // It stands behind whatever still waits for a connection.
    const last = await failure(send({}, { baseUrl: server.url }));
    expect(last.kind).toBe('throttled');
    expect(arrived).toBe(101);
  } finally {
    await server.stop();
  }
});

const order = (fault: object) => harness.control('POST', '/faults', fault);

test('an SMS: id, status callbacks, and nothing kept in the provider’s log', async () => {
  const { providerId } = await send();
  expect(await harness.outbox()).toMatchObject([
    {
      id: providerId,
      channel: 'sms',
      from: '+15550100000',
      to: '+15551230001',
      text: 'Dear Anna Smith, please call.',
    },
  ]);
  await until(() =>
    harness.service.webhooks.some(
      ({ path, form }) => path.endsWith('/opaque-token') && form.Status === 'delivered',
    ),
  );
  expect(await harness.plivo.messages.get(providerId)).toMatchObject({ toNumber: '155XXXXX001' });
});

describe('what goes wrong', () => {
  test.each([
    [400, undefined, 'rejected', 'http_400', undefined],
    [403, undefined, 'rejected', 'http_403', undefined],
    [404, undefined, 'rejected', 'http_404', undefined],
    [405, undefined, 'rejected', 'http_405', undefined],
    [409, undefined, 'rejected', 'http_409', undefined],
    [422, undefined, 'rejected', 'http_422', undefined],
    [401, undefined, 'throttled', 'http_401', 60_000],
    [402, undefined, 'throttled', 'http_402', 600_000],
    [429, undefined, 'throttled', 'http_429', 1_000],
    [429, 30, 'throttled', 'http_429', 30_000],
    [503, undefined, 'throttled', 'http_503', 5_000],
    [503, 9, 'throttled', 'http_503', 9_000],
    [408, undefined, 'ambiguous', 'timeout', undefined],
    [500, undefined, 'ambiguous', 'http_500', undefined],
    [502, undefined, 'ambiguous', 'http_502', undefined],
    [504, undefined, 'ambiguous', 'http_504', undefined],
    // An answer without an id proves nothing.
    [200, undefined, 'ambiguous', 'malformed_answer', undefined],
  ])(
    'status %i (Retry-After %s): %s, %s',
    async (status, retryAfterSeconds, kind, code, retryAfterMs) => {
      await order({ kind: 'status', status, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) });
      expect(await failure(send())).toMatchObject({ kind, code, retryAfterMs });
      expect(await harness.outbox()).toEqual([]);
    },
  );

  test.each([
    ['+15005550001', 'rejected'],
    ['+15005550402', 'throttled'],
    ['+15005550403', 'rejected'],
    ['+15005550429', 'throttled'],
  ])('%s: %s', async (to, kind) => {
    expect(await failure(send({ to }))).toMatchObject({ kind });
  });

  test('wrong credentials hold the queue instead of failing it', async () => {
    expect(await failure(send({}, { token: 'wrong' }))).toMatchObject({
      kind: 'throttled',
      code: 'http_401',
    });
  });

  test('taken, then cut: ambiguous', async () => {
    await order({ kind: 'accept_then_drop' });
    expect(await failure(send())).toMatchObject({ kind: 'ambiguous', code: 'connection_lost' });
    expect(await harness.outbox()).toHaveLength(1);
  });

  test('taken, but too slow: ambiguous within the timeout', async () => {
    await order({ kind: 'delay', delayMs: 5_000 });
    const startedAt = performance.now();
    expect(await failure(send({}, { timeoutMs: 200 }))).toMatchObject({
      kind: 'ambiguous',
      code: 'timeout',
    });
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(await harness.outbox()).toHaveLength(1);
  });

  test('nobody there: not sent', async () => {
    expect(await failure(send({}, { baseUrl: await closedUrl() }))).toMatchObject({
      kind: 'not_sent',
      code: 'connection_refused',
    });
    expect(await failure(send({}, { baseUrl: 'http://nowhere.invalid' }))).toMatchObject({
      kind: 'not_sent',
    });
    // `localhost` has two addresses, whose failures Node reports together.
    const { port } = new URL(await closedUrl());
    expect(await failure(send({}, { baseUrl: `http://localhost:${port}` }))).toMatchObject({
      kind: 'not_sent',
    });
  });

  test('a message with a part missing is refused before anything leaves', async () => {
    expect(await failure(send({ text: '' }))).toMatchObject({
      kind: 'rejected',
      code: 'invalid_request',
    });
  });
});

describe('answers of another kind', () => {
  let stop: (() => Promise<void>) | undefined;
  afterEach(() => stop?.());

  async function serve(handle: Parameters<typeof startRawServer>[0]): Promise<string> {
    const server = await startRawServer(handle);
    stop = server.stop;
    return server.url;
  }

  test.each([
    ['a page', 200, '<html>Anna Smith</html>', 'ambiguous'],
    ['nothing', 202, '', 'ambiguous'],
    ['no ids', 202, '{"message_uuid":[]}', 'ambiguous'],
    ['an id that is none', 202, '{"message_uuid":[null]}', 'ambiguous'],
    ['an invalid number', 202, '{"message_uuid":[],"invalid_number":["+15551230001"]}', 'rejected'],
    ['a page for an error', 502, '<html>+15551230001</html>', 'ambiguous'],
    ['an error in no form', 400, 'Anna Smith', 'rejected'],
    ['an empty error', 400, '', 'rejected'],
  ])('%s', async (_name, status, body, kind) => {
    const baseUrl = await serve((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    expect(await failure(send({}, { baseUrl }))).toMatchObject({ kind });
  });

  test('an answer that trickles is cut off by the timeout', async () => {
    const baseUrl = await serve((_request, response) => {
      response.writeHead(202, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(drip));
    });
    const startedAt = performance.now();
    expect(await failure(send({}, { baseUrl, timeoutMs: 300 }))).toMatchObject({
      kind: 'ambiguous',
      code: 'timeout',
    });
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });

  test('a proxy of the environment is not used for a loopback address', async () => {
    let proxied = 0;
    const proxy = await serve((_request, response) => {
      proxied += 1;
      response.writeHead(500).end();
    });
    vi.stubEnv('HTTP_PROXY', proxy);
    vi.stubEnv('http_proxy', proxy);
    vi.stubEnv('NO_PROXY', '');
    vi.stubEnv('no_proxy', '');
    try {
      await send();
    } finally {
      vi.unstubAllEnvs();
    }
    expect(proxied).toBe(0);
    expect(await harness.outbox()).toHaveLength(1);
  });
});

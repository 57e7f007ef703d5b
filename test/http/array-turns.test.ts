import { connect, type Socket } from 'node:net';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, createPractice } from '../../src/record/practices/practice-store.ts';
import { callLimits } from '../../src/core/limits/call-limits.ts';
import { choosePorts } from '../../src/platform/free-ports.ts';
import { shareMemory } from '../../src/platform/http/array-turns.ts';
import { registerErrors } from '../../src/platform/http/errors.ts';
import { takeJson } from '../../src/platform/http/json-body.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

let stack: Stack;
let otherKey: string;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  await createPractice(stack.db, { id: stack.own('other'), name: 'Other' });
  ({ key: otherKey } = await createKey(stack.db, stack.own('other'), 'x'));
});
afterAll(() => stack.stop());

const people = (call: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    id: `p${call}-${n}`,
    name: 'Ann Example',
    role: 'client',
    methods: ['email'],
    email: `p${call}-${n}@example.com`,
  }));

it('one practice’s import leaves connections to all others', async () => {
  const calls = { left: 14 };
  const answers = Array.from({ length: calls.left }, async (_, call) => {
    const { status } = await stack.call('PUT', '/v1/contacts', people(call, 100));
    calls.left -= 1;
    return status;
  });
  const from = performance.now();
  const waits: number[] = [];
  while (calls.left > 0) {
    const asked = performance.now();
    const headers = { authorization: `Bearer ${otherKey}` };
    expect((await fetch(`${stack.url}/v1/settings`, { headers })).status).toBe(200);
    waits.push(performance.now() - asked);
  }
  const whole = performance.now() - from;
  expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
  // Behind all of the import each would wait for most of it.
  expect(Math.max(...waits)).toBeLessThan(whole / 4);
});

it('more calls of a practice than may wait are asked to come again', async () => {
  const most = callLimits.arrayCallsWaiting + callLimits.arrayCalls.each;
  const answers = await Promise.all(
    Array.from({ length: most + 20 }, (_, call) =>
      stack.call('PUT', '/v1/contacts', people(1_000 + call, 2)),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(most);
});

describe('a large body that arrives slowly', () => {
  /** Begins a call with a body that does not go on. */
  function slowly(port: number, key: string): { socket: Socket; answer: Promise<string> } {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `PUT /v1/contacts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${2 * callLimits.largeBodyBytes}\r\n\r\n[`,
    );
    const answer = new Promise<string>((done) => {
      let text = '';
      socket.on('data', (part) => (text += String(part)));
      socket.on('close', () => done(text));
    });
    return { socket, answer };
  }

  const large = JSON.stringify({ name: 'x'.repeat(callLimits.largeBodyBytes) });
  const put = (body: string | ReadableStream, id: string, key: string) =>
    fetch(`${stack.url}/v1/contacts/${id}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
      ...(typeof body === 'string' ? {} : { duplex: 'half' }),
    });

  /** Resolves when a large body of the practice's is not answered any more. */
  const noTurnIsLeft = (key: string) =>
    until('a body waits', async () => {
      const call = { method: 'PUT', headers: { authorization: `Bearer ${key}` }, body: large };
      const signal = AbortSignal.timeout(500);
      return fetch(`${stack.url}/v1/contacts/probe`, { ...call, signal }).then(
        () => false,
        () => signal.aborted,
      );
    });

  it('keeps no other practice’s bodies waiting, however long they are', async () => {
    await createPractice(stack.db, { id: stack.own('third'), name: 'Third' });
    const { key: third } = await createKey(stack.db, stack.own('third'), 'x');
    const port = Number(new URL(stack.url).port);
    const calls = [stack.apiKey, stack.apiKey, otherKey, otherKey].map((key) => slowly(port, key));
    let ended = 0;
    for (const { answer } of calls) void answer.then(() => (ended += 1));
    for (const key of [stack.apiKey, otherKey]) await noTurnIsLeft(key);
    const [person] = people(9, 1);
    const { id, ...contact } = person!;
    const chunks = new Blob([JSON.stringify(contact)]).stream();
    const [unknownLength, long] = await Promise.all([
      put(chunks, id, third),
      put(large, 'long', third),
    ]);
    expect([unknownLength.status, long.status]).toEqual([201, 422]);
    expect(ended).toBe(0);
    for (const { socket } of calls) socket.destroy();
  });

  it('is one of few that are read at a time; more than may wait are asked to come again', async () => {
    const { each, waiting } = callLimits.bodiesRead;
    const port = Number(new URL(stack.url).port);
    const slow = Array.from({ length: each }, () => slowly(port, stack.apiKey));
    await noTurnIsLeft(stack.apiKey);
    const statuses: number[] = [];
    const calls = Array.from({ length: waiting + 10 }, async () => {
      const answer = await put(large, 'large', stack.apiKey).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      // A connection that is closed on a body that is not read is an answer too.
      statuses.push(answer?.status ?? 429);
    });
    await until('those that may not wait are answered', () => statuses.length >= 10);
    for (const { socket } of slow) socket.destroy();
    await Promise.all(calls);
    expect(new Set(statuses)).toEqual(new Set([422, 429]));
    // A call that hung up keeps its place until its turn comes.
    const read = statuses.filter((status) => status === 422);
    expect(read.length).toBeGreaterThanOrEqual(waiting - each);
  });

  it('is refused after a while', async () => {
    const app = Fastify();
    registerErrors(app);
    app.decorateRequest('practiceId', 'p');
    takeJson(app, shareMemory(app, { arrivesMs: 200 }));
    app.put('/v1/contacts', () => ({}));
    await app.listen({ port: (await choosePorts(1))[0]!, host: '127.0.0.1' });
    try {
      const { port } = app.server.address() as { port: number };
      const answers = await Promise.all([1, 2, 3, 4].map(() => slowly(port, 'k').answer));
      for (const answer of answers) {
        expect(answer).toMatch(/^HTTP\/1.1 408 /);
        expect(answer).toContain('"request_timeout"');
      }
    } finally {
      await app.close();
    }
  });
});

import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import Fastify from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { shareConnections } from '../../src/platform/http/array-turns.ts';
import { registerDeadline } from '../../src/platform/http/deadline.ts';
import { registerErrors } from '../../src/platform/http/errors.ts';
import { takeTurnsAnswering } from '../../src/platform/http/record-answers.ts';
import { register, someone } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

describe('a call that waits for longer than its deadline', () => {
  let stack: Stack;
  let holder: pg.Client;
  beforeAll(async () => {
    stack = await startStack({ worker: false, answerMs: 3_000 });
    holder = new pg.Client({ connectionString: stack.databaseUrl });
    await holder.connect();
  });
  afterAll(async () => {
    await holder.end();
    await stack.stop();
  });

  /** A call about a contact that somebody else holds, until after its answer. */
  async function callHeld() {
    const { id } = await someoneHeld();
    const key = { 'idempotency-key': `key of ${id}`.replaceAll(' ', '-') };
    const message = { id: `late-${id}`, kind: 'ad_hoc', body: 'x' };
    const post = () => stack.call('POST', `/v1/contacts/${id}/messages`, message, key);
    const answer = await post();
    expect([answer.status, answer.body]).toMatchObject([503, { error: { code: 'unavailable' } }]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    return { id, post };
  }
  async function someoneHeld() {
    const person = someone();
    await register(stack, person, ['email']);
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM contacts WHERE id = $1 FOR UPDATE', [person.id]);
    return person;
  }

  it('is answered 503, while its work goes on, and is not made a second time beside it', async () => {
    const { id, post } = await callHeld();
    expect(await post()).toMatchObject({
      status: 409,
      body: { error: { code: 'idempotency_in_flight' } },
    });
    // With an answer at the end of all its tries nothing would be stored.
    await holder.query('COMMIT');
    const stored = () => stack.db.prisma.message.count({ where: { contactId: id } });
    await until('the message is stored all the same', stored, 20_000);
  });

  it('that fails after its answer leaves no words of its error in the log', async () => {
    await callHeld();
    const line = await until('it failed', () =>
      stack.logLines.find((text) => text.includes('Promise errored')),
    );
    await holder.query('COMMIT');
    expect(JSON.parse(line)).toMatchObject({ err: { name: 'DatabaseBusyError' } });
    expect(line).not.toContain('lost against others');
  });
});

it.each([
  ['GET', undefined],
  ['DELETE', undefined],
  ['POST', '{}'],
  ['PUT', JSON.stringify('x'.repeat(200_000))],
])('a %s is answered at its deadline, also after its body was read', async (method, body) => {
  const app = Fastify();
  registerErrors(app);
  registerDeadline(app, 50);
  app.all('/slow', () => new Promise(() => undefined));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/slow`, body ? { method, body, headers } : { method });
  expect(answer.status).toBe(503);
  await app.close();
});

it('a call that was answered while it waited for its turn keeps nobody else from one', async () => {
  const app = Fastify();
  registerErrors(app);
  app.decorateRequest('practiceId', '');
  app.addHook('onRequest', async (request) => {
    request.practiceId = 'p';
  });
  shareConnections(app);
  const ends: (() => void)[] = [];
  app.post('/slow', () => new Promise<string>((resolve) => ends.push(() => resolve('done'))));
  app.post('/hasty', { handlerTimeout: 50 }, () => 'done');
  app.post('/patient', () => 'done');
  const post = (url: string) => app.inject({ method: 'POST', url, payload: [1] });
  // As many at once as a practice may have.
  const slow = [post('/slow'), post('/slow'), post('/slow')];
  await expect.poll(() => ends.length).toBe(3);
  const hasty = await Promise.all([post('/hasty'), post('/hasty'), post('/hasty'), post('/hasty')]);
  expect(hasty.map(({ statusCode }) => statusCode)).toEqual([503, 503, 503, 503]);
  ends.forEach((end) => end());
  expect((await Promise.all(slow)).map(({ body }) => body)).toEqual(['done', 'done', 'done']);
  expect((await post('/patient')).body).toBe('done');
  await app.close();
});

it('a caller that takes nothing of an answer without end is cut off, and its turn is another’s', async () => {
  const app = Fastify();
  registerErrors(app);
  app.decorateRequest('practiceId', '');
  const answer = takeTurnsAnswering(100);
  let ended = 0;
  const pieces = async function* (): AsyncGenerator<string> {
    try {
      for (;;) yield 'x'.repeat(64 * 1024);
    } finally {
      ended += 1;
    }
  };
  app.get('/long', (request, reply) => answer(request, reply, async () => pieces()));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const readers = 2 * limits.records.each;
  for (let n = 0; n < readers; n += 1) {
    const [response] = (await once(get(`${url}/long`), 'response')) as [IncomingMessage];
    // Paused: it holds what the socket takes, and no more.
    response.on('error', () => undefined);
  }
  await expect.poll(() => ended, { timeout: 10_000 }).toBe(readers);
  await app.close();
});

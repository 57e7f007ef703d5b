import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { limits } from '../../src/domain/limits.ts';
import { shareConnections } from '../../src/http/array-turns.ts';
import { registerErrors } from '../../src/http/errors.ts';
import { takeTurnsAnswering } from '../../src/http/record-answers.ts';

it('a call that waits for longer than its deadline is answered 503, and may come again', async () => {
  const app = Fastify({ handlerTimeout: 50 });
  registerErrors(app);
  app.get('/slow', () => new Promise(() => undefined));
  const answer = await app.inject('/slow');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ error: { code: 'unavailable' } });
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
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

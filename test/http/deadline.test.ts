import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { shareConnections } from '../../src/http/array-turns.ts';
import { registerErrors } from '../../src/http/errors.ts';

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

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { unavailable } from './errors.ts';

/**
 * A call is answered 503 `unavailable` with `Retry-After` once it has waited for `answerMs`, whatever for; its work goes
 * on, within the limits of its transaction. Routes with a `handlerTimeout` of their own have that one instead: Fastify
 * takes a body that was read to its end for a caller that hung up, and gives the deadline up, so it is of use only where
 * nothing is brought (https://github.com/fastify/fastify/pull/6725).
 */
export function registerDeadline(app: FastifyInstance, answerMs: number): void {
  const deadlines = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.handlerTimeout > 0) return;
    const late = setTimeout(() => {
      if (reply.sent) return;
      // A repeat would do the work a second time beside the first: the key stays held, as that of a caller that died.
      request.idempotency = null;
      reply.send(unavailable());
    }, answerMs);
    deadlines.set(request, late);
    reply.raw.once('close', () => clearTimeout(late));
  });
  // An answer that is on its way gets no second one beside it.
  app.addHook('onSend', async (request, _reply, payload) => {
    clearTimeout(deadlines.get(request));
    return payload;
  });
}

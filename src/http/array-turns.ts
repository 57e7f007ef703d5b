import type { FastifyInstance, FastifyRequest } from 'fastify';
import { limits } from '../domain/limits.ts';
import { Turns } from '../domain/turns.ts';
import { AppError } from '../errors.ts';

/**
 * A call that brings an array holds a connection to the database for seconds. Of the connections that calls have
 * (src/db/database.ts) a practice has three fifths for such calls, and all practices together five sevenths: single
 * calls do not wait behind an import, their own practice's or another's. Further ones wait; beyond `limits.arrayCallsWaiting` they are answered 429
 * `too_many_requests` with `Retry-After`.
 */
export function shareConnections(app: FastifyInstance): void {
  const third = Math.floor(limits.databaseConnections / 3);
  const turns = new Turns({
    each: third,
    all: Math.floor(limits.databaseConnections / 2),
    waiting: limits.arrayCallsWaiting,
  });
  const holders = new WeakSet<FastifyRequest>();
  const giveBack = async (request: FastifyRequest): Promise<void> => {
    if (holders.delete(request)) turns.giveBack(request.practiceId);
  };
  app.addHook('preValidation', async (request, reply) => {
    if (!Array.isArray(request.body)) return;
    const turn = turns.take(request.practiceId);
    if (!turn) throw new AppError('too_many_requests', undefined, { retryAfterSeconds: 5 });
    await turn;
    // Answered while it waited: nobody would give the turn back.
    if (reply.sent) turns.giveBack(request.practiceId);
    else holders.add(request);
  });
  // Not when the caller hangs up: the work goes on, and so does what it holds.
  app.addHook('onSend', async (request, _reply, payload) => {
    await giveBack(request);
    return payload;
  });
  app.addHook('onResponse', giveBack);
}

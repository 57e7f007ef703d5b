import type { FastifyInstance, FastifyRequest } from 'fastify';
import { limits } from '../domain/limits.ts';
import { Turns } from '../domain/turns.ts';
import { AppError } from '../errors.ts';

/**
 * A call that brings an array holds a connection to the database for seconds. `limits.arrayCalls` are fewer than the
 * connections that calls have (`databaseLimits.shares`): single calls do not wait behind an import, their own practice's
 * or another's. Further ones wait; beyond `limits.arrayCallsWaiting` they are answered 429 `too_many_requests` with
 * `Retry-After`.
 */
export function shareConnections(app: FastifyInstance): void {
  const turns = new Turns({ ...limits.arrayCalls, waiting: limits.arrayCallsWaiting });
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

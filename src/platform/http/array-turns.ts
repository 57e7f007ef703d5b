import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callLimits } from '../../core/limits/call-limits.ts';
import { Turns } from '../../core/turns/turns.ts';
import { AppError } from '../errors.ts';
import type { BeforeParsing } from './json-body.ts';

/** Calls that cost a lot take turns, so that one practice's import leaves room for its own single calls and all others. */

/**
 * A call that brings an array holds a connection to the database for seconds. `callLimits.arrayCalls` are fewer than the
 * connections that calls have (`databaseLimits.shares`). Further ones wait; beyond `callLimits.arrayCallsWaiting` they are
 * answered 429 `too_many_requests` with `Retry-After`.
 */
export function shareConnections(app: FastifyInstance): void {
  const turns = new Turns({ ...callLimits.arrayCalls, waiting: callLimits.arrayCallsWaiting });
  const { take } = turnsOfCalls(app, turns);
  app.addHook('preValidation', async (request, reply) => {
    if (Array.isArray(request.body)) await take(request, () => reply.sent);
  });
}

/**
 * A large body is in memory several times while it is read, and is parsed in one piece. It takes a turn before it is read
 * (further ones wait, or are answered 429 `too_many_requests` with `Retry-After`), and another one, which is scarce,
 * before it is parsed: one that is on its way for long keeps nobody else's waiting. One that has not arrived within
 * `callLimits.bodyArrivesMs` is answered 408 `request_timeout`.
 */
export function shareMemory(
  app: FastifyInstance,
  { arrivesMs = callLimits.bodyArrivesMs }: { arrivesMs?: number } = {},
): BeforeParsing {
  const read = turnsOfCalls(app, new Turns(callLimits.bodiesRead));
  const work = turnsOfCalls(app, new Turns(callLimits.bodiesWorkedOn));
  const arrivals = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  app.addHook('onRequest', async (request, reply) => {
    if (!isLarge(request)) return;
    await read.take(request, () => reply.sent || request.raw.destroyed);
    const late = setTimeout(() => {
      // What has not arrived is not waited for: the connection ends with the answer.
      if (!reply.sent) reply.header('connection', 'close').send(new AppError('request_timeout'));
    }, arrivesMs);
    arrivals.set(request, late);
  });
  const arrived = (request: FastifyRequest): boolean => {
    clearTimeout(arrivals.get(request));
    return arrivals.delete(request);
  };
  app.addHook('onResponse', async (request) => void arrived(request));
  // What is not read to its end is not worked on.
  app.addHook('onRequestAbort', async (request) => {
    arrived(request);
    await read.giveBack(request);
    await work.giveBack(request);
  });
  return async (request, bytes) => {
    arrived(request);
    const { raw } = request;
    if (bytes > callLimits.largeBodyBytes) await work.take(request, () => raw.socket.destroyed);
  };
}

function isLarge({ headers }: FastifyRequest): boolean {
  const length = headers['content-length'];
  if (length === undefined) return headers['transfer-encoding'] !== undefined;
  return Number(length) > callLimits.largeBodyBytes;
}

/** Turns that calls give back when they are answered. */
function turnsOfCalls(app: FastifyInstance, turns: Turns) {
  const holders = new WeakSet<FastifyRequest>();
  const giveBack = async (request: FastifyRequest): Promise<void> => {
    if (holders.delete(request)) turns.giveBack(request.practiceId);
  };
  const take = async (request: FastifyRequest, isOver: () => boolean): Promise<void> => {
    if (await takeTurn(turns, request.practiceId, isOver)) holders.add(request);
  };
  // Not when the caller hangs up: the work goes on, and so does what it holds.
  app.addHook('onSend', async (request, _reply, payload) => {
    await giveBack(request);
    return payload;
  });
  app.addHook('onResponse', giveBack);
  return { take, giveBack };
}

/**
 * Waits for a turn of the practice's. False, and nothing is held: the call ended while it waited (`isOver`), and nobody
 * would give it back. Where too many wait, 429 `too_many_requests` with `Retry-After`.
 */
export async function takeTurn(
  turns: Turns,
  practiceId: string,
  isOver: () => boolean,
): Promise<boolean> {
  const turn = turns.take(practiceId);
  if (!turn) throw new AppError('too_many_requests', undefined, { retryAfterSeconds: 5 });
  await turn;
  if (!isOver()) return true;
  turns.giveBack(practiceId);
  return false;
}

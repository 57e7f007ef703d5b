import type { FastifyInstance, FastifyRequest } from 'fastify';
import { equalSecrets, hashToken } from '../db/cipher.ts';
import type { Database } from '../db/database.ts';
import { acrossPractices, enterPracticeFor } from '../db/practice-scope.ts';
import { cleanText } from '../../core/incoming-text.ts';
import { callLimits } from '../../core/limits/call-limits.ts';
import { Guesses } from '../../core/guesses.ts';
import { limits } from '../../core/limits.ts';
import { networkOf } from '../../core/network.ts';
import { CallsUnderWay } from '../../core/turns/calls-under-way.ts';
import { AppError } from '../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The practice of the key; set on every route under /v1. */
    practiceId: string;
    /** The person acting for the practice, as the caller says: evidence, not a permission. */
    actor: string | undefined;
  }
}

/** `Authorization: Bearer <key>`: a key belongs to one practice, and every query is bound to that practice. */
export function registerPracticeKeys(app: FastifyInstance, db: Database): void {
  app.decorateRequest('practiceId', '');
  app.decorateRequest('actor', undefined);
  app.addHook('onRequest', async (request) => {
    request.practiceId = await practiceOf(db, request);
    enterPracticeFor('calls', request.scope, request.practiceId);
    request.actor = actorOf(request);
  });
  limitCalls(app);
}

/**
 * A practice's key has `callLimits.callsPerKey` calls under way at a time: one practice's program that runs wild takes no
 * memory from the others. Further ones are answered 429 `too_many_requests` with `Retry-After`.
 */
function limitCalls(app: FastifyInstance): void {
  const underWay = new CallsUnderWay(callLimits.callsPerKey);
  app.addHook('onRequest', async (request) => {
    // Who hung up while the key was looked up has had the end of the call already.
    if (!underWay.begin(request, request.practiceId))
      throw new AppError('too_many_requests', undefined, { retryAfterSeconds: 1 });
  });
  app.addHook('onResponse', async (request) => underWay.end(request));
  app.addHook('onRequestAbort', async (request) => underWay.end(request));
}

async function practiceOf(db: Database, request: FastifyRequest): Promise<string> {
  const key = bearer(request);
  if (key === undefined) throw new AppError('unauthorized');
  const keyHash = hashToken(key);
  const row = await acrossPractices(() => db.prisma.apiKey.findFirst({ where: { keyHash } }));
  if (!row || row.revokedAt) throw new AppError('unauthorized');
  return row.practiceId;
}

/** `Optgate-Actor`: a name of at most 100 characters, percent-encoded UTF-8. */
function actorOf({ headers }: FastifyRequest): string | undefined {
  const given = headers['optgate-actor'];
  if (typeof given !== 'string' || given === '') return undefined;
  try {
    const actor = cleanText(decodeURIComponent(given), 'line', limits.staffCharacters);
    if (actor.ok && actor.text.length <= limits.staffCharacters) return actor.text;
  } catch {
    // Falls through to the answer for a name that is none.
  }
  throw new AppError(
    'bad_request',
    'Optgate-Actor must be a percent-encoded name of 1 to 100 characters.',
  );
}

/** Whether a call has one of the operator's keys, judged as every key of the operator's is. */
export function carries(request: FastifyRequest, ...keys: (string | undefined)[]): boolean {
  const given = bearer(request);
  return given !== undefined && isOperatorKey(request, given, ...keys);
}

/**
 * Whether what a call gives is one of the operator's keys; undefined, where none is configured, is had by nobody.
 * Compared in constant time. Throws `too_many_requests` after so many wrong ones from a network, for the right one too:
 * who guesses would otherwise learn it all the same.
 */
export function isOperatorKey(
  request: FastifyRequest,
  given: string,
  ...keys: (string | undefined)[]
): boolean {
  const network = networkOf(request.ip);
  const waitMs = wrongKeys.waitMs(network, Date.now());
  if (waitMs > 0)
    throw new AppError('too_many_requests', undefined, {
      retryAfterSeconds: Math.ceil(waitMs / 1_000),
    });
  const right = keys.some((key) => key !== undefined && equalSecrets(given, key));
  if (!right) wrongKeys.wrong(network);
  return right;
}

/** Of this process. */
const wrongKeys = new Guesses(limits.wrongOperatorKeysPerMinute, 60_000);

function bearer(request: FastifyRequest): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,256})$/i.exec(request.headers.authorization ?? '')?.[1];
}

import { stringify } from 'safe-stable-stringify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../db/database.ts';
import { freeKey, holdKey, keepAnswer, readCall, type KeyOfCall } from './idempotency-store.ts';
import { databaseLimits } from '../../core/limits/database-limits.ts';
import { isId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { AppError } from '../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while this request holds its Idempotency-Key. */
    idempotency: { scope: string; key: string } | null;
  }
  interface FastifyContextConfig {
    idempotency?: Repeats;
  }
}

/** How a route's answers are given again. Without it: whole, where they name the contacts they are about. */
export type Repeats = {
  /** Its answers hold nothing of a person: they are kept also where they name no contact. */
  impersonal?: true;
  /** A field of its answers that is shown once: it is neither kept nor given again. */
  once?: string;
  /** A second call changes nothing: it is made again where its first answer was not kept. */
  harmless?: true;
  /** It changes nothing at all: every call is made. */
  never?: true;
};

/** A caller that died mid-call must not block its own repeat for a day: after this, in ms, the key is free again. */
const inFlightMs = databaseLimits.answerMs + 30_000;

/**
 * `Idempotency-Key` on POST: the first answer below 500 (except 429) is kept for 24 h per key and route and given
 * again, with `Idempotency-Replayed: true`. The same JSON in another order of its fields, with other spaces, or with
 * `null` for fields that another call leaves out, is the same body; a different one is 409 `idempotency_conflict`. An
 * answer about a contact erased since is forgotten: 404 `not_found`, and the call is not made again. An answer that
 * names no contact, and may hold words of a person, is not kept: 409 `idempotency_not_kept`, or the call is made again
 * where that changes nothing ({@link Repeats}).
 */
export function registerIdempotency(app: FastifyInstance, db: Database): void {
  app.decorateRequest('idempotency', null);

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined || repeatsOf(request).never) return;
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
      throw new AppError('bad_request', 'Idempotency-Key must be 1 to 255 printable characters.');
    const replay = await hold(db, request, key);
    if (!replay) return;
    void reply.header('idempotency-replayed', 'true');
    await reply.status(replay.status).type('application/json').send(replay.body);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    if (request.idempotency) await keep(db, request, reply, payload);
    return payload;
  });
}

async function hold(
  db: Database,
  request: FastifyRequest,
  key: string,
): Promise<{ status: number; body: string } | undefined> {
  const scope = `${request.method} ${pathOf(request)}`;
  const call: KeyOfCall = { practiceId: request.practiceId, scope, key };
  const bodyHash = bodyHashOf(db, request);
  const now = db.clock.now();
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  const free = { answered: before(limits.idempotencyMs), running: before(inFlightMs) };
  if (await holdKey(db, call, bodyHash, free)) {
    request.idempotency = { scope, key };
    return undefined;
  }
  const kept = await readCall(db, call);
  if (kept?.answer === 'erased')
    throw new AppError(
      'not_found',
      'The first answer to this Idempotency-Key spoke of a contact that was erased since.',
    );
  if (kept && kept.bodyHash !== bodyHash && kept.bodyHash !== formerHashOf(db, request))
    throw new AppError('idempotency_conflict');
  if (!kept || kept.answer === 'running')
    throw new AppError('idempotency_in_flight', undefined, { retryAfterSeconds: 1 });
  return given(request, kept.answer);
}

/** However its characters are escaped: `/v1/contacts/%6b1` is the call to `/v1/contacts/k1`. */
function pathOf({ url }: FastifyRequest): string {
  const parts = url.split('?')[0]!.split('/');
  return parts.map((part) => decodeURIComponent(part).replaceAll('/', '%2F')).join('/');
}

function repeatsOf({ routeOptions }: FastifyRequest): Repeats {
  return routeOptions.config.idempotency ?? {};
}

/** Judged again as it is given: it may have been kept by a process of the revision before. */
function given(
  request: FastifyRequest,
  { status, body, named }: { status: number; body?: string; named: boolean },
): { status: number; body: string } | undefined {
  const { harmless } = repeatsOf(request);
  if (body !== undefined && (named || isImpersonal(request, status)))
    return { status, body: withoutOnce(request, body) };
  if (harmless) return undefined;
  throw new AppError(
    'idempotency_not_kept',
    `The call with this Idempotency-Key was made, and answered with ${status}; its answer is not kept, since it may hold words of people and names no contact. Read the record instead.`,
  );
}

/** An error repeats nobody's words. */
function isImpersonal(request: FastifyRequest, status: number): boolean {
  return status >= 400 || repeatsOf(request).impersonal === true;
}

function withoutOnce(request: FastifyRequest, body: string): string {
  const { once } = repeatsOf(request);
  if (once === undefined) return body;
  const { [once]: _shown, ...rest } = JSON.parse(body) as Record<string, unknown>;
  return JSON.stringify(rest);
}

/** Of the body as it was read, its fields in one order. The prefix tells this way of hashing from others. */
function bodyHashOf(db: Database, { body }: FastifyRequest): string {
  return `2:${db.lookup.hash('body', stringify(body ?? null))}`;
}

/**
 * As keys of the last 24 h may have been kept by the revision before, so that an update turns no repeat into a
 * conflict.
 */
function formerHashOf(db: Database, { sentBody }: FastifyRequest): string {
  return db.lookup.hash('body', JSON.stringify(sentBody ?? null));
}

async function keep(
  db: Database,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<void> {
  const call: KeyOfCall = { practiceId: request.practiceId, ...request.idempotency! };
  request.idempotency = null;
  const final = reply.statusCode < 500 && reply.statusCode !== 429;
  if (!final) return freeKey(db, call);
  const body = typeof payload === 'string' ? payload : 'null';
  const said = [request.params, request.body, body === '' ? undefined : JSON.parse(body)];
  const status = reply.statusCode;
  const impersonal = isImpersonal(request, status);
  const kept = { status, body: body === '' ? body : withoutOnce(request, body), impersonal };
  await keepAnswer(db, call, kept, idsIn(said));
}

/** Every text, at any depth, that has the shape of an id. */
function idsIn(said: unknown): string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value === 'string') {
      if (isId(value)) found.add(value);
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
  };
  look(said);
  return [...found];
}

import { stringify } from 'safe-stable-stringify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../db/database.ts';
import { limits } from '../domain/limits.ts';
import { AppError } from '../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while this request holds its Idempotency-Key. */
    idempotency: { scope: string; key: string } | null;
  }
}

/** A caller that died mid-call must not block its own repeat for a day: after this, in ms, the key is free again. */
const inFlightMs = 60_000;
const answerContext = 'idempotency_keys.answer';

/**
 * `Idempotency-Key` on POST: the first answer below 500 (except 429) is kept for 24 h per key and route and given
 * again, with `Idempotency-Replayed: true`. The same JSON in another order of its fields, with other spaces, or with `null`
 * for what another call leaves out, is the same body; another one is 409 `idempotency_conflict`.
 */
export function registerIdempotency(app: FastifyInstance, db: Database): void {
  app.decorateRequest('idempotency', null);

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined) return;
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
      throw new AppError('bad_request', 'Idempotency-Key must be 1 to 255 printable characters.');
    const replay = await hold(db, request, key);
    if (!replay) return;
    void reply.header('idempotency-replayed', 'true');
    await reply.status(replay.status).type('application/json').send(replay.answer);
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
): Promise<{ status: number; answer: string } | undefined> {
  const scope = `${request.method} ${request.url.split('?')[0]}`;
  const id = { practiceId: request.practiceId, scope, key };
  const bodyHash = bodyHashOf(db, request);
  const now = db.clock.now();
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  await db.prisma.idempotencyKey.deleteMany({
    where: {
      ...id,
      OR: [
        { createdAt: { lt: before(limits.idempotencyMs) } },
        { status: null, createdAt: { lt: before(inFlightMs) } },
      ],
    },
  });
  const { count } = await db.prisma.idempotencyKey.createMany({
    data: [{ ...id, bodyHash, createdAt: now }],
    skipDuplicates: true,
  });
  if (count === 1) {
    request.idempotency = { scope, key };
    return undefined;
  }
  const row = await db.prisma.idempotencyKey.findUnique({ where: { practiceId_scope_key: id } });
  if (row && row.bodyHash !== bodyHash && row.bodyHash !== formerHashOf(db, request))
    throw new AppError('idempotency_conflict');
  if (!row || row.status === null || row.answerEnc === null)
    throw new AppError('idempotency_in_flight', undefined, { retryAfterSeconds: 1 });
  return { status: row.status, answer: db.cipher.open(row.answerEnc, answerContext) };
}

/** Of the body as it was read, its fields in one order. The prefix tells this way of hashing from others. */
function bodyHashOf(db: Database, { body }: FastifyRequest): string {
  return `2:${db.lookup.hash(`body:${stringify(body ?? null)}`)}`;
}

/** As keys of the last 24 h may have been kept by the revision before, so that an update turns no repeat into a conflict. */
function formerHashOf(db: Database, { sentBody }: FastifyRequest): string {
  return db.lookup.hash(`body:${JSON.stringify(sentBody ?? null)}`);
}

async function keep(
  db: Database,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<void> {
  const { scope, key } = request.idempotency!;
  request.idempotency = null;
  const where = { practiceId_scope_key: { practiceId: request.practiceId, scope, key } };
  const final = reply.statusCode < 500 && reply.statusCode !== 429;
  if (!final) await db.prisma.idempotencyKey.delete({ where });
  else
    await db.prisma.idempotencyKey.update({
      where,
      data: {
        status: reply.statusCode,
        answerEnc: db.cipher.seal(typeof payload === 'string' ? payload : 'null', answerContext),
      },
    });
}

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hashToken } from '../db/cipher.ts';
import type { Database } from '../db/database.ts';
import { AppError } from '../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The practice of the key; set on every route under /v1. */
    practiceId: string;
  }
}

/** `Authorization: Bearer <key>`: a key belongs to one practice, and every query is bound to that practice. */
export function registerPracticeKeys(app: FastifyInstance, db: Database): void {
  app.decorateRequest('practiceId', '');
  app.addHook('onRequest', async (request) => {
    request.practiceId = await practiceOf(db, request);
  });
}

async function practiceOf(db: Database, request: FastifyRequest): Promise<string> {
  const key = bearer(request);
  if (key === undefined) throw new AppError('unauthorized');
  const row = await db.prisma.apiKey.findUnique({ where: { keyHash: hashToken(key) } });
  if (!row || row.revokedAt) throw new AppError('unauthorized');
  return row.practiceId;
}

export function bearer(request: FastifyRequest): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,256})$/i.exec(request.headers.authorization ?? '')?.[1];
}

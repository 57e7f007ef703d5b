import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hashToken } from '../db/cipher.ts';
import type { Database } from '../db/database.ts';
import { cleanText } from '../domain/incoming-text.ts';
import { limits } from '../domain/limits.ts';
import { AppError } from '../errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The practice of the key; set on every route under /v1. */
    practiceId: string;
    /** Who acts for the practice, as the caller says: evidence, not a permission. */
    actor: string | undefined;
  }
}

/** `Authorization: Bearer <key>`: a key belongs to one practice, and every query is bound to that practice. */
export function registerPracticeKeys(app: FastifyInstance, db: Database): void {
  app.decorateRequest('practiceId', '');
  app.decorateRequest('actor', undefined);
  app.addHook('onRequest', async (request) => {
    request.practiceId = await practiceOf(db, request);
    request.actor = actorOf(request);
  });
}

async function practiceOf(db: Database, request: FastifyRequest): Promise<string> {
  const key = bearer(request);
  if (key === undefined) throw new AppError('unauthorized');
  const row = await db.prisma.apiKey.findUnique({ where: { keyHash: hashToken(key) } });
  if (!row || row.revokedAt) throw new AppError('unauthorized');
  return row.practiceId;
}

/** `Optgate-Actor`: a name of at most 100 characters, percent-encoded UTF-8. */
function actorOf({ headers }: FastifyRequest): string | undefined {
  const given = headers['optgate-actor'];
  if (typeof given !== 'string' || given === '') return undefined;
  try {
    const actor = cleanText(decodeURIComponent(given), 'line');
    if (actor.ok && actor.text.length <= limits.staffCharacters) return actor.text;
  } catch {
    // Falls through to the answer for a name that is none.
  }
  throw new AppError(
    'bad_request',
    'Optgate-Actor must be a percent-encoded name of 1 to 100 characters.',
  );
}

export function bearer(request: FastifyRequest): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,256})$/i.exec(request.headers.authorization ?? '')?.[1];
}

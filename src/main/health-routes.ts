import type { FastifyInstance } from 'fastify';
import { unavailable } from '../platform/http/errors.ts';
import type { AppContext } from '../signals/app-context.ts';

/** What a process needs besides, to live and to be ready; `reach` rejects while it is not there. */
export type Vitals = { lives: () => boolean; reach: () => Promise<unknown> };

/**
 * `/healthz`: the process lives; else it should be started again. `/readyz`: its database takes changes, and it can reach
 * what else it needs, so it may be given calls.
 */
export function registerHealth(
  app: FastifyInstance,
  { db }: Pick<AppContext, 'db'>,
  vitals?: Vitals,
): void {
  app.get('/healthz', { schema: { hide: true } }, () => {
    if (vitals && !vitals.lives()) throw unavailable();
    return { status: 'ok' };
  });
  app.get('/readyz', { schema: { hide: true } }, async () => {
    const writable = await db.isWritable().catch(() => false);
    const reached = await (vitals?.reach() ?? Promise.resolve()).then(
      () => true,
      () => false,
    );
    if (!writable || !reached) throw unavailable();
    return { status: 'ready' };
  });
}

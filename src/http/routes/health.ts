import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';
import type { AppContext } from '../context.ts';

/** `/healthz`: the process lives. `/readyz`: it can reach its database, so it may be given calls. */
export function registerHealth(app: FastifyInstance, { db }: AppContext): void {
  app.get('/healthz', { schema: { hide: true } }, () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async () => {
    try {
      await db.prisma.$queryRaw`SELECT 1`;
    } catch {
      throw new AppError('unavailable');
    }
    return { status: 'ready' };
  });
}

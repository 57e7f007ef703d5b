import formbody from '@fastify/formbody';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';

/** What every page with a token in its address needs: small forms, a limit, and that nobody keeps or passes it on. */
export async function preparePersonalPages(
  app: FastifyInstance,
  limits: { formBytes: number; pagesPerMinute: number },
): Promise<void> {
  await app.register(formbody, { bodyLimit: limits.formBytes });
  await app.register(rateLimit, { max: limits.pagesPerMinute, timeWindow: '1 minute' });
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
  });
}

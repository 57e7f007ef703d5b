import type { FastifyInstance } from 'fastify';
import { bookScript } from './book-script.ts';

/**
 * The button for a practice's own site. Other sites load it, so it allows that; browsers load it again after an hour.
 */
export function registerBookingScript(app: FastifyInstance): void {
  app.get('/book.js', { schema: { hide: true } }, (_request, reply) =>
    reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      .header('cross-origin-resource-policy', 'cross-origin')
      .send(bookScript),
  );
}

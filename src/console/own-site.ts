import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../platform/errors.ts';

/**
 * Refuses a POST that a browser sent from a page of another site, also of a neighbouring one, before its CSRF token is
 * judged: on the sign-in page, where nobody has a session yet, somebody else's token and cookie fit each other. Browsers
 * say where a form stood (`Sec-Fetch-Site`; older ones `Origin`), and no page can make them say otherwise. A program that
 * says neither has no user's cookies.
 */
export function refuseOtherSites(app: FastifyInstance, publicUrl: string): void {
  const { origin: own } = new URL(publicUrl);
  app.addHook('onRequest', async (request) => {
    if (request.method === 'POST' && !isFromHere(request, own)) throw new AppError('forbidden');
  });
}

function isFromHere({ headers, host }: FastifyRequest, own: string): boolean {
  const site = headers['sec-fetch-site'];
  // `none`: the user's own doing, such as a reload.
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = headers;
  if (origin === undefined || origin === own) return true;
  // People open the service by other names too, as it is reached on this machine.
  return URL.canParse(origin) && new URL(origin).host === host;
}

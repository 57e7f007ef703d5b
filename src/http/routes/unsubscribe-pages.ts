import type { FastifyInstance } from 'fastify';
import { awaitInFlight } from '../../answers/in-flight.ts';
import { unsubscribe, viewUnsubscribe } from '../../answers/unsubscribe.ts';
import { unsubscribePage } from '../../views/unsubscribe-page.tsx';
import type { AppContext } from '../context.ts';
import { preparePersonalPages } from '../personal-pages.ts';

/** Bytes of the form: `List-Unsubscribe=One-Click`. */
const formBytes = 4 * 1024;
/** Pages one address may open a minute; mail providers unsubscribe many people from few addresses. */
const pagesPerMinute = 600;

/**
 * GET shows one button and changes nothing; POST stops the address (RFC 8058: without cookies, login or CSRF token,
 * since it is a mail program that posts).
 */
export async function registerUnsubscribePages(
  app: FastifyInstance,
  { db, workflows }: AppContext,
): Promise<void> {
  await preparePersonalPages(app, { formBytes, pagesPerMinute });
  const html = 'text/html; charset=utf-8';

  app.get<{ Params: { token: string } }>('/u/:token', async (request, reply) => {
    const page = await viewUnsubscribe(db, request.params.token);
    const status = page.state === 'unknown' ? 404 : 200;
    return reply.status(status).type(html).send(unsubscribePage(page));
  });

  app.post<{ Params: { token: string } }>('/u/:token', async (request, reply) => {
    const { page, changes } = await unsubscribe(db, request.params.token, {
      ip: request.ip,
      userAgent: request.headers['user-agent'],
    });
    await workflows.announce(changes.flatMap(({ announcements }) => announcements));
    await awaitInFlight(
      db,
      changes.map(({ contact }) => contact.ref),
      'email',
    );
    const status = page.state === 'unknown' ? 404 : 200;
    return reply.status(status).type(html).send(unsubscribePage(page));
  });
}

import type { FastifyInstance } from 'fastify';
import { awaitInFlight } from '../../answers/in-flight.ts';
import { decideOptIn, viewOptIn, type OptInPage } from '../../answers/opt-in-answer.ts';
import { AppError } from '../../errors.ts';
import { optInPage } from '../../views/opt-in-page.tsx';
import type { AppContext } from '../context.ts';
import { preparePersonalPages } from '../personal-pages.ts';

/** Bytes of a decision: one word. */
const formBytes = 4 * 1024;
/** Pages one address may open a minute: tokens cannot be guessed, but nobody needs more. */
const pagesPerMinute = 300;

const statusOf: Record<OptInPage['state'], number> = {
  unknown: 404,
  open: 200,
  accepted: 200,
  declined: 200,
  revoked: 410,
  expired: 410,
};

/** The person's page. GET and HEAD show and change nothing; only the page's own POST decides (contract, "Public"). */
export async function registerOptInPages(app: FastifyInstance, context: AppContext): Promise<void> {
  const { db, workflows } = context;
  await preparePersonalPages(app, { formBytes, pagesPerMinute });

  app.get<{ Params: { token: string } }>('/o/:token', async (request, reply) => {
    const page = await viewOptIn(db, request.params.token);
    return reply
      .status(statusOf[page.state])
      .type('text/html; charset=utf-8')
      .send(optInPage(page));
  });

  app.post<{ Params: { token: string }; Body: { decision?: unknown } | null }>(
    '/o/:token',
    { bodyLimit: formBytes },
    async (request, reply) => {
      const decision = request.body?.decision;
      if (decision !== 'accept' && decision !== 'decline')
        throw new AppError('validation_failed', undefined, {
          details: [{ path: '/decision', message: 'must be accept or decline' }],
        });
      const { page, change } = await decideOptIn(db, request.params.token, decision, {
        ip: request.ip,
        userAgent: request.headers['user-agent'],
      });
      if (change) {
        await workflows.announce(change.announcements);
        if (page.state !== 'unknown' && decision === 'decline')
          await awaitInFlight(db, [change.contact.ref], page.method);
      }
      return reply
        .status(statusOf[page.state])
        .type('text/html; charset=utf-8')
        .send(optInPage(page));
    },
  );
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { awaitInFlight } from '../../record/messages/in-flight.ts';
import { unsubscribe, viewUnsubscribe, type LocalisedUnsubscribe } from './unsubscribe.ts';
import { unsubscribePage } from './unsubscribe-view.tsx';
import type { AppContext } from '../../signals/app-context.ts';
import { ignoreBodies } from '../../platform/http/form-body.ts';
import {
  answerErrorsWithPages,
  chosenLanguage,
  languageOf,
  originOf,
  preparePersonalPages,
  sendPage,
} from '../../platform/ui/personal-pages.ts';
import { servePracticeOfLink } from '../../record/links/scope-hook.ts';

/** Pages one address may open a minute; mail providers unsubscribe many people from few addresses. */
const pagesPerMinute = 600;

type Params = { Params: { token: string } };

/**
 * GET shows one button and changes nothing; POST stops the address (RFC 8058: without cookies, login or CSRF token,
 * since it is a mail program that posts) and answers 200, never with a redirect. The token says all there is to say:
 * any body of any type is as good as none, and one that is too long to be read is no reason to go on writing.
 */
export async function registerUnsubscribePages(
  app: FastifyInstance,
  { db, workflows }: AppContext,
): Promise<void> {
  await preparePersonalPages(app, pagesPerMinute);
  answerErrorsWithPages(app);
  servePracticeOfLink(app, db, 'unsubscribe');
  ignoreBodies(app);

  app.get<Params>('/u/:token', async (request, reply) =>
    send(request, reply, await viewUnsubscribe(db, request.params.token, chosenLanguage(request))),
  );

  app.post<Params>('/u/:token', async (request, reply) => {
    const lang = chosenLanguage(request);
    const { token } = request.params;
    const { changes, ...shown } = await unsubscribe(db, token, lang, originOf(request));
    await workflows.announce(changes.flatMap(({ announcements }) => announcements));
    await awaitInFlight(
      db,
      changes.map(({ contact }) => contact.ref),
      'email',
    );
    return send(request, reply, shown);
  });
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { page, locale }: LocalisedUnsubscribe,
): FastifyReply {
  const status = page.state === 'unknown' ? 404 : 200;
  return sendPage(reply, status, unsubscribePage(page, locale ?? languageOf(request)));
}

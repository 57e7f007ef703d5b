import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  openMessage,
  viewMessage,
  type LocalisedMessage,
  type MessagePage,
} from './message-page.ts';
import { messagePage } from './message-view.tsx';
import type { AppContext } from '../../signals/app-context.ts';
import {
  answerErrorsWithPages,
  birthDateIn,
  chosenLanguage,
  languageOf,
  originOf,
  preparePersonalPages,
  sendPage,
} from '../../platform/ui/personal-pages.ts';
import { servePracticeOfLink } from '../../record/links/scope-hook.ts';

const statusOf: Record<MessagePage['state'], number> = {
  unknown: 404,
  asks: 200,
  shown: 200,
  locked: 403,
  expired: 410,
};

type Params = { Params: { token: string } };

/** Messages whose emails were only notices (`emailContent: notice`). GET and HEAD change nothing. */
export async function registerMessagePages(
  app: FastifyInstance,
  { db, workflows }: AppContext,
): Promise<void> {
  await preparePersonalPages(app);
  answerErrorsWithPages(app);
  servePracticeOfLink(app, db, 'message');

  /** The message itself; where identity is checked, a form for the birth date. */
  app.get<Params>('/m/:token', async (request, reply) =>
    send(request, reply, await viewMessage(db, request.params.token, chosenLanguage(request))),
  );

  /**
   * Form: the birth date. 422: it is not the one, or no date (which costs no try); 403 after five that were not,
   * by whichever links of the channel. */
  app.post<Params>('/m/:token', async (request, reply) => {
    const birthDate = birthDateIn(request.body);
    const lang = chosenLanguage(request);
    const { token } = request.params;
    const opened = await openMessage(db, token, birthDate, lang, originOf(request));
    await workflows.announce(opened.announcements);
    return send(request, reply, opened);
  });
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { page, locale }: LocalisedMessage,
): FastifyReply {
  const status = page.state === 'asks' && page.problem ? 422 : statusOf[page.state];
  return sendPage(reply, status, messagePage(page, locale ?? languageOf(request)));
}

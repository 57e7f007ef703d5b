import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { askForFreshLink } from './fresh-link.ts';
import { awaitInFlight } from '../../record/messages/in-flight.ts';
import { decideOptIn, type OptInForm } from './opt-in-answer.ts';
import { viewOptIn, type LocalisedPage, type OptInPage } from './opt-in-page.ts';
import { askedOn, optInPage } from './opt-in-view.tsx';
import { helpPage } from '../../platform/ui/parts.tsx';
import type { AppContext } from '../../signals/app-context.ts';
import {
  answerErrorsWithPages,
  birthDateIn,
  chosenLanguage,
  field,
  languageOf,
  originOf,
  preparePersonalPages,
  sendPage,
} from '../../platform/ui/personal-pages.ts';
import { servePracticeOfLink } from '../../record/links/scope-hook.ts';

const statusOf: Record<OptInPage['state'], number> = {
  unknown: 404,
  open: 200,
  accepted: 200,
  declined: 200,
  fresh_asked: 200,
  locked: 403,
  revoked: 410,
  expired: 410,
};

type Params = { Params: { token: string } };

/** The person's page. GET and HEAD show and change nothing; only the page's own POST decides (contract, "Public"). */
export async function registerOptInPages(app: FastifyInstance, context: AppContext): Promise<void> {
  const { db, workflows } = context;
  const { senders } = context.config;
  await preparePersonalPages(app);
  answerErrorsWithPages(app);
  servePracticeOfLink(app, db, 'optIn');

  app.get<Params>('/o/:token', async (request, reply) => {
    const shown = await viewOptIn(db, request.params.token, chosenLanguage(request), senders);
    return send(request, reply, shown, '');
  });

  /**
   * Form: `decision=accept|decline`, `seen` (carried by the page), and for a yes `agree=yes`, the box that only a
   * person ticks; the birth date where identity is checked, `sms=accept` for the box about SMS, `channel=sms` where
   * only SMS is asked about. A refused form changes nothing and answers with the page, its values kept: 409 without
   * `seen`, or with another question's; 422 where neither yes nor no was said, a yes lacks its box or a date, or the
   * birth date is wrong.
   */
  app.post<Params>('/o/:token', async (request, reply) => {
    const form = readForm(request.body);
    const { token } = request.params;
    const { changes, ...shown } = await decideOptIn(db, token, form, {
      lang: chosenLanguage(request),
      origin: originOf(request),
      senders,
      asked: askedOn,
    });
    const announcements = changes.flatMap((change) => change.announcements);
    await workflows.announce(announcements);
    for (const { signal, method, ...ref } of announcements)
      if (signal === 'revokeChannel') await awaitInFlight(db, [ref], method);
    return send(request, reply, shown, '');
  });

  /** On the page of an expired link: a new one, to where this one went. Answers the same whatever came of it. */
  app.post<Params>('/o/:token/fresh', async (request, reply) => {
    const { token } = request.params;
    const { wake, ...shown } = await askForFreshLink(db, token, chosenLanguage(request), senders);
    await workflows.tell({ wake });
    return send(request, reply, shown, `../${token}`);
  });

  app.get('/help/opt-in', async (request, reply) =>
    sendPage(reply, 200, helpPage(languageOf(request))),
  );
}

/** `self`: the way from where the page is shown to the page itself, where a GET shows it. */
function send(
  request: FastifyRequest<Params>,
  reply: FastifyReply,
  { page, locale }: LocalisedPage,
  self: string,
): FastifyReply {
  const { token } = request.params;
  const html = optInPage(page, { locale: locale ?? languageOf(request), self, token });
  return sendPage(reply, statusWith(page), html);
}

function statusWith(page: OptInPage): number {
  const problem = 'question' in page ? page.question?.problem : undefined;
  // A locked page asks nothing any more, so that no problem is left on it.
  if (problem) return problem.type === 'changed' ? 409 : 422;
  return statusOf[page.state];
}

function readForm(body: unknown): OptInForm {
  const decision = field(body, 'decision');
  return {
    decision: decision === 'accept' || decision === 'decline' ? decision : undefined,
    // `on` is the value of a ticked HTML box without a `value` attribute.
    agreed: ['yes', 'on'].includes(field(body, 'agree') ?? ''),
    channel: field(body, 'channel') === 'sms' ? 'sms' : undefined,
    sms: field(body, 'sms') === 'accept' ? 'accept' : undefined,
    birthDate: birthDateIn(body),
    seen: field(body, 'seen'),
  };
}

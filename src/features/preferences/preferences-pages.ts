import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { awaitInFlight } from '../../record/messages/in-flight.ts';
import { changePreferences, type PreferenceChange } from './preferences-change.ts';
import {
  viewPreferences,
  type LocalisedPreferences,
  type PreferencesPage,
} from './preferences-page.ts';
import { messageKinds } from '../../core/message/message.ts';
import { consentMethods } from '../../core/method.ts';
import { AppError } from '../../platform/errors.ts';
import { preferencesPage } from './preferences-view.tsx';
import type { AppContext } from '../../signals/app-context.ts';
import {
  answerErrorsWithPages,
  chosenLanguage,
  field,
  languageOf,
  originOf,
  preparePersonalPages,
  sendPage,
} from '../../platform/ui/personal-pages.ts';
import { servePracticeOfLink } from '../../record/links/scope-hook.ts';

const statusOf: Record<PreferencesPage['state'], number> = {
  unknown: 404,
  shown: 200,
  expired: 410,
};

type Params = { Params: { token: string } };

/**
 * The page where a person chooses what they get. GET and HEAD show and change nothing; only the page's own POST does.
 */
export async function registerPreferencesPages(
  app: FastifyInstance,
  { config: { senders }, db, workflows }: AppContext,
): Promise<void> {
  await preparePersonalPages(app);
  answerErrorsWithPages(app);
  servePracticeOfLink(app, db, 'preferences');

  app.get<Params>('/p/:token', async (request, reply) => {
    const lang = chosenLanguage(request);
    return send(request, reply, await viewPreferences(db, request.params.token, lang, senders));
  });

  /**
   * Form, one of: `stop=email|sms|all`; `again=email|sms` (wants to be asked again); `save=kinds` with `{kind}=yes` for
   * every kind that is wanted. Answers with the updated page and the change; a stop is acknowledged once no call is
   * under way on its channels. 422: the form has none of these, or several.
   */
  app.post<Params>('/p/:token', async (request, reply) => {
    const change = readForm(request.body);
    const lang = chosenLanguage(request);
    const { token } = request.params;
    const changed = await changePreferences(db, token, change, {
      lang,
      origin: originOf(request),
      senders,
    });
    await workflows.announce(changed.announcements);
    await workflows.tell({ wake: changed.wake });
    await Promise.all(
      changed.closed.map(({ method, contacts }) => awaitInFlight(db, contacts, method)),
    );
    return send(request, reply, changed);
  });
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { page, locale }: LocalisedPreferences,
): FastifyReply {
  return sendPage(
    reply,
    statusOf[page.state],
    preferencesPage(page, locale ?? languageOf(request)),
  );
}

function readForm(body: unknown): PreferenceChange {
  const [stop, again, save] = ['stop', 'again', 'save'].map((name) => field(body, name));
  if ([stop, again, save].filter((value) => value !== undefined).length === 1) {
    const what = (['all', ...consentMethods] as const).find((value) => value === stop);
    if (what) return { type: 'stop', what };
    const method = consentMethods.find((value) => value === again);
    if (method) return { type: 'again', method };
    if (save === 'kinds')
      return {
        type: 'kinds',
        declined: messageKinds.filter((kind) => field(body, kind) !== 'yes'),
      };
  }
  throw new AppError('validation_failed', undefined, {
    details: [{ path: '/', message: 'must be one of stop, again and save, with a value it takes' }],
  });
}

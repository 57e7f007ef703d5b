import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ChoiceForm } from './booking-choice.ts';
import {
  viewBooking,
  type BookingPage,
  type Languages,
  type LocalisedBooking,
} from './booking-page.ts';
import {
  takeBookingStep,
  type BookingResult,
  type BookingStep,
  type Visit,
} from './booking-step.ts';
import { startHosted, viewHosted } from './hosted-booking.ts';
import { limits } from '../../core/limits.ts';
import { consentMethods, type ConsentMethod } from '../../core/method.ts';
import { AppError } from '../../platform/errors.ts';
import { bookingPage } from './booking-view.tsx';
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

const statusOf: Record<BookingPage['state'], number> = {
  unknown: 404,
  closed: 503,
  too_many: 429,
  expired: 410,
  choosing: 200,
  proving: 200,
  done: 200,
};

type Hosted = { Params: { practiceId: string } };
type Session = { Params: { token: string } };

/**
 * First booking: the page that a scheduler sends people to (`/b/{token}`) and the one that anybody can open
 * (`/book/{practiceId}`). GET and HEAD show and change nothing. An accepted POST leads back to the page (303), so that
 * a reload repeats nothing; a refused one answers with the page and the reason: 422 fields to correct, 409 the text
 * changed meanwhile, 410 expired, 429 and 503 nothing can be sent now.
 */
export async function registerBookingPages(
  app: FastifyInstance,
  { config, db, workflows }: AppContext,
): Promise<void> {
  await preparePersonalPages(app);
  answerErrorsWithPages(app);
  servePracticeOfLink(app, db, 'booking');
  const { senders } = config;
  const fromOneAddress = app.createRateLimit({
    max: limits.codeRequestsPerHour,
    timeWindow: '1 hour',
  });

  app.get<Session>('/b/:token', async (request, reply) =>
    send(reply, await viewBooking(db, request.params.token, languagesOf(request), senders)),
  );

  /**
   * Form: `do`, and its fields. `choose`: `name`, `birthDate` (where they are asked), `byEmail=yes`, `bySms=yes`,
   * `email`, `phone` (empty: the ones that the scheduler gave), `policy=agree`, `seen` (the text agreed to). `prove`:
   * `codeEmail`, `codeSms`. `sendEmail`, `sendSms`: another code. `reopen`, `finish`.
   */
  app.post<Session>('/b/:token', async (request, reply) => {
    const { token } = request.params;
    const result = await takeBookingStep(db, token, readStep(request.body), visitOf(request));
    return answer(request, reply, result, token);
  });

  app.get<Hosted>('/book/:practiceId', async (request, reply) =>
    send(reply, await viewHosted(db, request.params.practiceId, languagesOf(request), senders)),
  );

  /**
   * The form of `choose`, and `token`, which the page made up: the booking's own, so that two presses are one booking.
   */
  app.post<Hosted>('/book/:practiceId', async (request, reply) => {
    const { body, params } = request;
    const given = { token: field(body, 'token') ?? '', form: readChoiceForm(body) };
    const started = await startHosted(db, params.practiceId, given, visitOf(request));
    const { token, ...result } = started;
    return answer(request, reply, result, `../b/${token}`);
  });

  function visitOf(request: FastifyRequest): Visit {
    // One press is counted once, though what it does may be tried again.
    let counted: ReturnType<typeof fromOneAddress> | undefined;
    const mayAskForCodes = async (): Promise<boolean> => {
      const allowance = await (counted ??= fromOneAddress(request));
      return allowance.isAllowed || !allowance.isExceeded;
    };
    return { speaks: languagesOf(request), origin: originOf(request), senders, mayAskForCodes };
  }

  /** `there`: the booking's page, seen from where the form was. */
  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { refusal, announcements, tell }: BookingResult,
    there: string,
  ): Promise<FastifyReply> {
    await workflows.announce(announcements);
    await workflows.tell(tell);
    if (refusal) return send(reply, refusal);
    const chosen = chosenLanguage(request);
    return reply.redirect(chosen === undefined ? there : `${there}?lang=${chosen}`, 303);
  }
}

function languagesOf(request: FastifyRequest): Languages {
  return { chosen: chosenLanguage(request), browser: languageOf(request) };
}

function send(reply: FastifyReply, { page, locale }: LocalisedBooking): FastifyReply {
  return sendPage(reply, statusWith(page), bookingPage(page, locale));
}

function statusWith(page: BookingPage): number {
  if (page.state === 'choosing' && page.problems.length > 0)
    return page.problems.includes('changed') ? 409 : 422;
  if (page.state === 'proving' && page.asked.some(({ problem }) => problem)) return 422;
  return statusOf[page.state];
}

function readStep(body: unknown): BookingStep {
  switch (field(body, 'do')) {
    case 'choose':
      return { type: 'choose', form: readChoiceForm(body) };
    case 'prove':
      return { type: 'prove', codes: readCodes(body) };
    case 'sendEmail':
      return { type: 'send', method: 'email' };
    case 'sendSms':
      return { type: 'send', method: 'sms' };
    case 'reopen':
      return { type: 'reopen' };
    case 'finish':
      return { type: 'finish' };
    default:
      throw new AppError('validation_failed', undefined, {
        details: [{ path: '/do', message: 'must be one of the page’s buttons' }],
      });
  }
}

const boxOf = { email: 'byEmail', sms: 'bySms' } as const;
const codeOf = { email: 'codeEmail', sms: 'codeSms' } as const;

function readChoiceForm(body: unknown): ChoiceForm {
  const text = (name: string): string => field(body, name) ?? '';
  return {
    name: text('name'),
    email: text('email'),
    phone: text('phone'),
    birthDate: birthDateIn(body),
    methods: consentMethods.filter((method) => text(boxOf[method]) === 'yes'),
    agreed: text('policy') === 'agree',
    seen: text('seen'),
  };
}

function readCodes(body: unknown): Partial<Record<ConsentMethod, string>> {
  const codes: Partial<Record<ConsentMethod, string>> = {};
  for (const method of consentMethods) {
    const entered = field(body, codeOf[method])?.trim();
    if (entered) codes[method] = entered;
  }
  return codes;
}

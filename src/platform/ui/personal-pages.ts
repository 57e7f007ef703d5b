import rateLimit from '@fastify/rate-limit';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { joinBoxes } from '../../core/birth-date.ts';
import { isLocale, localeOf, type Locale } from '../../core/locale.ts';
import { AppError } from '../errors.ts';
import { toldPage } from './parts.tsx';
import { words } from './words.ts';
import { knownError } from '../http/errors.ts';
import { takeForms } from '../http/form-body.ts';

/** Pages one address may open a minute: tokens cannot be guessed, but a waiting room shares one address. */
const pagesPerMinute = 300;

/** Prepares pages with a token in their address: small forms, a rate limit, and no caching or referrer. */
export async function preparePersonalPages(
  app: FastifyInstance,
  mostPerMinute = pagesPerMinute,
): Promise<void> {
  takeForms(app);
  await app.register(rateLimit, { max: mostPerMinute, timeWindow: '1 minute' });
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
  });
}

/** The reader is a person, so errors are pages too, with the status of the error. */
export function answerErrorsWithPages(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | AppError, request, reply) => {
    const known = knownError(error, request);
    if (known.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(known.retryAfterSeconds));
    const locale = languageOf(request);
    const { tooMany, notUnderstood, unavailable } = words[locale];
    const told = known.status === 429 ? tooMany : known.status >= 500 ? unavailable : notUnderstood;
    return sendPage(reply, known.status, toldPage(locale, told));
  });
}

export function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.status(status).type('text/html; charset=utf-8').send(page);
}

/** `?lang=`: the link on every page that switches its language. */
export function chosenLanguage(request: FastifyRequest): Locale | undefined {
  const { lang } = request.query as { lang?: unknown };
  return isLocale(lang) ? lang : undefined;
}

/** For an unknown person: the chosen language, else the browser's. */
export function languageOf(request: FastifyRequest): Locale {
  return chosenLanguage(request) ?? localeOf(request.headers['accept-language']);
}

/** A form's field; one that is there twice is none. */
export function field(body: unknown, name: string): string | undefined {
  const value = (body as Record<string, unknown> | null)?.[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * The date of birth as it was typed: the page has three boxes, `birthMonth`, `birthDay` and `birthYear`; a program may
 * send `birthDate=YYYY-MM-DD`. Empty: there is none.
 */
export function birthDateIn(body: unknown): string {
  const box = (name: string): string => field(body, name) ?? '';
  const boxes = { month: box('birthMonth'), day: box('birthDay'), year: box('birthYear') };
  return joinBoxes(boxes) || box('birthDate');
}

/** Where a person's answer came from, for the ledger. */
export function originOf(request: FastifyRequest): { ip: string; userAgent: string | undefined } {
  return { ip: request.ip, userAgent: request.headers['user-agent'] };
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { DateTime } from 'luxon';
import { displayName, type Settings } from '../../domain/settings.ts';
import { AppError } from '../../errors.ts';
import type { Frame } from '../../views/console/layout.tsx';
import type { List, Reply } from '../../views/console/shapes.ts';
import type { Api, ApiProblem } from './api-client.ts';
import { csrfToken } from './session.ts';

/** What a part of a page needs that asks for itself every second: no more than this. */
export type Part = { api: Api; zone: string; csrf: string };

/** What every page of the console begins with. */
export type Desk = Part & { frame: Frame; settings: Settings; practice: Practice };

type Practice = { id: string; name: string; suspendedReason?: string; pausedReason?: string };

export async function openPart(request: FastifyRequest, reply: FastifyReply): Promise<Part> {
  const { api } = staffOf(request);
  const { timeZone } = await api.get<Settings>('/settings');
  return { api, zone: timeZone, csrf: csrfToken(request, reply) };
}

/** Who is signed in, and what stands around every page. `problem`: what the API refused just now. */
export async function openDesk(
  request: FastifyRequest,
  reply: FastifyReply,
  problem?: ApiProblem,
): Promise<Desk> {
  const { api, session } = staffOf(request);
  const [practice, settings, replies] = await Promise.all([
    api.get<Practice>('/practice'),
    api.get<Settings>('/settings'),
    countReplies(api),
  ]);
  const { done } = request.query as { done?: unknown };
  const csrf = csrfToken(request, reply);
  return {
    api,
    practice,
    settings,
    zone: settings.timeZone,
    csrf,
    frame: {
      csrf,
      staff: session.staff,
      practice: displayName(settings, practice.name),
      replies,
      done: typeof done === 'string' ? done : undefined,
      problem: problem && inWords(problem),
    },
  };
}

/** Replies that wait for staff; at most as many as are shown at once. */
export async function countReplies(api: Api): Promise<number> {
  return (await api.get<List<Reply>>('/inbound?handled=false&limit=100')).items.length;
}

export function staffOf(request: FastifyRequest): NonNullable<FastifyRequest['staff']> {
  // The hook of the console lets nobody else in.
  if (!request.staff) throw new AppError('unauthorized');
  return request.staff;
}

function inWords({ code, details = [], retryAfterSeconds, ...said }: ApiProblem): Frame['problem'] {
  const message =
    code === 'validation_failed' ? 'Not saved. What is missing or wrong:' : said.message;
  const wait = retryAfterSeconds === undefined ? '' : ` Try again in ${span(retryAfterSeconds)}.`;
  return {
    message: `${message}${wait}`,
    details: details.map((detail) =>
      [detail.code, detail.path?.replace(/^\//, ''), detail.message]
        .filter((part) => part !== undefined && part !== '')
        .join(': '),
    ),
  };
}

function span(seconds: number): string {
  if (seconds < 90) return `${seconds} seconds`;
  if (seconds < 5_400) return `${Math.ceil(seconds / 60)} minutes`;
  return `${Math.ceil(seconds / 3_600)} hours`;
}

/** After a POST that did something: the page again, with a sentence; a reload does nothing twice. */
export function done(reply: FastifyReply, path: string, what: string): FastifyReply {
  return reply.redirect(`${path}?done=${what}`, 303);
}

export function sendHtml(reply: FastifyReply, page: string, status = 200): FastifyReply {
  return reply.status(status).type('text/html; charset=utf-8').send(page);
}

/** A form's field, trimmed; '' where it is missing. */
export function textOf(body: unknown, name: string): string {
  const value = (body as Record<string, unknown> | null)?.[name];
  return typeof value === 'string' ? value.trim() : '';
}

/** All values of a field: a box that may be ticked several times. */
export function listOf(body: unknown, name: string): string[] {
  const value = (body as Record<string, unknown> | null)?.[name];
  return [value].flat().filter((one): one is string => typeof one === 'string' && one !== '');
}

/** Only fields that somebody filled in. */
export function filledIn(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

/** Only fields that have a value. */
export function withoutNulls(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** What `datetime-local` says is the practice's time; undefined: nothing was filled in. What is no time stays as it is. */
export function instantOf(local: string, zone: string): string | undefined {
  if (local === '') return undefined;
  return DateTime.fromISO(local, { zone }).toISO() ?? local;
}

/** As `datetime-local` wants it. */
export function localTime(iso: string, zone: string): string {
  return DateTime.fromISO(iso, { zone }).toFormat("yyyy-MM-dd'T'HH:mm");
}

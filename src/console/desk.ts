import type { FastifyReply, FastifyRequest } from 'fastify';
import { DateTime } from 'luxon';
import type { Allotment } from '../core/allotment.ts';
import { displayName, type Settings } from '../core/settings.ts';
import { AppError } from '../platform/errors.ts';
import type { Frame, ReplyCount } from './views/layout.tsx';
import { isDoubtful } from './views/doubts.tsx';
import type { List, Reply, SenderPart } from './views/shapes.ts';
import type { Api, ApiProblem } from './api-client.ts';
import { doneNow, readNotice, type Typed } from './notice.ts';
import { inWords } from './problem-words.ts';
import { csrfToken } from './session.ts';

/** The context of a part that refreshes itself every second: no more than this. */
export type Part = { api: Api; zone: string; csrf: string; settings: SettingsView };

/** The context of every page of the console. */
export type Desk = Part & {
  frame: Frame;
  practice: Practice;
  /** The values typed into this page's refused form. */
  typed: Typed;
};

/** `GET /v1/settings`. */
export type SettingsView = Settings & {
  senderMissing?: SenderPart[];
  sendersAllotted: Allotment;
};

type Practice = { id: string; name: string; suspendedReason?: string; pausedReason?: string };

export async function openPart(request: FastifyRequest, reply: FastifyReply): Promise<Part> {
  const { api } = staffOf(request);
  const settings = await api.get<SettingsView>('/settings');
  return { api, zone: settings.timeZone, csrf: csrfToken(request, reply), settings };
}

/** Loads the signed-in member of staff and the frame of every page. `refused`: the API's refusal just now. */
export async function openDesk(
  request: FastifyRequest,
  reply: FastifyReply,
  refused?: ApiProblem,
): Promise<Desk> {
  const { api, session } = staffOf(request);
  const [practice, settings, replies, notice] = await Promise.all([
    api.get<Practice>('/practice'),
    api.get<SettingsView>('/settings'),
    countReplies(api),
    readNotice(request),
  ]);
  const csrf = csrfToken(request, reply);
  const problem = refused ?? notice.problem;
  return {
    api,
    practice,
    settings,
    zone: settings.timeZone,
    csrf,
    typed: notice.typed ?? {},
    frame: {
      csrf,
      staff: session.staff,
      practice: displayName(settings, practice.name),
      replies,
      senderMissing: settings.senderMissing ?? [],
      done: doneNow(notice, request.consoleDatabase),
      problem: problem && inWords(problem),
    },
  };
}

/** Replies that wait for staff; at most as many as are shown at once. */
export async function countReplies(api: Api): Promise<ReplyCount> {
  const { items } = await api.get<List<Reply>>('/inbound?handled=false&limit=100');
  return { open: items.length, doubtful: items.filter(isDoubtful).length };
}

export function staffOf(request: FastifyRequest): NonNullable<FastifyRequest['staff']> {
  // The hook of the console lets nobody else in.
  if (!request.staff) throw new AppError('unauthorized');
  return request.staff;
}

export function sendHtml(reply: FastifyReply, page: string, status = 200): FastifyReply {
  return reply.status(status).type('text/html; charset=utf-8').send(page);
}

/** A form's field, trimmed; '' where it is missing. */
export function textOf(body: unknown, name: string): string {
  const value = (body as Record<string, unknown> | null)?.[name];
  return typeof value === 'string' ? value.trim() : '';
}

/** Whether a box or a button has exactly its own value: nothing that is nearly it was ticked or pressed on our page. */
export function isPressed(body: unknown, name: string, value = 'yes'): boolean {
  return (body as Record<string, unknown> | null)?.[name] === value;
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

/** Reads `datetime-local` in the practice's time zone; undefined: left empty. Invalid text is returned unchanged. */
export function instantOf(local: string, zone: string): string | undefined {
  if (local === '') return undefined;
  return DateTime.fromISO(local, { zone }).toISO() ?? local;
}

/** As `datetime-local` wants it. */
export function localTime(iso: string, zone: string): string {
  return DateTime.fromISO(iso, { zone }).toFormat("yyyy-MM-dd'T'HH:mm");
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import { leaveNotice, takeNotice } from '../record/practices/console-session-store.ts';
import type { Database } from '../platform/db/database.ts';
import { limits } from '../core/limits.ts';
import type { Done } from './views/said.tsx';
import type { ApiProblem } from './api-client.ts';

/**
 * A one-time notice of a page, after its form was sent: it waits in the session, sealed, and not in an address that
 * anybody can make up or load again. So every form, accepted or refused, ends in a page that can be reloaded.
 */
export type Notice = {
  done?: { text: string; undo?: Undo };
  problem?: ApiProblem;
  /** The values typed into the refused form. */
  typed?: Typed;
};

export type Typed = Record<string, string | string[]>;
/** `until`: ISO 8601. */
type Undo = { action: string; fields: Record<string, string>; until: string };

/** Redirects to the page at `path`, with its notice. */
export async function goTo(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  notice: Notice,
): Promise<FastifyReply> {
  const { staff, consoleDatabase: db } = request;
  if (staff) await leaveNotice(db, staff.session.token, path, notice);
  return reply.redirect(path, 303);
}

/** It was done. */
export async function done(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  text: string,
): Promise<FastifyReply> {
  return goTo(request, reply, path, { done: { text } });
}

/** It was done, and can be taken back by this form for ten seconds. */
export async function doneWithUndo(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  text: string,
  undo: Omit<Undo, 'until'>,
): Promise<FastifyReply> {
  const until = new Date(request.consoleDatabase.clock.now().getTime() + limits.undoMs);
  return goTo(request, reply, path, {
    done: { text, undo: { ...undo, until: until.toISOString() } },
  });
}

/** The form was refused: its page says why, with the typed values. */
export async function refused(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  problem: ApiProblem,
): Promise<FastifyReply> {
  const { csrf: _csrf, confirmed: _confirmed, ...typed } = (request.body ?? {}) as Typed;
  // Which of the page's forms it was, by its action.
  const form = request.url.replace(/\?.*$/s, '').split('/').at(-1)!;
  return goTo(request, reply, path, { problem, typed: { ...typed, form } });
}

/** Takes this page's notice; the next load shows none. */
export async function readNotice(request: FastifyRequest): Promise<Notice> {
  const { staff, consoleDatabase: db } = request;
  const path = request.url.replace(/\?.*$/s, '');
  if (request.method !== 'GET' || staff?.session.noticeAt !== path) return {};
  return (await takeNotice<Notice>(db, staff.session.token, path)) ?? {};
}

/** Undefined where its time is over: a button that cannot work is not shown. */
export function doneNow({ done: said }: Notice, db: Database): Done | undefined {
  if (!said) return undefined;
  const { text, undo } = said;
  const leftMs = undo ? Date.parse(undo.until) - db.clock.now().getTime() : 0;
  return undo && leftMs > 0
    ? { text, undo: { action: undo.action, fields: undo.fields, leftMs } }
    : { text };
}

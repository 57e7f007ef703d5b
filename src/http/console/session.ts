import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  closeSession,
  openSession,
  readSession,
  type ConsoleSession,
} from '../../db/console-session-store.ts';
import type { Database } from '../../db/database.ts';
import { limits } from '../../domain/limits.ts';
import type { AppContext } from '../context.ts';
import { createApi, type Api } from './api-client.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in; null where one signs in. */
    staff: Staff | null;
    /** For what a page says once (notice.ts); the console reads and changes everything else through the API. */
    consoleDatabase: Database;
  }
}

export type Staff = { session: ConsoleSession; api: Api };

export type Sessions = {
  signIn(reply: FastifyReply, key: string, staff: string): Promise<void>;
  signOut(request: FastifyRequest, reply: FastifyReply): Promise<void>;
};

const cookieName = 'optgate_console';
const nobody = 'nobody';

/** Cookies, sessions and CSRF tokens of the console. `root` has the API's routes. */
export async function prepareSessions(
  app: FastifyInstance,
  root: FastifyInstance,
  { config, db }: AppContext,
): Promise<Sessions> {
  // Lax, not strict: the link back from the Temporal UI should not end at the sign-in page. Only GETs come that way.
  const options = {
    path: '/console',
    httpOnly: true,
    sameSite: 'lax',
    secure: config.http.publicUrl.startsWith('https:'),
  } as const;
  await app.register(cookie);
  await app.register(csrf, {
    cookieOpts: options,
    // A token is one session's: somebody else's is worth nothing here.
    csrfOpts: { userInfo: true, hmacKey: db.lookup.hash('console csrf') },
    getUserInfo: (request) => request.cookies[cookieName] ?? nobody,
    getToken: (request) => (request.body as { csrf?: string } | null)?.csrf,
  });
  app.decorateRequest('staff', null);
  app.decorateRequest('consoleDatabase', { getter: () => db });
  app.addHook('onRequest', async (request) => {
    const token = request.cookies[cookieName];
    const session = token === undefined ? undefined : await readSession(db, token);
    if (session) request.staff = { session, api: createApi(root, session, request.ip) };
  });
  return {
    async signIn(reply, key, staff) {
      const { token } = await openSession(db, { key, staff });
      reply.setCookie(cookieName, token, { ...options, maxAge: limits.consoleSessionMs / 1_000 });
    },
    async signOut(request, reply) {
      if (request.staff) await closeSession(db, request.staff.session.token);
      reply.clearCookie(cookieName, options);
    },
  };
}

/** For the forms of one answer. */
export function csrfToken(request: FastifyRequest, reply: FastifyReply): string {
  return reply.generateCsrf({ userInfo: request.cookies[cookieName] ?? nobody });
}

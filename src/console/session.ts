import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  closeSession,
  openSession,
  readSession,
  type ConsoleSession,
} from '../record/practices/console-session-store.ts';
import type { Database } from '../platform/db/database.ts';
import { limits } from '../core/limits.ts';
import type { AppContext } from '../signals/app-context.ts';
import { cookiesOf } from './cookies.ts';
import { createApi, type Api } from './api-client.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The signed-in member of staff; null on the sign-in page. */
    staff: Staff | null;
    /** As the browser sent it, of a session that may be over. */
    sessionToken: string | undefined;
    /** For one-time notices (notice.ts); the console reads and changes everything else through the API. */
    consoleDatabase: Database;
  }
}

export type Staff = { session: ConsoleSession; api: Api };

export type Sessions = {
  signIn(reply: FastifyReply, key: string, staff: string): Promise<void>;
  signOut(request: FastifyRequest, reply: FastifyReply): Promise<void>;
};

const nobody = 'nobody';

/** Cookies, sessions and CSRF tokens of the console. `root` has the API's routes. */
export async function prepareSessions(
  app: FastifyInstance,
  root: FastifyInstance,
  { config, db }: AppContext,
): Promise<Sessions> {
  const cookies = cookiesOf(config.http.publicUrl);
  const { options } = cookies;
  await app.register(cookie);
  await app.register(csrf, {
    cookieKey: cookies.csrf,
    cookieOpts: options,
    // A token is one session's: somebody else's is worth nothing here.
    csrfOpts: { userInfo: true, hmacKey: db.lookup.hash('console csrf', '') },
    getUserInfo: (request) => request.sessionToken ?? nobody,
    getToken: (request) => (request.body as { csrf?: string } | null)?.csrf,
  });
  app.decorateRequest('staff', null);
  app.decorateRequest('sessionToken');
  app.decorateRequest('consoleDatabase', { getter: () => db });
  app.addHook('onRequest', async (request) => {
    const token = request.cookies[cookies.session];
    request.sessionToken = token;
    const session = token === undefined ? undefined : await readSession(db, token);
    if (session) request.staff = { session, api: createApi(root, session, request.ip) };
  });
  return {
    async signIn(reply, key, staff) {
      const { token } = await openSession(db, { key, staff });
      reply.setCookie(cookies.session, token, {
        ...options,
        maxAge: limits.consoleSessionMs / 1_000,
      });
    },
    async signOut(request, reply) {
      if (request.staff) await closeSession(db, request.staff.session.token);
      reply.clearCookie(cookies.session, options);
    },
  };
}

/** For the forms of one answer. */
export function csrfToken(request: FastifyRequest, reply: FastifyReply): string {
  return reply.generateCsrf({ userInfo: request.sessionToken ?? nobody });
}

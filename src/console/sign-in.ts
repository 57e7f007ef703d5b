import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '../core/limits.ts';
import { signInPage } from './views/sign-in.tsx';
import type { AppContext } from '../signals/app-context.ts';
import { createApi, unlessRefused } from './api-client.ts';
import { sendHtml, textOf } from './desk.ts';
import { csrfToken, type Sessions } from './session.ts';

/** `to`: where somebody wanted to go. */
export function signInAddress(to?: string): string {
  return to === undefined || to === '/console'
    ? '/console/sign-in'
    : `/console/sign-in?${new URLSearchParams({ to }).toString()}`;
}

/** Signing in with the practice's key: the console may do exactly what the key may do. */
export function registerSignIn(
  app: FastifyInstance,
  root: FastifyInstance,
  sessions: Sessions,
  { config }: AppContext,
): void {
  const hint = config.mode === 'sandbox' ? { hint: 'demo-key' } : {};
  type Ask = { to: string; staff?: string; refused?: boolean };
  const ask = (request: FastifyRequest, reply: FastifyReply, { to, staff, refused }: Ask) =>
    sendHtml(
      reply,
      signInPage({
        csrf: csrfToken(request, reply),
        to,
        ...hint,
        ...(staff === undefined ? {} : { staff }),
        ...(refused
          ? { problem: { message: 'That key didn’t work. Check it and try again.', fields: [] } }
          : {}),
      }),
      refused ? 401 : 200,
    );

  app.get<{ Querystring: { to?: string } }>('/console/sign-in', async (request, reply) =>
    ask(request, reply, { to: ownPage(request.query.to) }),
  );

  app.post(
    '/console/sign-in',
    { config: { rateLimit: { max: limits.signInsPerMinute, timeWindow: '1 minute' } } },
    async (request, reply) => {
      const to = ownPage(textOf(request.body, 'to'));
      const key = textOf(request.body, 'key');
      const staff = textOf(request.body, 'staff').slice(0, limits.staffCharacters);
      const known =
        staff !== '' &&
        /^[\x21-\x7e]{1,256}$/.test(key) &&
        // Only 401 says that no practice has this key.
        (await unlessRefused(401, createApi(root, { key, staff }, request.ip).get('/practice'))) !==
          undefined;
      if (!known) return ask(request, reply, { to, staff, refused: true });
      // A session that was there before is not gone on with: nobody can have prepared it.
      await sessions.signOut(request, reply);
      await sessions.signIn(reply, key, staff);
      return reply.redirect(to, 303);
    },
  );

  app.post('/console/sign-out', async (request, reply) => {
    await sessions.signOut(request, reply);
    return reply.redirect('/console/sign-in', 303);
  });
}

/** Only a page of the console, and only its path: the address comes from outside. */
function ownPage(to = ''): string {
  const here = 'http://console.invalid';
  if (!URL.canParse(to, here)) return '/console';
  const { origin, pathname } = new URL(to, here);
  return origin === here && pathname.startsWith('/console/') ? pathname : '/console';
}

import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { equalSecrets } from '../../platform/db/cipher.ts';
import { limits } from '../../core/limits.ts';
import { codecPage } from './session-view.tsx';
import type { AppContext } from '../../signals/app-context.ts';
import { isOperatorKey } from '../../platform/http/auth.ts';
import { takeUrlEncodedForms } from '../../platform/http/form-body.ts';
import { hostCookie } from '../../platform/http/host-cookie.ts';
import { sendPage } from '../../platform/ui/personal-pages.ts';

/**
 * A browser cannot give the Temporal UI the admin key without pasting it there for ever. So an operator gives it once
 * at `/codec`, and this browser may open payloads, and nothing else, for `limits.codecSessionMs`.
 *
 * The cookie is the time at which it ends, signed with the admin key: another key ends it. The UI is on another
 * address, so the browser must send it across sites (`SameSite=None`); only its own origin may see the answers (CORS),
 * and a form of another site cannot post JSON.
 */
export async function registerCodecSession(
  app: FastifyInstance,
  { config, db }: AppContext,
): Promise<void> {
  const { name, options } = cookieOf(config);
  await app.register(cookie);
  takeUrlEncodedForms(app, limits.formBytes);
  await app.register(rateLimit, { max: limits.signInsPerMinute, timeWindow: '1 minute' });

  app.get('/codec', { schema: { hide: true } }, async (_request, reply) =>
    sendPage(reply.header('cache-control', 'no-store'), 200, codecPage({})),
  );
  app.post<{ Body: { key?: unknown } | null }>(
    '/codec',
    { schema: { hide: true } },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      const { key } = request.body ?? {};
      const { adminKey } = config;
      if (
        adminKey === undefined ||
        typeof key !== 'string' ||
        !isOperatorKey(request, key, adminKey)
      )
        return sendPage(reply, 401, codecPage({ outcome: 'refused' }));
      const until = db.clock.now().getTime() + limits.codecSessionMs;
      void reply.setCookie(name, `${until}.${signatureOf(adminKey, until)}`, {
        ...options,
        sameSite: options.secure ? 'none' : 'lax',
        maxAge: limits.codecSessionMs / 1_000,
      });
      return sendPage(reply, 200, codecPage({ outcome: 'opened' }));
    },
  );
}

/** Whether the call comes from a browser in which the admin key was given, not too long ago. */
export function hasCodecSession(request: FastifyRequest, { config, db }: AppContext): boolean {
  const { adminKey } = config;
  const { name } = cookieOf(config);
  const [until = '', signature = ''] = (request.cookies[name] ?? '').split('.');
  if (adminKey === undefined || !/^\d{1,15}$/.test(until)) return false;
  return (
    equalSecrets(signature, signatureOf(adminKey, Number(until))) &&
    Number(until) > db.clock.now().getTime()
  );
}

function cookieOf({ http }: AppContext['config']) {
  return hostCookie(http.publicUrl, 'optgate_codec', '/codec');
}

function signatureOf(adminKey: string, until: number): string {
  return createHmac('sha256', adminKey).update(`codec until ${until}`).digest('base64url');
}

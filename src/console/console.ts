import rateLimit from '@fastify/rate-limit';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type ErrorCode } from '../platform/errors.ts';
import { refusedPage } from './views/layout.tsx';
import type { AppContext } from '../signals/app-context.ts';
import { knownError } from '../platform/http/errors.ts';
import { takeUrlEncodedForms } from '../platform/http/form-body.ts';
import { ApiRefusal } from './api-client.ts';
import { registerAssets } from './assets.ts';
import { registerContactActs } from './contact-acts.ts';
import { registerContact } from './contact.ts';
import { registerContacts } from './contacts.ts';
import { sendHtml } from './desk.ts';
import { registerMessages } from './messages.ts';
import { refuseOtherSites } from './own-site.ts';
import { registerPractice } from './practice.ts';
import { registerReplies } from './replies.ts';
import { prepareSessions, type Sessions } from './session.ts';
import { registerSignIn, signInAddress } from './sign-in.ts';
import { registerTemplates } from './templates.ts';

/** Bytes of a form: a template of ten pages and its HTML. */
const formBytes = 256 * 1024;
/** Requests one address may make a minute: some open pages, each asking every second, of a whole office. */
const requestsPerMinute = 3_000;

/**
 * The staff's console at `/console`: a client of the API (api-client.ts) that is rendered here. `root` has the API's
 * routes. Everything is plain forms and links; scripts only keep the display up to date.
 */
export async function registerConsole(
  app: FastifyInstance,
  root: FastifyInstance,
  context: AppContext,
): Promise<void> {
  takeUrlEncodedForms(app, formBytes);
  await app.register(rateLimit, { max: requestsPerMinute, timeWindow: '1 minute' });
  refuseOtherSites(app, context.config.http.publicUrl);
  const sessions = await prepareSessions(app, root, context);
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    void reply.header('content-security-policy', contentSecurityPolicy);
    // With `no-referrer` browsers would not say that a form stood here (own-site.ts).
    void reply.header('referrer-policy', 'same-origin');
  });
  // Every form, the one to sign in with too, carries a token of its own session.
  app.addHook('preHandler', (request, reply, next) => {
    if (request.method === 'POST') app.csrfProtection(request, reply, next);
    else next();
  });
  answerErrors(app, sessions);
  registerAssets(app);
  registerSignIn(app, root, sessions, context);
  await app.register(async (inside) => {
    inside.addHook('preHandler', async (request, reply) => {
      if (!request.staff) await toSignIn(request, reply);
    });
    registerContacts(inside, context);
    registerContact(inside, context);
    registerContactActs(inside, context);
    registerMessages(inside, context);
    registerReplies(inside);
    registerPractice(inside, context);
    registerTemplates(inside);
  });
}

/** Nothing from elsewhere, no framing; `unsafe-inline` is for styles that the live library and the charts set. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** A part that refreshes itself makes the browser leave the page; a whole page redirects. */
async function toSignIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (request.headers['hx-request'] !== undefined)
    return reply.status(200).header('hx-redirect', signInAddress()).send();
  const to = request.method === 'GET' ? request.url.replace(/\?.*$/s, '') : undefined;
  return reply.redirect(signInAddress(to), 303);
}

function answerErrors(app: FastifyInstance, sessions: Sessions): void {
  app.setErrorHandler(async (error: FastifyError | AppError | ApiRefusal, request, reply) => {
    if (error instanceof ApiRefusal && error.status === 401) {
      // The key was revoked: with it the session ends.
      await sessions.signOut(request, reply);
      return toSignIn(request, reply);
    }
    const stale = (error as FastifyError).code?.startsWith('FST_CSRF');
    const known = stale
      ? new AppError('forbidden', 'This form is too old. Go back, reload the page and try again.')
      : error instanceof ApiRefusal
        ? new AppError(codeOf(error))
        : knownError(error, request);
    if (known.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(known.retryAfterSeconds));
    return sendHtml(reply, refusedPage(known.message), known.status);
  });
}

/** A page whose data could not be read has the status of the read that failed. */
function codeOf({ status }: ApiRefusal): ErrorCode {
  if (status === 404) return 'not_found';
  if (status === 429) return 'too_many_requests';
  if (status === 503) return 'unavailable';
  return status >= 500 ? 'internal' : 'bad_request';
}

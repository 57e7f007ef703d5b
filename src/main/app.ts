import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { v7 as newId } from 'uuid';
import { databaseLimits } from '../core/limits/database-limits.ts';
import { limits } from '../core/limits.ts';
import { registerAliases } from '../features/contacts/aliases.ts';
import { shareConnections, shareMemory } from '../platform/http/array-turns.ts';
import { registerPracticeKeys } from '../platform/http/auth.ts';
import type { AppContext } from '../signals/app-context.ts';
import { registerDeadline } from '../platform/http/deadline.ts';
import {
  answerUnreadableAddress,
  answerUnreadableRequest,
  describeError,
  registerErrors,
} from '../platform/http/errors.ts';
import { registerIdempotency } from '../platform/http/idempotency.ts';
import { registerIncomingBody } from '../platform/http/incoming-body.ts';
import { takeJson } from '../platform/http/json-body.ts';
import { registerMetrics } from './metrics.ts';
import { refuseOtherIds } from '../platform/http/path-ids.ts';
import { registerPracticeScope } from '../record/links/scope-hook.ts';
import { registerConsole } from '../console/console.ts';
import { keepPathsStorable, refuseUnstorableQueries } from '../platform/http/storable.ts';
import { registerBookingPages } from '../features/booking/booking-pages.ts';
import { registerBookingScript } from '../features/booking/booking-script.ts';
import { registerBookingSessions } from '../features/booking/booking-sessions.ts';
import { registerCodec } from '../features/codec/routes.ts';
import { registerCodecSession } from '../features/codec/session.ts';
import { registerConsents } from '../features/consents/routes.ts';
import { registerContacts } from '../features/contacts/routes.ts';
import { registerEvents } from '../features/events/routes.ts';
import { registerHealth } from './health-routes.ts';
import { registerInbound } from '../features/replies/routes.ts';
import { registerLists } from '../features/contacts/list-routes.ts';
import { registerMerge } from '../features/contacts/merge-routes.ts';
import { registerMessagePages } from '../features/notices/message-pages.ts';
import { registerMessages } from '../features/messages/routes.ts';
import { registerOptInPages } from '../features/opt-in/opt-in-pages.ts';
import { registerPracticeAdmin } from '../features/practice/admin-routes.ts';
import { registerSettings } from '../features/practice/routes.ts';
import { registerPreferencesPages } from '../features/preferences/preferences-pages.ts';
import { registerRecords } from '../features/contacts/record-routes.ts';
import { registerStatistics } from '../features/statistics/routes.ts';
import { registerTemplates } from '../features/templates/routes.ts';
import { registerUnsubscribePages } from '../features/unsubscribe/unsubscribe-pages.ts';
import { registerWebhookEndpoints } from '../features/events/endpoint-routes.ts';
import { registerWebhooks } from '../delivery/webhook-routes.ts';

/** Registrations in the order in which they matter. `answerMs`: what a caller waits for at most. */
export async function buildApp(
  context: AppContext,
  logger: Logger,
  answerMs: number = databaseLimits.answerMs,
): Promise<FastifyInstance> {
  const app = Fastify({
    // Fastify logs what a call still fails with after its answer.
    loggerInstance: logger.child({}, { serializers: { err: describeError } }),
    // Each scope sets its own content types and limits.
    bodyLimit: limits.formBytes,
    genReqId: () => newId(),
    // URLs hold tokens: the default request log would keep them.
    logController: new LogController({ disableRequestLogging: true }),
    // Bad input is refused, never bent into shape.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } },
    // Only a proxy that the operator named may say where an answer came from: it is evidence, and limits count by it.
    trustProxy: context.config.http.trustedProxies.length > 0 && context.config.http.trustedProxies,
    forceCloseConnections: 'idle',
    frameworkErrors: answerUnreadableAddress,
    clientErrorHandler: answerUnreadableRequest,
  }) as unknown as FastifyInstance;

  registerErrors(app);
  registerDeadline(app, answerMs);
  registerPracticeScope(app);
  keepPathsStorable(app);
  const metrics = registerMetrics(app, context);
  // The API and the codec add JSON, pages and webhooks their forms.
  app.removeAllContentTypeParsers();
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const { statusCode, elapsedTime } = reply;
    request.log.info(
      { method, route: routeOptions.url, status: statusCode, ms: Math.round(elapsedTime) },
      'answered',
    );
  });
  // Pages need no script, no frame and no outside resource.
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: context.config.http.publicUrl.startsWith('https:'),
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Optgate',
        version: '1',
        description:
          'Durable opt-in messaging: nothing with content leaves before the person said yes.\n\n' +
          'In JSON bodies `null` is absence, except where a schema lists it (a setting that is off, a field that a PATCH ' +
          'removes). Texts are stored with accents composed (NFC) and line ends as \\n; a line (a subject, a name) has its ' +
          'line breaks and tabs folded to one space. Control characters, halves of surrogate pairs and blank texts are ' +
          'refused with `validation_failed`. Line breaks in fields that are not prose (ids, times) are never accepted.',
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
  });
  await app.register(async (docs) => {
    await docs.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());

  registerHealth(app, context);
  await app.register(async (scope) => registerWebhooks(scope, context, metrics));
  await app.register(async (scope) => registerOptInPages(scope, context));
  await app.register(async (scope) => registerMessagePages(scope, context));
  await app.register(async (scope) => registerUnsubscribePages(scope, context));
  await app.register(async (scope) => registerPreferencesPages(scope, context));
  await app.register(async (scope) => registerBookingPages(scope, context));
  registerBookingScript(app);
  await app.register(async (scope) => registerCodec(scope, context));
  await app.register(async (scope) => registerCodecSession(scope, context));
  await app.register(async (scope) => registerConsole(scope, app, context));
  await app.register(
    async (v1) => {
      refuseUnstorableQueries(v1);
      refuseOtherIds(v1);
      registerIncomingBody(v1);
      await v1.register(async (admin) => {
        takeJson(admin);
        registerPracticeAdmin(admin, context);
      });
      await v1.register(async (practice) => {
        registerPracticeKeys(practice, context.db);
        takeJson(practice, shareMemory(practice));
        shareConnections(practice);
        registerAliases(practice, context.db);
        registerIdempotency(practice, context.db);
        registerBookingSessions(practice, context);
        registerContacts(practice, context);
        registerConsents(practice, context);
        registerRecords(practice, context);
        registerMerge(practice, context);
        registerMessages(practice, context);
        registerLists(practice, context);
        registerInbound(practice, context);
        registerEvents(practice, context);
        registerWebhookEndpoints(practice, context);
        registerSettings(practice, context);
        registerStatistics(practice, context);
        registerTemplates(practice, context);
      });
    },
    { prefix: '/v1' },
  );
  return app;
}

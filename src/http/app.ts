import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { v7 as newId } from 'uuid';
import { databaseLimits } from '../domain/database-limits.ts';
import { limits } from '../domain/limits.ts';
import { registerAliases } from './aliases.ts';
import { shareConnections, shareMemory } from './array-turns.ts';
import { registerPracticeKeys } from './auth.ts';
import type { AppContext } from './context.ts';
import { answerUnreadableAddress, answerUnreadableRequest, registerErrors } from './errors.ts';
import { registerIdempotency } from './idempotency.ts';
import { registerIncomingBody } from './incoming-body.ts';
import { takeJson } from './json-body.ts';
import { registerMetrics } from './metrics.ts';
import { refuseOtherIds } from './path-ids.ts';
import { registerPracticeScope } from './practice-scope.ts';
import { registerConsole } from './console/console.ts';
import { keepPathsStorable, refuseUnstorableQueries } from './storable.ts';
import { registerBookingPages } from './routes/booking-pages.ts';
import { registerBookingScript } from './routes/booking-script.ts';
import { registerBookingSessions } from './routes/booking-sessions.ts';
import { registerCodec } from './routes/codec.ts';
import { registerCodecSession } from './routes/codec-session.ts';
import { registerConsents } from './routes/consents.ts';
import { registerContacts } from './routes/contacts.ts';
import { registerEvents } from './routes/events.ts';
import { registerHealth } from './routes/health.ts';
import { registerInbound } from './routes/inbound.ts';
import { registerLists } from './routes/lists.ts';
import { registerMerge } from './routes/merge.ts';
import { registerMessagePages } from './routes/message-pages.ts';
import { registerMessages } from './routes/messages.ts';
import { registerOptInPages } from './routes/opt-in-pages.ts';
import { registerPracticeAdmin } from './routes/practice-admin.ts';
import { registerSettings } from './routes/practices.ts';
import { registerPreferencesPages } from './routes/preferences-pages.ts';
import { registerRecords } from './routes/records.ts';
import { registerStatistics } from './routes/statistics.ts';
import { registerTemplates } from './routes/templates.ts';
import { registerUnsubscribePages } from './routes/unsubscribe-pages.ts';
import { registerWebhookEndpoints } from './routes/webhook-endpoints.ts';
import { registerWebhooks } from './routes/webhooks.ts';

/** Registrations in the order in which they matter. */
export async function buildApp(context: AppContext, logger: Logger): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: logger,
    // Each scope sets its own content types and limits.
    bodyLimit: limits.formBytes,
    // What a caller waits for at most; the work goes on, within the limits of its transaction.
    handlerTimeout: databaseLimits.answerMs,
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

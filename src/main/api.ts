import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { connectDatabase, processName, withEncryptionKeys } from './compose.ts';
import { acrossPractices } from '../platform/db/practice-scope.ts';
import { ensureDemoPractice } from '../record/practices/practice-store.ts';
import { databaseLimits } from '../core/limits/database-limits.ts';
import { callLimits } from '../core/limits/call-limits.ts';
import { buildApp } from './app.ts';
import { watchKeys } from '../features/keys/key-watch.ts';
import { createLogger } from '../platform/log.ts';
import { wallClock } from '../platform/clock.ts';
import { readArguments } from '../platform/arguments.ts';
import { runRole } from './role.ts';
import { connectOptions } from '../platform/temporal/connection.ts';
import { createWorkflowClient, createTemporalClient } from '../signals/workflow-client.ts';

readArguments({
  command: 'npm run api',
  does: 'Takes calls, answers of people and webhooks on PORT, until SIGTERM or Ctrl-C.',
  environment: {
    DATABASE_URL: 'PostgreSQL, needed',
    TEMPORAL_ADDRESS: 'Temporal, needed',
    ENCRYPTION_KEYS: 'id:base64 list, needed; the first one seals',
    'PORT, PUBLIC_URL': 'where it listens (3000), and how people and providers reach it',
    ADMIN_KEY: 'opens /v1/practices and /codec',
    'RESEND_…, PLIVO_…': 'the providers; without them the sandbox',
  },
});

/** `npm run api`: takes calls, answers, webhooks; commits, then signals. */
void runRole('api', async (given) => {
  const config = await withEncryptionKeys(given);
  const logger = createLogger('api', config.logLevel);
  const db = await connectDatabase(config, wallClock, databaseLimits.apiConnections, 'api');
  const { sealing } = db;
  const keys = await watchKeys({
    db,
    name: processName('api'),
    keys: config.encryptionKeys,
    sealing,
    logger,
  });
  if (config.mode === 'sandbox')
    await acrossPractices(() => ensureDemoPractice(db, config.senders));
  // Lazy: a Temporal server that is away must not keep the API from taking messages.
  const connection = Connection.lazy(connectOptions(config, process.env));
  const client = createTemporalClient({
    connection,
    namespace: config.temporal.namespace,
    encryptionKeys: config.encryptionKeys,
    sealing,
  });
  const workflows = createWorkflowClient({
    client,
    db,
    taskQueue: config.temporal.taskQueue,
    onFailure: (error, count) =>
      logger.warn(
        { type: (error as Error).name, count },
        'workflows could not be signalled; the sweeper will do it',
      ),
  });
  const app = await buildApp({ config, db, workflows }, logger);
  if (config.mode === 'live' && config.http.trustedProxies.length === 0)
    logger.warn(
      'TRUSTED_PROXIES is not set: behind a proxy, everybody seems to come from the proxy',
    );
  const { smsFrom, asksFromOwnNumber } = config.senders;
  if (smsFrom !== undefined && asksFromOwnNumber)
    logger.warn(
      'SMS_FROM is set, and ALLOW_SHARED_SMS_FROM is not: a practice without a number of its own asks nobody by text',
    );
  await app.listen({ port: config.http.port, host: config.http.host });
  return {
    async stop() {
      await closeApp(app);
      const close = async (): Promise<void> => {
        await connection.close();
        await keys.stop();
        await db.close();
      };
      // A transaction that still waits is rolled back with its connection, as the process ends.
      await Promise.race([close(), delay(callLimits.closeStopMs)]);
    },
  };
});

/** How often connections are closed that have had their last answer, in ms: `close` closes those that are idle then. */
const lookAgainMs = 100;

async function closeApp(app: FastifyInstance): Promise<void> {
  const answered = setInterval(() => app.server.closeIdleConnections(), lookAgainMs);
  const cutOff = setTimeout(() => app.server.closeAllConnections(), callLimits.answersStopMs);
  await app.close();
  clearInterval(answered);
  clearTimeout(cutOff);
}

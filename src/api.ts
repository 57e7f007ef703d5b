import { Connection } from '@temporalio/client';
import { connectDatabase, withEncryptionKeys } from './compose.ts';
import { ensureDemoPractice } from './db/practice-store.ts';
import { buildApp } from './http/app.ts';
import { createLogger } from './log.ts';
import { wallClock } from './ports/clock.ts';
import { runRole } from './role.ts';
import { connectOptions } from './temporal/connection.ts';
import { createWorkflowClient, createTemporalClient } from './temporal/workflow-client.ts';

/** Database connections of one API process. */
const connections = 10;

/** `npm run api`: takes calls, answers, webhooks; commits, then signals. */
void runRole('api', async (given) => {
  const config = await withEncryptionKeys(given);
  const logger = createLogger('api', config.logLevel);
  const db = await connectDatabase(config, wallClock, connections);
  if (config.mode === 'sandbox') await ensureDemoPractice(db, config.senders);
  // Lazy: a Temporal server that is away must not keep the API from taking messages.
  const connection = Connection.lazy(connectOptions(config, process.env));
  const client = createTemporalClient({
    connection,
    namespace: config.temporal.namespace,
    encryptionKeys: config.encryptionKeys,
  });
  const workflows = createWorkflowClient({
    client,
    db,
    taskQueue: config.temporal.taskQueue,
    onFailure: (error) =>
      logger.warn(
        { type: (error as Error).name },
        'a workflow could not be told; the sweeper will',
      ),
  });
  const app = await buildApp({ config, db, workflows }, logger);
  await app.listen({ port: config.http.port, host: '0.0.0.0' });
  return {
    async stop() {
      await app.close();
      await connection.close();
      await db.close();
    },
  };
});

import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { refuseClickTracking } from './click-tracking.ts';
import {
  connectDatabase,
  createProviders,
  createRates,
  sendingOf,
  createWebhooks,
  withEncryptionKeys,
} from './compose.ts';
import { startEventWaker } from './event-waker.ts';
import { createLogger } from './log.ts';
import { wallClock } from './ports/clock.ts';
import { runRole } from './role.ts';
import { startSweeper } from './sweeper.ts';
import { connectOptions } from './temporal/connection.ts';
import { createTemporalClient, createWorkflowClient } from './temporal/workflow-client.ts';
import { createContactWorker, installRuntime } from './temporal/worker.ts';

/** Database connections of one worker process. */
const connections = 20;

/** `npm run worker`: runs the workflows and does all sending. */
void runRole('worker', async (given) => {
  const config = await withEncryptionKeys(given);
  const logger = createLogger('worker', config.logLevel);
  installRuntime(logger);
  const db = await connectDatabase(config, wallClock, connections);
  await refuseClickTracking(config, db, logger);
  const connection = await NativeConnection.connect(connectOptions(config, process.env));
  const clientConnection = Connection.lazy(connectOptions(config, process.env));
  const workflows = createWorkflowClient({
    client: createTemporalClient({
      connection: clientConnection,
      namespace: config.temporal.namespace,
      encryptionKeys: config.encryptionKeys,
    }),
    db,
    taskQueue: config.temporal.taskQueue,
    onFailure: (error) =>
      logger.warn({ type: (error as Error).name }, 'a workflow could not be told'),
  });
  const worker = await createContactWorker({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: config.temporal.taskQueue,
    encryptionKeys: config.encryptionKeys,
    activities: createActivities({
      db,
      providers: createProviders(config),
      rates: createRates(config, db),
      sending: sendingOf(config),
      tell: workflows.tell,
      requireEncodedSignals: config.requireEncodedSignals,
      tellDispatcher: workflows.tellDispatcher,
      postWebhook: createWebhooks(config),
    }),
    logger,
  });
  const sweeper = startSweeper({ db, workflows, logger, witness: config.ledgerWitness });
  const waker = startEventWaker({ db, workflows, logger });
  const running = worker.run();
  // A worker that fails must not look alive.
  running.catch((error: unknown) => {
    logger.fatal({ type: (error as Error).name }, 'the worker stopped');
    process.exit(1);
  });
  return {
    async stop() {
      await sweeper.stop();
      await waker.stop();
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running.catch(() => undefined);
      await connection.close();
      await clientConnection.close();
      await db.close();
    },
  };
});

import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createActivities } from '../../activities/index.ts';
import { refuseClickTracking } from '../channels/email/resend/click-tracking.ts';
import {
  connectDatabase,
  createProviders,
  createRates,
  sendingOf,
  createWebhooks,
  processName,
  withEncryptionKeys,
} from './compose.ts';
import type { Config } from '../platform/config/config.ts';
import { startEventWaker } from '../features/events/event-waker.ts';
import { watchKeys } from '../features/keys/key-watch.ts';
import { createTakeLate } from '../signals/late-signals.ts';
import { createLogger } from '../platform/log.ts';
import { wallClock } from '../platform/clock.ts';
import { databaseLimits } from '../core/limits/database-limits.ts';
import type { Role } from './role.ts';
import { createSignalKeeper } from '../signals/signal-keeper.ts';
import { startSweeper } from '../delivery/sweeper.ts';
import { connectOptions } from '../platform/temporal/connection.ts';
import { createHeldSignals } from '../signals/held-signals.ts';
import { createOpenSealed } from '../signals/sealed-signals.ts';
import { createTemporalClient, createWorkflowClient } from '../signals/workflow-client.ts';
import { createWorkers, installRuntime } from '../signals/worker.ts';
import { sdkMetricsAddress, watchWorker } from './worker-watch.ts';

/**
 * A worker process: runs the workflows and does all sending. Asked to stop, it begins nothing new; it ends when the
 * provider calls that were under way have ended and their answers are written down, within about 10 s
 * (`limits.callTimeoutMs` and some seconds for the rest).
 */
export async function runWorker(given: Config): Promise<Role> {
  const config = await withEncryptionKeys(given);
  const logger = createLogger('worker', config.logLevel);
  const sdkMetricsAt = await sdkMetricsAddress(config);
  installRuntime(logger, sdkMetricsAt);
  const db = await connectDatabase(config, wallClock, databaseLimits.workerConnections, 'worker');
  const { sealing } = db;
  const sweeperDb = await connectDatabase(
    config,
    wallClock,
    databaseLimits.sweeperConnections,
    'sweeper',
    sealing,
  );
  const keys = await watchKeys({
    db: sweeperDb,
    name: processName('worker'),
    keys: config.encryptionKeys,
    sealing,
    logger,
  });
  await refuseClickTracking(config, sweeperDb, logger);
  const connection = await NativeConnection.connect(connectOptions(config, process.env));
  const clientConnection = Connection.lazy(connectOptions(config, process.env));
  const client = createTemporalClient({
    connection: clientConnection,
    namespace: config.temporal.namespace,
    encryptionKeys: config.encryptionKeys,
    sealing,
  });
  const workflows = createWorkflowClient({
    client,
    db,
    taskQueue: config.temporal.taskQueue,
    onFailure: (error, count) =>
      logger.warn({ type: (error as Error).name, count }, 'workflows could not be told'),
  });
  const held = createHeldSignals(client);
  const { requireEncodedSignals, requireBoundSignals } = config;
  const signalRules = { requireEncodedSignals, requireBoundSignals };
  const stopping = new AbortController();
  const workers = await createWorkers({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: config.temporal.taskQueue,
    encryptionKeys: config.encryptionKeys,
    sealing,
    activities: createActivities({
      db,
      providers: createProviders(config),
      rates: createRates(config, db),
      sending: sendingOf(config),
      tell: workflows.tell,
      ...signalRules,
      tellDispatcher: workflows.tellDispatcher,
      postWebhook: createWebhooks(config),
      readHeldSignals: held.read,
      stopping: stopping.signal,
    }),
    rules: config,
    logger,
  });
  const watch = await watchWorker({
    config,
    databases: [db, sweeperDb],
    connection: clientConnection,
    sdkMetricsAt,
    lives: () => workers.isRunning,
    logger,
  });
  const sweeper = startSweeper({
    db: sweeperDb,
    workflows,
    logger,
    witness: config.ledgerWitness,
    keepSignals: createSignalKeeper({
      held,
      record: {
        db,
        tell: workflows.tell,
        ...signalRules,
      },
      taskQueue: config.temporal.taskQueue,
      logger,
    }),
    takeLate: createTakeLate({
      db: sweeperDb,
      tell: workflows.tell,
      openSealed: createOpenSealed(config.encryptionKeys, config.temporal.namespace),
      ...signalRules,
      keyIds: config.encryptionKeys.map(({ id }) => id),
      onFailure: (error) => logger.warn({ type: error.name }, 'a late signal could not be taken'),
    }),
    onSwept: (swept) => watch.metrics?.swept(swept),
  });
  const waker = startEventWaker({ db: sweeperDb, workflows, logger });
  const running = workers.run();
  // A worker that fails must not look alive.
  running.catch((error: unknown) => {
    logger.fatal({ type: (error as Error).name }, 'the worker stopped');
    process.exit(1);
  });
  return {
    async stop() {
      // First of all, and not when the SDK cancels its activities: until then it would go on claiming and calling.
      stopping.abort();
      workers.shutdown();
      await Promise.all([running.catch(() => undefined), sweeper.stop(), waker.stop()]);
      await watch.close();
      await connection.close();
      await clientConnection.close();
      await keys.stop();
      await sweeperDb.close();
      await db.close();
    },
  };
}

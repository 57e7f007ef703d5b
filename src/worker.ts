import { NativeConnection } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { connectDatabase, createProviders, withEncryptionKeys } from './compose.ts';
import { createLogger } from './log.ts';
import { wallClock } from './ports/clock.ts';
import { runRole } from './role.ts';
import { connectOptions } from './temporal/connection.ts';
import { createContactWorker, installRuntime } from './temporal/worker.ts';

/** Database connections of one worker process. */
const connections = 20;

/** `npm run worker`: runs the workflows and does all sending. */
void runRole('worker', async (given) => {
  const config = await withEncryptionKeys(given);
  const logger = createLogger('worker', config.logLevel);
  installRuntime(logger);
  const db = await connectDatabase(config, wallClock, connections);
  const connection = await NativeConnection.connect(connectOptions(config, process.env));
  const worker = await createContactWorker({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: config.temporal.taskQueue,
    encryptionKeys: config.encryptionKeys,
    activities: createActivities({
      db,
      providers: createProviders(config),
      sending: { publicUrl: config.http.publicUrl, senders: config.senders },
    }),
    logger,
  });
  const running = worker.run();
  // A worker that fails must not look alive.
  running.catch((error: unknown) => {
    logger.fatal({ type: (error as Error).name }, 'the worker stopped');
    process.exit(1);
  });
  return {
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running.catch(() => undefined);
      await connection.close();
      await db.close();
    },
  };
});

import { Runtime, DefaultLogger, type NativeConnection, Worker } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { EncryptionKey } from '../config.ts';
import type {
  ContactActivities,
  DispatchActivities,
  WebhookActivities,
} from '../../workflows/activity-types.ts';
import { cleanActivityErrors } from './activity-errors.ts';
import { createDataConverter } from './data-converter.ts';

/** Workflows kept in memory; about 1.7 MB each, and an isolate that runs out of memory takes the worker with it. */
const cachedWorkflows = 400;
/** Activities at once: each holds at most three database connections, taken from the pool in turn. */
const activitiesAtOnce = 40;
/** A stop lets provider calls end and be recorded: longer than a lease. */
const graceTime = '16 seconds';

/** The SDK's own log lines go where ours go. Once per process, before its first connection. */
export function installRuntime(logger: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      logger[level === 'ERROR' ? 'error' : 'warn']({ sdk: meta?.sdkComponent }, message);
    }),
  });
}

export async function createContactWorker(options: {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  encryptionKeys: readonly EncryptionKey[];
  activities: ContactActivities & DispatchActivities & WebhookActivities;
  logger: Logger;
}): Promise<Worker> {
  const workflows = `../../workflows/index${import.meta.url.slice(-3)}`;
  return Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: options.taskQueue,
    workflowsPath: fileURLToPath(new URL(workflows, import.meta.url)),
    activities: options.activities,
    dataConverter: createDataConverter(options.encryptionKeys),
    maxCachedWorkflows: cachedWorkflows,
    maxConcurrentActivityTaskExecutions: activitiesAtOnce,
    shutdownGraceTime: graceTime,
    interceptors: { activity: [() => ({ inbound: cleanActivityErrors(options.logger) })] },
  });
}

import {
  DefaultLogger,
  Runtime,
  Worker,
  type NativeConnection,
  type WorkerOptions,
} from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { EncryptionKey } from '../platform/config/config.ts';
import type { SealingKey } from '../core/sealing-key.ts';
import type {
  ContactActivities,
  DispatchActivities,
  WebhookActivities,
} from '../core/signals/activity-types.ts';
import { taskQueueOf, type Work } from '../core/signals/task-queues.ts';
import { workerLimits } from '../core/limits/worker-limits.ts';
import { cleanActivityErrors } from '../platform/temporal/activity-errors.ts';
import { guardActivity, type InputRules } from './activity-guard.ts';
import { createDataConverter } from '../platform/temporal/data-converter.ts';

/** Workflows kept in memory; about 1.7 MB each, and an isolate that runs out of memory takes the worker with it. */
const cachedWorkflows = 400;
/**
 * After this the SDK cancels what still runs. Activities know from their own signal that the process ends
 * (`stopping`), so this is for those of them that wait for something of the SDK's.
 */
const graceTime = '1 second';

/**
 * The SDK's own log lines go where ours go; its numbers, where `metricsAt` (`host:port`) is given, to a server there.
 * Once per process, before its first connection.
 */
export function installRuntime(logger: Logger, metricsAt?: string): void {
  Runtime.install({
    // Names and units as Prometheus wants them: `_total`, `_seconds`.
    ...(metricsAt === undefined
      ? {}
      : {
          telemetryOptions: {
            metrics: {
              prometheus: {
                bindAddress: metricsAt,
                countersTotalSuffix: true,
                unitSuffix: true,
                useSecondsForDurations: true,
              },
            },
          },
        }),
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      logger[level === 'ERROR' ? 'error' : 'warn']({ sdk: meta?.sdkComponent }, message);
    }),
  });
}

/** The workers of one process, one for each task queue, as one. */
export type Workers = {
  /** Resolves when all have ended; rejects when one has failed, and then ends the others. */
  run(): Promise<void>;
  /** Takes up nothing more; `run` resolves once what was taken up is done. */
  shutdown(): void;
  /** All of them take up work. */
  readonly isRunning: boolean;
};

/** `taskQueue`: the base of their queues (src/core/signals/task-queues.ts). */
export async function createWorkers(options: {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  encryptionKeys: readonly EncryptionKey[];
  /** Which of them seals; absent: the first. */
  sealing?: SealingKey;
  activities: ContactActivities & DispatchActivities & WebhookActivities;
  rules: InputRules;
  logger: Logger;
}): Promise<Workers> {
  const { activities, logger, rules, taskQueue } = options;
  const create = (work: Work, more: Partial<WorkerOptions>): Promise<Worker> =>
    Worker.create({
      connection: options.connection,
      namespace: options.namespace,
      taskQueue: taskQueueOf(taskQueue, work),
      dataConverter: createDataConverter(options.encryptionKeys, options.sealing),
      maxConcurrentActivityTaskExecutions: workerLimits.slots[work],
      shutdownGraceTime: graceTime,
      interceptors: {
        activity: [
          () => ({ inbound: cleanActivityErrors(logger) }),
          (context) => ({ inbound: guardActivity(context, rules, logger) }),
        ],
      },
      ...more,
    });
  const workflows = `../../workflows/index${import.meta.url.slice(-3)}`;
  const only = (...names: (keyof typeof activities)[]): Partial<typeof activities> =>
    Object.fromEntries(names.map((name) => [name, activities[name]]));
  const byWork: Record<Work, Partial<WorkerOptions>> = {
    contacts: {
      workflowsPath: fileURLToPath(new URL(workflows, import.meta.url)),
      maxCachedWorkflows: cachedWorkflows,
      // All of them: releases before the other queues left activities of every kind on this one.
      activities,
    },
    backlog: { activities: only('deliver', 'storeSignals') },
    dispatch: { activities: only('dispatchDue') },
    webhooks: { activities: only('deliverEvents') },
  };
  const workers = await Promise.all(
    Object.entries(byWork).map(([work, more]) => create(work as Work, more)),
  );
  const shutdown = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  return {
    async run() {
      const running = workers.map((worker) => worker.run());
      try {
        await Promise.all(running);
      } finally {
        shutdown();
        await Promise.allSettled(running);
      }
    },
    shutdown,
    get isRunning() {
      return workers.every((worker) => worker.getState() === 'RUNNING');
    },
  };
}

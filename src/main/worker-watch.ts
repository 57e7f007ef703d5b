import type { Connection } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Config } from '../platform/config/config.ts';
import type { Database } from '../platform/db/database.ts';
import { workerLimits } from '../core/limits/worker-limits.ts';
import { choosePorts } from '../platform/free-ports.ts';
import { buildWorkerApp, type WorkerMetrics } from './worker-app.ts';

/** Where the SDK's exporter listens: on this machine only, as it asks nobody for a key. Undefined: nobody watches. */
export async function sdkMetricsAddress({ workerPort }: Config): Promise<string | undefined> {
  if (workerPort === undefined) return undefined;
  const [port] = await choosePorts(1);
  return `127.0.0.1:${port}`;
}

/** Serves `/healthz`, `/readyz` and `/metrics` of a worker on WORKER_PORT; does nothing where there is none. */
export async function watchWorker(options: {
  config: Config;
  databases: readonly [Database, ...Database[]];
  connection: Connection;
  /** As given to `installRuntime`. */
  sdkMetricsAt: string | undefined;
  lives: () => boolean;
  logger: Logger;
}): Promise<{ metrics?: WorkerMetrics; close(): Promise<void> }> {
  const { config, databases, connection, sdkMetricsAt, lives, logger } = options;
  const { workerPort } = config;
  if (workerPort === undefined) return { close: () => Promise.resolve() };
  const { app, metrics } = buildWorkerApp(
    {
      config,
      databases,
      vitals: {
        lives,
        reach: () =>
          connection.withDeadline(Date.now() + workerLimits.vitalsMs, () =>
            connection.workflowService.getSystemInfo({}),
          ),
      },
      async readSdkMetrics() {
        const signal = AbortSignal.timeout(workerLimits.vitalsMs);
        const answer = await fetch(`http://${sdkMetricsAt}/metrics`, { signal });
        if (!answer.ok) throw new Error(`the exporter answered ${answer.status}`);
        return answer.text();
      },
    },
    logger,
  );
  await app.listen({ port: workerPort, host: config.http.host });
  return { metrics, close: () => app.close() };
}

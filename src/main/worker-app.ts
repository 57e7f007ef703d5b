import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Config } from '../platform/config/config.ts';
import type { Database } from '../platform/db/database.ts';
import { watchEventLoop } from '../platform/event-loop.ts';
import { registerErrors } from '../platform/http/errors.ts';
import { checkMetricsKey, countUnreadable } from './metrics.ts';
import { registerPracticeScope } from '../record/links/scope-hook.ts';
import { registerHealth, type Vitals } from './health-routes.ts';

/** What the worker tells about itself while it works. */
export type WorkerMetrics = {
  swept(sweep: { step: string; ok: boolean; ms: number }): void;
};

/**
 * What a worker says about itself, to those who run it: `/healthz` (503: start it again), `/readyz` (503: its database or
 * Temporal is away), `/metrics` (its own numbers and those of Temporal's SDK, in Prometheus' text format; as the API's,
 * for METRICS_KEY or ADMIN_KEY in live mode). No id, no address.
 */
export function buildWorkerApp(
  context: {
    config: Config;
    /** The first is asked whether it can be reached. */
    databases: readonly [Database, ...Database[]];
    vitals: Vitals;
    /** The text of the SDK's own exporter; rejects while it gives none. */
    readSdkMetrics: () => Promise<string>;
  },
  logger: Logger,
): { app: FastifyInstance; metrics: WorkerMetrics } {
  const { config, databases, vitals, readSdkMetrics } = context;
  const app = Fastify({
    loggerInstance: logger,
    disableRequestLogging: true,
  }) as unknown as FastifyInstance;
  registerErrors(app);
  registerPracticeScope(app);
  registerHealth(app, { db: databases[0] }, vitals);

  const registry = new Registry();
  const registers = [registry];
  const sweeps = new Counter({
    name: 'optgate_sweep_steps_total',
    help: 'Steps of the sweeper that this process took, by outcome; one process at a time sweeps',
    labelNames: ['step', 'outcome'],
    registers,
  });
  const sweepSeconds = new Gauge({
    name: 'optgate_sweep_step_seconds',
    help: 'How long the step took the last time',
    labelNames: ['step'],
    registers,
  });
  const blocked = new Counter({
    name: 'optgate_event_loop_blocked_total',
    help: 'Times that one piece of work kept the worker from everything else for more than 200 ms',
    registers,
  });
  const sdkRead = new Gauge({
    name: 'optgate_sdk_metrics_read',
    help: 'Whether the numbers of Temporal’s SDK could be read (1), which follow here, or not (0)',
    registers,
  });
  countUnreadable(registry, databases);
  const endWatch = watchEventLoop((ms) => {
    blocked.inc();
    logger.warn({ ms }, 'one piece of work kept the worker from everything else');
  });
  app.addHook('onClose', async () => endWatch());

  app.get('/metrics', async (request, reply) => {
    checkMetricsKey(request, config);
    const ofSdk = await readSdkMetrics().catch(() => undefined);
    sdkRead.set(ofSdk === undefined ? 0 : 1);
    return reply.type(registry.contentType).send(`${await registry.metrics()}${ofSdk ?? ''}`);
  });
  return {
    app,
    metrics: {
      swept({ step, ok, ms }) {
        sweeps.inc({ step, outcome: ok ? 'done' : 'failed' });
        sweepSeconds.set({ step }, ms / 1_000);
      },
    },
  };
}

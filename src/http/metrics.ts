import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import { readBacklog } from '../db/backlog-store.ts';
import type { Database } from '../db/database.ts';

/** What is counted where it happens. */
export type Metrics = { webhookNotUnderstood(provider: 'resend' | 'plivo'): void };

/**
 * `GET /metrics`, in Prometheus' text format: what to alert on. Numbers over all practices; no id, no address. The
 * worker's own metrics (schedule-to-start latency, slots) come from Temporal's SDK.
 */
export function registerMetrics(app: FastifyInstance, db: Database): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const answered = new Histogram({
    name: 'optgate_http_request_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5],
    registers,
  });
  const failed = new Counter({
    name: 'optgate_http_errors_total',
    help: 'Answers of 500 and above',
    registers,
  });
  const notUnderstood = new Counter({
    name: 'optgate_webhooks_not_understood_total',
    help: 'Signed webhooks with a word that no documentation of the provider names; the log has the word',
    labelNames: ['provider'],
    registers,
  });
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const gauges = {
    oldestDueSeconds: gauge(
      'optgate_oldest_due_seconds',
      'How long the oldest delivery that may leave has been waiting beyond its time',
    ),
    lanesOverdue: gauge('optgate_lanes_overdue', 'Lanes that somebody should have looked at'),
    unannounced: gauge(
      'optgate_consents_unannounced',
      'Contacts whose consent was committed and not signalled for more than 10 s',
    ),
    sending: gauge('optgate_deliveries_sending', 'Deliveries with a provider call under way'),
    unknownLastDay: gauge(
      'optgate_deliveries_unknown_last_day',
      'Deliveries of the last 24 h of which nobody knows whether they arrived',
    ),
    clearSignalsLastDay: gauge(
      'optgate_clear_signals_last_day',
      'Messages of the last 24 h that came by a signal whose payload was not encoded',
    ),
    rejectedSignalsLastDay: gauge(
      'optgate_rejected_signals_last_day',
      'Signals of the last 24 h that could not be taken',
    ),
    providersPaused: gauge(
      'optgate_providers_paused',
      'Providers that asked to wait (rate, quota, credit, credentials) and are not called for now',
    ),
  };

  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const { statusCode, elapsedTime } = reply;
    answered.observe(
      { method, route: routeOptions.url ?? 'none', status: String(statusCode) },
      elapsedTime / 1_000,
    );
    if (statusCode >= 500) failed.inc();
  });

  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const backlog = await readBacklog(db);
    for (const [name, value] of Object.entries(backlog))
      gauges[name as keyof typeof backlog].set(value);
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  return { webhookNotUnderstood: (provider) => notUnderstood.inc({ provider }) };
}

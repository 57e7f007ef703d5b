import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readBacklog } from '../record/messages/backlog-store.ts';
import type { Database } from '../platform/db/database.ts';
import { acrossPractices } from '../platform/db/practice-scope.ts';
import { AppError } from '../platform/errors.ts';
import { watchEventLoop } from '../platform/event-loop.ts';
import { carries } from '../platform/http/auth.ts';
import type { AppContext } from '../signals/app-context.ts';
import type { WebhookCounters } from '../delivery/webhook-routes.ts';

/**
 * `GET /metrics`, in Prometheus' text format: the numbers to alert on. Numbers over all practices; no id, no address.
 * The worker's own metrics (schedule-to-start latency, slots) come from Temporal's SDK. In live mode 401 without
 * `Authorization: Bearer` and METRICS_KEY (or ADMIN_KEY): the numbers say how busy every practice's day is.
 */
export function registerMetrics(app: FastifyInstance, { config, db }: AppContext): WebhookCounters {
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
  const unaddressed = new Counter({
    name: 'optgate_replies_unaddressed_total',
    help: 'Texts to a shared or unassigned number, from a person that none of its practices texted last: no practice gets them',
    registers,
  });
  const blocked = new Counter({
    name: 'optgate_event_loop_blocked_total',
    help: 'Times that one piece of work kept the API from everything else for more than 200 ms',
    registers,
  });
  countUnreadable(registry, [db]);
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
    runsRestartedLastDay: gauge(
      'optgate_runs_restarted_last_day',
      'Contacts whose workflow could not move in the last 24 h, and was started again from the record',
    ),
    providersPaused: gauge(
      'optgate_providers_paused',
      'Providers that asked to wait (rate, quota, credit, credentials) and are not called for now',
    ),
    lanesAtFault: gauge(
      'optgate_lanes_at_fault',
      'Lanes of which nothing can be claimed, because of an error about that one contact',
    ),
  };

  const endWatch = watchEventLoop((ms) => {
    blocked.inc();
    app.log.warn({ ms }, 'one piece of work kept the API from everything else');
  });
  app.addHook('onClose', async () => endWatch());
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    const { statusCode, elapsedTime } = reply;
    answered.observe(
      { method, route: routeOptions.url ?? 'none', status: String(statusCode) },
      elapsedTime / 1_000,
    );
    if (statusCode >= 500) failed.inc();
  });

  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    checkMetricsKey(request, config);
    const backlog = await acrossPractices(() => readBacklog(db));
    for (const [name, value] of Object.entries(backlog))
      gauges[name as keyof typeof backlog].set(value);
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  return {
    webhookNotUnderstood: (provider) => notUnderstood.inc({ provider }),
    replyUnaddressed: () => unaddressed.inc(),
  };
}

/** Values that the process could not open, whichever of its connections read them. */
export function countUnreadable(registry: Registry, databases: readonly Database[]): void {
  registry.registerMetric(
    new Counter({
      name: 'optgate_values_unreadable_total',
      help: 'Stored values that did not open since this process started: changed, moved, or their key is missing',
      labelNames: ['column'],
      registers: [],
      collect() {
        this.reset();
        for (const { cipher } of databases)
          for (const [column, count] of cipher.unopened) this.inc({ column }, count);
      },
    }),
  );
}

/** Throws `unauthorized` where the caller may not see the numbers: they say how busy every practice's day is. */
export function checkMetricsKey(
  request: FastifyRequest,
  { mode, metricsKey, adminKey }: AppContext['config'],
): void {
  if (mode === 'sandbox' && metricsKey === undefined) return;
  if (!carries(request, metricsKey, adminKey)) throw new AppError('unauthorized');
}

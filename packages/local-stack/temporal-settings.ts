/**
 * Dynamic configuration of the server that we start, the same for each way of starting it. docker-compose.yml has the
 * part that production needs. The limits of one run (10,000 signals, 51,200 events, 50 MB) stay as they are: clusters of
 * others have them too, and docs/operations.md says what happens at them.
 */
export const dynamicConfig: Readonly<Record<string, boolean | number>> = {
  /** Practices share the task queue fairly (`priority.fairnessKey`). */
  'matching.enableFairness': true,
  /** Tests move a workflow's time; without a request for it nothing changes. */
  'frontend.WorkflowTimeSkippingEnabled': true,
  /** New search attributes are usable at once instead of after a minute. */
  'system.forceSearchAttributesCacheRefreshOnRead': true,
  /** As PostgreSQL and MySQL have it, so that an id which works here works there. */
  'limit.maxIDLength': 255,
  // Requests per second. The defaults are made for sharing a cluster; here one machine is the limit.
  'frontend.rps': 20_000,
  'frontend.namespaceRPS': 20_000,
  'frontend.namespaceRPS.visibility': 200,
  'frontend.persistenceMaxQPS': 20_000,
  'history.rps': 20_000,
  'history.persistenceMaxQPS': 50_000,
  'matching.rps': 20_000,
  'matching.persistenceMaxQPS': 20_000,
};

/** As the server reads it from a file. */
export function dynamicConfigYaml(): string {
  return Object.entries(dynamicConfig)
    .map(([name, value]) => `${name}:\n  - value: ${value}\n`)
    .join('');
}

/** Ports besides the one that clients use. They must stay the same over restarts (see temporal.ts). */
export const internalPorts = [
  'FRONTEND_HTTP_PORT',
  'FRONTEND_MEMBERSHIP_PORT',
  'HISTORY_GRPC_PORT',
  'HISTORY_MEMBERSHIP_PORT',
  'MATCHING_GRPC_PORT',
  'MATCHING_MEMBERSHIP_PORT',
  'WORKER_GRPC_PORT',
  'WORKER_MEMBERSHIP_PORT',
] as const;

export type InternalPorts = Record<(typeof internalPorts)[number], number>;

import type { Logger } from 'pino';
import type { Database } from './db/database.ts';
import { endpointsToWake } from './db/webhook-progress.ts';
import { limits } from './domain/limits.ts';
import { repeat, type Loop } from './repeat.ts';
import type { WorkflowClient } from './temporal/workflow-client.ts';

/**
 * A loop in every worker: it starts the workflows of endpoints for whom there is something to post. Events are written
 * by whatever changes a state, which need not know that anybody is told: so nobody is forgotten, whoever dies when.
 */
export function startEventWaker(options: {
  db: Database;
  workflows: WorkflowClient;
  logger: Logger;
  everyMs?: number;
}): Loop {
  const { db, workflows, logger, everyMs = limits.wakeEndpointsEveryMs } = options;
  const wake = async (): Promise<void> => {
    const endpoints = await endpointsToWake(db, limits.endpointsWoken);
    await Promise.all(endpoints.map((endpoint) => workflows.wakeEndpoint(endpoint)));
  };
  return repeat(wake, everyMs, (error) =>
    logger.warn({ type: error.name }, 'could not look for endpoints to wake; will try again'),
  );
}

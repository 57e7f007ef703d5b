import type { Logger } from 'pino';
import type { Database } from './db/database.ts';
import { acrossPractices } from './db/practice-scope.ts';
import { endpointsToWake } from './db/webhook-progress.ts';
import { limits } from './domain/limits.ts';
import { repeat, type Loop } from './repeat.ts';
import type { WorkflowClient } from './temporal/workflow-client.ts';

/**
 * A loop in every worker: starts the workflows of endpoints with something to post. The code that changes a state
 * writes the event and need not know about endpoints, so none is forgotten, whichever process dies when.
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
  return repeat(
    () => acrossPractices(wake),
    everyMs,
    (error) =>
      logger.warn({ type: error.name }, 'could not look for endpoints to wake; will try again'),
  );
}

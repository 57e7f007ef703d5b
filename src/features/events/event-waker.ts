import type { Logger } from 'pino';
import type { Database } from '../../platform/db/database.ts';
import { acrossPractices } from '../../platform/db/practice-scope.ts';
import { endpointsToWake } from './webhook-progress.ts';
import { limits } from '../../core/limits.ts';
import { endpointRun } from '../../core/signals/signalled-run.ts';
import { repeat, type Loop } from '../../platform/repeat.ts';
import { watchRuns } from '../../signals/watch-runs.ts';
import type { WorkflowClient } from '../../signals/workflow-client.ts';

/**
 * A loop in every worker: starts the workflows of endpoints with something to post. The code that changes a state
 * writes the event and need not know about endpoints, so none is forgotten, whichever process dies when.
 */
export function startEventWaker(options: {
  db: Database;
  workflows: Pick<WorkflowClient, 'wakeEndpoint' | 'restartStuck'>;
  logger: Logger;
  everyMs?: number;
}): Loop {
  const { db, workflows, logger, everyMs = limits.wakeEndpointsEveryMs } = options;
  const wake = async (): Promise<void> => {
    const endpoints = await endpointsToWake(db, limits.endpointsWoken);
    await Promise.all(endpoints.map((endpoint) => workflows.wakeEndpoint(endpoint)));
    await watchRuns({ db, workflows, logger }, endpoints, endpointRun);
  };
  return repeat(
    () => acrossPractices(wake),
    everyMs,
    (error) =>
      logger.warn({ type: error.name }, 'could not look for endpoints to wake; will try again'),
  );
}

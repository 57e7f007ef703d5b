import type { Logger } from 'pino';
import type { Database } from '../platform/db/database.ts';
import { noteRestart } from './restarted-runs.ts';
import type { SignalledRun } from '../core/signals/signalled-run.ts';
import { stuckLimits } from '../core/signals/stuck-run.ts';
import type { WorkflowClient } from './workflow-client.ts';

/** What every loop that wakes workflows does with those that are `stuck`: their work is overdue all the same. */
export async function watchRuns<Woken extends { stuck: boolean }>(
  deps: { db: Database; workflows: Pick<WorkflowClient, 'restartStuck'>; logger: Logger },
  woken: readonly Woken[],
  runOf: (one: Woken) => SignalledRun,
): Promise<void> {
  const { db, workflows, logger } = deps;
  const looked = woken
    .filter(({ stuck }) => stuck)
    .slice(0, stuckLimits.runsLookedAt)
    .map(runOf);
  for (const { run, reason } of await workflows.restartStuck(looked)) {
    logger.error({ ...run, reason }, 'a run could not move, and was started again');
    await noteRestart(db, run, reason);
  }
}

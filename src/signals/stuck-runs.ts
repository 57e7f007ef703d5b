import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { SignalledRun } from '../core/signals/signalled-run.ts';
import { whyStuck } from '../core/signals/stuck-run.ts';

/**
 * Whoever has access to Temporal can start a workflow under an id of ours that never looks at the record: on a queue
 * without workers, of another type, or one whose task fails. A signal joins it, whatever it is; so one that was told
 * again and again and did not move is looked at, and ended where it cannot move. The next signal starts it from the
 * record. A healthy run that waits for a worker is left alone.
 */
export async function endIfStuck(
  client: Client,
  taskQueue: string,
  { workflowId, type: ourType }: SignalledRun,
): Promise<string | undefined> {
  try {
    const run = await client.workflow.getHandle(workflowId).describe();
    const { type, closeTime, raw } = run;
    const failed = raw.pendingWorkflowTask?.attempt ?? 0;
    const ended = closeTime !== undefined;
    const reason = whyStuck(
      { type, taskQueue: run.taskQueue, ended, attempts: failed },
      { type: ourType, taskQueue },
    );
    if (reason === undefined) return undefined;
    // This run, and not one that took its place meanwhile.
    await client.workflow.getHandle(workflowId, run.runId).terminate(reason);
    return reason;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

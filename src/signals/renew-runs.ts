import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { keyLimits } from '../core/limits/key-limits.ts';
import { renewSignal } from '../../workflows/messages.ts';

/**
 * Running workflows hold what the run was told and what its activities answered, sealed with the key of that time, and
 * need that key whenever they are replayed. A run that continues as new takes only its state along, sealed with today's.
 */

export type Runs = { client: Client; taskQueue: string };

/** Running workflows of ours, of which the run began before `before`; undefined: all. */
export async function countRuns({ client, taskQueue }: Runs, before?: Date): Promise<number> {
  const { count } = await client.workflow.count(queryOf(taskQueue, before));
  return count;
}

/** The workflow ids of some of them, to look at in the Temporal UI. */
export async function someRuns({ client, taskQueue }: Runs, before: Date): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: queryOf(taskQueue, before) })) {
    ids.push(workflowId);
    if (ids.length === keyLimits.runsNamed) break;
  }
  return ids;
}

/**
 * Has each of these runs continue as new, and waits until none is left. Resolves with how many are: they have no worker,
 * or a task that fails. `onProgress` gets the same number from time to time.
 */
export async function renewRuns(
  runs: Runs,
  before: Date,
  onProgress: (left: number) => void,
  patienceMs: number = keyLimits.renewalMs,
): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  let lastProgress = Date.now();
  const asked = new Map<string, number>();
  for (;;) {
    const left = await countRuns(runs, before);
    if (left < least) {
      least = left;
      lastProgress = Date.now();
      onProgress(left);
    }
    if (left === 0 || Date.now() - lastProgress > patienceMs) return left;
    await signalAll(runs, before, asked);
    await delay(pauseMs);
  }
}

/** Between two looks, in ms: a run needs a moment. */
const pauseMs = 500;
/** Until a run is asked once more, in ms: a worker that did not know the signal may have been replaced meanwhile. */
const askAgainMs = 30_000;

/** `asked`: when, by the run's id. */
async function signalAll(
  { client, taskQueue }: Runs,
  before: Date,
  asked: Map<string, number>,
): Promise<void> {
  const found = client.workflow.list({ query: queryOf(taskQueue, before) })[Symbol.asyncIterator]();
  const lane = async (): Promise<void> => {
    for (let next = await found.next(); !next.done; next = await found.next()) {
      const { workflowId, runId } = next.value;
      if (Date.now() - (asked.get(runId) ?? 0) < askAgainMs) continue;
      asked.set(runId, Date.now());
      await client.workflow
        .getHandle(workflowId, runId)
        .signal(renewSignal)
        .catch((error: unknown) => {
          // It ended meanwhile, or was renewed.
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        });
    }
  };
  await Promise.all(Array.from({ length: keyLimits.renewalsAtOnce }, lane));
}

function queryOf(taskQueue: string, before: Date | undefined): string {
  const began = before ? ` AND StartTime < "${before.toISOString()}"` : '';
  return `ExecutionStatus = "Running" AND TaskQueue = "${taskQueue}" AND WorkflowType IN ("contact", "dispatch", "webhookEndpoint")${began}`;
}

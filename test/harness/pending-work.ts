import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const { temporal } = proto;

/**
 * For the error of a test that waited in vain: what waits in Temporal, and whether workers poll for it. A task that nobody
 * takes has its cause in the queue or in the worker, and not in what the test is about.
 */

type Watched = { client: Client; taskQueue: string };

const watched = new Set<Watched>();

/** A stack of this process, until the function that it returns is called. */
export function watchPending(stack: Watched): () => void {
  watched.add(stack);
  return () => watched.delete(stack);
}

export async function pendingWork(): Promise<string> {
  const found = await Promise.all([...watched].map((stack) => describe(stack).catch(String)));
  return JSON.stringify({ at: new Date(), found }, null, 1);
}

/** Runs of a stack that are looked at. */
const most = 50;

async function describe({ client, taskQueue }: Watched): Promise<object> {
  const runs: object[] = [];
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    if (runs.length === most) break;
    const run = client.workflow.getHandle(workflowId, runId);
    const { raw, historyLength } = await run.describe();
    const { pendingActivities, pendingWorkflowTask } = raw;
    const isIdle = !pendingWorkflowTask && (pendingActivities ?? []).length === 0;
    const newest = isIdle ? [] : await newestEvents(client, workflowId);
    runs.push({ workflowId, historyLength, newest, pendingActivities, pendingWorkflowTask });
  }
  const { pollers, stats } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    reportStats: true,
  });
  return { taskQueue, pollers, stats, runs };
}

async function newestEvents(client: Client, workflowId: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? [])
    .slice(-12)
    .map(
      ({ eventType, eventTime }) =>
        `${temporal.api.enums.v1.EventType[eventType!]} ${String(eventTime?.seconds)}.${eventTime?.nanos}`,
    );
}

import { performance } from 'node:perf_hooks';
import type { Service } from '../../test/harness/service.ts';
import type { Result } from './main.ts';

/** Counts the cost of a story: history events of all its workflows, PostgreSQL transactions, time. */

export async function measure(
  service: Service,
  story: string,
  messages: number,
  workflowIds: readonly string[],
  play: () => Promise<string>,
): Promise<Result> {
  const before = {
    events: await events(service, workflowIds),
    transactions: await transactions(service),
  };
  const start = performance.now();
  const notes = await play();
  const seconds = (performance.now() - start) / 1_000;
  const counted = (await events(service, workflowIds)) - before.events;
  const spent = (await transactions(service)) - before.transactions;
  return {
    story,
    messages,
    events: counted,
    eventsPerMessage: round(counted / messages),
    transactionsPerMessage: round(spent / messages),
    seconds: round(seconds),
    messagesPerSecond: round(messages / seconds),
    notes,
  };
}

/** All runs of a workflow's life, back to its first. */
async function events(service: Service, workflowIds: readonly string[]): Promise<number> {
  let count = 0;
  for (const workflowId of workflowIds) {
    let runId: string | undefined;
    for (;;) {
      const handle = service.client.workflow.getHandle(workflowId, runId);
      const description = await handle.describe().catch(() => undefined);
      if (!description) break;
      count += description.historyLength;
      const [first] = (await firstEvent(service, workflowId, description.runId)) ?? [];
      const previous = first?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
      if (!previous) break;
      runId = previous;
    }
  }
  return count;
}

async function firstEvent(service: Service, workflowId: string, runId: string) {
  const { history } = await service.client.workflowService.getWorkflowExecutionHistory({
    namespace: 'default',
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  return history?.events;
}

async function transactions(service: Service): Promise<number> {
  const [row] = await service.db.prisma.$queryRaw<{ n: bigint }[]>`
    SELECT xact_commit AS n FROM pg_stat_database WHERE datname = current_database()`;
  return Number(row?.n ?? 0);
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

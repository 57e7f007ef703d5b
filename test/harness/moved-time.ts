import { randomUUID } from 'node:crypto';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { until, type Stack } from './stack.ts';

const { temporal } = proto;

const completed =
  temporal.api.enums.v1.FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED;

/**
 * Moves one workflow's time (server 1.32, `frontend.WorkflowTimeSkippingEnabled`) and the clock that SQL is given with
 * it, so that weeks of a contact's life take a second. PostgreSQL's own `now()` stays behind, which is why no rule
 * goes by it.
 */
export function moveTime(stack: Stack, contactId: string, ms: number): Promise<void> {
  return moveWorkflow(stack, stack.workflowId(contactId), ms);
}

/** The same for a workflow of any type. */
export async function moveWorkflow(stack: Stack, workflowId: string, ms: number): Promise<void> {
  // Moved in the middle of an activity, its timeouts would pass with the weeks.
  await until('the workflow is at rest', () => isAtRest(stack, workflowId));
  stack.time.offsetMs += ms;
  const service = stack.client.workflowService;
  const { namespace } = stack.client.options;
  const workflowExecution = { workflowId };
  const fastForwardId = randomUUID();
  const hasEnded = async (): Promise<boolean> =>
    (await stack.client.workflow.getHandle(workflowId).describe()).status.name === 'COMPLETED';
  const options = {
    namespace,
    workflowExecution,
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        fastForwardConfig: { id: fastForwardId, duration: msToTs(ms) },
        maxSessionSkipCount: 10_000,
      },
    },
    updateMask: { paths: ['time_skipping_config'] },
  };
  try {
    await service.updateWorkflowExecutionOptions(options);
  } catch (error) {
    // On a slow machine it came to its end by itself: then nobody is left to move.
    if (await hasEnded()) return;
    throw error;
  }
  await until('the workflow has moved on', async () => {
    const { fastForwardPollingResult } = await service.pollWorkflowExecutionTimeSkipping({
      namespace,
      workflowExecution,
      fastForwardId,
    });
    // It may have ended on the way: then nobody is left to arrive.
    return fastForwardPollingResult === completed || hasEnded();
  });
}

/** Nothing of it is under way: all earlier signals have been handled. */
export async function isAtRest(stack: Stack, workflowId: string): Promise<boolean> {
  const { raw } = await stack.client.workflow.getHandle(workflowId).describe();
  return !raw.pendingWorkflowTask && (raw.pendingActivities ?? []).length === 0;
}

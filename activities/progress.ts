import { activityInfo } from '@temporalio/activity';
import { payloadMark } from '../src/core/signals/payload-marks.ts';

/**
 * How far one activity has come, for its next try. Anybody with access to Temporal can note a progress, so it counts only
 * as sealed by a worker for this very activity: what another activity noted would leave out what this one has to do.
 */
export type Progress = { runId: string; activityId: string; done: number };

export function progress(done: number): Progress {
  const { workflowExecution, activityId } = activityInfo();
  return { runId: workflowExecution!.runId, activityId, done };
}

/** What the try before this one had done; 0: this is the first, or nothing that counts was noted. */
export function reached(): number {
  const noted = activityInfo().heartbeatDetails as Partial<Progress> | null | undefined;
  if (noted == null || payloadMark(noted) !== undefined) return 0;
  const { runId, activityId } = progress(0);
  const isOwn = noted.runId === runId && noted.activityId === activityId;
  return isOwn && typeof noted.done === 'number' ? noted.done : 0;
}

import { workflowInfo } from '@temporalio/workflow';
import { isOurs, unopenedPayload } from '../src/core/signals/payload-marks.ts';

/**
 * The state that the run before carried on. One that does not open is no state: this run would look different to each
 * process that replays it. So that throws, and the workflow task is repeated until a worker has the key.
 *
 * A first run is started without arguments. Whatever a stranger gave it that does not open is nothing: it looks at the
 * record, and never waits for a key that nobody has. So with one that was not sealed for this workflow, first run or not:
 * anybody with access to Temporal can make a run of their own go on as one of ours.
 */
export function carriedState<T>(argument: T | undefined): T | undefined {
  if (!unopenedPayload(argument)) return isOurs(argument) ? argument : undefined;
  if (workflowInfo().continuedFromExecutionRunId === undefined) return undefined;
  throw new Error('the carried state does not open; the task is repeated until it does');
}

import { workflowInfo } from '@temporalio/workflow';
import { unopenedPayload } from './payload-marks.ts';

/**
 * The state that the run before carried on. One that does not open is no state: this run would look different to each
 * process that replays it. So that throws, and the workflow task is repeated until a worker has the key.
 *
 * A first run is started without arguments. Whatever a stranger gave it that does not open is nothing: it looks at the
 * record, and never waits for a key that nobody has.
 */
export function carriedState<T>(argument: T | undefined): T | undefined {
  if (!unopenedPayload(argument)) return argument;
  if (workflowInfo().continuedFromExecutionRunId === undefined) return undefined;
  throw new Error('the carried state does not open; the task is repeated until it does');
}

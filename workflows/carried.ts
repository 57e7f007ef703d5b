import type { WorkflowInfo } from '@temporalio/workflow';
import { isConsentMethod, type ConsentMethod } from '../src/core/method.ts';
import type { HeldSignals } from '../src/core/signals/activity-types.ts';
import type { ContactStatus } from '../src/core/signals/contact-status.ts';

/** The state that one run hands to the next: at most 1 KB, whatever the queue holds. */
export type Carried = {
  /** Shape of this object; readers must know all shapes that were ever carried. */
  schema: 1;
  version: number;
  status: ContactStatus | null;
  waitingOn: ConsentMethod[];
  attributes: Record<string, string>;
  attributesAt: number;
  dirty: boolean;
  nextAt?: string;
  /** Signals of earlier runs that are still to be stored, by their place in those runs' histories. */
  held?: Required<HeldSignals>[];
};

/**
 * What the run before handed on; undefined: there was none, or it makes no sense. Then the run begins with a look at the
 * record, as one that was started bare.
 *
 * `given`: sealed for this workflow (carried-state.ts). The practice's own producers may have anything sealed for it, so
 * the shape is checked too: one that is not ours would fail, or sleep for ever.
 */
export function readCarried(
  given: unknown,
  { continuedFromExecutionRunId }: Pick<WorkflowInfo, 'continuedFromExecutionRunId'>,
): Carried | undefined {
  if (continuedFromExecutionRunId === undefined || !isRecord(given)) return undefined;
  const { schema, version, status, waitingOn, attributes, attributesAt, dirty, nextAt, held } =
    given;
  const fits =
    schema === 1 &&
    Number.isSafeInteger(version) &&
    (status === null || isStatus(status)) &&
    Array.isArray(waitingOn) &&
    waitingOn.every(isConsentMethod) &&
    isRecord(attributes) &&
    Object.values(attributes).every((value) => typeof value === 'string') &&
    Number.isFinite(attributesAt) &&
    typeof dirty === 'boolean' &&
    (nextAt === undefined || isTime(nextAt)) &&
    (held === undefined || (Array.isArray(held) && held.every(isHeld)));
  return fits ? (given as Carried) : undefined;
}

function isStatus(given: unknown): boolean {
  if (!isRecord(given)) return false;
  const { id, light, channels, queued, oldestQueuedAt, asOf } = given;
  return (
    typeof id === 'string' &&
    (light === 'green' || light === 'red') &&
    isRecord(channels) &&
    Object.values(channels).every(isRecord) &&
    Number.isFinite(queued) &&
    (oldestQueuedAt === undefined || isTime(oldestQueuedAt)) &&
    isTime(asOf)
  );
}

function isHeld(given: unknown): boolean {
  if (!isRecord(given)) return false;
  const { after, upTo, runId } = given;
  return Number.isSafeInteger(after) && Number.isSafeInteger(upTo) && typeof runId === 'string';
}

function isTime(given: unknown): boolean {
  return typeof given === 'string' && !Number.isNaN(Date.parse(given));
}

function isRecord(given: unknown): given is Record<string, unknown> {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

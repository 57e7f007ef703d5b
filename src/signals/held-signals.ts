import { isGrpcServiceError, type Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { readCarried } from '../../workflows/carried.ts';
import { isOurs, unopenedPayload } from '../core/signals/payload-marks.ts';
import { rawPayload, rawSignal } from '../../workflows/raw-signals.ts';
import type { HeldSignals as Held, RawSignal } from '../core/signals/activity-types.ts';
import { contactWorkflowId, type ContactRef } from '../core/ids.ts';
import { workerLimits } from '../core/limits/worker-limits.ts';

/** Where in a workflow's history: after one event, up to and with another. */
type Range = Required<Held>;

type Run = { workflowId: string; runId: string };
type Event = temporal.api.history.v1.IHistoryEvent;
type Page = temporal.api.workflowservice.v1.IGetWorkflowExecutionHistoryResponse;

/**
 * Reads raw signals where they are kept until they are stored, in the histories of their workflows, and opens them as
 * the workflow's own worker would.
 */
export function createHeldSignals(client: Client) {
  const { connection, options } = client;
  const { namespace, loadedDataConverter } = options;
  const { payloadCodecs, payloadConverter } = loadedDataConverter;

  async function* eventsOf(execution: Run): AsyncIterable<Event & { id: number }> {
    let nextPageToken: Uint8Array | null | undefined;
    do {
      const page: Page = await client.withDeadline(Date.now() + workerLimits.eventsReadMs, () =>
        connection.workflowService.getWorkflowExecutionHistory({
          namespace,
          execution,
          maximumPageSize: workerLimits.eventsRead,
          ...(nextPageToken ? { nextPageToken } : {}),
        }),
      );
      for (const event of page.history?.events ?? [])
        yield { ...event, id: Number(String(event.eventId)) };
      ({ nextPageToken } = page);
    } while (nextPageToken && nextPageToken.length > 0);
  }

  const open = async (
    { workflowId }: Run,
    input: temporal.api.common.v1.IPayloads | null | undefined,
  ): Promise<unknown[]> => {
    let payloads = input?.payloads ?? [];
    const context = { type: 'workflow' as const, namespace, workflowId };
    for (const codec of payloadCodecs) payloads = await codec.decode(payloads, context);
    return payloads.map((payload) => payloadConverter.fromPayload(payload));
  };

  /**
   * The raw signals of a part of a history of the contact's own workflow, oldest first, and the event that each came
   * with. None of a run that is not there: no other contact's is read, whatever a run was told, and what is past the
   * namespace's retention will not come back.
   */
  async function* read(
    { practiceId, contactId }: ContactRef,
    { runId, after, upTo }: Range,
  ): AsyncIterable<{ eventId: number; signal: RawSignal }> {
    const run = { workflowId: contactWorkflowId(practiceId, contactId), runId };
    for await (const event of ifThere(eventsOf(run))) {
      if (event.id > upTo) return;
      const came = event.workflowExecutionSignaledEventAttributes;
      if (!came || event.id <= after) continue;
      const name = came.signalName ?? '';
      const kept = rawPayload(name, await open(run, came.input));
      if (kept)
        yield { eventId: event.id, signal: rawSignal(name, kept.payload, timeOf(event)).signal };
    }
  }

  /**
   * The parts of histories that a run had still to store when it ended: whatever came after the workflow task in which
   * it last looked at its contact, since it looks only when all before are stored; and what it was left by the run
   * before it, where it did not come to look. `isAll`: false where that is not known yet, since the state that it was
   * left is sealed with a key that is not here.
   */
  async function unstored(run: Run): Promise<{ ranges: Range[]; isAll: boolean }> {
    const startedOf = new Map<number, number>();
    let given: unknown;
    let before: string | undefined;
    let after = 0;
    let upTo = 0;
    for await (const event of eventsOf(run)) {
      const { workflowExecutionStartedEventAttributes: began } = event;
      // A first run was left nothing; what a stranger started it with is none of ours.
      if (began?.continuedExecutionRunId) {
        before = began.continuedExecutionRunId;
        [given] = await open(run, began.input);
      }
      const completed = event.workflowTaskCompletedEventAttributes;
      if (completed) startedOf.set(event.id, Number(String(completed.startedEventId)));
      const scheduled = event.activityTaskScheduledEventAttributes;
      if (scheduled?.activityType?.name === 'deliver')
        after = startedOf.get(Number(String(scheduled.workflowTaskCompletedEventId))) ?? after;
      if (event.workflowExecutionSignaledEventAttributes) upTo = event.id;
    }
    const carried =
      before && isOurs(given)
        ? readCarried(given, { continuedFromExecutionRunId: before })
        : undefined;
    const left = (after === 0 && carried?.held) || [];
    const ranges = upTo > after ? [...left, { runId: run.runId, after, upTo }] : left;
    return { ranges, isAll: after > 0 || unopenedPayload(given)?.why !== 'key' };
  }

  /** Contacts' runs that were ended from outside since then, and not by themselves, of our task queue. */
  async function* endedSince(since: Date, taskQueue: string): AsyncIterable<Run> {
    const query = [
      `WorkflowType = "contact"`,
      `TaskQueue = "${taskQueue}"`,
      `ExecutionStatus IN ("Terminated", "Failed", "TimedOut")`,
      `CloseTime > "${since.toISOString()}"`,
    ].join(' AND ');
    for await (const { workflowId, runId } of client.workflow.list({ query }))
      yield { workflowId, runId };
  }

  return { read, unstored, endedSince };
}

export type HeldSignals = ReturnType<typeof createHeldSignals>;

/** Events as long as there are any: none of a run that Temporal does not have. */
async function* ifThere<T>(events: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* events;
  } catch (error) {
    // gRPC's `NOT_FOUND`, and `INVALID_ARGUMENT` for what is no id of a run.
    if (!isGrpcServiceError(error) || ![3, 5].includes(error.code)) throw error;
  }
}

/** ISO 8601. */
function timeOf({ eventTime }: Event): string {
  const { seconds, nanos } = eventTime ?? {};
  return new Date(
    Number(String(seconds ?? 0)) * 1_000 + Math.floor((nanos ?? 0) / 1_000_000),
  ).toISOString();
}

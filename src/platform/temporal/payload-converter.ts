import {
  defaultPayloadConverter,
  type Payload,
  type PayloadConverter,
  type SerializationContext,
} from '@temporalio/common';
import { inWorkflowContext } from '@temporalio/workflow';
import {
  markPayload,
  unopenedPayload,
  type PayloadMark,
  type Unbound,
  type Unopened,
} from '../../core/signals/payload-marks.ts';
import { undecodable, undecodableReasons } from '../../core/signals/undecodable.ts';

/**
 * The default conversion, except that a payload which cannot be read becomes `{ undecodable: reason }`. Any client may
 * signal a contact; an exception here would fail its workflow task for ever (measured).
 *
 * An activity's outcome is ours, and no stranger's: one that does not open, or came in the clear from anybody with access
 * to Temporal, is no value that the workflow may go on with. It would take another path than its history, lose its timer,
 * or take signals for stored that are not. So that throws, the workflow task fails, and Temporal repeats it until a worker
 * has the key; a run that cannot go on is started again from the record (src/core/signals/stuck-run.ts).
 *
 * Loaded into the workflow sandbox too: nothing but the SDK's `common` and `workflow`, `workflows/` and `src/core`
 * may be imported.
 */

/** Names in the metadata of decoded payloads. The codec removes them from payloads off the wire. */
export const marks = {
  /** The codec opened it. */
  sealed: 'optgate-sealed',
  /** It opened, and is bound to no workflow: an {@link Unbound} as JSON. */
  unbound: 'optgate-unbound',
  /** It did not open: an {@link Unopened} as JSON. */
  unopened: 'optgate-unopened',
} as const;

export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload<T>(payload: Payload, context?: SerializationContext): T {
    const value = read<T>(payload);
    if (context?.type !== 'activity' || !inWorkflowContext()) return value;
    const unopened = unopenedPayload(value);
    const why = unopened
      ? `does not open: ${undecodableReasons[unopened.why]}`
      : payload.metadata?.[marks.sealed]
        ? undefined
        : 'came in the clear';
    if (why !== undefined)
      throw new Error(`an activity's outcome ${why}; the task is repeated until it is ours`);
    return value;
  },
};

function read<T>(payload: Payload): T {
  try {
    const value = defaultPayloadConverter.fromPayload<T>(payload);
    const mark = markOf(payload);
    if (mark) markPayload(value, mark);
    return value;
  } catch {
    const value = undecodable('unreadable');
    markPayload(value, { unopened: { why: 'unreadable' } });
    return value as T;
  }
}

function markOf({ metadata }: Payload): PayloadMark | undefined {
  const unopened = metadata?.[marks.unopened];
  if (unopened) return { unopened: JSON.parse(new TextDecoder().decode(unopened)) as Unopened };
  if (!metadata?.[marks.sealed]) return { clear: true };
  const unbound = metadata[marks.unbound];
  if (!unbound) return undefined;
  return { unbound: JSON.parse(new TextDecoder().decode(unbound)) as Unbound };
}

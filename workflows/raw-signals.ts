import { isAnnouncement, isBareMessageId } from '../src/core/signals/announcement.ts';
import { undecodable } from '../src/core/signals/undecodable.ts';
import type { RawSignal } from '../src/core/signals/activity-types.ts';
import { payloadMark } from '../src/core/signals/payload-marks.ts';

/**
 * Which signals have to be stored. One reading for the workflow, which handles them as they come, and for the activity
 * that reads them from its history.
 */

/** Of one raw signal: well over what a message may have (`limits.signalBodyBytes`), also sealed, which is 16/9 of it. */
const signalBytes = 128_000;

/** What of a signal is to be stored, if anything; `args`: all that it carries. */
export function rawPayload(
  signal: string,
  args: readonly unknown[],
): { payload: unknown } | undefined {
  const [payload] = args;
  switch (signal) {
    case 'wake':
    case 'renew':
      return undefined;
    case 'sendMessage':
      // A message that is already stored needs no storing: the signal only says that it is there.
      return isBareMessageId(payload) ? undefined : { payload };
    case 'acceptChannel':
    case 'revokeChannel':
      return isAnnouncement(payload) ? undefined : { payload };
    default:
      return { payload: args };
  }
}

/** The signal as it is stored. `receivedAt`: ISO 8601. */
export function rawSignal(
  signal: string,
  payload: unknown,
  receivedAt: string,
): { signal: RawSignal; bytes: number } {
  const mark = payloadMark(payload);
  const isUnopened = mark !== undefined && 'unopened' in mark;
  const bytes = bytesOf(payload) + (isUnopened ? bytesOf(mark) : 0);
  // A payload far over the limit is refused anyway; carrying it on would fail the workflow task for ever.
  const isTooLarge = bytes > signalBytes;
  const kept = isTooLarge ? undecodable('size') : payload;
  return {
    signal: {
      signal: signal.slice(0, 100),
      payload: kept,
      receivedAt,
      ...(isTooLarge && isUnopened ? {} : mark),
    },
    bytes: isTooLarge ? bytesOf(kept) : bytes,
  };
}

const encoder = new TextEncoder();

function bytesOf(payload: unknown): number {
  return encoder.encode(JSON.stringify(payload ?? null)).length;
}

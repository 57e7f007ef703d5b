import type { Payload } from '@temporalio/common';
import type { SealedPayload } from '../../core/signals/payload-marks.ts';

/** A payload as protobuf writes it in JSON: bytes in base64. Anything may be missing in one that somebody sent. */
export type JsonPayload = Partial<SealedPayload>;

export function fromJson(payload: JsonPayload): Payload {
  return {
    metadata: Object.fromEntries(
      Object.entries(payload.metadata ?? {}).map(([name, value]) => [
        name,
        Buffer.from(value, 'base64'),
      ]),
    ),
    data: Buffer.from(payload.data ?? '', 'base64'),
  };
}

export function toJson(payload: Payload): SealedPayload {
  return {
    metadata: Object.fromEntries(
      Object.entries(payload.metadata ?? {}).map(([name, value]) => [
        name,
        Buffer.from(value).toString('base64'),
      ]),
    ),
    data: Buffer.from(payload.data ?? []).toString('base64'),
  };
}

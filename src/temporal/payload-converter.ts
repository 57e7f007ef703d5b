import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';
import { markClear } from '../../workflows/clear-signal.ts';

/**
 * The default conversion, except that a payload which cannot be read becomes `{ undecodable: reason }`. Any client may
 * signal a contact; an exception here would fail its workflow task for ever (measured).
 *
 *
 * Loaded into the workflow sandbox too: nothing but `@temporalio/common` and `workflows/` may be imported.
 */

/** In the metadata of payloads that the codec opened; never on the wire. */
export const sealedMark = 'optgate-sealed';

export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload<T>(payload: Payload): T {
    try {
      const value = defaultPayloadConverter.fromPayload<T>(payload);
      if (!payload.metadata?.[sealedMark]) markClear(value);
      return value;
    } catch {
      return { undecodable: 'the payload cannot be read' } as T;
    }
  },
};

import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

/**
 * The default conversion, except that a payload which cannot be read becomes `{ undecodable: reason }`. Any client may
 * signal a contact; an exception here would fail its workflow task for ever (measured).
 *
 * Loaded into the workflow sandbox too: nothing but `@temporalio/common` may be imported.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload<T>(payload: Payload): T {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload);
    } catch {
      return { undecodable: 'the payload cannot be read' } as T;
    }
  },
};

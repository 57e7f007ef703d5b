import type { EncryptionKey } from '../platform/config/config.ts';
import { contactWorkflowId, type ContactRef } from '../core/ids.ts';
import type { SealedPayload } from '../core/signals/payload-marks.ts';
import { createPayloadCodec } from '../platform/temporal/payload-codec.ts';
import { payloadConverter } from '../platform/temporal/payload-converter.ts';
import { fromJson } from '../platform/temporal/payload-json.ts';

/** Opens payloads of signals that were left sealed, each for the contact's workflow that it was sent to. */
export function createOpenSealed(
  keys: readonly EncryptionKey[],
  namespace: string,
): (sealed: SealedPayload, ref: ContactRef) => Promise<unknown> {
  const codec = createPayloadCodec(keys);
  return async (sealed, { practiceId, contactId }) => {
    const workflowId = contactWorkflowId(practiceId, contactId);
    const [payload] = await codec.decode([fromJson(sealed)], {
      type: 'workflow',
      namespace,
      workflowId,
    });
    return payloadConverter.fromPayload(payload!);
  };
}

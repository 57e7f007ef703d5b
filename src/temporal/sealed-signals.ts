import type { EncryptionKey } from '../config.ts';
import { contactWorkflowId, type ContactRef } from '../domain/ids.ts';
import type { SealedPayload } from '../../workflows/payload-marks.ts';
import { createPayloadCodec } from './payload-codec.ts';
import { payloadConverter } from './payload-converter.ts';
import { fromJson } from './payload-json.ts';

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

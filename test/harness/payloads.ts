import type { Payload } from '@temporalio/common';
import type { Stack } from './stack.ts';

/** Payloads as somebody with access to Temporal may bring them. */

export const plainPayload = (value: unknown): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});

/** Sealed with our keys: for a workflow, or, as by a producer that named none, for nobody in particular. */
export async function sealedPayload(
  stack: Stack,
  value: unknown,
  workflowId?: string,
): Promise<Payload> {
  const [codec] = stack.client.options.loadedDataConverter.payloadCodecs;
  const owner = workflowId === undefined ? undefined : { namespace: 'default', workflowId };
  const [payload] = await codec!.encode(
    [plainPayload(value)],
    owner && { type: 'workflow' as const, ...owner },
  );
  return payload!;
}

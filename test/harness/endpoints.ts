import { expect } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import { webhookWorkflowId } from '../../src/core/ids.ts';
import { someone } from './people.ts';
import { until, type Stack } from './stack.ts';

/** A practice's acts on its webhook endpoints, through the public interface. */

/** An event is posted when all older transactions of the server have ended, also those of other test files: in ms. */
export const toldWithinMs = 45_000;

export type Endpoint = {
  id: string;
  url: string;
  types?: string[];
  secret: string;
  state: 'active' | 'disabled';
  reason?: string;
  failures: number;
  lastResult?: string;
  nextAttemptAt?: string;
  failingSince?: string;
  lastSuccessAt?: string;
  previousSecretUntil?: string;
};

export async function addEndpoint(stack: Stack, url: string, types?: string[]): Promise<Endpoint> {
  const { status, body } = await stack.call<Endpoint>('POST', '/v1/webhook-endpoints', {
    url,
    ...(types ? { types } : {}),
  });
  expect(status).toBe(201);
  return body;
}

export async function endpointOf(stack: Stack, { id }: { id: string }): Promise<Endpoint> {
  return (await stack.call<Endpoint>('GET', `/v1/webhook-endpoints/${id}`)).body;
}

export function workflowIdOf(stack: Stack, { id }: { id: string }): string {
  return webhookWorkflowId(stack.practiceId, id);
}

/** The cheapest thing that can happen: somebody without a number is to be asked by SMS. Returns the contacts' ids. */
export async function happen(stack: Stack, times: number): Promise<string[]> {
  const ids = Array.from({ length: times }, () => someone().id);
  for (const id of ids)
    await stack.call('PUT', `/v1/contacts/${id}`, {
      name: 'Ann',
      role: 'client',
      methods: ['sms'],
    });
  return ids;
}

export const contactsOf = (calls: readonly { event: Event }[]): (string | undefined)[] =>
  calls.map(({ event }) => event.data.contactId);

export async function failed(stack: Stack, endpoint: Endpoint, times: number): Promise<Endpoint> {
  return until(
    `${times} failures`,
    async () => {
      const now = await endpointOf(stack, endpoint);
      return now.failures === times && now;
    },
    toldWithinMs,
  );
}

export async function ended(stack: Stack, endpoint: Endpoint): Promise<void> {
  const handle = stack.client.workflow.getHandle(workflowIdOf(stack, endpoint));
  await until('its workflow ended', async () => {
    return (await handle.describe()).status.name === 'COMPLETED';
  });
}

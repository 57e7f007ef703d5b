import { randomUUID } from 'node:crypto';
import { sandboxCredentials } from '../../src/platform/config/sandbox-credentials.ts';
import { hashToken } from '../../src/platform/db/cipher.ts';
import { plivoHeaders, svixHeaders } from '../../packages/sandbox/signatures.ts';
import type { Form } from '../unit/providers/provider-bodies.ts';
import { until, type Stack } from './stack.ts';

/** Webhooks as a provider would post them, signed by code that is not the service's. Each returns the answer's status. */

export async function postResend(
  stack: Stack,
  event: object,
  contentType = 'application/json',
  id = `msg_${randomUUID()}`,
): Promise<number> {
  const body = JSON.stringify(event);
  const secret = sandboxCredentials.resendWebhookSecret;
  const headers = {
    ...svixHeaders({ id, body, secret }),
    'content-type': contentType,
  };
  return post(`${stack.url}/webhooks/resend`, headers, body);
}

export async function postPlivo(
  stack: Stack,
  path: 'inbound' | `status/${string}`,
  form: Form,
  contentType = 'application/x-www-form-urlencoded',
): Promise<number> {
  const url = `${stack.url}/webhooks/plivo/${path}`;
  const headers = {
    ...plivoHeaders(url, form, sandboxCredentials.plivoAuthToken),
    'content-type': contentType,
  };
  return post(url, headers, new URLSearchParams(form).toString());
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<number> {
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** The delivery that a contact got last on a method, with a callback path that the test knows. */
export async function lastDelivery(stack: Stack, contactId: string, method: 'email' | 'sms') {
  const { prisma } = stack.db;
  const found = await until(`a ${method} was sent to ${contactId}`, async () => {
    const row = await prisma.delivery.findFirst({
      where: { contactId, method, status: 'sent', providerId: { not: null } },
      orderBy: { claimedAt: 'desc' },
    });
    return row ?? false;
  });
  const token = `token-${randomUUID()}`;
  if (method === 'sms')
    await prisma.delivery.update({
      where: { id: found.id },
      data: { callbackHash: hashToken(token) },
    });
  return { id: found.id, providerId: found.providerId!, status: `status/${token}` as const };
}

/** A text without pictures, which the provider passes on and does nothing about. */
export const passedOn = { mediaCount: 0, stoppedByProvider: false, freedByProvider: false };

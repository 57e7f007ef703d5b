import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'plivo';
import { Resend } from 'resend';
import { sandboxCredentials } from '../../src/platform/config/sandbox-credentials.ts';
import type { OutboxEntry } from '../../packages/sandbox/outbox.ts';
import { startSandbox } from '../../packages/sandbox/server.ts';
import type { WebhookAttempt } from '../../packages/sandbox/webhook-sender.ts';
import type { SandboxOptions } from '../../packages/sandbox/server.ts';

export type ReceivedWebhook = {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** The parsed form of a Plivo webhook. */
  form: Record<string, string>;
};

export type Harness = Awaited<ReturnType<typeof startHarness>>;

/** A sandbox, and a service that collects its webhooks and answers them with `answerWith`. */
export async function startHarness(options: Partial<SandboxOptions> = {}) {
  const webhooks: ReceivedWebhook[] = [];
  const service = { status: 200, answerMs: 0, webhooks };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const form = Object.fromEntries(new URLSearchParams(body));
      webhooks.push({ path: request.url ?? '', headers: request.headers, body, form });
      const answer = () => response.writeHead(service.status).end('{}');
      if (service.answerMs === 0) answer();
      else setTimeout(answer, service.answerMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const serviceUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sandbox = await startSandbox({
    port: 0,
    webhookBaseUrl: serviceUrl,
    credentials: sandboxCredentials,
    timing: {
      email: { sentMs: 1, finalMs: 10, delayedMs: 30 },
      sms: { queuedMs: 1, sentMs: 5, finalMs: 10 },
    },
    webhookRetriesMs: [20, 20],
    ...options,
  });
  const { plivoAuthId, plivoAuthToken, resendApiKey } = sandboxCredentials;

  return {
    sandbox,
    service,
    serviceUrl,
    baseUrls: { resend: `${sandbox.url}/resend`, plivo: `${sandbox.url}/plivo` },
    resend: new Resend(resendApiKey, { baseUrl: `${sandbox.url}/resend` }),
    plivo: new Client(plivoAuthId, plivoAuthToken, {
      url: `${sandbox.url}/plivo/v1/Account/${plivoAuthId}`,
      timeout: 5_000,
    }),
    outbox: async (query = ''): Promise<OutboxEntry[]> =>
      (await (await fetch(`${sandbox.url}/outbox${query}`)).json()) as OutboxEntry[],
    /** A control call; the answer's status and body. */
    control: async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(sandbox.url + path, {
        method,
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        body: (text === '' ? {} : JSON.parse(text)) as ControlAnswer,
      };
    },
    emailEvents: (type: string) =>
      webhooks
        .filter(({ path }) => path === '/webhooks/resend')
        .map(({ body }) => JSON.parse(body))
        .filter((event) => event.type === type),
    stop: async () => {
      await sandbox.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What the control calls answer, each with some of these. */
type ControlAnswer = {
  id: string;
  pending: number;
  attempts: Partial<WebhookAttempt>[];
};

/** Waits until `condition` holds; a value other than undefined and false is returned. */
export async function until<T>(
  condition: () => T | Promise<T>,
  timeoutMs = 5_000,
): Promise<Exclude<T, undefined | false>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
    if (Date.now() > deadline)
      throw new Error(`Not within ${timeoutMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const email = {
  from: 'Clinic <hello@clinic.example>',
  to: 'anna@people.example',
  subject: 'Your request',
  text: 'Please confirm.',
};

export const numbers = { clinic: '+15550100000', person: '+15551230001', other: '+15551230002' };

import fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import { ActivityLog } from './activity.ts';
import { controlRoutes } from './control-routes.ts';
import { Faults } from './faults.ts';
import { limits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { pageRoutes } from './page.ts';
import { PlivoEmulator } from './plivo-emulator.ts';
import type { SmsTiming } from './plivo-emulator.ts';
import { plivoRoutes } from './plivo-routes.ts';
import { RateLimit } from './rate-limit.ts';
import { Records } from './records.ts';
import { ResendEmulator } from './resend-emulator.ts';
import type { EmailTiming } from './resend-emulator.ts';
import { resendRoutes } from './resend-routes.ts';
import { Schedule } from './schedule.ts';
import { WebhookSender } from './webhook-sender.ts';

export type SandboxOptions = {
  /** 0: any free port. */
  port: number;
  /** Without it, the loopback addresses (IPv4 and IPv6). The control calls have no authentication. */
  host?: string;
  /** Webhooks go to `{webhookBaseUrl}/webhooks/resend` and `…/webhooks/plivo/inbound`. */
  webhookBaseUrl: string;
  credentials: {
    resendApiKey: string;
    resendWebhookSecret: string;
    plivoAuthId: string;
    plivoAuthToken: string;
  };
  /** Calls a second; without it, as many as come. */
  rateLimits?: { resendPerSecond?: number; plivoPerSecond?: number };
  /** When the events of a message follow, in ms after it was accepted. */
  timing?: { email?: Partial<EmailTiming>; sms?: Partial<SmsTiming> };
  /** Waits between the attempts of a webhook, in ms. */
  webhookRetriesMs?: readonly number[];
};

export type Sandbox = {
  /** `http://localhost:{port}`; Resend is at `/resend`, Plivo at `/plivo`. */
  url: string;
  port: number;
  stop(): Promise<void>;
};

/** `delivered` follows within 1 s (contract), and not at once: real ones do not either. */
const defaultTiming = {
  email: { sentMs: 40, finalMs: 200, delayedMs: 2_000 },
  sms: { queuedMs: 20, sentMs: 80, finalMs: 200 },
};

/** Starts Resend, Plivo, their mailbox and their phone, all in memory: a restart begins with nothing. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { credentials, webhookBaseUrl } = options;
  const schedule = new Schedule();
  const outbox = new Outbox();
  const activity = new ActivityLog();
  const records = new Records();
  const faults = new Faults();
  const webhooks = new WebhookSender(
    faults,
    schedule,
    options.webhookRetriesMs ?? limits.webhookRetriesMs,
  );
  const shared = { outbox, activity, records, webhooks, schedule };
  const resend = new ResendEmulator({
    ...shared,
    webhookUrl: `${webhookBaseUrl}/webhooks/resend`,
    webhookSecret: credentials.resendWebhookSecret,
    timing: { ...defaultTiming.email, ...options.timing?.email },
  });
  const plivo = new PlivoEmulator({
    ...shared,
    inboundUrl: `${webhookBaseUrl}/webhooks/plivo/inbound`,
    authToken: credentials.plivoAuthToken,
    timing: { ...defaultTiming.sms, ...options.timing?.sms },
  });

  const app = fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 256 } });
  await app.register(
    resendRoutes({
      emulator: resend,
      records,
      outbox,
      faults,
      schedule,
      rateLimit: new RateLimit(options.rateLimits?.resendPerSecond),
      apiKey: credentials.resendApiKey,
    }),
    { prefix: '/resend' },
  );
  await app.register(
    plivoRoutes({
      emulator: plivo,
      records,
      faults,
      schedule,
      rateLimit: new RateLimit(options.rateLimits?.plivoPerSecond),
      authId: credentials.plivoAuthId,
      authToken: credentials.plivoAuthToken,
    }),
    { prefix: '/plivo' },
  );
  await app.register(controlRoutes({ outbox, activity, records, faults, webhooks, resend, plivo }));

  await app.register(pageRoutes({ outbox, activity, faults, webhooks }));

  await app.listen({
    port: options.port,
    ...(options.host === undefined ? {} : { host: options.host }),
  });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    port,
    async stop() {
      schedule.stop();
      webhooks.stop();
      await app.close();
    },
  };
}

import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, type Worker } from '@temporalio/worker';
import getPort from 'get-port';
import pg from 'pg';
import { pino } from 'pino';
import { createActivities } from '../../activities/index.ts';
import { loadConfig, sandboxCredentials } from '../../src/config.ts';
import { createProviders, createRates, createWebhooks, sendingOf } from '../../src/compose.ts';
import { openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createKey, createPractice } from '../../src/db/practice-store.ts';
import type { Providers } from '../../src/delivery/call.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { buildApp } from '../../src/http/app.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { createWorkflowClient, createTemporalClient } from '../../src/temporal/workflow-client.ts';
import { createContactWorker, installRuntime } from '../../src/temporal/worker.ts';

/** A PostgreSQL server (superuser's URL) and a Temporal server, started by somebody else. */
export type Servers = { databaseUrl: string; temporalAddress: string };

/** What arrived at a recipient (contract, "Sandbox providers"). */
export type OutboxEntry = {
  seq: number;
  id: string;
  channel: 'email' | 'sms';
  to: string;
  from: string;
  subject?: string;
  text: string;
  deliveryId?: string;
};

/** Without it a practice asks nobody (`sender_missing`). */
export const testIdentity = {
  displayName: 'Test Practice',
  supportPhone: '+1 202 555 0177',
  postalAddress: '1 Test Street, Springfield, IL 62701',
};

/** Always the same, so that committed histories can be opened by later runs. It guards nothing. */
export const testKey = `test:${Buffer.alloc(32, 7).toString('base64')}`;

installRuntime(pino({ level: 'silent' }));

export type Answer<T = unknown> = { status: number; body: T; headers: Headers };

/**
 * The whole service in this process: API, worker and sandbox on ports of their own, over the run's PostgreSQL (a new
 * database) and Temporal server (a task queue and a practice of its own). Only the processes are fewer than in life.
 */
export async function startService(
  servers: Servers,
  options: {
    settings?: Partial<Settings>;
    worker?: boolean;
    env?: Record<string, string>;
  } = {},
) {
  const run = randomBytes(5).toString('hex');
  const databaseUrl = await newDatabase(servers.databaseUrl, `stack_${run}`);
  await migrate(databaseUrl);
  const port = await getPort();
  const config = loadConfig({
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    ENCRYPTION_KEYS: testKey,
    ADMIN_KEY: 'admin-key',
    LOG_LEVEL: 'silent',
    ...options.env,
  });
  const taskQueue = `contacts-${run}`;
  const time = { offsetMs: 0 };
  const clock = { now: () => new Date(Date.now() + time.offsetMs) };
  const logLines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logLines.push(line) });

  const sandbox = await startSandbox({
    port: 0,
    webhookBaseUrl: config.http.publicUrl,
    credentials: sandboxCredentials,
  });
  const live = {
    ...config,
    resend: { ...config.resend, baseUrl: `${sandbox.url}/resend` },
    plivo: { ...config.plivo, baseUrl: `${sandbox.url}/plivo` },
  };
  const db = await openDatabase({ url: databaseUrl, encryptionKeys: config.encryptionKeys, clock });

  const practiceId = `p-${run}`;
  await createPractice(db, {
    id: practiceId,
    name: 'Test Practice',
    settings: {
      quietHours: null,
      ...options.settings,
      sender: {
        ...testIdentity,
        ...(options.settings?.sender ?? {
          emailFrom: 'hello@practice.example',
          smsFrom: '+12025550100',
          faxGateway: 'fax.example',
        }),
      },
    },
  });
  const apiKey = (await createKey(db, practiceId, 'test')).key;

  const connection = await Connection.connect({ address: servers.temporalAddress });
  const client = createTemporalClient({
    connection,
    namespace: 'default',
    encryptionKeys: config.encryptionKeys,
  });
  const failures: unknown[] = [];
  const workflows = createWorkflowClient({
    client,
    db,
    taskQueue,
    onFailure: (error) => failures.push(error),
  });
  const app = await buildApp({ config: live, db, workflows }, logger);
  await app.listen({ port, host: '127.0.0.1' });

  const workers: { worker: Worker; running: Promise<void>; connection: NativeConnection }[] = [];
  const startWorker = async (providers: Providers = createProviders(live)): Promise<void> => {
    const native = await NativeConnection.connect({ address: servers.temporalAddress });
    const worker = await createContactWorker({
      connection: native,
      namespace: 'default',
      taskQueue,
      encryptionKeys: config.encryptionKeys,
      activities: createActivities({
        db,
        providers,
        rates: createRates(live, db),
        sending: sendingOf(config),
        tell: workflows.tell,
        requireEncodedSignals: config.requireEncodedSignals,
        tellDispatcher: workflows.tellDispatcher,
        postWebhook: createWebhooks(live),
      }),
      logger,
    });
    workers.push({ worker, running: worker.run(), connection: native });
  };
  const stopWorkers = async (): Promise<void> => {
    for (const { worker, running, connection: native } of workers.splice(0)) {
      worker.shutdown();
      await running;
      await native.close();
    }
  };
  if (options.worker !== false) await startWorker();

  const call = async <T = Record<string, never>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> => {
    const response = await fetch(`${config.http.publicUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text.startsWith('{') || text.startsWith('[');
    return {
      status: response.status,
      body: (json ? JSON.parse(text) : text) as T,
      headers: response.headers,
    };
  };
  const outbox = async (to?: string): Promise<OutboxEntry[]> => {
    const query = to === undefined ? '' : `?to=${encodeURIComponent(to)}`;
    return (await (await fetch(`${sandbox.url}/outbox${query}`)).json()) as OutboxEntry[];
  };
  const control = async (path: string, body: unknown): Promise<Response> =>
    fetch(`${sandbox.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  return {
    config: live,
    db,
    time,
    practiceId,
    apiKey,
    client,
    /** A client without our codec, as any producer may have. */
    plainClient: new Client({ connection }),
    workflows,
    taskQueue,
    sandbox,
    url: config.http.publicUrl,
    logLines,
    failures,
    /** Everything that answers a GET, by its pattern. */
    routes: () =>
      readRoutes(app.printRoutes({ commonPrefix: false }))
        .filter(({ method }) => method === 'GET')
        .map(({ path }) => path),
    /** The whole route table. */
    allRoutes: () => readRoutes(app.printRoutes({ commonPrefix: false })),
    call,
    outbox,
    control,
    startWorker,
    stopWorkers,
    workflowId: (contactId: string) => `contact/${practiceId}/${contactId}`,
    async stop() {
      await stopWorkers();
      await app.close();
      await sandbox.stop();
      await connection.close();
      await db.close();
    },
  };
}

export type Service = Awaited<ReturnType<typeof startService>>;

/** Fastify prints them as a tree. */
function readRoutes(tree: string): { method: string; path: string }[] {
  const parents: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part, methods = ''] = /^(.*?)[├└]── (\S+)(.*)$/.exec(line) ?? [];
    if (part === undefined) return [];
    parents.splice(indent.length / 4, Infinity, part);
    // Two routes that name one parameter differently are printed as `:a|:b`.
    const path = parents.join('').replaceAll(/\|:\w+/g, '');
    return [...methods.matchAll(/\b[A-Z]{3,}\b/g)].map(([method]) => ({ method, path }));
  });
}

async function newDatabase(server: string, name: string): Promise<string> {
  const url = new URL(server);
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  await admin.end();
  url.pathname = `/${name}`;
  return url.href;
}

/** Waits for a condition, never for a time. Returns what it gave once it was truthy. */
export async function until<T>(
  what: string,
  probe: () => Promise<T> | T,
  timeoutMs = 45_000,
): Promise<Exclude<T, false | '' | 0 | null | undefined>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value as Exclude<T, false | '' | 0 | null | undefined>;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`);
    await delay(50);
  }
}

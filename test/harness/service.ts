import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { pino } from 'pino';
import { choosePorts } from '../../src/platform/free-ports.ts';
import { createActivities } from '../../activities/index.ts';
import { loadConfig, type EncryptionKey } from '../../src/platform/config/config.ts';
import { sandboxCredentials } from '../../src/platform/config/sandbox-credentials.ts';
import { createProviders, createRates, createWebhooks, sendingOf } from '../../src/main/compose.ts';
import { openDatabase, type Database } from '../../src/platform/db/database.ts';
import { createKey, createPractice } from '../../src/record/practices/practice-store.ts';
import type { Login } from '../../src/platform/db/roles.ts';
import { allotSenders } from '../../src/record/practices/sender-store.ts';
import type { Providers } from '../../src/delivery/call.ts';
import type { Allotment } from '../../src/core/allotment.ts';
import type { Settings } from '../../src/core/settings.ts';
import { buildApp } from '../../src/main/app.ts';
import { watchKeys } from '../../src/features/keys/key-watch.ts';
import { startSandbox } from '../../packages/sandbox/server.ts';
import { createWorkflowClient, createTemporalClient } from '../../src/signals/workflow-client.ts';
import { createHeldSignals } from '../../src/signals/held-signals.ts';
import { createWorkers, installRuntime, type Workers } from '../../src/signals/worker.ts';
import { newDatabase, serviceUrl } from './databases.ts';
import { watchPending } from './pending-work.ts';
import { readRoutes } from './routes.ts';

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

/** What is left of a service that was stopped. */
type Kept = { databaseUrl: string; taskQueue: string; practiceId: string; apiKey: string };

/** Without it a practice asks nobody (`sender_missing`). */
export const testIdentity = {
  displayName: 'Test Practice',
  supportPhone: '+1 202 555 0177',
  postalAddress: '1 Test Street, Springfield, IL 62701',
};

/** Always the same, so that committed histories can be opened by later runs. It guards nothing. */
export const testAdminKey = 'test-admin-key-0123456789-abcdefghij';
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
    /** Over the database of one that was stopped: the same practice, and its workflows. */
    over?: Kept;
    /** A database of the test's own, and the way that the service takes to it. */
    database?: { url: string; through: (url: string) => string };
    /** Watches the encryption keys, as each process does in life, this often. In ms. */
    watchKeysEveryMs?: number;
    /** What a caller waits for at most, in ms, where it is not as in life. */
    answerMs?: number;
  } = {},
) {
  const run = randomBytes(5).toString('hex');
  const { over } = options;
  const { url: ownUrl, through = (url: string) => url } = options.database ?? {};
  const databaseUrl =
    over?.databaseUrl ?? ownUrl ?? (await newDatabase(servers.databaseUrl, `stack_${run}`));
  const [port = 0] = await choosePorts(1);
  const config = loadConfig({
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    ENCRYPTION_KEYS: testKey,
    ADMIN_KEY: testAdminKey,
    TRUSTED_PROXIES: '127.0.0.1,::1',
    ALLOW_OTHER_PROVIDERS: 'on',
    LOG_LEVEL: 'silent',
    ...options.env,
  });
  const taskQueue = over?.taskQueue ?? `contacts-${run}`;
  const time = { offsetMs: 0 };
  const clock = {
    now: () => new Date(Date.now() + time.offsetMs),
    movedMs: () => time.offsetMs,
  };
  const logLines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logLines.push(line) });

  const sandbox = await startSandbox({
    port: 0,
    webhookBaseUrl: config.http.publicUrl,
    // What the service calls its providers with: in live mode, what the environment says.
    credentials: {
      ...sandboxCredentials,
      resendApiKey: config.resend.apiKey,
      resendWebhookSecret: config.resend.webhookSecrets[0]!,
      plivoAuthId: config.plivo.authId,
      plivoAuthToken: config.plivo.authToken,
    },
  });
  const live = {
    ...config,
    resend: { ...config.resend, baseUrl: `${sandbox.url}/resend` },
    plivo: { ...config.plivo, baseUrl: `${sandbox.url}/plivo` },
  };
  const sealing = { id: config.encryptionKeys[0]!.id };
  // The tests' own view, of all practices; the service has one of its own, as in life.
  const db = await openDatabase({
    url: databaseUrl,
    encryptionKeys: config.encryptionKeys,
    clock,
    sealing,
    pooling: config.databasePooling,
  });

  const practiceId = over?.practiceId ?? `p-${run}`;
  const practice = {
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
  };
  if (!over) await createPractice(db, practice);
  const serviceDatabase = (login: Login) =>
    openDatabase({
      url: through(serviceUrl(databaseUrl, login)),
      pooling: config.databasePooling,
      encryptionKeys: config.encryptionKeys,
      sealing,
      clock,
      scoped: true,
    });
  const apiDb = await serviceDatabase('api');
  const workerDb = await serviceDatabase('worker');
  const keys =
    options.watchKeysEveryMs === undefined
      ? undefined
      : await watchKeys({
          db: apiDb,
          name: `stack ${run}`,
          keys: config.encryptionKeys,
          sealing,
          logger,
          everyMs: options.watchKeysEveryMs,
        });
  const apiKey = over?.apiKey ?? (await createKey(db, practiceId, 'test')).key;

  const connection = await Connection.connect({ address: servers.temporalAddress });
  const clientWith = (encryptionKeys: readonly EncryptionKey[]): Client =>
    createTemporalClient({
      connection,
      namespace: 'default',
      encryptionKeys,
      ...(encryptionKeys === config.encryptionKeys ? { sealing } : {}),
    });
  const client = clientWith(config.encryptionKeys);
  const failures: unknown[] = [];
  const tellingWith = (own: Database) =>
    createWorkflowClient({
      client,
      db: own,
      taskQueue,
      onFailure: (error) => failures.push(error),
    });
  const workflows = tellingWith(apiDb);
  const app = await buildApp({ config: live, db: apiDb, workflows }, logger, options.answerMs);
  await app.listen({ port, host: '127.0.0.1' });

  const workers: {
    worker: Workers;
    running: Promise<void>;
    connection: NativeConnection;
    stopping: AbortController;
  }[] = [];
  /** `encryptionKeys`: other ones for payloads than the service has. */
  const startWorker = async (
    providers: Providers = createProviders(live),
    encryptionKeys = config.encryptionKeys,
  ): Promise<void> => {
    const native = await NativeConnection.connect({ address: servers.temporalAddress });
    const stopping = new AbortController();
    const worker = await createWorkers({
      connection: native,
      namespace: 'default',
      taskQueue,
      encryptionKeys,
      ...(encryptionKeys === config.encryptionKeys ? { sealing } : {}),
      activities: createActivities({
        db: workerDb,
        providers,
        rates: createRates(live, workerDb),
        sending: sendingOf(config),
        tell: tellingWith(workerDb).tell,
        requireEncodedSignals: config.requireEncodedSignals,
        requireBoundSignals: config.requireBoundSignals,
        tellDispatcher: tellingWith(workerDb).tellDispatcher,
        postWebhook: createWebhooks(live),
        readHeldSignals: createHeldSignals(clientWith(encryptionKeys)).read,
        stopping: stopping.signal,
      }),
      rules: config,
      logger,
    });
    workers.push({ worker, running: worker.run(), connection: native, stopping });
  };
  const stopWorkers = async (): Promise<void> => {
    for (const { worker, running, connection: native, stopping } of workers.splice(0)) {
      stopping.abort();
      worker.shutdown();
      await running;
      await native.close();
    }
  };
  if (options.worker !== false) await startWorker();
  const forget = watchPending({ client, taskQueue });

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

  /** As the operator does; the practice keeps what it was allotted before. */
  const allot = async (more: Partial<Allotment>, to = practiceId): Promise<void> => {
    const changed = await allotSenders(db, to, (before) => ({
      displayName: [...before.displayName, ...(more.displayName ?? [])],
      emailFrom: [...before.emailFrom, ...(more.emailFrom ?? [])],
      smsFrom: [...before.smsFrom, ...(more.smsFrom ?? [])],
      sharedSmsFrom: [...before.sharedSmsFrom, ...(more.sharedSmsFrom ?? [])],
      faxGateway: [...before.faxGateway, ...(more.faxGateway ?? [])],
    }));
    if (changed.status !== 'allotted') throw new Error(`not allotted: ${changed.status}`);
  };

  return {
    allot,
    config: live,
    databaseUrl,
    db,
    time,
    practiceId,
    /** The id of a further practice: stacks share a Temporal namespace, and with it the workflows `dispatch/{practice}`. */
    own: (name: string) => `${name}-${practiceId}`,
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
      forget();
      await stopWorkers();
      await app.close();
      await sandbox.stop();
      await connection.close();
      await keys?.stop();
      await apiDb.close();
      await workerDb.close();
      await db.close();
    },
  };
}

export type Service = Awaited<ReturnType<typeof startService>>;

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { databaseLimits } from '../../src/core/limits/database-limits.ts';
import { findRunning } from '../../packages/local-stack/run-state.ts';
import { choosePorts } from '../../src/platform/free-ports.ts';
import {
  hardBodies,
  hardCalls,
  hardForms,
  hardTexts,
  longBodies,
  manyFields,
  passTheParser,
  slowTemplates,
} from '../harness/hard-bodies.ts';
import { saidIn } from '../harness/people.ts';
import { until, type OutboxEntry } from '../harness/stack.ts';
import { answerPage } from '../../packages/demo/page-answer.ts';

/** The whole stack as people start it: every part a process of its own, only the ports moved. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'optgate-e2e-'));
let env: NodeJS.ProcessEnv;
let service: ChildProcess;
let api: string;
let sandbox: string;

beforeAll(async () => {
  const [port, sandboxPort, temporalPort, uiPort] = await choosePorts(4);
  env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DATA_DIR: dataDir,
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    TEMPORAL_PORT: String(temporalPort),
    TEMPORAL_UI_PORT: String(uiPort),
  };
  api = `http://127.0.0.1:${port}`;
  sandbox = `http://127.0.0.1:${sandboxPort}`;
  service = spawn(process.execPath, ['--import', 'tsx', 'packages/local-stack/start.ts'], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  service.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  service.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(
    'it is running',
    () => {
      if (service.exitCode !== null) throw new Error(`it ended: ${output}`);
      return output.includes('is running');
    },
    600_000,
  );
}, 610_000);

afterAll(async () => {
  if (service.exitCode === null) {
    const ended = once(service, 'exit');
    service.kill('SIGTERM');
    await ended;
  }
  rmSync(dataDir, { recursive: true, force: true });
});

async function call<T>(method: string, url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { authorization: 'Bearer demo-key', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
  return (await response.json()) as T;
}

function workerPid(): number {
  const run = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as {
    processes: Record<string, { pid: number }>;
  };
  return run.processes.worker!.pid;
}

it('plays the demo: `npm run demo` sees every message arrive in order, after both acceptances', async () => {
  const demo = spawn(process.execPath, ['--import', 'tsx', 'packages/demo/demo.ts'], {
    cwd: root,
    env,
  });
  let output = '';
  demo.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  demo.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(demo, 'exit')) as [number];
  expect(output).toContain('All as it should be');
  expect(code).toBe(0);
});

it('opens no more connections than the documentation counts with, under 100 calls at once', async () => {
  const people = Array.from({ length: 100 }, (_, n) => ({
    id: `at-once-${n}`,
    phone: `+1202556${String(n).padStart(4, '0')}`,
  }));
  await call(
    'PUT',
    `${api}/v1/contacts`,
    people.map((one) => ({ ...one, name: 'Ann', role: 'client', methods: ['sms'] })),
  );
  await call(
    'POST',
    `${api}/v1/consents`,
    people.map(({ id, phone }) => ({
      contactId: id,
      method: 'sms',
      address: phone,
      source: 'paper',
      obtainedAt: '2026-01-01T00:00:00Z',
      evidence: 'form',
    })),
  );
  const database = new pg.Client({ connectionString: findRunning(dataDir)!.databaseUrl });
  await database.connect();
  const most: Record<string, number> = { api: 0, worker: 0, sweeper: 0 };
  const watch = { over: false };
  const watched = (async () => {
    while (!watch.over) {
      const { rows } = await database.query<{ part: string; open: number }>(
        `SELECT substring(application_name FROM '^optgate (\\w+),') AS part, count(*)::int AS open
         FROM pg_stat_activity WHERE application_name LIKE 'optgate %' GROUP BY 1`,
      );
      for (const { part, open } of rows) most[part] = Math.max(most[part] ?? 0, open);
    }
  })();
  // Each takes its connections from another share.
  await Promise.all(
    people.flatMap(({ id }) => [
      call('POST', `${api}/v1/contacts/${id}/messages`, { kind: 'ad_hoc', body: 'at once' }),
      fetch(`${api}/o/${id.padEnd(43, 'x')}`),
      fetch(`${api}/readyz`),
    ]),
  );
  await until('all arrived', async () => {
    const sent = await call<OutboxEntry[]>('GET', `${sandbox}/outbox`);
    return sent.filter(({ text }) => text.endsWith('at once')).length === people.length;
  });
  watch.over = true;
  await watched;
  await database.end();
  const { apiConnections, workerConnections, sweeperConnections } = databaseLimits;
  expect(most.api).toBeGreaterThan(5);
  expect(most.api).toBeLessThanOrEqual(apiConnections);
  expect(most.worker).toBeGreaterThan(1);
  expect(most.worker).toBeLessThanOrEqual(workerConnections);
  expect(most.sweeper).toBeLessThanOrEqual(sweeperConnections);
  // Nothing else is a process of the service.
  expect(Object.keys(most)).toEqual(['api', 'worker', 'sweeper']);
});

it('loses and doubles nothing when the worker is killed between acceptance and drain, and in mid-drain', async () => {
  const id = 'killed';
  const email = 'killed@example.com';
  const phone = '+12025550177';
  const texts = Array.from({ length: 40 }, (_, n) => `text ${n}`);
  await call('PUT', `${api}/v1/contacts/${id}`, {
    name: 'Ann Example',
    role: 'client',
    methods: ['email', 'sms'],
    email,
    phone,
  });
  await call(
    'POST',
    `${api}/v1/contacts/${id}/messages`,
    texts.map((body) => ({ kind: 'ad_hoc', subject: 's', body })),
  );
  const arrived = async (): Promise<OutboxEntry[]> =>
    (await call<OutboxEntry[]>('GET', `${sandbox}/outbox`)).filter(({ to }) =>
      [email, phone].includes(to),
    );
  const asked = await until('both are asked', async () => {
    const entries = await arrived();
    return entries.length === 2 && entries;
  });
  const link = /https?:\/\/\S+\/o\/\S+/.exec(asked.find((e) => e.channel === 'email')!.text)![0];
  await call('POST', `${sandbox}/inbound`, { from: phone, text: 'YES' });
  // Calls that are slow enough to be caught under way.
  await call('POST', `${sandbox}/faults`, { channel: 'sms', kind: 'delay', delayMs: 100 });

  process.kill(workerPid(), 'SIGKILL');
  expect(await answerPage(link, 'accept')).toBe(200);
  expect(await arrived()).toHaveLength(2);

  const sms = async (): Promise<string[]> =>
    (await arrived())
      .filter((e) => e.channel === 'sms')
      .slice(1)
      .map(({ text }) => text);
  await until('the drain has begun', async () => (await sms()).length >= 5, 60_000);
  process.kill(workerPid(), 'SIGKILL');

  await until('all arrived', async () => (await sms()).length >= texts.length, 120_000);
  expect(await sms()).toEqual(texts.map((text) => `Demo Practice: ${text}`));
  const emails = (await arrived()).filter((e) => e.channel === 'email').slice(1);
  expect(emails.map(saidIn)).toEqual(texts);

  // The SMS whose call was cut off is shown as what it is, if the provider's word did not come.
  const items = await until('every call has ended', async () => {
    const all = await everyMessage(id);
    return all.every(({ status }) => !['queued', 'sending'].includes(status)) && all;
  });
  expect(items).toHaveLength(texts.length);
  for (const { status } of items) expect(['sent', 'delivered', 'unknown']).toContain(status);
  expect(items.filter(({ status }) => status === 'unknown').length).toBeLessThanOrEqual(1);
}, 240_000);

it('answers everybody within 200 ms while any route is sent the hardest bodies', async () => {
  const { paths } = await call<{ paths: Record<string, object> }>('GET', `${api}/openapi.json`);
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => ['post', 'put', 'patch'].includes(method))
      .map((method) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x')] as const),
  );
  expect(routes.length).toBeGreaterThan(30);
  const opened = ['/codec/decode', '/o/x', '/u/x', '/p/x', '/b/x', '/console/sign-in'].map(
    (path) => ['POST', path] as const,
  );
  const all = [...routes, ...opened];
  const slow: string[] = [];
  for (const [name, body] of Object.entries(hardBodies))
    // One parser takes the JSON of all routes; what comes after it is each route's own.
    for (const [method, path] of passTheParser.includes(name)
      ? all
      : [...routes.slice(0, 3), ...opened])
      if (await keepsWaiting(method, path, body)) slow.push(`${method} ${path}, ${name}`);
  await call('PUT', `${api}/v1/contacts/texted`, {
    name: 'Ann Example',
    role: 'client',
    methods: ['email', 'sms'],
    email: 'texted@example.com',
    phone: '+12025550178',
  });
  for (const [name, body] of Object.entries(longBodies()))
    if (await keepsWaiting('POST', '/v1/messages', body)) slow.push(`POST /v1/messages, ${name}`);
  for (const [method, path, body] of slowTemplates())
    if (await keepsWaiting(method, path, body))
      slow.push(`${method} ${path}, a template that is slow`);
  for (const [name, text] of Object.entries(hardTexts)) {
    for (const [method, path, body] of hardCalls(text))
      if (await keepsWaiting(method, path, body)) slow.push(`${method} ${path}, ${name}, valid`);
    for (const path of ['/book/demo', '/b/x', '/o/x', '/p/x', '/console/sign-in'])
      for (const form of hardForms(text))
        if (await keepsWaiting('POST', path, form, 'application/x-www-form-urlencoded'))
          slow.push(`POST ${path}, ${name}, form`);
  }
  const takeForms = ['/console/sign-in', '/codec', '/book/demo', '/p/x', '/webhooks/plivo/inbound'];
  for (const path of [...takeForms, '/webhooks/plivo/status/x'])
    for (const form of [64, 255].flatMap((kilobytes) => manyFields(kilobytes * 1024)))
      if (await keepsWaiting('POST', path, form, 'application/x-www-form-urlencoded'))
        slow.push(`POST ${path}, many fields`);
  expect(slow).toEqual([]);
}, 600_000);

/**
 * Whether the call keeps GET /healthz waiting for 200 ms, each of three times: a collection of garbage does so once. The
 * watch of the API must say so too: a wait while this machine is busy with something else is no fault of the call.
 */
async function keepsWaiting(
  method: string,
  path: string,
  body: string,
  type = 'application/json',
): Promise<boolean> {
  for (let tries = 0; tries < 3; tries += 1) {
    const before = await timesBlocked();
    if ((await longestWait(method, path, body, type)) < 200) return false;
    if ((await timesBlocked()) === before) return false;
  }
  return true;
}

/** Since the API started, by its own count. */
async function timesBlocked(): Promise<number> {
  const metrics = await (await fetch(`${api}/metrics`)).text();
  return Number(/^optgate_event_loop_blocked_total (\d+)/m.exec(metrics)![1]);
}

/** Of GET /healthz, while one call is answered, in ms. */
async function longestWait(
  method: string,
  path: string,
  body: string,
  type: string,
): Promise<number> {
  const headers = {
    authorization: 'Bearer demo-key',
    'content-type': type,
    // Of the right form, so that webhooks' bodies are looked at.
    'x-plivo-signature-v3': 'x'.repeat(44),
    'x-plivo-signature-v3-nonce': 'n',
  };
  const call = { over: false };
  const answered = fetch(`${api}${path}`, { method, headers, body }).then(
    (response) => response.arrayBuffer(),
    // The connection may be closed on a body that is not read to its end.
    () => undefined,
  );
  void answered.then(() => (call.over = true));
  let longest = 0;
  while (!call.over) {
    const from = performance.now();
    expect((await fetch(`${api}/healthz`)).status).toBe(200);
    longest = Math.max(longest, performance.now() - from);
  }
  return longest;
}

async function everyMessage(id: string): Promise<{ status: string }[]> {
  const { items } = await call<{ items: { status: string }[] }>(
    'GET',
    `${api}/v1/contacts/${id}/messages?limit=200`,
  );
  return items;
}

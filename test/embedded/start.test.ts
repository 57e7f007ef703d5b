import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  isAlive,
  ownPorts,
  pressCtrlC,
  processesWith,
  runProgram,
  temporaryFolder,
  until,
  untilRunning,
  type StartedService,
} from './processes.ts';

/**
 * `npm start` with all that it brings: real PostgreSQL, Temporal, UI and roles. The tests follow one another on one data
 * folder, as starts and ends do on a machine.
 */
const endings: (() => void)[] = [];
const atEnd = (action: () => void): void => void endings.push(action);
let env: Record<string, string>;
let service: StartedService;

beforeAll(async () => {
  env = await ownPorts(temporaryFolder(atEnd));
  service = await start();
}, 600_000);

afterAll(async () => {
  pressCtrlC(service);
  await service.exit;
  for (const end of endings.toReversed()) end();
});

function start(): Promise<StartedService> {
  return untilRunning(
    runProgram('packages/local-stack/start.ts', { env, atEnd }),
    env['DATA_DIR'] ?? '',
  );
}

async function putContact(id: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${env['PORT']}/v1/contacts/${id}`, {
    method: 'PUT',
    headers: { authorization: 'Bearer demo-key', 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ann Example', role: 'client', methods: [] }),
  });
  return response.status;
}

const pids = (): number[] => Object.values(service.state().processes).map(({ pid }) => pid);

test('every part answers at the address that was printed', async () => {
  for (const url of Object.values(service.state().urls)) {
    expect(service.output()).toContain(url);
    expect((await fetch(`${url}/`)).status).toBeLessThan(500);
  }
  expect(await putContact('kept')).toBe(201);
});

test('each process works as a role of its own, which sees one practice at a time', async () => {
  const client = new pg.Client({ connectionString: service.state().databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ role: string }>(
    `SELECT DISTINCT usename AS role FROM pg_stat_activity WHERE application_name LIKE 'optgate %' ORDER BY 1`,
  );
  await client.end();
  expect(rows.map(({ role }) => role)).toEqual([
    'optgate_api',
    'optgate_sweeper',
    'optgate_worker',
  ]);
});

test('a killed database and a killed Temporal come back under the running roles', async () => {
  for (const part of ['postgres', 'temporal']) {
    const before = service.state().processes[part]?.pid ?? 0;
    process.kill(before, 'SIGKILL');
    await until(
      `${part} is back`,
      () => ![undefined, before].includes(service.state().processes[part]?.pid),
    );
  }
  const client = new pg.Client({ connectionString: service.state().databaseUrl });
  await client.connect();
  await client.end();
  await until('the API stores', async () => (await putContact('after')) < 300);
  const ready = `http://127.0.0.1:${env['PORT']}/readyz`;
  await until('all is ready', async () => (await fetch(ready)).ok);
});

test('Ctrl-C leaves no process behind', async () => {
  const parts = pids();
  expect(parts.length).toBeGreaterThanOrEqual(7);
  pressCtrlC(service);
  expect(await service.exit).toEqual({ code: 0, signal: null });
  expect(parts.filter(isAlive)).toEqual([]);
  expect(processesWith(service.dataDir)).toEqual([]);
  expect(existsSync(join(service.dataDir, 'run.lock'))).toBe(false);
});

test('the next start has the same data', async () => {
  service = await start();
  expect(await putContact('kept')).toBe(200);
});

test('a kill -9 of the supervisor ends the roles first; the next start waits for the rest', async () => {
  const parts = pids();
  const { worker, postgres } = service.state().processes;
  service.child.kill('SIGKILL');
  await until('the worker is gone', () => !isAlive(worker?.pid ?? 0));
  // The roles still need it while they finish.
  expect(isAlive(postgres?.pid ?? 0)).toBe(true);

  service = await start();
  expect(service.output()).toContain('Parts of an earlier run are still there');
  expect(parts.filter(isAlive)).toEqual([]);
});

test('everything killed at once, as with a container, is recovered from', async () => {
  const parts = pids();
  for (const pid of [service.child.pid ?? 0, ...parts]) process.kill(pid, 'SIGKILL');
  service = await start();
  expect(await putContact('kept')).toBe(200);
  expect(parts.filter(isAlive)).toEqual([]);
});

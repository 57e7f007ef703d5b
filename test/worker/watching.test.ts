import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { choosePorts } from '../../src/platform/free-ports.ts';
import { contents, greenPeople, queue } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { startWorkerProcess, untilWorking } from '../harness/worker-process.ts';
import { serviceUrl } from '../harness/databases.ts';
import { problemsOf } from '../harness/metrics-lint.ts';

/** What a worker says about itself to those who run it. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

const key = 'metrics-key-of-a-test-0123456789-abcdef';

async function watched(env: Record<string, string> = {}) {
  const [port = 0] = await choosePorts(1);
  const worker = startWorkerProcess(stack, { WORKER_PORT: String(port), METRICS_KEY: key, ...env });
  await untilWorking(worker);
  const get = (path: string, bearer?: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    });
  return { worker, get };
}

it('lives, is ready, and shows its numbers and those of Temporal’s SDK to who has the key', async () => {
  const { get } = await watched();
  expect((await get('/healthz')).status).toBe(200);
  await until('it is ready', async () => (await get('/readyz')).status === 200);
  expect(await (await get('/readyz')).json()).toEqual({ status: 'ready' });
  expect((await get('/metrics')).status).toBe(401);
  expect((await get('/metrics', 'another-key')).status).toBe(401);

  const [green] = await greenPeople(stack, 1, ['email']);
  await queue(stack, green!, 'hello');
  await until('it worked', async () => (await contents(stack, green!, 'email')).length === 1);
  const text = await until('it swept and counted', async () => {
    const said = await (await get('/metrics', key)).text();
    return /^optgate_sweep_steps_total\{step="ledger",outcome="done"\} [1-9]/m.test(said) && said;
  });
  expect(text).toMatch(/^optgate_sdk_metrics_read 1$/m);
  for (const work of ['', '-dispatch'])
    expect(text).toMatch(
      new RegExp(
        `^temporal_activity_schedule_to_start_latency_seconds_count\\{.*task_queue="${stack.taskQueue}${work}".*\\} [1-9]`,
        'm',
      ),
    );
  expect(text).not.toContain(green!.id);

  expect(problemsOf(text)).toEqual([]);
  const families = parsePrometheusTextFormat(text);
  expect(families.length).toBeGreaterThan(15);
});

it('the API’s numbers are in the same good form', async () => {
  const text = await (await fetch(`${stack.url}/metrics`)).text();
  expect(problemsOf(text)).toEqual([]);
  expect(parsePrometheusTextFormat(text).length).toBeGreaterThan(8);
});

it('is alive and not ready while its database is away', async () => {
  const { get } = await watched();
  const database = new URL(stack.databaseUrl).pathname.slice(1);
  // From outside: nobody can shut the database that they are in.
  const admin = new pg.Client({ connectionString: inject('databaseUrl') });
  await admin.connect();
  const allow = (yes: boolean) =>
    admin.query(`ALTER DATABASE ${pg.escapeIdentifier(database)} ALLOW_CONNECTIONS ${yes}`);
  const drop = () =>
    admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = $1 AND usename = 'optgate_worker'`,
      [database],
    );
  await allow(false);
  try {
    await until('it is not ready', async () => {
      await drop();
      return (await get('/readyz')).status === 503;
    });
    expect((await get('/healthz')).status).toBe(200);
  } finally {
    await allow(true);
  }
  await admin.end();
  await until('it is again', async () => (await get('/readyz')).status === 200);
});

it('without a port it listens nowhere, and works', async () => {
  const worker = startWorkerProcess(stack, {
    DATABASE_URL: serviceUrl(stack.databaseUrl, 'worker'),
  });
  await untilWorking(worker);
  expect(worker.child.exitCode).toBeNull();
});

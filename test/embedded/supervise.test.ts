import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { findRunning } from '../../packages/local-stack/run-state.ts';
import {
  isAlive,
  ownPorts,
  pressCtrlC,
  runProgram,
  temporaryFolder,
  until,
  untilRunning,
  type StartedService,
} from './processes.ts';

/** Supervision itself: roles that only listen, database and Temporal as for any external service. */
async function supervised(
  env: NodeJS.ProcessEnv = {},
): Promise<StartedService & { env: NodeJS.ProcessEnv; life: () => string[] }> {
  const dataDir = temporaryFolder();
  const whole = {
    ...(await ownPorts(dataDir)),
    DATABASE_URL: await database(),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    ...env,
  };
  const program = runProgram('test/embedded/fixtures/supervised.ts', { env: whole });
  const service = await untilRunning(program, dataDir);
  return {
    ...service,
    env: whole,
    life: () => readFileSync(join(dataDir, 'life'), 'utf8').trim().split('\n'),
  };
}

async function database(): Promise<string> {
  const url = new URL(inject('databaseUrl'));
  const name = `supervise_${Math.random().toString(36).slice(2)}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  url.pathname = `/${name}`;
  return url.href;
}

test('Ctrl-C stops the roles in order: nobody sends to a sandbox that is gone', async () => {
  const service = await supervised();
  expect(findRunning(service.dataDir)?.urls.api).toBe(`http://localhost:${service.env['PORT']}`);
  const roles = Object.values(service.state().processes).map(({ pid }) => pid);
  expect(roles).toHaveLength(3);

  pressCtrlC(service);
  pressCtrlC(service); // npm passes the same one on.
  expect(await service.exit).toEqual({ code: 0, signal: null });
  const stops = service.life().filter((line) => line.includes('stop'));
  expect(stops).toEqual(
    ['api', 'worker', 'sandbox'].flatMap((name) => [`${name} stopping`, `${name} stopped`]),
  );
  expect(roles.filter(isAlive)).toEqual([]);
  expect(findRunning(service.dataDir)).toBeUndefined();
});

test('a second Ctrl-C does not wait for a role that does not stop', async () => {
  const service = await supervised({ FIXTURE: 'stuck' });
  const roles = Object.values(service.state().processes).map(({ pid }) => pid);
  pressCtrlC(service);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(roles.filter(isAlive)).toHaveLength(3);
  pressCtrlC(service);
  expect(await service.exit).toEqual({ code: 0, signal: null });
  expect(roles.filter(isAlive)).toEqual([]);
});

test('a role that dies is started again, and it is said', async () => {
  const service = await supervised();
  const before = service.state().processes['worker']!.pid;
  process.kill(before, 'SIGKILL');
  await until('the worker is back', () => service.output().includes('The worker is back.'));
  expect(service.output()).toContain('The worker ended (SIGKILL); starting it again in 0.5 s.');
  await until(
    'run.json has it',
    () => (service.state().processes['worker']?.pid ?? before) !== before,
  );
  process.kill(service.state().processes['worker']!.pid, 'SIGKILL');
  await until('the waits grow', () => service.output().includes('starting it again in 1 s.'));
  pressCtrlC(service);
  expect(await service.exit).toEqual({ code: 0, signal: null });
});

test('a second start on the same folder names the running one, and harms nothing', async () => {
  const service = await supervised();
  const second = runProgram('test/embedded/fixtures/supervised.ts', { env: service.env });
  expect(await second.exit).toEqual({ code: 1, signal: null });
  expect(second.output()).toContain('already running');
  expect(second.output()).toContain(
    `pid ${service.child.pid}, http://localhost:${service.env['PORT']}`,
  );
  expect(findRunning(service.dataDir)?.supervisor.pid).toBe(service.child.pid);
  pressCtrlC(service);
  await service.exit;
});

test('ports in use are named together, with the variable that moves each and the process that holds it', async () => {
  const dataDir = temporaryFolder();
  const env = await ownPorts(dataDir);
  const holder = createServer().listen(Number(env['PORT']), '127.0.0.1');
  try {
    const start = runProgram('test/embedded/fixtures/supervised.ts', {
      env: { ...env, TEMPORAL_UI_PORT: env['SANDBOX_PORT'] },
    });
    expect(await start.exit).toEqual({ code: 1, signal: null });
    expect(start.output()).toContain(`port ${env['PORT']} for the API is in use by`);
    expect(start.output()).toContain(`(pid ${process.pid}); PORT moves it`);
    expect(start.output()).toContain(
      `TEMPORAL_UI_PORT and SANDBOX_PORT are both ${env['SANDBOX_PORT']}`,
    );
  } finally {
    holder.close();
  }
});

test('roles notice that their supervisor was killed', async () => {
  const service = await supervised();
  const roles = Object.values(service.state().processes).map(({ pid }) => pid);
  service.child.kill('SIGKILL');
  await until('all are gone', () => !roles.some(isAlive), 10_000);
  expect(service.life().filter((line) => line.endsWith('stopped'))).toHaveLength(3);
});

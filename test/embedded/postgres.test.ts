import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { postgresPrograms } from '../../packages/local-stack/postgres-cluster.ts';
import { startPostgres, type RunningPostgres } from '../../packages/local-stack/postgres.ts';
import { serverUser, withPrivileges } from '../../packages/local-stack/privileges.ts';
import { choosePorts } from '../../src/platform/free-ports.ts';
import { markOf, waitForEnd } from '../../packages/local-stack/process-identity.ts';
import { isAlive, processesWith, runProgram, temporaryFolder, until } from './processes.ts';

async function start(dataDir: string): Promise<RunningPostgres & { notices: string[] }> {
  const notices: string[] = [];
  const server = await startPostgres({ dataDir, onNotice: (text) => notices.push(text) });
  onTestFinished(() => server.stop());
  return { ...server, notices };
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('what was committed survives a kill -9 of the server; port and password stay', async () => {
  const dataDir = temporaryFolder();
  const first = await start(dataDir);
  await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  process.kill(first.pid, 'SIGKILL');
  expect(await first.ended).toBe('signal SIGKILL');

  const second = await start(dataDir);
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
});

test('it is durable, listens on this machine only, and sorts the same everywhere', async () => {
  const server = await start(temporaryFolder());
  const [row] = await query(
    server.url,
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
            current_setting('listen_addresses') AS address, current_setting('server_encoding') AS encoding,
            array(SELECT t FROM unnest('{b,A,a,é,Z}'::text[]) AS t ORDER BY t) AS sorted`,
  );
  expect(row).toEqual({
    fsync: 'on',
    commit: 'on',
    address: '127.0.0.1',
    encoding: 'UTF8',
    sorted: ['A', 'Z', 'a', 'b', 'é'],
  });
});

test('a server that a killed run left is stopped in good order before ours starts', async () => {
  const dataDir = temporaryFolder();
  await (await start(dataDir)).stop();
  const { postgres } = await postgresPrograms();
  const folder = join(dataDir, 'postgres');
  const [port] = await choosePorts(1);
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
  const left = withPrivileges(
    { command: postgres, args: ['-D', folder, '-p', String(port), ...settings] },
    'SIGINT',
    serverUser(),
  );
  const child = spawn(left.command, left.args, { stdio: 'ignore' });
  await until('it is there', () => existsSync(join(folder, 'postmaster.pid')));

  const server = await start(dataDir);
  expect(server.notices).toEqual([
    `PostgreSQL of an earlier run is still there (pid ${child.pid}); stopping it.`,
  ]);
  expect(isAlive(child.pid ?? 0)).toBe(false);
});

test('a pid file that names a stranger neither blocks the start nor harms the stranger', async () => {
  const dataDir = temporaryFolder();
  await (await start(dataDir)).stop();
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => void stranger.kill());
  writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${stranger.pid}\n`);
  const server = await start(dataDir);
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(isAlive(stranger.pid ?? 0)).toBe(true);
});

test('a cluster whose making was interrupted is put aside, not started from', async () => {
  const dataDir = temporaryFolder();
  mkdirSync(join(dataDir, 'postgres', 'global'), { recursive: true });
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '18\n');
  mkdirSync(join(dataDir, 'postgres.new-half'));
  const server = await start(dataDir);
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(server.notices).toHaveLength(1);
  const names = readdirSync(dataDir);
  expect(names.filter((name) => name.startsWith('postgres.unfinished-'))).toHaveLength(1);
  expect(names).not.toContain('postgres.new-half');
});

test('it stops when the process that started it is killed, and when its keeper is', async () => {
  const dataDir = temporaryFolder();
  const owner = runProgram('test/embedded/fixtures/postgres-owner.ts', { args: [dataDir] });
  const pids = await until('it runs', () => /pids (\d+) (\d+)/.exec(owner.output()));
  owner.child.kill('SIGKILL');
  for (const pid of pids.slice(1)) {
    const mark = markOf(Number(pid));
    if (mark) expect(await waitForEnd(mark, 5_000)).toBe(true);
  }

  const server = await start(dataDir);
  process.kill(server.keeperPid, 'SIGKILL');
  expect(await server.ended).toBe('its keeper ended: SIGKILL');
  expect(isAlive(server.pid)).toBe(false);
  expect(processesWith(dataDir)).toEqual([]);
  expect(readFileSync(join(dataDir, 'logs', 'postgres.log'), 'utf8')).toContain('fast shutdown');
});

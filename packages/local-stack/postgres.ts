import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { readFileIfAny, readJsonIfAny, replaceFile } from '../../src/platform/files.ts';
import { keep, type Kept } from './keep.ts';
import { choosePorts, isPortFree } from '../../src/platform/free-ports.ts';
import { portHolder } from './port-holder.ts';
import { ensureCluster, postgresPrograms } from './postgres-cluster.ts';
import { clearLeftPostgres } from './postgres-leftover.ts';
import { serverUser, withPrivileges, type ServerUser } from './privileges.ts';
import { untilReady } from './running-server.ts';

export type PostgresOptions = {
  /** Holds `postgres/`, `postgres.json` (port and password) and `logs/postgres.log`. Made when missing. */
  dataDir: string;
  /** Default: the port of the last run while it is free, else one by chance. */
  port?: number;
  /** Made when missing. */
  database?: string;
  /** From our death until the server stops, in ms. */
  orphanGraceMs?: number;
  /** Gives up a start that still waits. */
  signal?: AbortSignal;
  /** Called with a sentence about each problem found and repaired. */
  onNotice?: (text: string) => void;
};

export type RunningPostgres = {
  /** For the superuser, with password. */
  url: string;
  port: number;
  /** The server's; `keeperPid` is the process of ours that keeps it. */
  pid: number;
  keeperPid: number;
  /** Resolves with the reason when the server has ended, wanted or not. */
  ended: Promise<string>;
  /** Fast shutdown: sessions are cut, nothing committed is lost. `hurry`: killed, recovers at the next start. */
  stop(hurry?: boolean): Promise<void>;
};

type Remembered = { port: number; password: string };

const patienceMs = 30_000;
const recoveryTimeoutMs = 10 * 60_000;

/**
 * Starts a real PostgreSQL on 127.0.0.1 with its data in `dataDir`, durable as any, and waits until it answers. It
 * stops when this process ends, however it ends. Clears the remains of a killed run first.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  for (let tries = 1; ; tries += 1)
    try {
      return await startOnce(options);
    } catch (error) {
      // Between the choice of a port and its use somebody else may have taken it; then another one is chosen.
      const taken = options.port === undefined && /address already in use/i.test(String(error));
      if (!taken || tries === portTries) throw error;
    }
}

const portTries = 3;

async function startOnce(options: PostgresOptions): Promise<RunningPostgres> {
  const onNotice = options.onNotice ?? (() => undefined);
  const folder = join(options.dataDir, 'postgres');
  const logFile = join(options.dataDir, 'logs', 'postgres.log');
  const memory = join(options.dataDir, 'postgres.json');
  mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });

  const programs = await postgresPrograms();
  const user = serverUser();
  await clearLeftPostgres(folder, onNotice);
  const remembered = readMemory(memory) ?? { port: 0, password: randomBytes(24).toString('hex') };
  const port = options.port ?? (await keptPort(remembered.port));
  if (!(await isPortFree(port, '127.0.0.1')))
    throw new Error(
      `Port ${port} for PostgreSQL is in use by ${portHolder(port) ?? 'another program'}.`,
    );
  // Before the cluster is made: one whose password nobody knows would be lost.
  replaceFile(memory, JSON.stringify({ port, password: remembered.password }));

  const program = withPrivileges(
    { command: programs.postgres, args: ['-D', folder, '-p', String(port), ...settings()] },
    'SIGINT',
    user,
  );
  if (user && !program.setpriv) makeReachable(user, programs.postgres, options.dataDir);
  await ensureCluster({ folder, programs, password: remembered.password, user, onNotice });
  const kept = await keep(
    {
      ...program,
      cwd: '/',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      ...(user && !program.setpriv ? { user: { uid: user.uid, gid: user.gid } } : {}),
      stopSignal: 'SIGINT',
      patienceMs,
      orphanGraceMs: options.orphanGraceMs ?? 0,
    },
    logFile,
  );
  const database = options.database ?? 'optgate';
  const urlOf = (name: string): string =>
    `postgresql://postgres:${remembered.password}@127.0.0.1:${port}/${name}`;
  try {
    await untilReady(
      kept,
      {
        name: 'PostgreSQL',
        isReady: () => isReady(kept, folder),
        everyMs: 20,
        mostMs: recoveryTimeoutMs,
        logFile,
        lastWords: () => lastLines(logFile, 10),
        slowBecause: 'it may be recovering from a crash',
      },
      options,
    );
    await ensureDatabase(urlOf('postgres'), database);
  } catch (error) {
    await kept.stop();
    throw error;
  }
  return {
    url: urlOf(database),
    port,
    pid: kept.server.pid,
    keeperPid: kept.keeper.pid,
    ended: kept.ended,
    stop: (hurry) => kept.stop(hurry),
  };
}

function settings(): string[] {
  const values: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    // No socket files: /tmp is everyone's, and a folder below it could be too long for one.
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements and the details of errors hold values, and values can be personal.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function readMemory(path: string): Remembered | undefined {
  const value = readJsonIfAny(path) as Partial<Remembered> | undefined;
  if (typeof value?.password !== 'string' || typeof value.port !== 'number') return undefined;
  return { port: value.port, password: value.password };
}

async function keptPort(remembered: number): Promise<number> {
  if (remembered > 0 && (await isPortFree(remembered, '127.0.0.1'))) return remembered;
  const [port] = await choosePorts(1);
  return port ?? 0;
}

/** The server writes its state into the last line of its pid file, for `pg_ctl` and for us. */
function isReady({ server }: Kept, folder: string): boolean {
  const lines = readFileIfAny(join(folder, 'postmaster.pid'))?.split('\n') ?? [];
  return Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready';
}

async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0)
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

/** Without `setpriv` the server's user has to reach its program and its data like anyone. */
function makeReachable(user: ServerUser, postgres: string, dataDir: string): void {
  // Ours; the files in it are closed to others one by one.
  chmodSync(dataDir, 0o711);
  for (const path of [postgres, dataDir])
    if (spawnSync('test', ['-x', path], { uid: user.uid, gid: user.gid }).status !== 0)
      throw new Error(
        `PostgreSQL does not run as root, and the user "${user.name}" cannot reach ${path}. ` +
          'Start as another user, install util-linux (its setpriv), or set DATABASE_URL.',
      );
}

function lastLines(path: string, count: number): string {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}

import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keep } from '../../local-stack/keep.ts';
import type { RunningProcess } from './role.ts';

/** The real PgBouncer, in transaction mode. */

const run = promisify(execFile);

type Program = { path: string; libraries?: string };

/** Installed, or unpacked from Debian's packages into the cache; undefined: this machine has neither. */
export async function findPgbouncer(): Promise<Program | undefined> {
  const starts = async (program: Program): Promise<boolean> =>
    run(program.path, ['--version'], { env: environmentOf(program) }).then(
      () => true,
      () => false,
    );
  for (const path of ['pgbouncer', '/usr/sbin/pgbouncer'])
    if (await starts({ path })) return { path };
  const folder = join(homedir(), '.cache', 'optgate', 'pgbouncer');
  const unpacked = { path: join(folder, 'usr', 'sbin', 'pgbouncer'), libraries: folder };
  if (await starts(unpacked)) return unpacked;
  await unpackInto(folder).catch(() => undefined);
  return (await starts(unpacked)) ? unpacked : undefined;
}

async function unpackInto(folder: string): Promise<void> {
  const packages = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  try {
    await run('apt-get', ['download', 'pgbouncer', 'libc-ares2', 'libevent-2.1-7'], {
      cwd: packages,
      timeout: 60_000,
    });
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(packages))
      await run('dpkg', ['-x', join(packages, name), folder]);
  } finally {
    rmSync(packages, { recursive: true, force: true });
  }
}

function environmentOf({ libraries }: Program): NodeJS.ProcessEnv {
  if (libraries === undefined) return process.env;
  const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((name) =>
    join(libraries, 'usr', 'lib', name),
  );
  return { ...process.env, LD_LIBRARY_PATH: folders.join(':') };
}

/** A PgBouncer that is ready to be started: as which command, and where its files lie. */
export type PreparedPgbouncer = {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  /** The same URL, through it. */
  through: (url: string) => string;
  removeFiles: () => void;
};

/**
 * Writes its files, in a folder that it can read as another user. `connections`: of each role to PostgreSQL. The owner
 * may work it as well (`RECONNECT`).
 */
export function preparePgbouncer(
  program: Program,
  options: { ownerUrl: string; logins: readonly string[]; port: number; connections: number },
): PreparedPgbouncer {
  const { ownerUrl, logins, port, connections } = options;
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-run-'));
  chmodSync(folder, 0o755);
  const server = new URL(ownerUrl);
  const users = [ownerUrl, ...logins].map((login) => new URL(login));
  writeFileSync(
    join(folder, 'users.txt'),
    users
      .map(({ username, password }) => `"${username}" "${decodeURIComponent(password)}"\n`)
      .join(''),
  );
  const settings = join(folder, 'pgbouncer.ini');
  // No `ignore_startup_parameters`: what it does not know is refused, as its default is.
  writeFileSync(
    settings,
    `[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${join(folder, 'users.txt')}
admin_users = ${server.username}
pool_mode = transaction
default_pool_size = ${connections}
max_client_conn = 200
`,
  );
  // It refuses to run as root.
  const asOther = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  return {
    command: program.path,
    args: [...asOther, '-q', settings],
    env: environmentOf(program),
    through: (url) => {
      const pooled = new URL(url);
      pooled.hostname = '127.0.0.1';
      pooled.port = String(port);
      return pooled.href;
    },
    removeFiles: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function startPgbouncer(
  { command, args, env }: PreparedPgbouncer,
  logFile: string,
): Promise<RunningProcess> {
  const kept = await keep(
    {
      command,
      args,
      cwd: '/',
      env: Object.fromEntries(
        Object.entries(env).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value]],
        ),
      ),
      // At once: its waiting for clients is not under test.
      stopSignal: 'SIGTERM',
      patienceMs: 2_000,
      orphanGraceMs: 0,
    },
    logFile,
  );
  return { pid: kept.server.pid, ended: kept.ended, stop: (hurry) => kept.stop(hurry) };
}

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { choosePorts } from '../../src/free-ports.ts';
import { until } from './service.ts';

/** The real PgBouncer, in transaction mode, before a database of this run. */

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
  const packages = await mkdtemp(join(tmpdir(), 'pgbouncer-'));
  try {
    await run('apt-get', ['download', 'pgbouncer', 'libc-ares2', 'libevent-2.1-7'], {
      cwd: packages,
      timeout: 60_000,
    });
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(packages))
      await run('dpkg', ['-x', join(packages, name), folder]);
  } finally {
    await rm(packages, { recursive: true, force: true });
  }
}

function environmentOf({ libraries }: Program): NodeJS.ProcessEnv {
  if (libraries === undefined) return process.env;
  const folders = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((name) =>
    join(libraries, 'usr', 'lib', name),
  );
  return { ...process.env, LD_LIBRARY_PATH: folders.join(':') };
}

/** `connections`: of each role to PostgreSQL: fewer than clients, so that they really share them. */
export async function startPgbouncer(
  program: Program,
  databaseUrl: string,
  logins: readonly string[],
  connections: number,
) {
  const server = new URL(databaseUrl);
  const folder = await mkdtemp(join(tmpdir(), 'pgbouncer-run-'));
  await chmod(folder, 0o755);
  const [port = 0] = await choosePorts(1);
  const users = [databaseUrl, ...logins].map((login) => new URL(login));
  await writeFile(
    join(folder, 'users.txt'),
    users
      .map(({ username, password }) => `"${username}" "${decodeURIComponent(password)}"\n`)
      .join(''),
  );
  // No `ignore_startup_parameters`: what it does not know is refused, as its default is.
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = ${connections}
max_client_conn = 200
`,
  );
  // It refuses to run as root.
  const asOther = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child: ChildProcess = spawn(
    program.path,
    [...asOther, '-q', join(folder, 'pgbouncer.ini')],
    { env: environmentOf(program), stdio: 'ignore' },
  );
  const through = (url: string): string => {
    const pooled = new URL(url);
    pooled.hostname = '127.0.0.1';
    pooled.port = String(port);
    return pooled.href;
  };
  await until('PgBouncer answers', async () => {
    const client = new pg.Client({ connectionString: through(databaseUrl) });
    client.on('error', () => undefined);
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    );
  });
  return {
    through,
    async stop() {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

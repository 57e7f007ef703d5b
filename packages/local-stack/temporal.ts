import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readJsonIfAny, replaceFile } from '../../src/platform/files.ts';
import { keep, type KeptProgram } from './keep.ts';
import { choosePorts, isPortFree } from '../../src/platform/free-ports.ts';
import { portHolder } from './port-holder.ts';
import { withPrivileges, type Command } from './privileges.ts';
import { serverPatienceMs, stopLeft, untilReady, type RunningServer } from './running-server.ts';
import type { TemporalProgram } from './temporal-program.ts';
import {
  dynamicConfig,
  dynamicConfigYaml,
  internalPorts,
  type InternalPorts,
} from './temporal-settings.ts';

export type TemporalServerOptions = {
  /** Holds `temporal/` (database file, ports) and `logs/temporal*.log`. Made when missing. */
  dataDir: string;
  program: TemporalProgram;
  port: number;
  /** For the UI that the Temporal CLI carries; undefined: none. */
  ui?: { port: number; codecEndpoint?: string };
  /** From our death until the server stops, in ms. */
  orphanGraceMs?: number;
  /** Gives up a start that still waits. */
  signal?: AbortSignal;
  /** Called with a sentence about each problem found and repaired. */
  onNotice?: (text: string) => void;
};

const readyTimeoutMs = 120_000;

/** Starts the server and waits until it takes work. Stops the leftovers of a killed run first. */
export async function startTemporalServer(options: TemporalServerOptions): Promise<RunningServer> {
  const folder = join(options.dataDir, 'temporal');
  const logFile = join(options.dataDir, 'logs', 'temporal.log');
  const runningFile = join(folder, 'server.json');
  for (const path of [folder, dirname(logFile)]) mkdirSync(path, { recursive: true, mode: 0o700 });

  await stopLeft(runningFile, 'Temporal', options.onNotice);
  if (!(await isPortFree(options.port, '127.0.0.1')))
    throw new Error(
      `Port ${options.port} for Temporal is in use by ${portHolder(options.port) ?? 'another program'}.`,
    );
  const ports = await keptPorts(join(folder, 'ports.json'), options.port);
  const kept = await keep(
    { ...serverProgram(options, folder, ports), orphanGraceMs: options.orphanGraceMs ?? 0 },
    logFile,
  );
  replaceFile(runningFile, JSON.stringify(kept.server));
  try {
    await untilReady(
      kept,
      {
        name: 'Temporal',
        isReady: () => answers(ports.FRONTEND_HTTP_PORT),
        everyMs: 50,
        mostMs: readyTimeoutMs,
        logFile,
        lastWords: () => readFileSync(logFile, 'utf8').slice(-2_000),
        slowBecause: 'after a kill it can take a minute',
      },
      options,
    );
  } catch (error) {
    await kept.stop(true);
    throw error;
  }
  return {
    address: `127.0.0.1:${options.port}`,
    pid: kept.server.pid,
    keeperPid: kept.keeper.pid,
    ended: kept.ended,
    stop: (hurry) => kept.stop(hurry),
  };
}

function serverProgram(
  options: TemporalServerOptions,
  folder: string,
  ports: InternalPorts,
): Omit<KeptProgram, 'orphanGraceMs'> {
  const { program } = options;
  const command: Command =
    program.kind === 'cli'
      ? { command: program.path, args: cliArguments(options, ports.FRONTEND_HTTP_PORT) }
      : { command: program.serverPath, args: ['--allow-no-auth', 'start'] };
  return {
    ...withPrivileges(command, 'SIGTERM'),
    cwd: folder,
    env: {
      // Nothing of ours is inherited: TEMPORAL_TLS_* and the like mean other things to the server.
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: folder,
      ...(program.kind === 'server' ? serverEnvironment(options.port, folder, ports) : {}),
    },
    stopSignal: 'SIGTERM',
    patienceMs: serverPatienceMs,
  };
}

function serverEnvironment(
  port: number,
  folder: string,
  ports: InternalPorts,
): Record<string, string> {
  const dynamicConfigFile = join(folder, 'dynamic-config.yaml');
  writeFileSync(dynamicConfigFile, dynamicConfigYaml());
  return {
    DB: 'sqlite',
    // Relative, for the name becomes part of a URL. One file for both, as the Temporal CLI has it: each can go on
    // with the other's data.
    DBNAME: 'temporal.db',
    VISIBILITY_DBNAME: 'temporal.db',
    NUM_HISTORY_SHARDS: '1',
    BIND_ON_IP: '127.0.0.1',
    LOG_LEVEL: 'error',
    DYNAMIC_CONFIG_FILE_PATH: dynamicConfigFile,
    FRONTEND_GRPC_PORT: String(port),
    ...Object.fromEntries(Object.entries(ports).map(([name, value]) => [name, String(value)])),
  };
}

function cliArguments(options: TemporalServerOptions, httpPort: number): string[] {
  const { ui } = options;
  const flags: [name: string, value: string][] = [
    ['ip', '127.0.0.1'],
    ['port', String(options.port)],
    ['http-port', String(httpPort)],
    ['db-filename', 'temporal.db'],
    ['log-level', 'error'],
    // Durable and fast: a write-ahead log that is flushed at each commit.
    ['sqlite-pragma', 'journal_mode=wal'],
    ['sqlite-pragma', 'synchronous=2'],
  ];
  if (ui) flags.push(['ui-port', String(ui.port)]);
  if (ui?.codecEndpoint) flags.push(['ui-codec-endpoint', ui.codecEndpoint]);
  for (const [name, value] of Object.entries(dynamicConfig))
    flags.push(['dynamic-config-value', `${name}=${value}`]);
  return [
    'server',
    'start-dev',
    ui ? '--ui-disable-news-fetch' : '--headless',
    ...flags.flatMap(([name, value]) => [`--${name}`, value]),
  ];
}

/**
 * The ports of the last run, as long as they are free. The server notes its members in its database and, started on
 * other ports soon after, waits about 50 s for those it had before.
 */
async function keptPorts(path: string, frontendPort: number): Promise<InternalPorts> {
  const known = (readJsonIfAny(path) ?? {}) as Partial<InternalPorts>;
  const chosen = await choosePorts(internalPorts.length, [frontendPort]);
  const ports = {} as InternalPorts;
  for (const [index, name] of internalPorts.entries()) {
    const before = known[name];
    const free = typeof before === 'number' && (await isPortFree(before, '127.0.0.1'));
    ports[name] = free ? before : (chosen[index] ?? 0);
  }
  replaceFile(path, JSON.stringify(ports));
  return ports;
}

/** A question has passed through the services that store (history) and hand out work (matching). */
async function answers(httpPort: number): Promise<boolean> {
  const namespace = `http://127.0.0.1:${httpPort}/api/v1/namespaces/temporal-system`;
  return (
    (await statusOf(`${namespace}/workflows/none`)) === 404 &&
    (await statusOf(`${namespace}/task-queues/none?taskQueueType=1`)) === 200
  );
}

async function statusOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}

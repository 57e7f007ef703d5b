import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJsonIfAny, replaceFile } from './files.ts';
import { keep, type Kept, type KeptProgram } from './keep.ts';
import { choosePorts, isPortFree } from '../free-ports.ts';
import { portHolder } from './port-holder.ts';
import { withPrivileges, type Command } from './privileges.ts';
import { endProcess, type ProcessMark } from './process-identity.ts';
import { findTemporal, type TemporalProgram } from './temporal-program.ts';
import {
  dynamicConfig,
  dynamicConfigYaml,
  internalPorts,
  type InternalPorts,
} from './temporal-settings.ts';
import { startTemporalUi } from './temporal-ui.ts';

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

export type RunningServer = {
  /** `host:port` for clients. */
  address: string;
  pid: number;
  keeperPid: number;
  /** Resolves with the reason when the server has ended, wanted or not. */
  ended: Promise<string>;
  stop(hurry?: boolean): Promise<void>;
};

export type RunningTemporal = RunningServer & { uiUrl?: string };

const patienceMs = 15_000;
const readyTimeoutMs = 120_000;
const slowStartMs = 5_000;

/**
 * Finds or makes a Temporal server (see temporal-program.ts) and starts it with its UI on 127.0.0.1, the data in
 * `dataDir`. Ports by default: any free ones. It stops when this process ends, however it ends.
 */
export async function startTemporal(options: {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  port?: number;
  uiPort?: number;
  ui?: boolean;
  namespace?: string;
  codecEndpoint?: string;
  orphanGraceMs?: number;
  onNotice?: (text: string) => void;
  onProgress?: (text: string) => void;
}): Promise<RunningTemporal> {
  const { uiPort, port, namespace, env, ui: wanted = true, codecEndpoint, ...rest } = options;
  const { onProgress, ...common } = rest;
  const [freePort = 0, freeUiPort = 0] = await choosePorts(2);
  const ui = wanted
    ? { port: uiPort ?? freeUiPort, ...(codecEndpoint ? { codecEndpoint } : {}) }
    : undefined;
  const program = await findTemporal({ ui: wanted, env, onProgress, onNotice: options.onNotice });
  const server = await startTemporalServer({
    ...common,
    program,
    port: port ?? freePort,
    ...(ui ? { ui } : {}),
  });
  if (!ui) return server;
  const uiUrl = `http://127.0.0.1:${ui.port}`;
  if (program.kind === 'cli') return { ...server, uiUrl };
  const uiServer = await startTemporalUi({
    ...common,
    ...ui,
    program,
    address: server.address,
    namespace: namespace ?? 'default',
  });
  return {
    ...server,
    uiUrl,
    async stop(hurry) {
      await server.stop(hurry);
      await uiServer.stop(hurry);
    },
  };
}

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
    await untilReady(kept, ports.FRONTEND_HTTP_PORT, logFile, options);
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

/** Ends the server that the file names, if it lives: a run that was killed can leave one. */
export async function stopLeft(
  runningFile: string,
  name: string,
  onNotice: ((text: string) => void) | undefined,
): Promise<void> {
  const mark = readJsonIfAny(runningFile) as Partial<ProcessMark> | undefined;
  if (typeof mark?.pid !== 'number' || typeof mark.startedAt !== 'string') return;
  const { pid, startedAt } = mark;
  await endProcess({ pid, startedAt }, 'SIGTERM', patienceMs, () =>
    onNotice?.(`${name} of an earlier run is still there (pid ${pid}); stopping it.`),
  );
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
    patienceMs,
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

/** Ready when a question has passed through the services that store (history) and hand out work (matching). */
async function untilReady(
  kept: Kept,
  httpPort: number,
  logFile: string,
  { signal, onNotice }: TemporalServerOptions,
): Promise<void> {
  const namespace = `http://127.0.0.1:${httpPort}/api/v1/namespaces/temporal-system`;
  const started = Date.now();
  let ended: string | undefined;
  void kept.ended.then((reason) => (ended = reason));
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    const history = await statusOf(`${namespace}/workflows/none`);
    if (
      history === 404 &&
      (await statusOf(`${namespace}/task-queues/none?taskQueueType=1`)) === 200
    )
      return;
    if (ended !== undefined)
      throw new Error(
        `Temporal did not start (${ended}):\n${readFileSync(logFile, 'utf8').slice(-2_000)}`,
      );
    const waitedMs = Date.now() - started;
    if (waitedMs > readyTimeoutMs) throw new Error(`Temporal is not ready; see ${logFile}.`);
    if (waitedMs > slowStartMs && !told) {
      told = true;
      onNotice?.('Temporal is still starting (after a kill it can take a minute) ...');
    }
    await sleep(50);
  }
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

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../src/platform/config/config.ts';
import { childEnvironment, roleEnvironments } from './child-environment.ts';
import { entryArguments, type ProgramName } from './entry.ts';
import { keepRunning, type KeptRunning, type Running } from './keep-running.ts';
import { tryLock } from './lock.ts';
import { portProblems } from './port-plan.ts';
import { startPostgres } from './postgres.ts';
import { markOf, type ProcessMark } from './process-identity.ts';
import { runOnce, startRole } from './role-process.ts';
import { endLeftRun, removeRunState, writeRunState, type RunState } from './run-state.ts';
import { stopLeft } from './running-server.ts';
import { startTemporalServer } from './temporal.ts';
import { findTemporal } from './temporal-program.ts';
import { startTemporalUi } from './temporal-ui.ts';
import type { Terminal } from './terminal.ts';

/** A start that cannot work until somebody changes something; the message names it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** A part that is up: `marks` as for {@link RunState.processes}. */
type Part = Running & { marks: Record<string, ProcessMark | undefined> };

export type Service = {
  urls: RunState['urls'];
  /**
   * In order: API, worker, sandbox, Temporal, its UI, PostgreSQL. Again with `hurry`: kills the remaining processes.
   */
  stop(hurry?: boolean): Promise<void>;
};

/**
 * The parts stop in this order. When we are killed, each notices by itself: roles at once, and the servers that they
 * use a few seconds later (in ms).
 */
const stopOrder = ['api', 'worker', 'sandbox', 'temporal', 'temporalUi', 'postgres'] as const;
type PartName = (typeof stopOrder)[number];
type RolePart = Extract<PartName, ProgramName>;
const temporalGraceMs = 4_000;
const postgresGraceMs = 7_000;

const partTitles: Record<PartName, string> = {
  api: 'The API',
  worker: 'The worker',
  sandbox: 'The sandbox',
  temporal: 'Temporal',
  temporalUi: 'The Temporal UI',
  postgres: 'PostgreSQL',
};

/**
 * Starts everything that the service needs on this machine and keeps it running. Services that the environment names as
 * external are used as they are. Rejects, with everything stopped again, when a part does not start; with a {@link
 * StartError} when the folder or a port is taken.
 */
export async function superviseService(options: {
  config: Config;
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
  /** Aborted: the start is given up. */
  signal: AbortSignal;
  /** Arguments to Node for a role; tests have their own. */
  roleArguments?: (name: ProgramName) => string[];
}): Promise<Service> {
  const { config, env, terminal } = options;
  // The first part that fails ends the start of the others, a long build among them.
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  const say = (text: string): void => terminal.say(text);
  const roleArguments = options.roleArguments ?? entryArguments;
  const { dataDir } = config;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });

  const urls: RunState['urls'] = { api: `http://localhost:${config.http.port}` };
  if (config.mode === 'sandbox') urls.sandbox = `http://localhost:${config.sandbox.port}`;
  const uiUrl =
    config.temporal.kind === 'embedded'
      ? `http://localhost:${config.temporal.uiPort}`
      : config.temporal.uiUrl;
  if (uiUrl) urls.temporalUi = uiUrl;

  const lock = tryLock(join(dataDir, 'run.lock'), urls);
  if (!lock.taken) {
    const { api } = lock.about as RunState['urls'];
    throw new StartError(
      `Optgate is already running on ${dataDir}: pid ${lock.holder.pid}, ${api}.\nStop it first; or, for a second copy beside it, set DATA_DIR and the ports.`,
    );
  }

  const parts = new Map<PartName, KeptRunning<Part>>();
  let hurried = false;
  const stop = async (hurry = false): Promise<void> => {
    if (hurry) {
      hurried = true;
      // PostgreSQL is quick, and killed it would have to recover.
      for (const [name, part] of parts) if (name !== 'postgres') void part.stop(true);
    }
    for (const name of stopOrder) await parts.get(name)?.stop(hurried && name !== 'postgres');
    removeRunState(dataDir);
    lock.release();
  };
  const state: RunState = {
    supervisor: markOf(process.pid) as ProcessMark,
    ready: false,
    urls,
    databaseUrl: '',
    temporal: { address: '', namespace: config.temporal.namespace },
    processes: {},
  };
  const writeState = (): void => {
    const marks = [...parts.values()].flatMap((part) =>
      Object.entries(part.current()?.marks ?? {}).filter(([, mark]) => mark),
    );
    state.processes = Object.fromEntries(marks) as Record<string, ProcessMark>;
    writeRunState(dataDir, state);
  };
  const keep = async (name: PartName, start: () => Promise<Part>): Promise<void> => {
    signal.throwIfAborted();
    parts.set(
      name,
      await keepRunning({
        name: partTitles[name],
        start,
        tell: say,
        onChange: () => setImmediate(writeState),
      }),
    );
    signal.throwIfAborted();
  };

  try {
    await endLeftRun(dataDir, say);
    // Killed while it started, a server is in no run.json yet.
    for (const name of ['server', 'ui'])
      await stopLeft(join(dataDir, 'temporal', `${name}.json`), 'Temporal', say);
    const problems = await portProblems(config);
    if (problems.length > 0) throw new StartError(problems.map((text) => `- ${text}`).join('\n'));
    await together(failure, [startDatabase(), startTemporal()]);
    const childEnv = await childEnvironment(config, env, { ...state, uiUrl });
    await runOnce(
      'migrate',
      [
        ...roleArguments('migrate'),
        ...(config.temporal.kind === 'embedded' ? ['--own-cluster'] : []),
      ],
      childEnv,
      signal,
    );
    const roleEnv = await roleEnvironments(config, childEnv, state.databaseUrl);
    await together(
      failure,
      (['sandbox', 'api', 'worker'] as const)
        .filter((name) => name !== 'sandbox' || config.mode === 'sandbox')
        .map((name) => keep(name, () => startRolePart(name, roleEnv[name]))),
    );
    state.ready = true;
    writeState();
    return { urls, stop };
  } catch (error) {
    await stop();
    throw error;
  }

  async function startDatabase(): Promise<void> {
    if (config.database.kind === 'external') {
      state.databaseUrl = config.database.url;
      return;
    }
    let { port } = config.database;
    await keep('postgres', async () => {
      const server = await startPostgres({
        dataDir,
        ...(port === undefined ? {} : { port }),
        orphanGraceMs: postgresGraceMs,
        signal,
        onNotice: say,
      });
      // The roles have been told this address: a restart keeps it.
      port = server.port;
      state.databaseUrl = server.url;
      return { ...server, marks: marksOf('postgres', server) };
    });
  }

  async function startTemporal(): Promise<void> {
    const { temporal } = config;
    if (temporal.kind === 'external') {
      state.temporal.address = temporal.address;
      return;
    }
    const common = {
      dataDir,
      orphanGraceMs: temporalGraceMs,
      onNotice: say,
    };
    const codecEndpoint = `${config.http.publicUrl}/codec`;
    const program = await findTemporal({
      ...common,
      ui: true,
      env,
      signal,
      onProgress: (text) => terminal.progress(text),
    });
    await keep('temporal', async () => {
      const server = await startTemporalServer({
        ...common,
        program,
        port: temporal.port,
        ui: { port: temporal.uiPort, codecEndpoint },
        signal,
      });
      state.temporal.address = server.address;
      return { ...server, marks: marksOf('temporal', server) };
    });
    if (program.kind === 'cli') return;
    await keep('temporalUi', async () => {
      const server = await startTemporalUi({
        ...common,
        program,
        port: temporal.uiPort,
        address: state.temporal.address,
        namespace: temporal.namespace,
        codecEndpoint,
      });
      return { ...server, marks: marksOf('temporalUi', server) };
    });
  }

  async function startRolePart(name: RolePart, childEnv: NodeJS.ProcessEnv): Promise<Part> {
    const role = await startRole({
      name: partTitles[name],
      args: roleArguments(name),
      env: childEnv,
      signal,
      onSlow: () => terminal.say(`${partTitles[name]} is still starting ...`),
    });
    return { ...role, marks: { [name]: role.mark } };
  }
}

function marksOf(
  name: string,
  server: { pid: number; keeperPid: number },
): Record<string, ProcessMark | undefined> {
  return { [name]: markOf(server.pid), [`${name} keeper`]: markOf(server.keeperPid) };
}

/** All of them, or the first failure, once the others have settled: only then is it known which ones to stop. */
async function together(failure: AbortController, starts: Promise<void>[]): Promise<void> {
  let first: unknown;
  const fail = (error: unknown): void => {
    if (!failure.signal.aborted) first = error;
    failure.abort();
  };
  await Promise.all(starts.map((start) => start.catch(fail)));
  if (failure.signal.aborted) throw first;
}

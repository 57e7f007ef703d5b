import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { entryArguments } from '../local-stack/entry.ts';
import { newEncryptionKey } from '../../src/platform/config/encryption-keys.ts';
import { choosePorts } from '../../src/platform/free-ports.ts';
import {
  signalProcess,
  untilGone,
  type CommandEnd,
  type Installation,
  type Part,
  type Terminated,
} from './installation.ts';
import {
  bareEnvironment,
  preload,
  runAdmin,
  workerEnvironment,
  writeEnvironment,
} from './processes.ts';

type RunFile = {
  ready?: boolean;
  databaseUrl?: string;
  processes?: Record<string, { pid: number }>;
};

/** As `npm start` names them in its log. */
const titles: Partial<Record<Part, string>> = { worker: 'The worker', api: 'The API' };

/** A first start may have to build the Temporal server, in ms. */
const startPatienceMs = 900_000;
const stopServiceMs = 60_000;
/** How long a supervisor may take to say why a part ended, in ms. */
const saidMs = 5_000;

/** The service as people start it, each part a process of its own, on ports and a data folder of its own. */
export class Service implements Installation {
  readonly parts = ['worker', 'api', 'temporal', 'postgres'] as const;
  readonly root: string;
  readonly api: string;
  readonly sandbox: string;
  readonly temporal: string;
  readonly dataDir: string;
  readonly #child: ChildProcess;
  readonly #keep: boolean;
  #stopping: Promise<void> | undefined;
  #keys: readonly string[];
  #databaseUrl: string | undefined;

  private constructor(
    child: ChildProcess,
    root: string,
    dataDir: string,
    ports: Ports,
    keys: readonly string[],
    keep: boolean,
  ) {
    this.#child = child;
    this.#keep = keep;
    this.#keys = keys;
    this.root = root;
    this.dataDir = dataDir;
    this.api = `http://127.0.0.1:${ports.PORT}`;
    this.sandbox = `http://127.0.0.1:${ports.SANDBOX_PORT}`;
    this.temporal = `127.0.0.1:${ports.TEMPORAL_PORT}`;
  }

  static async start(options: {
    root: string;
    keep: boolean;
    signal: AbortSignal;
  }): Promise<Service> {
    const dataDir = mkdtempSync(join(tmpdir(), 'optgate-soak-'));
    const ports = await choosePartPorts();
    const keys = [newEncryptionKey('soak0')];
    const log = openSync(join(dataDir, 'service.log'), 'a', 0o600);
    const child = spawn(process.execPath, entryArguments('start', options.root), {
      cwd: options.root,
      env: {
        ...bareEnvironment,
        DATA_DIR: dataDir,
        LOG_LEVEL: 'warn',
        ENCRYPTION_KEYS: keys.join(','),
        NODE_OPTIONS: preload,
        // So that it notices when we are killed.
        npm_lifecycle_event: 'soak',
        ...ports,
      },
      // Ctrl-C comes to us alone; we stop it in order.
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const service = new Service(child, options.root, dataDir, ports, keys, options.keep);
    try {
      await service.#ready(options.signal);
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  pidOf(part: Part): number | undefined {
    return this.#runFile()?.processes?.[part]?.pid;
  }

  async terminate(part: Part): Promise<Terminated | undefined> {
    const pid = this.pidOf(part);
    const logFile = this.#logFile();
    const before = statSync(logFile).size;
    const askedAt = Date.now();
    if (pid === undefined || !signalProcess(pid, 'SIGTERM')) return undefined;
    if (!(await untilGone(pid)))
      return { pid, reason: 'it did not end', tookMs: Date.now() - askedAt };
    const tookMs = Date.now() - askedAt;
    // Its supervisor says why, a moment later.
    const words = `${titles[part]} ended (`;
    for (const deadline = Date.now() + saidMs; Date.now() < deadline; await sleep(100)) {
      const [, said] = readFrom(logFile, before).split(words);
      if (said !== undefined) return { pid, reason: said.slice(0, said.indexOf(')')), tookMs };
    }
    return { pid, reason: 'nobody said why', tookMs };
  }

  get databaseUrl(): string {
    this.#databaseUrl ??= this.#runFile()?.databaseUrl;
    if (this.#databaseUrl === undefined) throw new Error('the service has no database yet');
    return this.#databaseUrl;
  }

  get encryptionKeys(): readonly string[] {
    return this.#keys;
  }

  set encryptionKeys(keys: readonly string[]) {
    this.#keys = keys;
    writeEnvironment(this.dataDir, { ENCRYPTION_KEYS: keys.join(',') });
  }

  admin(words: readonly string[]): Promise<CommandEnd> {
    const env = { DATA_DIR: this.dataDir, ENCRYPTION_KEYS: this.#keys.join(',') };
    return runAdmin(this.root, words, env);
  }

  workerEnvironment(): NodeJS.ProcessEnv {
    return workerEnvironment(this.dataDir);
  }

  async reconnectPooler(): Promise<void> {
    // There is none.
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The last lines of the service's log. */
  logTail(lines = 30): string {
    return readFileSync(this.#logFile(), 'utf8').split('\n').slice(-lines).join('\n');
  }

  #logFile(): string {
    return join(this.dataDir, 'service.log');
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    if (!this.ended) {
      const worker = this.pidOf('worker');
      if (worker !== undefined) signalProcess(worker, 'SIGCONT');
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      const killer = setTimeout(() => this.#child.kill('SIGKILL'), stopServiceMs);
      await exit;
      clearTimeout(killer);
    }
    if (!this.#keep) rmSync(this.dataDir, { recursive: true, force: true });
  }

  async #ready(signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + startPatienceMs;
    while (this.#runFile()?.ready !== true) {
      signal.throwIfAborted();
      if (this.ended) throw new Error(`the service ended before it was ready:\n${this.logTail()}`);
      if (Date.now() > deadline)
        throw new Error(`the service was not ready in time:\n${this.logTail()}`);
      await sleep(100);
    }
  }

  #runFile(): RunFile | undefined {
    try {
      return JSON.parse(readFileSync(join(this.dataDir, 'run.json'), 'utf8')) as RunFile;
    } catch {
      return undefined;
    }
  }
}

/** The log grows by megabytes in a run: only what is new is read. */
function readFrom(path: string, position: number): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.max(statSync(path).size - position, 0));
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, position));
  } finally {
    closeSync(file);
  }
}

const portNames = ['PORT', 'SANDBOX_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT'] as const;
type Ports = Record<(typeof portNames)[number], string>;

async function choosePartPorts(): Promise<Ports> {
  const chosen = await choosePorts(portNames.length);
  return Object.fromEntries(portNames.map((name, index) => [name, String(chosen[index])])) as Ports;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { choosePorts } from '../src/free-ports.ts';

/** The parts that are killed; the sandbox never is: its outbox is the witness. */
export const parts = ['worker', 'api', 'temporal', 'postgres'] as const;
export type Part = (typeof parts)[number];

type RunFile = { ready?: boolean; processes?: Record<string, { pid: number }> };

/** A first start may have to build the Temporal server, in ms. */
const startPatienceMs = 900_000;
const stopPatienceMs = 60_000;

/** The service as people start it, each part a process of its own, on ports and a data folder of its own. */
export class Service {
  readonly api: string;
  readonly sandbox: string;
  readonly temporal: string;
  readonly dataDir: string;
  readonly #child: ChildProcess;
  readonly #keep: boolean;
  #stopping: Promise<void> | undefined;

  private constructor(child: ChildProcess, dataDir: string, ports: Ports, keep: boolean) {
    this.#child = child;
    this.#keep = keep;
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
    const log = openSync(join(dataDir, 'service.log'), 'a', 0o600);
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(options.root, 'src', 'start.ts')],
      {
        cwd: options.root,
        // Nothing else is inherited: a provider's key in this shell must not make it write to real people.
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          DATA_DIR: dataDir,
          LOG_LEVEL: 'warn',
          // So that it notices when we are killed.
          npm_lifecycle_event: 'soak',
          ...ports,
        },
        // Ctrl-C comes to us alone; we stop it in order.
        detached: true,
        stdio: ['ignore', log, log],
      },
    );
    closeSync(log);
    const service = new Service(child, dataDir, ports, options.keep);
    try {
      await service.#ready(options.signal);
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  /** Undefined while the part is down. */
  pidOf(part: Part): number | undefined {
    return this.#runFile()?.processes?.[part]?.pid;
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The last lines of the service's log. */
  logTail(lines = 30): string {
    return readFileSync(join(this.dataDir, 'service.log'), 'utf8')
      .split('\n')
      .slice(-lines)
      .join('\n');
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
      const killer = setTimeout(() => this.#child.kill('SIGKILL'), stopPatienceMs);
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

/** False: it is gone already. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

const portNames = ['PORT', 'SANDBOX_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT'] as const;
type Ports = Record<(typeof portNames)[number], string>;

async function choosePartPorts(): Promise<Ports> {
  const chosen = await choosePorts(portNames.length);
  return Object.fromEntries(portNames.map((name, index) => [name, String(chosen[index])])) as Ports;
}

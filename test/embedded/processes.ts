import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { typescriptArguments } from '../../packages/local-stack/entry.ts';
import { choosePorts } from '../../src/platform/free-ports.ts';
import { commandLine, markOf } from '../../packages/local-stack/process-identity.ts';
import type { RunState } from '../../packages/local-stack/run-state.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Registers what is to be done at the end of the test, or, where tests build on one another, of the file. */
export type AtEnd = (action: () => void) => void;

/** A folder that goes with the test. Mode 700, as mkdtemp makes it: PostgreSQL's user could not enter it. */
export function temporaryFolder(atEnd: AtEnd = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'optgate-embedded-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeoutMs = 90_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await sleep(25);
  }
}

export function isAlive(pid: number): boolean {
  return markOf(pid) !== undefined;
}

/** The processes whose command line has the text: with a test's own folder in it, what the test left behind. */
export function processesWith(text: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .map((entry) => commandLine(Number(entry)))
    .filter((command) => command.includes(text));
}

export type Program = {
  child: ChildProcess;
  output: () => string;
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** Runs one of our TypeScript programs in a process group of its own, as a terminal does. */
export function runProgram(
  path: string,
  options: { args?: string[]; env?: NodeJS.ProcessEnv; ipc?: boolean; atEnd?: AtEnd } = {},
): Program {
  const child = spawn(
    process.execPath,
    [...typescriptArguments(), join(root, path), ...(options.args ?? [])],
    {
      cwd: root,
      env: { ...process.env, ...options.env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? (['ipc'] as const) : [])],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exit: Program['exit'] = new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  (options.atEnd ?? onTestFinished)(() => void child.kill('SIGKILL'));
  return { child, output: () => output, exit };
}

export type StartedService = Program & { dataDir: string; state: () => RunState };

/** Waits until `npm start`'s program, or one like it, says that it runs. */
export async function untilRunning(program: Program, dataDir: string): Promise<StartedService> {
  let exited = false;
  void program.exit.then(() => (exited = true));
  await until('it is running', () => {
    if (exited) throw new Error(`it ended:\n${program.output()}`);
    return program.output().includes('Optgate is running.');
  });
  return {
    ...program,
    dataDir,
    state: () => JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as RunState,
  };
}

/** A Ctrl-C as the terminal sends it: to the whole process group. */
export function pressCtrlC({ child }: Program): void {
  process.kill(-(child.pid ?? 0), 'SIGINT');
}

/** Environment for a copy of the service on ports of its own. */
export async function ownPorts(dataDir: string): Promise<Record<string, string>> {
  const names = ['PORT', 'SANDBOX_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT'];
  const ports = await choosePorts(names.length);
  return {
    DATA_DIR: dataDir,
    ...Object.fromEntries(names.map((name, index) => [name, String(ports[index])])),
  };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { configExitCode, type RoleMessage } from '../../src/main/role.ts';
import type { Running } from './keep-running.ts';
import { markOf, type ProcessMark } from './process-identity.ts';

export type RoleProgram = {
  name: string;
  /** For `process.execPath`. */
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Aborted while it starts: it is stopped. */
  signal: AbortSignal;
  /** Told when it has not become ready for a while. */
  onSlow: () => void;
};

export type RunningRole = Running & { mark: ProcessMark | undefined };

/** A role that ended before it was ready. */
export class RoleStartError extends Error {
  override readonly name = 'RoleStartError';
  readonly exitCode: number;
  constructor(role: string, reason: string, exitCode: number) {
    super(`${role} ended before it was ready (${reason})`);
    this.exitCode = exitCode;
  }
}

/** Longer than a role gives itself (src/main/role.ts), in ms. */
const patienceMs = 20_000;
const slowMs = 30_000;

/**
 * Starts a role in a session of its own: Ctrl-C reaches the supervisor alone, which stops the roles in order; if the
 * supervisor dies, the closed IPC channel tells them. Resolves when it is ready, rejects with a {@link RoleStartError}.
 */
export async function startRole(program: RoleProgram): Promise<RunningRole> {
  const child = spawn(process.execPath, program.args, {
    env: program.env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const outcome = new Promise<{ reason: string; exitCode: number }>((resolve) => {
    child.once('error', (error) => resolve({ reason: error.message, exitCode: 1 }));
    child.once('exit', (code, signal) =>
      resolve({ reason: signal ?? `exit code ${code}`, exitCode: code ?? 1 }),
    );
  });
  const slow = setTimeout(program.onSlow, slowMs);
  const giveUp = (): void => void child.kill('SIGTERM');
  program.signal.addEventListener('abort', giveUp);
  try {
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message: RoleMessage) => {
        if (message.type === 'ready') resolve();
      });
      void outcome.then(({ reason, exitCode }) =>
        reject(new RoleStartError(program.name, reason, exitCode)),
      );
    });
  } finally {
    clearTimeout(slow);
    program.signal.removeEventListener('abort', giveUp);
  }
  const ended = outcome.then(({ reason }) => reason);
  return {
    mark: child.pid === undefined ? undefined : markOf(child.pid),
    ended,
    stop: (hurry) => stopRole(child, ended, hurry),
  };
}

/** Asks a role to end, or kills it in a hurry, and where it does not end in time. Resolves when it has ended. */
export async function stopRole(
  child: ChildProcess,
  ended: Promise<unknown>,
  hurry = false,
): Promise<void> {
  child.kill(hurry ? 'SIGKILL' : 'SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await ended;
  clearTimeout(killer);
}

/** Runs a program that ends by itself. Rejects with a {@link RoleStartError} when it fails. */
export async function runOnce(
  name: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(process.execPath, args, {
    env,
    signal,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [reason, exitCode] = await new Promise<[string, number]>((resolve) => {
    child.once('error', (error) => resolve([error.message, 1]));
    child.once('exit', (code, killedBy) => resolve([killedBy ?? `exit code ${code}`, code ?? 1]));
  });
  if (exitCode !== 0)
    throw new RoleStartError(name, reason, exitCode === configExitCode ? configExitCode : 1);
}

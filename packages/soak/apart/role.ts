import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Running } from '../../local-stack/keep-running.ts';
import { stopRole } from '../../local-stack/role-process.ts';

export type RunningProcess = Running & { pid: number };

/** Starts one of the service's roles; its output goes to a file. Resolves when it is ready. */
export async function startRole(options: {
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  logFile: string;
}): Promise<RunningProcess> {
  const { args, cwd, env, logFile } = options;
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, args, {
    cwd,
    env,
    detached: true,
    // It ends by itself when this process does: the channel to it closes.
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const ready = new Promise<'ready'>((resolve) => child.once('message', () => resolve('ready')));
  const outcome = await Promise.race([ready, ended]);
  if (outcome !== 'ready') throw new Error(`${args.at(-1)} ended before it was ready: ${outcome}`);
  return {
    pid: child.pid ?? 0,
    ended,
    stop: (hurry) => stopRole(child, ended, hurry),
  };
}

/** Runs a program to its end. Rejects where that is not a good one. */
export async function runToEnd(
  command: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; logFile: string },
): Promise<void> {
  const { cwd, env, logFile } = options;
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', log, log] });
  closeSync(log);
  const reason = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  if (reason !== 'exit code 0') throw new Error(`${command} ended: ${reason}; see ${logFile}`);
}

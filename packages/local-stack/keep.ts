import { spawn } from 'node:child_process';
import { closeSync, openSync, renameSync, statSync } from 'node:fs';
import { entryArguments } from './entry.ts';
import { endProcess, markOf, type ProcessMark } from './process-identity.ts';

/** A server to be kept by keeper.ts. Times in ms. */
export type KeptProgram = {
  command: string;
  args: string[];
  cwd: string;
  /** All of its environment: nothing is inherited. */
  env: Record<string, string>;
  /** To start it as another user, where privileges.ts cannot. */
  user?: { uid: number; gid: number };
  /** The signal for an orderly stop. */
  stopSignal: NodeJS.Signals;
  /** From the stop signal until it is killed. */
  patienceMs: number;
  /** From our death until it is asked to stop. */
  orphanGraceMs: number;
};

export type KeeperOrder = { type: 'run'; program: KeptProgram } | { type: 'stop' | 'kill' };
export type KeeperMessage = { type: 'started'; pid: number } | { type: 'ended'; reason: string };

export type Kept = {
  /** The server itself. */
  server: ProcessMark;
  /** The process that keeps it. */
  keeper: ProcessMark;
  /** Resolves, with the reason, when both have ended, wanted or not. */
  ended: Promise<string>;
  /** In good order; killed when `hurry`. Resolves when both have ended. */
  stop(hurry?: boolean): Promise<void>;
};

const largestLogBytes = 10 * 1024 * 1024;

/** Starts the program under a keeper; its output goes to `logFile`. Rejects when it cannot be started. */
export function keep(program: KeptProgram, logFile: string): Promise<Kept> {
  const log = openLog(logFile);
  const child = spawn(process.execPath, entryArguments('keeper'), {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);

  let reason: string | undefined;
  let server: ProcessMark | undefined;
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      // A keeper that was killed leaves its server behind.
      const left = server
        ? endProcess(server, program.stopSignal, program.patienceMs)
        : Promise.resolve();
      left.then(
        () => resolve(reason ?? `its keeper ended: ${signal ?? `exit code ${code}`}`),
        reject,
      );
    });
  });
  const order = (message: KeeperOrder): void => {
    if (child.connected) child.send(message, () => undefined);
  };

  return new Promise((resolve, reject) => {
    void ended.then((why) => reject(new Error(`${program.command}: ${why}`)));
    child.on('message', (message: KeeperMessage) => {
      if (message.type === 'ended') {
        reason = message.reason;
        return;
      }
      server = markOrGone(message.pid);
      resolve({
        server,
        keeper: markOrGone(child.pid ?? 0),
        ended,
        async stop(hurry = false) {
          order({ type: hurry ? 'kill' : 'stop' });
          await ended;
        },
      });
    });
    order({ type: 'run', program });
  });
}

/** A program can end within a millisecond; `ended` tells then. */
function markOrGone(pid: number): ProcessMark {
  return markOf(pid) ?? { pid, startedAt: 'it has ended' };
}

/** Opens for appending; a large log is first moved to `.1`, of which one is kept. */
function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largestLogBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

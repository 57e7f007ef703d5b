import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A process as it can be recognised later. Process ids are reused, within minutes in a container, so nothing is ever
 * signalled or taken for alive by its id alone.
 */
export type ProcessMark = { pid: number; startedAt: string };

/** The mark of a living process; undefined when there is none with that id. */
export function markOf(pid: number): ProcessMark | undefined {
  const startedAt = startTime(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isRunning(mark: ProcessMark): boolean {
  return startTime(mark.pid) === mark.startedAt;
}

/** Sends the signal if the process is still the one that was marked. False when it is gone. */
export function signalProcess(mark: ProcessMark, signal: NodeJS.Signals): boolean {
  if (!isRunning(mark)) return false;
  try {
    process.kill(mark.pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** True when the process ended within the time. */
export async function waitForEnd(mark: ProcessMark, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isRunning(mark)) {
    if (Date.now() >= deadline) return false;
    await sleep(25);
  }
  return true;
}

/** Asks with `signal`, waits, then kills. Resolves when the process is gone; `onAlive` hears if it was there. */
export async function endProcess(
  mark: ProcessMark,
  signal: NodeJS.Signals,
  patienceMs: number,
  onAlive?: () => void,
): Promise<void> {
  if (!signalProcess(mark, signal)) return;
  onAlive?.();
  if (await waitForEnd(mark, patienceMs)) return;
  signalProcess(mark, 'SIGKILL');
  await waitForEnd(mark, 5_000);
}

/** Where the process works: undefined when it is gone, or when this system does not say. */
export function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** The command line, as far as this system shows it; empty when the process is gone. */
export function commandLine(pid: number): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return '';
    }
  }
  return ps(pid, 'command=') ?? '';
}

/** A text that stays the same as long as the process lives and differs for the next one with its id. */
function startTime(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything; the fields after it are plain. See proc(5): state, …, starttime.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    // A zombie holds no file and no port: for us it has ended.
    if (state === 'Z' || state === 'X') return undefined;
    return `${bootId()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

let knownBootId: string | undefined;

/** Start times count from the boot, so that two boots can give the same id and time. */
function bootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return knownBootId;
}

function ps(pid: number, column: string): string | undefined {
  try {
    const output = execFileSync('ps', ['-o', column, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.trim() || undefined;
  } catch {
    return undefined;
  }
}

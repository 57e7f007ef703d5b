import { readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFileIfAny } from '../../src/platform/files.ts';
import {
  commandLine,
  endProcess,
  markOf,
  signalProcess,
  waitForEnd,
  workingFolder,
} from './process-identity.ts';

const patienceMs = 30_000;

/**
 * Clears the remains of a killed run in the cluster `folder`: a server that lives on is stopped in good order (ours has
 * other settings, and a keeper), its last sessions are waited for, and a pid file that names a stranger is removed.
 */
export async function clearLeftPostgres(
  folder: string,
  onNotice: (text: string) => void,
): Promise<void> {
  const pidFile = join(folder, 'postmaster.pid');
  const pid = Number(readFileIfAny(pidFile)?.split('\n')[0]);
  if (!(pid > 0)) return;
  const real = realpathSync(folder);
  const mark = markOf(pid);
  if (mark && isServerOf(pid, folder, real)) {
    onNotice(`PostgreSQL of an earlier run is still there (pid ${pid}); stopping it.`);
    signalProcess(mark, 'SIGINT');
    if (!(await waitForEnd(mark, patienceMs))) await endProcess(mark, 'SIGQUIT', patienceMs);
  }
  // A session that outlives its server for a moment still has the memory that the next server must not find in use.
  const deadline = Date.now() + patienceMs;
  while (sessionsIn(real).length > 0 && Date.now() < deadline) await sleep(50);
  if (sessionsIn(real).length > 0) return; // PostgreSQL itself then reports the conflict.
  // Where sessions cannot be seen, PostgreSQL's own look at a dead predecessor is the better one.
  if (process.platform !== 'linux' && !mark) return;
  // It would refuse to start for any process with that id: for an unrelated one that got it since, and for a dead
  // predecessor that its parent has not yet reaped.
  rmSync(pidFile, { force: true });
}

/** PostgreSQL works in its data folder, which tells it apart; elsewhere than on Linux its arguments do. */
function isServerOf(pid: number, folder: string, real: string): boolean {
  const works = workingFolder(pid);
  if (works !== undefined) return works === real;
  const command = commandLine(pid);
  return command.includes('postgres') && (command.includes(folder) || command.includes(real));
}

function sessionsIn(real: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => workingFolder(pid) === real && commandLine(pid).startsWith('postgres'));
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { pause, stopPatienceMs, type Installation } from '../installation.ts';
import { entryArguments } from '../../local-stack/entry.ts';
import type { Upheaval } from './field.ts';

const hourMs = 3_600_000;
const worksMs = 35_000;

/** A second worker, on a machine whose clock is an hour ahead or behind (preload/role.mjs). */
export const movedClock: Upheaval = async ({ service, world: { journal, over }, random }) => {
  const movedMs = random.pick([hourMs, -hourMs]);
  const worker = startWorker(service, movedMs);
  const exit = once(worker, 'exit') as Promise<[number | null, string | null]>;
  const reasonOf = ([code, signal]: [number | null, string | null]): string =>
    signal ?? `exit code ${code}`;
  const ready = once(worker, 'message').then(() => 'ready' as const);
  const outcome = await Promise.race([ready, exit.then(reasonOf)]);
  if (outcome !== 'ready') {
    journal.surprise(`a worker with a moved clock ended before it was ready: ${outcome}`);
    return;
  }
  await Promise.race([pause(worksMs, over), exit]);
  if (worker.exitCode !== null || worker.signalCode !== null) {
    journal.surprise(`a worker with a moved clock ended: ${reasonOf(await exit)}`);
    return;
  }
  const at = Date.now();
  worker.kill('SIGTERM');
  const killer = setTimeout(() => worker.kill('SIGKILL'), stopPatienceMs);
  const reason = reasonOf(await exit);
  clearTimeout(killer);
  const part = 'worker with a moved clock';
  journal.data.stops.push({ part, at, tookMs: Date.now() - at, reason });
};

/** It ends by itself when this process does: the channel to it closes. */
function startWorker(service: Installation, movedMs: number): ChildProcess {
  const log = openSync(join(service.dataDir, 'moved-clock.log'), 'a', 0o600);
  const worker = spawn(process.execPath, entryArguments('worker', service.root), {
    cwd: service.root,
    env: { ...service.workerEnvironment(), SOAK_CLOCK_MS: String(movedMs) },
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  return worker;
}

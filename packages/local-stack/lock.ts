import { linkSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFile, readJsonIfAny } from '../../src/platform/files.ts';
import { isRunning, markOf, type ProcessMark } from './process-identity.ts';

export type LockAttempt =
  | { taken: true; release(): void }
  /** `holder` is alive; `about` is its own description. */
  | { taken: false; holder: ProcessMark; about: unknown };

type Content = { holder: ProcessMark; about: unknown };

/**
 * A lock file that names its holder. One whose holder has ended, even by kill -9, is taken over; the holder is known by
 * its start time too, so that a reused process id blocks nobody.
 */
export function tryLock(path: string, about: unknown = {}): LockAttempt {
  const holder = markOf(process.pid);
  if (!holder) throw new Error('The own process was not found.');
  const text = JSON.stringify({ holder, about } satisfies Content);
  for (;;) {
    if (createFile(path, text))
      return { taken: true, release: () => rmSync(path, { force: true }) };
    const content = readContent(path);
    if (content && isRunning(content.holder)) return { taken: false, ...content };
    removeStale(path, content);
  }
}

/** Waits for the lock, runs, and gives it back. `onWait` is called once with the holder that we wait for. */
export async function withLock<T>(
  path: string,
  options: { signal: AbortSignal | undefined; onWait: (holder: ProcessMark) => void },
  run: () => Promise<T>,
): Promise<T> {
  let told = false;
  for (;;) {
    options.signal?.throwIfAborted();
    const attempt = tryLock(path);
    if (attempt.taken) {
      try {
        return await run();
      } finally {
        attempt.release();
      }
    }
    if (!told) options.onWait(attempt.holder);
    told = true;
    await sleep(200);
  }
}

function readContent(path: string): Content | undefined {
  const value = readJsonIfAny(path) as Partial<Content> | undefined;
  const holder = value?.holder;
  if (typeof holder?.pid !== 'number' || typeof holder.startedAt !== 'string') return undefined;
  return { holder, about: value?.about };
}

/** Two processes may find the same stale lock. One that then moves away the other's fresh lock puts it back. */
function removeStale(path: string, stale: Content | undefined): void {
  const moved = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, moved);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const content = readContent(moved);
  if (content && content.holder.startedAt !== stale?.holder.startedAt) {
    try {
      linkSync(moved, path);
    } catch {
      // A third has it by now.
    }
  }
  rmSync(moved, { force: true });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { readJsonIfAny } from '../../src/platform/files.ts';
import { endProcess, type ProcessMark } from './process-identity.ts';

/** A server of the local stack: Temporal, or its UI. */
export type RunningServer = {
  /** `host:port` for clients. */
  address: string;
  pid: number;
  keeperPid: number;
  /** Resolves with the reason when the server has ended, wanted or not. */
  ended: Promise<string>;
  stop(hurry?: boolean): Promise<void>;
};

/** How long a server that was asked to end may take before it is killed, in ms. */
export const serverPatienceMs = 15_000;

/** Ends the server that the file names, if it lives: a run that was killed can leave one. */
export async function stopLeft(
  runningFile: string,
  name: string,
  onNotice: ((text: string) => void) | undefined,
): Promise<void> {
  const mark = readJsonIfAny(runningFile) as Partial<ProcessMark> | undefined;
  if (typeof mark?.pid !== 'number' || typeof mark.startedAt !== 'string') return;
  const { pid, startedAt } = mark;
  await endProcess({ pid, startedAt }, 'SIGTERM', serverPatienceMs, () =>
    onNotice?.(`${name} of an earlier run is still there (pid ${pid}); stopping it.`),
  );
}

/** A start that takes longer than so many ms is told about. */
const slowStartMs = 5_000;

/** Waits until a started server is ready. Throws where it ends before, takes longer than `mostMs`, or `signal` aborts. */
export async function untilReady(
  { ended }: Pick<RunningServer, 'ended'>,
  server: {
    name: string;
    isReady: () => boolean | Promise<boolean>;
    /** How often it is asked, in ms. */
    everyMs: number;
    mostMs: number;
    logFile: string;
    /** The end of its log, for the error. */
    lastWords: () => string;
    /** Why a start may be slow. */
    slowBecause: string;
  },
  { signal, onNotice }: { signal?: AbortSignal; onNotice?: (text: string) => void },
): Promise<void> {
  const { name, isReady, everyMs, mostMs, logFile, lastWords, slowBecause } = server;
  const started = Date.now();
  let reason: string | undefined;
  void ended.then((why) => (reason = why));
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    if (await isReady()) return;
    if (reason !== undefined) throw new Error(`${name} did not start (${reason}):\n${lastWords()}`);
    const waitedMs = Date.now() - started;
    if (waitedMs > mostMs) throw new Error(`${name} is not ready; see ${logFile}.`);
    if (waitedMs > slowStartMs && !told) {
      told = true;
      onNotice?.(`${name} is still starting (${slowBecause}) ...`);
    }
    await sleep(everyMs);
  }
}

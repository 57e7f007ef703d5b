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

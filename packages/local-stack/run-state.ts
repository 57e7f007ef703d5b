import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonIfAny, replaceFile } from '../../src/platform/files.ts';
import { endProcess, isRunning, waitForEnd, type ProcessMark } from './process-identity.ts';

/**
 * `run.json` in the data folder: the processes that `npm start` runs there now. For `npm run demo`, for tests, for the
 * next start.
 */
export type RunState = {
  supervisor: ProcessMark;
  /** All parts have answered. */
  ready: boolean;
  urls: {
    api: string;
    sandbox?: string;
    temporalUi?: string;
  };
  databaseUrl: string;
  temporal: { address: string; namespace: string };
  /**
   * By part: `api`, `worker`, `sandbox`, `temporal`, `temporalUi`, `postgres`, and `… keeper` for a server's keeper.
   */
  processes: Record<string, ProcessMark>;
};

/** The order of ending the leftovers of a killed run; roles already have their signal and get time. */
const roles = ['api', 'worker', 'sandbox'];
const servers = ['temporal', 'temporalUi', 'postgres'];

/** Longer than a role gives itself to stop (src/main/role.ts). */
const roleGraceMs = 20_000;
const serverPatienceMs = 30_000;

function stateFile(dataDir: string): string {
  return join(dataDir, 'run.json');
}

export function writeRunState(dataDir: string, state: RunState): void {
  replaceFile(stateFile(dataDir), JSON.stringify(state, null, 2));
}

export function removeRunState(dataDir: string): void {
  rmSync(stateFile(dataDir), { force: true });
}

/** The run on the data folder, if it is ready; undefined when there is none. */
export function findRunning(dataDir: string): RunState | undefined {
  const state = readRunState(dataDir);
  return state?.ready && isRunning(state.supervisor) ? state : undefined;
}

function readRunState(dataDir: string): RunState | undefined {
  const value = readJsonIfAny(stateFile(dataDir)) as Partial<RunState> | undefined;
  return value?.supervisor && value.processes ? (value as RunState) : undefined;
}

/**
 * Ends the processes that a killed run left, before checking its ports. Roles that are still finishing are waited for;
 * servers are stopped in good order, PostgreSQL last.
 */
export async function endLeftRun(dataDir: string, tell: (text: string) => void): Promise<void> {
  const left = readRunState(dataDir);
  if (!left) return;
  const find = (names: string[]): ProcessMark[] =>
    names.flatMap((name) => left.processes[name] ?? []).filter(isRunning);
  if (find(Object.keys(left.processes)).length > 0)
    tell('Parts of an earlier run are still there; waiting until they have stopped ...');
  await Promise.all(
    find(roles).map(async (mark) => {
      if (!(await waitForEnd(mark, roleGraceMs))) await endProcess(mark, 'SIGKILL', 0);
    }),
  );
  for (const name of servers)
    for (const mark of find([name]))
      await endProcess(mark, name === 'postgres' ? 'SIGINT' : 'SIGTERM', serverPatienceMs);
  for (const mark of find(Object.keys(left.processes))) await endProcess(mark, 'SIGTERM', 2_000);
  removeRunState(dataDir);
}

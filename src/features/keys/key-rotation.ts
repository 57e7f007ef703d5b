import { setTimeout as delay } from 'node:timers/promises';
import type { EncryptionKey } from '../../platform/config/config.ts';
import type { Database } from '../../platform/db/database.ts';
import {
  changeOver,
  knownKeys,
  neededKeys,
  retireKey,
  runningProcesses,
  sealingKey,
  type KnownKey,
  type RunningProcess,
} from './key-roll.ts';
import { reencrypt } from './reencrypt.ts';
import { countSealed } from '../../platform/db/sealed-with.ts';
import { keyLimits } from '../../core/limits/key-limits.ts';
import { keysInUse, renewedBefore, type KeyUse } from './key-use.ts';
import { renewRuns, someRuns, type Runs } from '../../signals/renew-runs.ts';

/**
 * Rotates the encryption key (docs/operations.md): everything that is kept moves to the first of ENCRYPTION_KEYS, in the
 * database and in running workflows, while the service runs. Each step refuses what would hurt, and may be repeated.
 */

/** A step that was not taken, and why: nothing was changed, or not all of it yet. */
export class NotRotatedError extends Error {
  override readonly name = 'NotRotatedError';
}

export type Rotation = {
  db: Database;
  keys: readonly EncryptionKey[];
  runs: Runs;
  say: (line: string) => void;
  /** How long to wait for processes, and for runs, in ms. */
  changeOverMs?: number;
  renewalMs?: number;
};

/** Resolves when nothing is sealed with another key any more. Throws a {@link NotRotatedError} where that is not so. */
export async function rotateKeys(rotation: Rotation): Promise<void> {
  const { db, keys, say } = rotation;
  const target = keys[0]!.id;
  const others = await leaveOtherKeys(rotation, target);
  say(`all processes seal with "${target}"`);
  db.sealing.id = target;
  const { sealed, unopened, held } = await reencrypt(db, target, () => undefined);
  say(`${sealed} values of the database were sealed again`);
  const left = [...(await countSealed(db))].filter(([id]) => id !== target);
  await renewAll(rotation, others);
  if (left.length === 0 && unopened === 0 && held === 0) return;
  const counts = left.map(([id, values]) => `${values} with "${id}"`);
  throw new NotRotatedError(
    `values of the database are still sealed with another key, or do not open where they stand: ${[...counts, `${unopened} not opened`, `${held} in rows that another transaction held`].join(', ')}${held > 0 ? '. Repeat this command' : ''}`,
  );
}

/** Waits until every running process seals with the key `target`. Returns the others, as they were left. */
async function leaveOtherKeys(
  { db, keys, changeOverMs = keyLimits.changeOverMs }: Rotation,
  target: string,
): Promise<KnownKey[]> {
  const deadline = Date.now() + changeOverMs;
  for (;;) {
    refuseLaggards(await runningProcesses(db.prisma), target);
    await changeOver(db, keys);
    const known = await knownKeys(db.prisma);
    if (known.some(({ id, retiredAt }) => id === target && retiredAt !== null))
      throw new NotRotatedError(`the key "${target}" was retired: put a new one first`);
    const others = neededKeys(known).filter(({ id }) => id !== target);
    if (sealingKey(known)?.id === target && others.every(({ leftAt }) => leftAt !== null))
      return others;
    if (Date.now() > deadline)
      throw new NotRotatedError(
        `processes did not change over to "${target}": npm run admin -- keys status`,
      );
    await delay(pauseMs);
  }
}

/** Between two looks at the processes, in ms. */
const pauseMs = 250;

function refuseLaggards(processes: readonly RunningProcess[], target: string): void {
  const laggards = processes.filter(({ keyIds }) => keyIds[0] !== target);
  if (laggards.length === 0) return;
  const names = laggards.map(
    ({ name, keyIds }) =>
      `  ${name}: ${keyIds.includes(target) ? `has "${keyIds[0]}" first` : `lacks "${target}"`}`,
  );
  throw new NotRotatedError(
    `nothing was changed: these processes run, and ENCRYPTION_KEYS of theirs does not begin with "${target}". Restart them with it, the older keys behind\n${names.join('\n')}`,
  );
}

/** What a process cannot open it shows to people as damaged. */
export function refuseWithout(processes: readonly RunningProcess[], target: string): void {
  const without = processes.filter(({ keyIds }) => !keyIds.includes(target));
  if (without.length === 0) return;
  throw new NotRotatedError(
    `nothing was changed: ENCRYPTION_KEYS of these processes lacks "${target}"\n${without.map(({ name }) => `  ${name}`).join('\n')}`,
  );
}

async function renewAll(
  { runs, say, renewalMs }: Rotation,
  others: readonly KnownKey[],
): Promise<void> {
  const latest = Math.max(...others.map(({ leftAt }) => leftAt!.getTime()));
  if (!Number.isFinite(latest)) return;
  const before = renewedBefore(new Date(latest));
  // Runs that begin until then count too.
  await delay(Math.max(before.getTime() - Date.now(), 0));
  const tell = (left: number): void => say(`running workflows to renew: ${left}`);
  const left = await renewRuns(runs, before, tell, renewalMs);
  if (left > 0)
    throw new NotRotatedError(
      `${left} running workflows were not renewed, among them ${(await someRuns(runs, before)).join(', ')}: does a worker run, and do their tasks succeed? Repeat this command`,
    );
}

/**
 * Says of a key that nothing needs it, so that processes may run without it. Throws a {@link NotRotatedError} where
 * something does; `lost`: the operator's reason for giving up what is sealed with it.
 */
export async function retire(
  { db, runs }: Pick<Rotation, 'db'> & { runs: Runs | undefined },
  id: string,
  lost?: string,
): Promise<void> {
  const { keys, processes } = await keysInUse(db, runs);
  const use = keys.find(({ key }) => key.id === id);
  if (!use) throw new NotRotatedError(`there is no key "${id}"`);
  if (use.key.fingerprint === '')
    throw new NotRotatedError(`no process ever had the key "${id}": there is nothing to retire`);
  if (use.seals)
    throw new NotRotatedError(`the key "${id}" seals: rotate to another one first (keys rotate)`);
  const first = processes.filter(({ keyIds, sealsWith }) => keyIds[0] === id || sealsWith === id);
  if (first.length > 0)
    throw new NotRotatedError(
      `the key "${id}" is the first of ENCRYPTION_KEYS of ${first.map(({ name }) => name).join('; ')}`,
    );
  const needs = whatNeeds(use);
  if (needs.length > 0 && lost === undefined)
    throw new NotRotatedError(`the key "${id}" is still needed: ${needs.join(', ')} (keys rotate)`);
  if (!(await retireKey(db, id)))
    throw new NotRotatedError(`the key "${id}" seals again: processes changed over meanwhile`);
}

/** In words; empty: nothing does. */
export function whatNeeds({ key, seals, values, workflows, signals }: KeyUse): string[] {
  const needs: string[] = [];
  if (values > 0) needs.push(`${values} values of the database`);
  if (workflows === undefined) needs.push('running workflows, which were not counted');
  else if (workflows > 0) needs.push(`${workflows} running workflows`);
  if (signals > 0) needs.push(`${signals} signals that wait for it`);
  if (!seals && key.sealsSince !== null && key.leftAt === null && key.retiredAt === null)
    needs.push('processes that have not changed over');
  return needs;
}

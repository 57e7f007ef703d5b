import {
  knownKeys,
  neededKeys,
  runningProcesses,
  sealingKey,
  type KnownKey,
  type RunningProcess,
} from './key-roll.ts';
import type { Database } from '../../platform/db/database.ts';
import { countWaiting } from '../../signals/rejected-signals.ts';
import { countSealed } from '../../platform/db/sealed-with.ts';
import { keyLimits } from '../../core/limits/key-limits.ts';
import { countRuns, type Runs } from '../../signals/renew-runs.ts';

/** What still needs an encryption key, counted. */
export type KeyUse = {
  key: KnownKey;
  seals: boolean;
  /** Values of the database that are sealed with it. */
  values: number;
  /** Running workflows that may hold something sealed with it. Undefined: Temporal was not asked. */
  workflows: number | undefined;
  /** Signals that came sealed with it, and wait for a process that has it. */
  signals: number;
};

export type KeysInUse = { keys: KeyUse[]; processes: RunningProcess[] };

export async function keysInUse(db: Database, runs: Runs | undefined): Promise<KeysInUse> {
  const known = await knownKeys(db.prisma);
  const [values, signals] = [await countSealed(db), await countWaiting(db)];
  const current = sealingKey(known);
  const keys: KeyUse[] = [];
  for (const key of withUnknown(known, [...values.keys(), ...signals.keys()]))
    keys.push({
      key,
      seals: key.id === current?.id,
      values: values.get(key.id) ?? 0,
      workflows: runs && (await workflowsWith(runs, known, key)),
      signals: signals.get(key.id) ?? 0,
    });
  return { keys, processes: await runningProcesses(db.prisma) };
}

/**
 * Runs that began before every process had left the key. For the key that seals, and until the others are left, that is
 * every run.
 */
async function workflowsWith(
  runs: Runs,
  known: readonly KnownKey[],
  { id, leftAt }: KnownKey,
): Promise<number> {
  if (!neededKeys(known).some((key) => key.id === id)) return 0;
  return countRuns(runs, leftAt === null ? undefined : renewedBefore(leftAt));
}

/** Runs that began earlier may hold what was sealed with a key that was left then. */
export function renewedBefore(leftAt: Date): Date {
  return new Date(leftAt.getTime() + keyLimits.skewMs);
}

/** Keys that no process told of, and that something is sealed with all the same. */
function withUnknown(known: readonly KnownKey[], used: readonly string[]): KnownKey[] {
  const more = [...new Set(used)].filter((id) => !known.some((key) => key.id === id));
  const nothing = { fingerprint: '', sealsSince: null, leftAt: null, retiredAt: null };
  return [...known, ...more.toSorted().map((id) => ({ id, ...nothing }))];
}

import type { ClientBase } from 'pg';
import type { Pooling } from '../../core/limits/database-limits.ts';
import { lookupKeysCount } from './lookup-keys.ts';

/**
 * No process may go on with the keys of before: it would look for a STOP under a hash that is not there any more, and write
 * the next one where nobody looks. So every connection of every process holds this advisory lock, shared, for as long as it
 * lasts, and replacing the key takes it exclusively. A process that lost its connections meanwhile (it was frozen, or cut
 * off) gets none again: each new one is asked, under the lock, how many keys there are.
 *
 * Behind a pooler that gives each transaction another connection, each transaction takes the lock and is asked, in the round
 * trip that begins it (`admission`).
 */
export const lookupLock = 72_707_370;

export class LookupKeyError extends Error {
  override readonly name = 'LookupKeyError';
}

/** What the function `admit_process` says. */
const replaced = 'OG002';

export type LookupGuard = {
  /** Options of the pool that all connections come from. */
  pool: {
    /** One stays open when there is nothing to do: a process that runs is seen by somebody who wants to replace the key. */
    min: number;
    /** Waited for before anything is done with a new connection. */
    onConnect?: (client: ClientBase) => Promise<void>;
  };
  /** An SQL expression that each transaction begins with; absent: its connection was asked. */
  admission?: () => string;
  /** Of every error that a server tells. */
  hear(sqlState: string | undefined): void;
  /** How many keys this process hashes with, once it has read them. */
  expect(keys: number): void;
};

/** `onOutdated`: the key was replaced, and this process can do nothing any more but start again. */
export function createLookupGuard(
  onOutdated: (error: LookupKeyError) => void,
  pooling: Pooling = 'session',
): LookupGuard {
  let expected: number | undefined;
  const outdated = (): LookupKeyError => {
    const error = new LookupKeyError(
      'the look-up key was replaced: this process has to start again',
    );
    onOutdated(error);
    return error;
  };
  const admit = async (client: ClientBase): Promise<void> => {
    const { rows } = await client.query<{ free: boolean }>(
      'SELECT pg_try_advisory_lock_shared($1) AS free',
      [lookupLock],
    );
    if (!rows[0]!.free)
      throw new LookupKeyError('the look-up key is being replaced: start again when that is done');
    if (expected === undefined) return;
    // A statement of its own: what one sees was settled when it began, and then the lock was not held yet.
    const { rows: found } = await client.query<{ keys: number }>(lookupKeysCount);
    if (found[0]!.keys !== expected) throw outdated();
  };
  return {
    pool: { min: 1, ...(pooling === 'session' ? { onConnect: admit } : {}) },
    // A number, or NULL while the keys are being read.
    ...(pooling === 'transaction'
      ? { admission: () => `admit_process(${String(expected ?? null)})` }
      : {}),
    hear(sqlState) {
      if (sqlState === replaced) outdated();
    },
    expect(keys) {
      expected = keys;
    },
  };
}

import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { databaseLimits } from '../../core/limits/database-limits.ts';
import { DatabaseBusyError, isKeyTaken, isLockTimeout, mayRepeat } from './database-errors.ts';
import type { Database, Sql } from './database.ts';
import { withIsolation, type Isolation } from './isolation.ts';
import { shareNow } from './practice-scope.ts';

/**
 * Runs `work` in one transaction: all of it is written, or nothing. The one way to begin a transaction.
 *
 * A transaction that lost (a deadlock, a lock that took too long, a key that another took meanwhile, a server that only reads,
 * no free connection) has written nothing and is tried again, `tries` times at most, by default
 * `databaseLimits.transactionTries` (with a share of the connections, for a lock: until its time is up). So `work` must bear
 * to be run again: it changes nothing but rows, and calls nobody. What is to be told, counted or logged comes from its
 * result, afterwards.
 *
 * Rejects with a {@link DatabaseBusyError} when it lost each time; with whatever `work` throws otherwise, and with the
 * error of a key that is still taken: `work` never looked for it.
 */
export async function transaction<T>(
  db: Pick<Database, 'prisma'>,
  work: (sql: Sql) => PromiseLike<T>,
  {
    isolation,
    tries: most,
    ...options
  }: { timeout?: number; isolation?: Isolation; tries?: number } = {},
): Promise<T> {
  const began = performance.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await withIsolation(isolation, () =>
        db.prisma.$transaction(
          (sql) => withIsolation(undefined, async () => await work(sql)),
          options,
        ),
      );
    } catch (error) {
      const taken = isKeyTaken(error);
      if (!taken && !mayRepeat(error)) throw error;
      const late = performance.now() - began > databaseLimits.transactionTriesMs;
      const often =
        tries >= (most ?? databaseLimits.transactionTries) &&
        (most !== undefined || !waitsAgain(error));
      if (late || often) throw taken ? error : new DatabaseBusyError(error);
    }
    const { transactionAgainMs, transactionAgainMostMs } = databaseLimits;
    await delay(
      Math.random() * Math.min(transactionAgainMostMs, transactionAgainMs * 2 ** (tries - 1)),
    );
  }
}

/** Its wait for a lock was short, so as to leave its share of the connections to others meanwhile. */
function waitsAgain(error: unknown): boolean {
  return isLockTimeout(error) && shareNow() !== undefined;
}

import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { isPassing } from '../platform/db/database-errors.ts';
import type { Database } from '../platform/db/database.ts';
import { databaseLimits } from '../core/limits/database-limits.ts';
import { limits } from '../core/limits.ts';
import type { Claimed } from './claim.ts';
import { renewLease } from './lease.ts';
import { noteAnswers, settleUnderLocks, type Settled } from './settle.ts';

/**
 * What a provider answered is known to this process alone until it is written down. So it is kept, and written when the
 * database takes it: away, switched over, or with the contact held by somebody else, it is asked again for minutes, and the
 * lanes stay leased meanwhile.
 *
 * First the answers themselves, one statement that waits for no contact; then what follows from them.
 */
export async function keepAnswers(
  db: Database,
  claimed: Claimed,
  outcomes: readonly Settled[],
): Promise<void> {
  const endRenewing = keepLeased(db, claimed);
  try {
    await persist(() => noteAnswers(db, claimed, outcomes));
    await persist(() => settleUnderLocks(db, claimed, outcomes));
  } finally {
    endRenewing();
  }
}

/** `write` must be harmless twice: where the connection broke, nobody knows whether the first time was written. */
async function persist(write: () => Promise<void>): Promise<void> {
  const until = performance.now() + databaseLimits.answerKeptMs;
  for (let waitMs: number = databaseLimits.answerAgainMs; ; waitMs *= 2) {
    try {
      return await write();
    } catch (error) {
      if (!isPassing(error) || performance.now() > until) throw error;
    }
    // By chance, so that all who lost the same database do not come back to it at once.
    const longest = Math.min(waitMs, databaseLimits.answerAgainMostMs);
    await delay(longest * (0.5 + Math.random() / 2));
  }
}

/** Renews the lease until the returned function is called: nobody takes these calls for interrupted. */
function keepLeased(db: Database, claimed: Claimed): () => void {
  let underWay = false;
  const renew = async (): Promise<void> => {
    if (underWay) return;
    underWay = true;
    // A database that is away now is asked again at the next turn.
    await renewLease(db, claimed).catch(() => undefined);
    underWay = false;
  };
  const turn = setInterval(() => void renew(), limits.leaseMs / 6);
  return () => clearInterval(turn);
}

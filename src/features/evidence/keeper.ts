import type { Logger } from 'pino';
import type { Database } from '../../platform/db/database.ts';
import { longLedgerTurns, signRoots } from '../../record/evidence/root.ts';
import { appendToWitness } from './witness.ts';
import { limits } from '../../core/limits.ts';

/**
 * The sweeper's part in the ledger: signs the days that are over and takes the roots out of the machine. It repairs
 * nothing; a ledger that does not go on from where it ended is logged once, and left for inspection.
 */
export function createLedgerKeeper(options: {
  db: Database;
  logger: Logger;
  witness?: string | undefined;
}): () => Promise<void> {
  const { db, logger, witness } = options;
  const told = new Set<string>();
  const [signing, witnessing] = [longLedgerTurns(), longLedgerTurns()];
  const last = { turn: '' };
  let exportedAt = 0;

  const again = limits.witnessEveryMs - limits.busyDayAgainMs;
  const tellOnce = (practiceId: string, what: string): void => {
    if (told.has(`${what} ${practiceId}`)) return;
    told.add(`${what} ${practiceId}`);
    logger.error({ practiceId }, what);
  };
  return async () => {
    const { signed, refused, ...rest } = await signRoots(db, {
      forMs: limits.rootsMs,
      last,
      long: signing,
    });
    let { failure } = rest;
    for (const id of refused)
      tellOnce(id, 'the ledger is not signed any more: run `npm run admin -- verify-ledger`');
    const now = db.clock.now().getTime();
    if (witness !== undefined && (signed > 0 || now - exportedAt >= limits.witnessEveryMs)) {
      const exported = await appendToWitness(db, witness, witnessing);
      // What one practice lacks is tried again before the hour is over.
      exportedAt = exported.failure === undefined ? now : now - again;
      failure ??= exported.failure;
      for (const id of exported.differing)
        tellOnce(id, 'the ledger differs from its witness: run `npm run admin -- verify-ledger`');
    }
    if (failure !== undefined) throw failure;
  };
}

import type { Logger } from 'pino';
import type { Database } from './db/database.ts';
import { signRoots } from './db/ledger-root.ts';
import { appendToWitness } from './db/ledger-witness.ts';
import { limits } from './domain/limits.ts';

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
  let exportedAt = 0;

  const tellOnce = (practiceId: string, what: string): void => {
    if (told.has(`${what} ${practiceId}`)) return;
    told.add(`${what} ${practiceId}`);
    logger.error({ practiceId }, what);
  };
  return async () => {
    const { signed, refused, failure } = await signRoots(db, limits.rootsAtOnce);
    for (const id of refused)
      tellOnce(id, 'the ledger is not signed any more: run `npm run admin -- verify-ledger`');
    const now = db.clock.now().getTime();
    if (witness !== undefined && (signed > 0 || now - exportedAt >= limits.witnessEveryMs)) {
      const { differing } = await appendToWitness(db, witness);
      exportedAt = now;
      for (const id of differing)
        tellOnce(id, 'the ledger differs from its witness: run `npm run admin -- verify-ledger`');
    }
    if (failure !== undefined) throw failure;
  };
}

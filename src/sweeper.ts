import type { Logger } from 'pino';
import type { Database } from './db/database.ts';
import {
  asOnlySweeper,
  expireOverdue,
  forgetOld,
  forgottenContacts,
  forgottenDispatchers,
} from './db/sweep-store.ts';
import { sampleQueues } from './db/statistics-store.ts';
import { limits } from './domain/limits.ts';
import { createLedgerKeeper } from './ledger-keeper.ts';
import { repeat, type Loop } from './repeat.ts';
import type { WorkflowClient } from './temporal/workflow-client.ts';

/**
 * A loop in every worker, of which one at a time works: it tells workflows again what was committed but never reached
 * them (an API that was killed between commit and signal, a workflow that was terminated), and writes down what expired.
 */
export function startSweeper(options: {
  db: Database;
  workflows: WorkflowClient;
  logger: Logger;
  /** A file that the ledger's roots are appended to. */
  witness?: string | undefined;
  everyMs?: number;
}): Loop {
  const { db, workflows, logger, witness, everyMs = limits.sweepEveryMs } = options;
  const keepLedger = createLedgerKeeper({ db, logger, witness });

  const sweep = async (): Promise<void> => {
    const contacts = await forgottenContacts(db, limits.sweepBatch);
    if (contacts.length > 0) {
      logger.info({ contacts: contacts.length }, 'told again');
      await workflows.tell({ wake: contacts });
    }
    for (const practiceId of await forgottenDispatchers(db))
      await workflows.wakeDispatcher(practiceId);
    await expireOverdue(db, limits.sweepBatch);
    await sampleQueues(db);
    await forgetOld(db);
    await keepLedger();
  };

  return repeat(
    () => asOnlySweeper(db, sweep),
    everyMs,
    (error) => logger.warn({ type: error.name }, 'could not sweep; will try again'),
  );
}

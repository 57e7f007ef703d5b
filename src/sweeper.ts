import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from './db/database.ts';
import {
  asOnlySweeper,
  expireOverdue,
  forgetOld,
  forgottenContacts,
  forgottenDispatchers,
} from './db/sweep-store.ts';
import { signRoots } from './db/ledger-root.ts';
import { limits } from './domain/limits.ts';
import type { WorkflowClient } from './temporal/workflow-client.ts';

/**
 * A loop in every worker, of which one at a time works: it tells workflows again what was committed but never reached
 * them (an API that was killed between commit and signal, a workflow that was terminated), and writes down what expired.
 */
export function startSweeper(options: {
  db: Database;
  workflows: WorkflowClient;
  logger: Logger;
  everyMs?: number;
}): { stop(): Promise<void> } {
  const { db, workflows, logger, everyMs = limits.sweepEveryMs } = options;
  const stopping = new AbortController();

  const sweep = async (): Promise<void> => {
    const contacts = await forgottenContacts(db, limits.sweepBatch);
    if (contacts.length > 0) {
      logger.info({ contacts: contacts.length }, 'told again');
      await workflows.tell({ wake: contacts });
    }
    for (const practiceId of await forgottenDispatchers(db))
      await workflows.wakeDispatcher(practiceId);
    await expireOverdue(db, limits.sweepBatch);
    await forgetOld(db);
    await signRoots(db, limits.rootsAtOnce);
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await asOnlySweeper(db, sweep).catch((error: unknown) =>
        logger.warn({ type: (error as Error).name }, 'could not sweep; will try again'),
      );
      await delay(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(
        () => undefined,
      );
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

import type { Logger } from 'pino';
import type { Database } from './db/database.ts';
import { countEvents } from './db/event-days.ts';
import { acrossPractices } from './db/practice-scope.ts';
import { noteRestart } from './db/restarted-runs.ts';
import { sampleQueues } from './db/statistics-store.ts';
import { asOnlySweeper } from './db/sweep-lease.ts';
import {
  expireOverdue,
  forgetOld,
  forgottenContacts,
  forgottenDispatchers,
  type Forgotten,
} from './db/sweep-store.ts';
import { spreadBars } from './delivery/spread-bars.ts';
import { spreadReopening } from './delivery/spread-reopenings.ts';
import { limits } from './domain/limits.ts';
import { stuckLimits } from './domain/stuck-run.ts';
import { workerLimits } from './domain/worker-limits.ts';
import { inTurns } from './domain/in-turns.ts';
import { createLedgerKeeper } from './ledger-keeper.ts';
import { workOffLooks } from './temporal/look-further.ts';
import { repeat, type Loop } from './repeat.ts';
import type { WorkflowClient } from './temporal/workflow-client.ts';

/** What a sweep is made of, in this order. */
export const sweepSteps = [
  'contacts',
  'dispatchers',
  'switches',
  'bars',
  'reopenings',
  'ended_runs',
  'late_signals',
  'expiry',
  'queue_samples',
  'old_rows',
  'ledger',
] as const;
export type SweepStep = (typeof sweepSteps)[number];

/** The outcome of one step. A step that fails keeps none of the others from their work. */
export type Swept = { step: SweepStep; ok: boolean; ms: number };

/** `round` answers whether there is more to do; the rest waits for the next sweep. */
async function inRounds(ended: () => boolean, round: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + workerLimits.lookFurtherMs;
  while (!ended() && Date.now() < until && (await round()));
}

/**
 * A loop in every worker, of which one works at a time: it repeats signals about commits that never reached their
 * workflows (an API killed between commit and signal, a terminated workflow), and marks expired deliveries.
 */
export function startSweeper(options: {
  db: Database;
  workflows: Pick<WorkflowClient, 'tell' | 'announce' | 'wakeDispatcher' | 'restartStuck'>;
  logger: Logger;
  /** A file that the ledger's roots are appended to. */
  witness?: string | undefined;
  /** Stores what runs had not stored when they were ended (src/signal-keeper.ts). */
  keepSignals?: (ended: () => boolean) => Promise<void>;
  /** Takes in signals whose encryption key came late (src/late-signals.ts). */
  takeLate?: (ended: () => boolean) => Promise<void>;
  everyMs?: number;
  onSwept?: (swept: Swept) => void;
}): Loop {
  const { db, workflows, logger, witness, keepSignals, everyMs = limits.sweepEveryMs } = options;
  const { onSwept, takeLate } = options;
  const keepLedger = createLedgerKeeper({ db, logger, witness });
  const { sweepSignals } = workerLimits;

  const restartStuck = async (contacts: readonly Forgotten[]): Promise<void> => {
    const stuck = contacts.filter((contact) => contact.stuck).slice(0, stuckLimits.runsLookedAt);
    for (const { ref, reason } of await workflows.restartStuck(stuck)) {
      logger.error({ ...ref, reason }, 'a run could not move, and was started again');
      await noteRestart(db, ref, reason);
    }
  };

  const steps: Record<SweepStep, (ended: () => boolean) => Promise<unknown>> = {
    async contacts(ended) {
      const contacts = await forgottenContacts(db, limits.sweepBatch);
      if (contacts.length > 0) logger.info({ contacts: contacts.length }, 'told again');
      await inTurns(contacts, sweepSignals, ended, (one) => workflows.tell({ wake: [one] }));
      if (!ended()) await restartStuck(contacts);
    },
    async dispatchers(ended) {
      const practices = await forgottenDispatchers(db, workerLimits.dispatchersWoken);
      await inTurns(practices, sweepSignals, ended, (id) => workflows.wakeDispatcher(id));
    },
    switches: (ended) => inRounds(ended, () => workOffLooks({ db, workflows })),
    bars: (ended) => inRounds(ended, () => spreadBars(db)),
    reopenings: (ended) =>
      inRounds(ended, async () => {
        const announcements = await spreadReopening(db);
        await workflows.announce(announcements ?? []);
        return announcements !== undefined;
      }),
    async ended_runs(ended) {
      await keepSignals?.(ended);
    },
    async late_signals(ended) {
      await takeLate?.(ended);
    },
    expiry: () => expireOverdue(db, limits.sweepBatch),
    async queue_samples() {
      await sampleQueues(db);
      await countEvents(db, Date.now() + workerLimits.pruneMs);
    },
    old_rows: () => forgetOld(db),
    ledger: () => keepLedger(),
  };

  const sweep = async (ended: () => boolean): Promise<void> => {
    for (const step of sweepSteps) {
      if (ended()) return;
      const beganAt = performance.now();
      let ok = true;
      try {
        await steps[step](ended);
      } catch (error) {
        ok = false;
        // A process that ends takes the database away from its own work.
        if (!ended())
          logger.warn({ step, type: (error as Error).name }, 'could not sweep; will try again');
      }
      onSwept?.({ step, ok, ms: performance.now() - beganAt });
    }
  };

  return repeat(
    (stopping) =>
      acrossPractices(() =>
        asOnlySweeper(db, (lost) => sweep(() => stopping.aborted || lost.aborted)),
      ),
    everyMs,
    (error) => logger.warn({ type: error.name }, 'could not sweep; will try again'),
  );
}

import type { Logger } from 'pino';
import type { Database } from '../platform/db/database.ts';
import { countEvents } from '../record/practices/event-days.ts';
import { acrossPractices } from '../platform/db/practice-scope.ts';
import { moveFurther } from '../record/contacts/joining.ts';
import { sampleQueues } from '../features/statistics/statistics-store.ts';
import { asOnlySweeper } from './sweep-lease.ts';
import {
  expireOverdue,
  forgetOld,
  forgottenContacts,
  forgottenDispatchers,
} from './sweep-store.ts';
import { spreadBars } from '../features/consents/spread-bars.ts';
import { spreadReopening } from '../features/consents/spread-reopenings.ts';
import { limits } from '../core/limits.ts';
import { contactRun, dispatcherRun } from '../core/signals/signalled-run.ts';
import { workerLimits } from '../core/limits/worker-limits.ts';
import { PracticeTurn } from '../core/practice-turn.ts';
import { inTurns } from '../core/turns/in-turns.ts';
import { createLedgerKeeper } from '../features/evidence/keeper.ts';
import { workOffLooks } from '../signals/look-further.ts';
import { watchRuns } from '../signals/watch-runs.ts';
import { repeat, type Loop } from '../platform/repeat.ts';
import type { WorkflowClient } from '../signals/workflow-client.ts';

/** What a sweep is made of, in this order. */
export const sweepSteps = [
  'contacts',
  'dispatchers',
  'switches',
  'bars',
  'reopenings',
  'joining',
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
  /** Stores what runs had not stored when they were ended (src/signals/signal-keeper.ts). */
  keepSignals?: (ended: () => boolean) => Promise<void>;
  /** Takes in signals whose encryption key came late (src/signals/late-signals.ts). */
  takeLate?: (ended: () => boolean) => Promise<void>;
  everyMs?: number;
  onSwept?: (swept: Swept) => void;
}): Loop {
  const { db, workflows, logger, witness, keepSignals, everyMs = limits.sweepEveryMs } = options;
  const { onSwept, takeLate } = options;
  const keepLedger = createLedgerKeeper({ db, logger, witness });
  const { sweepSignals } = workerLimits;
  const [barTurn, reopeningTurn] = [new PracticeTurn(), new PracticeTurn()];

  const steps: Record<SweepStep, (ended: () => boolean) => Promise<unknown>> = {
    async contacts(ended) {
      const contacts = await forgottenContacts(db, limits.sweepBatch);
      if (contacts.length > 0) logger.info({ contacts: contacts.length }, 'told again');
      await inTurns(contacts, sweepSignals, ended, (one) => workflows.tell({ wake: [one] }));
      if (!ended()) await watchRuns({ db, workflows, logger }, contacts, contactRun);
    },
    async dispatchers(ended) {
      const practices = await forgottenDispatchers(db, workerLimits.dispatchersWoken);
      await inTurns(practices, sweepSignals, ended, (one) =>
        workflows.wakeDispatcher(one.practiceId),
      );
      if (!ended()) await watchRuns({ db, workflows, logger }, practices, dispatcherRun);
    },
    switches: (ended) => inRounds(ended, () => workOffLooks({ db, workflows })),
    bars: (ended) => inRounds(ended, () => spreadBars(db, barTurn)),
    reopenings: (ended) =>
      inRounds(ended, async () => {
        const announcements = await spreadReopening(db, reopeningTurn);
        await workflows.announce(announcements ?? []);
        return announcements !== undefined;
      }),
    joining: (ended) =>
      inRounds(ended, async () => {
        const moved = await moveFurther(db);
        if (moved) await workflows.tell({ wake: moved.joined });
        return moved !== undefined;
      }),
    async ended_runs(ended) {
      await keepSignals?.(ended);
    },
    async late_signals(ended) {
      await takeLate?.(ended);
    },
    expiry: (ended) =>
      inRounds(ended, async () => (await expireOverdue(db, limits.sweepBatch)) > 0),
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

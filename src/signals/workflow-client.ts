import { setTimeout as delay } from 'node:timers/promises';
import { Client, type Connection } from '@temporalio/client';
import type { Announcement } from '../record/consent/consent-store.ts';
import type { Database } from '../platform/db/database.ts';
import { needsTelling } from '../record/messages/dispatch-store.ts';
import type { ToTell } from '../record/messages/message-store.ts';
import { inPractice } from '../platform/db/practice-scope.ts';
import type { EndpointRef } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { SealingKey } from '../core/sealing-key.ts';
import {
  contactRun,
  dispatcherRun,
  endpointRun,
  type SignalledRun,
} from '../core/signals/signalled-run.ts';
import type { EncryptionKey } from '../platform/config/config.ts';
import {
  acceptChannelSignal,
  revokeChannelSignal,
  wakeSignal,
  type ConsentAnnouncement,
} from '../../workflows/messages.ts';
import { createDataConverter } from '../platform/temporal/data-converter.ts';
import { SignalLine } from './signal-line.ts';
import { endIfStuck } from './stuck-runs.ts';

/**
 * The one place that signals commits to workflows. Nothing depends on its success: the sweeper repeats missed signals,
 * so a failure is reported to `onFailure` and changes no answer.
 */
export type WorkflowClient = {
  /** Something was stored for these contacts, or their practice's dispatcher. */
  tell: (whom: ToTell) => Promise<void>;
  /** Ends the runs that cannot move, and starts them from the record; each that was, with the reason. */
  restartStuck(runs: readonly SignalledRun[]): Promise<Restarted[]>;
  /** Consent changed. */
  announce(announcements: readonly Announcement[]): Promise<void>;
  /** Something of the practice's green contacts is due at that time: signals only if its dispatcher would be late. */
  tellDispatcher: (practiceId: string, dueAt: Date) => Promise<void>;
  /** The same, without asking. False: Temporal could not be reached. */
  wakeDispatcher(practiceId: string): Promise<boolean>;
  /** There is something to post to the endpoint, or it was changed. False: Temporal could not be reached. */
  wakeEndpoint(endpoint: EndpointRef): Promise<boolean>;
};

export type Restarted = { run: SignalledRun; reason: string };

const signals = { acceptChannel: acceptChannelSignal, revokeChannel: revokeChannelSignal };

export function createWorkflowClient(options: {
  client: Client;
  db: Database;
  taskQueue: string;
  /** `count`: how many were not taken since it was last called. */
  onFailure: (error: unknown, count: number) => void;
}): WorkflowClient {
  const { client, db, taskQueue } = options;
  const line = new SignalLine(options.onFailure);

  const inTime = (signal: () => Promise<unknown>) => () =>
    client.withDeadline(Date.now() + limits.signalTimeoutMs, signal);

  const signalRun = (
    { practiceId, workflowId, type }: SignalledRun,
    signal: { name: string },
    ...signalArgs: ConsentAnnouncement[]
  ): Promise<unknown> =>
    client.workflow.signalWithStart(type, {
      workflowId,
      taskQueue,
      args: [],
      signal: signal.name,
      signalArgs,
      // One busy practice must not hold up the others.
      priority: { fairnessKey: practiceId },
    });

  const wakeRun = (run: SignalledRun): Promise<boolean> =>
    line.wake(
      run.practiceId,
      run.workflowId,
      inTime(() => signalRun(run, wakeSignal)),
    );

  const announceOne = async (announcement: Announcement): Promise<void> => {
    const { practiceId, contactId, signal, method, consentId, version } = announcement;
    const fact: ConsentAnnouncement = { method, consentId, version };
    const told = await line.send(
      practiceId,
      inTime(() => signalRun(contactRun(announcement), signals[signal], fact)),
    );
    if (!told) return;
    try {
      await inPractice(practiceId, () =>
        db.prisma.contact.updateMany({
          where: { practiceId, id: contactId, announcedVersion: { lt: version } },
          data: { announcedVersion: version },
        }),
      );
    } catch (error) {
      // What was committed holds; the sweeper says it once more.
      line.failed(error);
    }
  };

  const restartStuck = async (runs: readonly SignalledRun[]): Promise<Restarted[]> => {
    const restarted: Restarted[] = [];
    await Promise.all(
      runs.map((run) =>
        line.send(
          run.practiceId,
          inTime(async () => {
            const reason = await endIfStuck(client, taskQueue, run);
            if (reason !== undefined) restarted.push({ run, reason });
          }),
        ),
      ),
    );
    await Promise.all(restarted.map(({ run }) => wakeRun(run)));
    return restarted;
  };

  const wakeDispatcher = (practiceId: string): Promise<boolean> =>
    wakeRun(dispatcherRun({ practiceId }));

  const tellDispatcher = async (practiceId: string, dueAt: Date): Promise<void> => {
    try {
      const late = await inPractice(practiceId, () => needsTelling(db, practiceId, dueAt));
      if (late) await wakeDispatcher(practiceId);
    } catch (error) {
      line.failed(error);
    }
  };

  return {
    async tell({ wake, dispatch }) {
      await waitAWhile(wake.map((ref) => wakeRun(contactRun(ref))));
      if (dispatch) await tellDispatcher(dispatch.practiceId, dispatch.dueAt);
    },
    restartStuck,
    announce: (announcements) => waitAWhile(announcements.map((one) => announceOne(one))),
    tellDispatcher,
    wakeDispatcher,
    wakeEndpoint: (endpoint) => wakeRun(endpointRun(endpoint)),
  };
}

/**
 * Waits as long as the caller can, and goes on in the background: signalling a thousand contacts registered in one call
 * takes some seconds.
 */
async function waitAWhile(signals: readonly Promise<unknown>[]): Promise<void> {
  const all = Promise.all(signals);
  await Promise.race([all, delay(limits.signalTimeoutMs, undefined, { ref: false })]);
}

/** A client whose payloads are sealed. */
export function createTemporalClient(options: {
  connection: Connection;
  namespace: string;
  encryptionKeys: readonly EncryptionKey[];
  /** Which of them seals; absent: the first. */
  sealing?: SealingKey;
}): Client {
  return new Client({
    connection: options.connection,
    namespace: options.namespace,
    dataConverter: createDataConverter(options.encryptionKeys, options.sealing),
  });
}

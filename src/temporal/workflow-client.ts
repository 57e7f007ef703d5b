import { setTimeout as delay } from 'node:timers/promises';
import { Client, type Connection } from '@temporalio/client';
import type { Announcement } from '../db/consent-store.ts';
import type { Database } from '../db/database.ts';
import { needsTelling } from '../db/dispatch-store.ts';
import type { ToTell } from '../db/message-store.ts';
import { inPractice } from '../db/practice-scope.ts';
import {
  contactWorkflowId,
  dispatchWorkflowId,
  webhookWorkflowId,
  type ContactRef,
  type EndpointRef,
} from '../domain/ids.ts';
import { limits } from '../domain/limits.ts';
import type { SealingKey } from '../domain/sealing-key.ts';
import type { EncryptionKey } from '../config.ts';
import type { contact } from '../../workflows/contact.ts';
import {
  acceptChannelSignal,
  revokeChannelSignal,
  wakeSignal,
  type ConsentAnnouncement,
} from '../../workflows/messages.ts';
import { createDataConverter } from './data-converter.ts';
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
  restartStuck(contacts: readonly ContactRef[]): Promise<Restarted[]>;
  /** Consent changed. */
  announce(announcements: readonly Announcement[]): Promise<void>;
  /** Something of the practice's green contacts is due at that time: signals only if its dispatcher would be late. */
  tellDispatcher: (practiceId: string, dueAt: Date) => Promise<void>;
  /** The same, without asking. False: Temporal could not be reached. */
  wakeDispatcher(practiceId: string): Promise<boolean>;
  /** There is something to post to the endpoint, or it was changed. False: Temporal could not be reached. */
  wakeEndpoint(endpoint: EndpointRef): Promise<boolean>;
};

export type Restarted = { ref: ContactRef; reason: string };

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

  const start = (workflowId: string, practiceId: string) => ({
    workflowId,
    taskQueue,
    args: [] as [],
    // One busy practice must not hold up the others.
    priority: { fairnessKey: practiceId },
  });

  const inTime = (signal: () => Promise<unknown>) => () =>
    client.withDeadline(Date.now() + limits.signalTimeoutMs, signal);

  const wakeWorkflow = (type: string, workflowId: string, practiceId: string): Promise<boolean> =>
    line.wake(
      practiceId,
      workflowId,
      inTime(() =>
        client.workflow.signalWithStart(type, {
          ...start(workflowId, practiceId),
          signal: wakeSignal,
        }),
      ),
    );

  const wakeContact = ({ practiceId, contactId }: ContactRef): Promise<boolean> =>
    wakeWorkflow('contact', contactWorkflowId(practiceId, contactId), practiceId);

  const announceOne = async (announcement: Announcement): Promise<void> => {
    const { practiceId, contactId, signal, method, consentId, version } = announcement;
    const fact: ConsentAnnouncement = { method, consentId, version };
    const told = await line.send(
      practiceId,
      inTime(() =>
        client.workflow.signalWithStart<typeof contact, [ConsentAnnouncement]>('contact', {
          ...start(contactWorkflowId(practiceId, contactId), practiceId),
          signal: signals[signal],
          signalArgs: [fact],
        }),
      ),
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

  const restartStuck = async (contacts: readonly ContactRef[]): Promise<Restarted[]> => {
    const restarted: Restarted[] = [];
    await Promise.all(
      contacts.map((ref) =>
        line.send(
          ref.practiceId,
          inTime(async () => {
            const reason = await endIfStuck(client, taskQueue, ref);
            if (reason !== undefined) restarted.push({ ref, reason });
          }),
        ),
      ),
    );
    await Promise.all(restarted.map(({ ref }) => wakeContact(ref)));
    return restarted;
  };

  const wakeDispatcher = (practiceId: string): Promise<boolean> =>
    wakeWorkflow('dispatch', dispatchWorkflowId(practiceId), practiceId);

  const wakeEndpoint = ({ practiceId, endpointId }: EndpointRef): Promise<boolean> =>
    wakeWorkflow('webhookEndpoint', webhookWorkflowId(practiceId, endpointId), practiceId);

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
      await waitAWhile(wake.map((ref) => wakeContact(ref)));
      if (dispatch) await tellDispatcher(dispatch.practiceId, dispatch.dueAt);
    },
    restartStuck,
    announce: (announcements) => waitAWhile(announcements.map((one) => announceOne(one))),
    tellDispatcher,
    wakeDispatcher,
    wakeEndpoint,
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

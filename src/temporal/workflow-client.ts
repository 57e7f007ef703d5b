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
import { inTurns } from '../domain/in-turns.ts';
import { limits } from '../domain/limits.ts';
import type { SealingKey } from '../domain/sealing-key.ts';
import type { EncryptionKey } from '../config.ts';
import type { contact } from '../../workflows/contact.ts';
import type { dispatch } from '../../workflows/dispatch.ts';
import type { webhookEndpoint } from '../../workflows/webhook-endpoint.ts';
import {
  acceptChannelSignal,
  revokeChannelSignal,
  wakeSignal,
  type ConsentAnnouncement,
} from '../../workflows/messages.ts';
import { createDataConverter } from './data-converter.ts';
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

/** Signals under way at once: Temporal's front end takes more, one process need not. */
const concurrency = 20;

const signals = { acceptChannel: acceptChannelSignal, revokeChannel: revokeChannelSignal };

export function createWorkflowClient(options: {
  client: Client;
  db: Database;
  taskQueue: string;
  onFailure: (error: unknown) => void;
}): WorkflowClient {
  const { client, db, taskQueue, onFailure } = options;

  const start = (workflowId: string, practiceId: string) => ({
    workflowId,
    taskQueue,
    args: [] as [],
    // One busy practice must not hold up the others.
    priority: { fairnessKey: practiceId },
  });

  const attempt = async (signal: () => Promise<unknown>): Promise<boolean> => {
    try {
      await client.withDeadline(Date.now() + limits.signalTimeoutMs, signal);
      return true;
    } catch (error) {
      onFailure(error);
      return false;
    }
  };

  const wakeContact = ({ practiceId, contactId }: ContactRef): Promise<boolean> =>
    attempt(() =>
      client.workflow.signalWithStart<typeof contact>('contact', {
        ...start(contactWorkflowId(practiceId, contactId), practiceId),
        signal: wakeSignal,
      }),
    );

  const announceOne = async (announcement: Announcement): Promise<void> => {
    const { practiceId, contactId, signal, method, consentId, version } = announcement;
    const fact: ConsentAnnouncement = { method, consentId, version };
    const told = await attempt(() =>
      client.workflow.signalWithStart<typeof contact, [ConsentAnnouncement]>('contact', {
        ...start(contactWorkflowId(practiceId, contactId), practiceId),
        signal: signals[signal],
        signalArgs: [fact],
      }),
    );
    if (!told) return;
    await inPractice(practiceId, () =>
      db.prisma.contact.updateMany({
        where: { practiceId, id: contactId, announcedVersion: { lt: version } },
        data: { announcedVersion: version },
      }),
    );
  };

  const restartStuck = async (contacts: readonly ContactRef[]): Promise<Restarted[]> => {
    const restarted: Restarted[] = [];
    await Promise.all(
      contacts.map((ref) =>
        attempt(async () => {
          const reason = await endIfStuck(client, taskQueue, ref);
          if (reason === undefined) return;
          restarted.push({ ref, reason });
          await wakeContact(ref);
        }),
      ),
    );
    return restarted;
  };

  const wakeDispatcher = (practiceId: string): Promise<boolean> =>
    attempt(() =>
      client.workflow.signalWithStart<typeof dispatch>('dispatch', {
        ...start(dispatchWorkflowId(practiceId), practiceId),
        signal: wakeSignal,
      }),
    );

  const wakeEndpoint = ({ practiceId, endpointId }: EndpointRef): Promise<boolean> =>
    attempt(() =>
      client.workflow.signalWithStart<typeof webhookEndpoint>('webhookEndpoint', {
        ...start(webhookWorkflowId(practiceId, endpointId), practiceId),
        signal: wakeSignal,
      }),
    );

  const tellDispatcher = async (practiceId: string, dueAt: Date): Promise<void> => {
    try {
      const late = await inPractice(practiceId, () => needsTelling(db, practiceId, dueAt));
      if (late) await wakeDispatcher(practiceId);
    } catch (error) {
      onFailure(error);
    }
  };

  return {
    async tell({ wake, dispatch }) {
      await inParallel(wake, wakeContact);
      if (dispatch) await tellDispatcher(dispatch.practiceId, dispatch.dueAt);
    },
    restartStuck,
    announce: (announcements) => inParallel(announcements, announceOne),
    tellDispatcher,
    wakeDispatcher,
    wakeEndpoint,
  };
}

/**
 * Waits as long as the caller can, and goes on in the background: signalling a thousand contacts registered in one call
 * takes some seconds.
 */
async function inParallel<T>(
  items: readonly T[],
  task: (item: T) => Promise<unknown>,
): Promise<void> {
  const all = inTurns(items, concurrency, () => false, task);
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

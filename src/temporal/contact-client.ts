import { Client, type Connection } from '@temporalio/client';
import type { Announcement } from '../db/consent-store.ts';
import type { Database } from '../db/database.ts';
import { contactWorkflowId, type ContactRef } from '../domain/ids.ts';
import { limits } from '../domain/limits.ts';
import type { EncryptionKey } from '../config.ts';
import type { contact } from '../../workflows/contact.ts';
import { acceptChannelSignal, revokeChannelSignal, wakeSignal } from '../../workflows/messages.ts';
import { createDataConverter } from './data-converter.ts';

/**
 * The one place that tells workflows what was committed. Nothing depends on it succeeding: what was stored but not
 * told is found again by the sweeper, so a failure is reported to `onFailure` and changes no answer.
 */
export type ContactClient = {
  /** Something was stored for these contacts. */
  wake(refs: readonly ContactRef[]): Promise<void>;
  /** Consent changed. */
  announce(announcements: readonly Announcement[]): Promise<void>;
};

/** Signals under way at once: Temporal's front end takes more, one API process need not. */
const concurrency = 20;

const signals = { acceptChannel: acceptChannelSignal, revokeChannel: revokeChannelSignal };

export function createContactClient(options: {
  client: Client;
  db: Database;
  taskQueue: string;
  onFailure: (error: unknown) => void;
}): ContactClient {
  const { client, db, taskQueue, onFailure } = options;

  const start = (ref: ContactRef) => ({
    workflowId: contactWorkflowId(ref.practiceId, ref.contactId),
    taskQueue,
    args: [] as [],
    // One busy practice must not hold up the others.
    priority: { fairnessKey: ref.practiceId },
  });

  const tell = async (ref: ContactRef, announcement?: Announcement): Promise<void> => {
    try {
      await client.withDeadline(Date.now() + limits.signalTimeoutMs, async () => {
        if (!announcement) {
          await client.workflow.signalWithStart<typeof contact>('contact', {
            ...start(ref),
            signal: wakeSignal,
          });
          return;
        }
        const { signal, method, consentId, version } = announcement;
        await client.workflow.signalWithStart('contact', {
          ...start(ref),
          signal: signals[signal],
          signalArgs: [{ method, consentId, version }],
        });
        await db.prisma.contact.updateMany({
          where: {
            practiceId: ref.practiceId,
            id: ref.contactId,
            announcedVersion: { lt: version },
          },
          data: { announcedVersion: version },
        });
      });
    } catch (error) {
      onFailure(error);
    }
  };

  const inParallel = async <T>(items: readonly T[], task: (item: T) => Promise<void>) => {
    const waiting = [...items];
    const lane = async (): Promise<void> => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await task(item);
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  };

  return {
    wake: (refs) => inParallel(refs, (ref) => tell(ref)),
    announce: (announcements) => inParallel(announcements, (one) => tell(one, one)),
  };
}

/** A client whose payloads are sealed. */
export function createTemporalClient(options: {
  connection: Connection;
  namespace: string;
  encryptionKeys: readonly EncryptionKey[];
}): Client {
  return new Client({
    connection: options.connection,
    namespace: options.namespace,
    dataConverter: createDataConverter(options.encryptionKeys),
  });
}

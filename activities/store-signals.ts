import { activityInfo } from '@temporalio/activity';
import { v7 as newId } from 'uuid';
import type { Database, Sql } from '../src/db/database.ts';
import { currentRef } from '../src/db/alias-store.ts';
import { contactMethods } from '../src/db/contact-store.ts';
import { storeMessages, type ToTell } from '../src/db/message-store.ts';
import { prepareMessages } from '../src/db/message-template.ts';
import type { ContactRef } from '../src/domain/ids.ts';
import { readSignalMessage } from '../src/domain/signal-message.ts';
import type { ContactActivities, RawSignal } from '../workflows/activity-types.ts';
import { withPulse } from './pulse.ts';

/**
 * After so many tries a signal that cannot be stored is kept as rejected: it must not hold up those behind it for ever.
 * A database that is away takes longer than this to fail so often, since the waits between tries grow.
 */
const patience = 8;

type Dependencies = {
  db: Database;
  tell: (whom: ToTell) => Promise<void>;
  /** Texts in the clear are refused; otherwise they are taken, and counted. */
  requireEncodedSignals: boolean;
};

/** Takes raw signals into the record: good ones become messages, the others are kept with the reason and listed. */
export function createStoreSignals({
  db,
  tell,
  requireEncodedSignals,
}: Dependencies): ContactActivities['storeSignals'] {
  const storeAll: ContactActivities['storeSignals'] = async ({ signals, ...ref }) => {
    // One transaction a signal, so that a bad one takes no good one with it.
    for (const signal of signals) {
      const stored = await db.prisma
        .$transaction((sql) => store(db, sql, ref, signal, requireEncodedSignals))
        .catch((error: unknown): Stored => {
          if (activityInfo().attempt < patience) throw error;
          return { problem: 'it could not be stored' };
        });
      if ('problem' in stored) await keepRejected(db, ref, signal, stored.problem);
      // What came in under an alias is for another workflow to send.
      else if (stored.contactId !== ref.contactId) await tell(stored.tell);
    }
  };
  return (input) => withPulse(() => storeAll(input));
}

type Stored = { problem: string } | { contactId: string; tell: ToTell };

async function store(
  db: Database,
  sql: Sql,
  ref: ContactRef,
  { signal, payload, clear }: RawSignal,
  requireEncoded: boolean,
): Promise<Stored> {
  if (clear && requireEncoded)
    return { problem: 'its payload was not encoded, and this service requires it' };
  if (signal !== 'sendMessage')
    return { problem: 'the signal is not known, or its payload is not' };
  const message = readSignalMessage(payload);
  if (!message.ok) return { problem: message.problem };
  const current = await currentRef(sql, ref);
  const { contactId } = current;
  const assigned = await contactMethods(sql, current);
  const { input, unfit } = message;
  const written = { contactId, input, ...(unfit ? { sent: unfit.sent } : {}) };
  const {
    entries,
    problems: [problem],
  } = await prepareMessages(
    db,
    sql,
    ref.practiceId,
    [written],
    () => assigned,
    unfit ? [{ ...unfit.problem, index: 0 }] : [],
  );
  if (problem) return { problem: `${problem.path} ${problem.message}` };
  const result = await storeMessages(db, sql, ref.practiceId, entries, {
    source: clear ? 'clear_signal' : 'signal',
    unknownContacts: 'create',
  });
  if (result.ok) return { contactId, tell: result };
  // A new try finds the id that it has now.
  if (result.problem === 'moved') throw new Error('the contact was merged meanwhile');
  const conflict = result.problem === 'conflict';
  return {
    problem: conflict
      ? 'a message with this id and other content already exists'
      : 'there is no such practice, or the contact was erased',
  };
}

async function keepRejected(
  db: Database,
  ref: ContactRef,
  { signal, payload, receivedAt }: RawSignal,
  reason: string,
): Promise<void> {
  await db.prisma.rejectedSignal.create({
    data: {
      id: newId(),
      ...ref,
      // PostgreSQL's text has no NUL.
      signal: signal.replaceAll(/\p{Cc}/gu, '').slice(0, 64),
      reason,
      payloadEnc: db.cipher.seal(JSON.stringify(payload ?? null), 'rejected_signals.payload'),
      receivedAt: new Date(receivedAt),
    },
  });
}

import { activityInfo } from '@temporalio/activity';
import { v7 as newId } from 'uuid';
import type { Database, Sql } from '../src/db/database.ts';
import { contactMethods } from '../src/db/contact-store.ts';
import { storeMessages } from '../src/db/message-store.ts';
import type { ContactRef } from '../src/domain/ids.ts';
import { readSignalMessage } from '../src/domain/signal-message.ts';
import type { ContactActivities, RawSignal } from '../workflows/activity-types.ts';
import { withPulse } from './pulse.ts';

/**
 * After so many tries a signal that cannot be stored is kept as rejected: it must not hold up those behind it for ever.
 * A database that is away takes longer than this to fail so often, since the waits between tries grow.
 */
const patience = 8;

/** Takes raw signals into the record: good ones become messages, the others are kept with the reason and listed. */
export function createStoreSignals(db: Database): ContactActivities['storeSignals'] {
  const storeAll: ContactActivities['storeSignals'] = async ({ signals, ...ref }) => {
    // One transaction a signal, so that a bad one takes no good one with it.
    for (const signal of signals) {
      const problem = await db.prisma
        .$transaction((sql) => store(db, sql, ref, signal))
        .catch((error: unknown) => {
          if (activityInfo().attempt < patience) throw error;
          return 'it could not be stored';
        });
      if (problem !== undefined) await keepRejected(db, ref, signal, problem);
    }
  };
  return (input) => withPulse(() => storeAll(input));
}

/** Undefined: stored. Otherwise why not. */
async function store(
  db: Database,
  sql: Sql,
  ref: ContactRef,
  { signal, payload }: RawSignal,
): Promise<string | undefined> {
  if (signal !== 'sendMessage') return 'the signal is not known, or its payload is not';
  const assigned = await contactMethods(sql, ref);
  const message = readSignalMessage(payload, assigned);
  if (!message.ok) return message.problem;
  const entry = { contactId: ref.contactId, input: message.input };
  const result = await storeMessages(db, sql, ref.practiceId, [entry], {
    source: 'signal',
    unknownContacts: 'create',
  });
  if (result.ok) return undefined;
  return result.problem === 'conflict'
    ? 'a message with this id and other content already exists'
    : 'there is no such practice, or the contact was erased';
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

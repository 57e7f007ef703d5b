import { v7 as newId } from 'uuid';
import type { Database, Sql } from '../src/db/database.ts';
import { contactMethods } from '../src/db/contact-store.ts';
import { storeMessages } from '../src/db/message-store.ts';
import type { ContactRef } from '../src/domain/ids.ts';
import { readSignalMessage } from '../src/domain/signal-message.ts';
import type { ContactActivities, RawSignal } from '../workflows/activity-types.ts';

/** Takes raw signals into the record: good ones become messages, the others are kept with the reason and listed. */
export function createStoreSignals(db: Database): ContactActivities['storeSignals'] {
  return async ({ signals, ...ref }) => {
    for (const signal of signals)
      await db.prisma.$transaction(async (sql) => {
        const problem = await store(db, sql, ref, signal);
        if (problem !== undefined) await keepRejected(db, sql, ref, signal, problem);
      });
  };
}

/** Undefined: stored. Otherwise why not. One transaction a signal, so that a bad one takes no good one with it. */
async function store(
  db: Database,
  sql: Sql,
  ref: ContactRef,
  { signal, payload }: RawSignal,
): Promise<string | undefined> {
  if (signal !== 'sendMessage')
    return `the signal ${signal.slice(0, 64)} is not known, or its payload is not`;
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
  sql: Sql,
  ref: ContactRef,
  { signal, payload, receivedAt }: RawSignal,
  reason: string,
): Promise<void> {
  await sql.rejectedSignal.create({
    data: {
      id: newId(),
      ...ref,
      signal: signal.slice(0, 64),
      reason,
      payloadEnc: db.cipher.seal(JSON.stringify(payload ?? null), 'rejected_signals.payload'),
      receivedAt: new Date(receivedAt),
    },
  });
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeSignal, type SignalRecord } from '../../src/signals/signal-record.ts';
import type { Database } from '../../src/platform/db/database.ts';
import { workerLimits } from '../../src/core/limits/worker-limits.ts';
import { openOwn } from '../harness/own-database.ts';
import { someone } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/**
 * A signal that was tried as often as any is. What is at fault then decides: content that no database would take is
 * listed as rejected, for it holds up what came after it; a database that is in trouble costs no message, however long
 * the trouble lasts.
 */

let stack: Stack;
let db: Database;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  db = await openOwn(stack, { times: { statementMs: 500 } });
  // The database fails a message as its id says.
  for (const statement of [
    `CREATE FUNCTION fail_as_said() RETURNS trigger LANGUAGE plpgsql AS $$
     DECLARE said text := substring(NEW.id FROM '-fails-(.*)$');
     BEGIN
       CASE said
         WHEN 'gone' THEN PERFORM pg_terminate_backend(pg_backend_pid());
         WHEN 'slow' THEN PERFORM pg_sleep(60);
         ELSE RAISE EXCEPTION 'as said' USING ERRCODE = said;
       END CASE;
       RETURN NEW;
     END $$`,
    `CREATE TRIGGER fail_as_said BEFORE INSERT ON messages FOR EACH ROW
     WHEN (NEW.id LIKE '%-fails-%') EXECUTE FUNCTION fail_as_said()`,
  ])
    await db.prisma.$executeRawUnsafe(statement);
});
afterAll(async () => {
  await db.close();
  await stack.stop();
});

const record = (): SignalRecord => ({
  db,
  tell: async () => undefined,
  readHeldSignals: () => {
    throw new Error('no signal is held here');
  },
  requireEncodedSignals: false,
  requireBoundSignals: false,
});

/** Takes a signal of a new contact for the last time; the database fails it in this way. */
async function takeLast(fault: string) {
  const { id: contactId } = someone();
  const ref = { practiceId: stack.practiceId, contactId };
  const payload = { messageId: `${contactId}-fails-${fault}`, kind: 'ad_hoc', body: 'precious' };
  const signal = { signal: 'sendMessage', payload, receivedAt: new Date().toISOString() };
  const taking = { attempt: workerLimits.signalTries, tells: 'others' } as const;
  const outcome = await storeSignal(record(), ref, { signal, place: fault }, taking).then(
    () => 'is done with it',
    () => 'is to try again',
  );
  const where = { contactId };
  const rejected = await stack.db.prisma.rejectedSignal.findMany({ where });
  return { outcome, rejected: rejected.map(({ reason }) => reason) };
}

describe('the last try', () => {
  it.each([
    ['its connection is cut', 'gone'],
    ['the statement takes too long', 'slow'],
    ['it loses a race', '40001'],
    ['it is in a circle with another', '40P01'],
    ['somebody holds the row', '55P03'],
    ['the server only reads', '25006'],
    ['the server shuts down', '57P01'],
    ['the disk is full', '53100'],
    ['there is no memory', '53200'],
    ['a file cannot be read', '58030'],
    ['an index is damaged', 'XX002'],
    ['a migration has not run yet', '42703'],
  ])('gives up no message where %s', async (_what, fault) => {
    expect(await takeLast(fault)).toEqual({ outcome: 'is to try again', rejected: [] });
  });

  it.each([
    ['a value that it cannot hold', '22021'],
    ['a rule of the table', '23514'],
  ])('lists a message that the database refuses for %s', async (_what, fault) => {
    expect(await takeLast(fault)).toEqual({
      outcome: 'is done with it',
      rejected: ['it could not be stored'],
    });
  });
});

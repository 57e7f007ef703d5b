import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { openDatabase, type Database } from '../../src/platform/db/database.ts';
import { acrossPractices } from '../../src/platform/db/practice-scope.ts';
import { forgetFinished } from '../../src/record/practices/retention.ts';
import { leftoverLimits } from '../../src/core/limits/leftover-limits.ts';
import { serviceUrl } from '../harness/databases.ts';
import { registerWithConsent, someone, type Person } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** What is finished goes after as long as the practice says: that, and nothing else. */

let stack: Stack;
/** With the rights of the worker's loops. */
let sweeper: Database;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  const { config, databaseUrl, db } = stack;
  sweeper = await openDatabase({
    url: serviceUrl(databaseUrl, 'sweeper'),
    encryptionKeys: config.encryptionKeys,
    clock: db.clock,
    scoped: true,
  });
});
afterAll(async () => {
  await sweeper.close();
  await stack.stop();
});

let person: Person;
beforeEach(async () => {
  person = someone();
  await registerWithConsent(stack, person, ['email', 'sms']);
});

const days = (count: number): string => `now() - interval '${count} days'`;
const run = (statement: string, ...values: unknown[]) =>
  stack.db.prisma.$executeRawUnsafe(statement, ...values);
const keep = async (retention: object): Promise<void> => {
  const { status } = await stack.call('PATCH', '/v1/settings', { retention });
  expect(status).toBe(200);
};
const sweep = (ms = 60_000) =>
  acrossPractices(() => forgetFinished(sweeper, ms === 0 ? 0 : Date.now() + ms));
/** A message of so many days ago, with what became of each of its deliveries, and when that was. */
async function message(
  ...deliveries: [method: string, status: string, finishedAt: string][]
): Promise<string> {
  const [{ practiceId }, id, batch] = [stack, newId(), newId()];
  await run(
    `INSERT INTO messages (practice_id, id, contact_id, kind, content_enc, content_hash, size, methods, any_method, due_at,
                           source, arrival, created_at)
     VALUES ($1, $2, $3, 'ad_hoc', 'x', 'x', 1, '{email,sms}', true, ${days(400)}, 'http', nextval('arrivals'), ${days(400)})`,
    practiceId,
    id,
    person.id,
  );
  await run(
    `INSERT INTO batches (id, practice_id, payload_enc, created_at) VALUES ($1::uuid, $2, '', ${days(400)})`,
    batch,
    practiceId,
  );
  for (const [method, status, finishedAt] of deliveries) {
    const delivery = newId();
    await run(
      `INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, status, due_at, arrival, size,
                               created_at, batch_id)
       VALUES ($1::uuid, $2, $3, $4, 'content', $5, $6, ${days(400)}, nextval('arrivals'), 1, ${days(400)}, $7::uuid)`,
      delivery,
      practiceId,
      person.id,
      method,
      id,
      status,
      batch,
    );
    await run(
      `UPDATE deliveries SET finished_at = ${finishedAt} WHERE id = $1::uuid AND finished_at IS NOT NULL`,
      delivery,
    );
  }
  return id;
}
/** A request of so many days ago, and its delivery. */
async function asked(automatic: boolean, epoch: number, closedAt: string): Promise<string> {
  const id = newId();
  await run(
    `INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, automatic, epoch, status, due_at, arrival, size,
                             created_at)
     VALUES ($1::uuid, $2, $3, 'email', 'opt_in', $4, $5, 'delivered', ${days(400)}, nextval('arrivals'), 1, ${days(400)})`,
    id,
    stack.practiceId,
    person.id,
    automatic,
    epoch,
  );
  await run(`UPDATE deliveries SET finished_at = ${days(400)} WHERE id = $1::uuid`, id);
  await run(
    `INSERT INTO opt_in_requests (id, practice_id, contact_id, method, epoch, delivery_id, address_hash, sender, text_version,
                                  shown_enc, created_at, expires_at, closed_at)
     VALUES ($1::uuid, $2, $3, 'email', $4, $1::uuid, 'x', 'x', 'x', 'x', ${days(400)}, ${days(370)}, ${closedAt})`,
    id,
    stack.practiceId,
    person.id,
    epoch,
  );
  return id;
}
/** A reply of 400 days ago. */
async function replied(columns: { handled: boolean; doubtful: boolean; resolvedAs?: string }) {
  const id = newId();
  await run(
    `INSERT INTO inbound_messages (id, practice_id, contact_id, method, from_enc, text_enc, meaning, received_at,
                                   handled_at, doubtful, resolved_as)
     VALUES ($1::uuid, $2, $3, 'sms', 'x', 'x', 'unclear', ${days(400)},
             ${columns.handled ? days(399) : 'NULL'}, $4, $5)`,
    id,
    stack.practiceId,
    person.id,
    columns.doubtful,
    columns.resolvedAs ?? null,
  );
  return id;
}
const messagesLeft = async (): Promise<string[]> => {
  const rows = await stack.db.prisma.message.findMany({ where: { contactId: person.id } });
  return rows.map(({ id }) => id).toSorted();
};
const deliveriesLeft = async (): Promise<string[]> => {
  const where = { contactId: person.id, purpose: 'opt_in' };
  return (await stack.db.prisma.delivery.findMany({ where })).map(({ id }) => id).toSorted();
};
const repliesLeft = async (): Promise<string[]> => {
  const rows = await stack.db.prisma.inboundMessage.findMany({ where: { contactId: person.id } });
  return rows.map(({ id }) => id).toSorted();
};
const counts = async (): Promise<number[]> => {
  const { prisma } = stack.db;
  return Promise.all([
    prisma.ledgerEntry.count(),
    prisma.suppression.count(),
    prisma.refusal.count(),
    prisma.textedFrom.count(),
    prisma.unsubscribeLink.count(),
  ]);
};

it('keeps everything, as long as the practice says nothing', async () => {
  const old = await message(['email', 'delivered', days(399)]);
  const reply = await replied({ handled: true, doubtful: false });
  await sweep();
  expect([await messagesLeft(), await repliesLeft()]).toEqual([[old], [reply]]);
});

it('deletes messages of which everything is old, with their deliveries and calls', async () => {
  await message(['email', 'delivered', days(399)], ['sms', 'failed', days(380)]);
  const kept = [
    await message(['email', 'delivered', days(399)], ['sms', 'queued', 'NULL']),
    await message(['email', 'delivered', days(399)], ['sms', 'sending', 'NULL']),
    // It waited for a year, and was cancelled yesterday.
    await message(['email', 'cancelled', days(1)]),
    // It waits for somebody to register its contact.
    await message(),
  ].toSorted();
  const before = await counts();
  await keep({ messages: 'P1Y' });
  await sweep();
  expect(await messagesLeft()).toEqual(kept);
  expect(await stack.db.prisma.delivery.count({ where: { contactId: person.id } })).toBe(5);
  // Those of the deleted one are gone, and of the one that never had a delivery nothing asks.
  const calls = await stack.db.prisma.$queryRaw<{ orphans: number }[]>`
    SELECT count(*)::int AS orphans FROM batches b
    WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.batch_id = b.id)`;
  expect(calls[0]!.orphans).toBe(1);
  expect(await counts()).toEqual(before);
});

it('goes on where its time was over, and does not begin a page twice', async () => {
  const many = 2 * leftoverLimits.finishedAtOnce + 1;
  await run(
    `INSERT INTO messages (practice_id, id, contact_id, kind, content_enc, content_hash, size, methods, any_method, due_at,
                           source, arrival, created_at)
     SELECT $1, $2 || '-' || n, $2, 'ad_hoc', 'x', 'x', 1, '{email}', true, ${days(400)}, 'http', nextval('arrivals'), ${days(400)}
     FROM generate_series(1, ${many}) n`,
    stack.practiceId,
    person.id,
  );
  await run(
    `INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, status, due_at, arrival, size, created_at)
     SELECT gen_random_uuid(), practice_id, contact_id, 'email', 'content', id, 'delivered', due_at, arrival, 1, created_at
     FROM messages WHERE contact_id = $1`,
    person.id,
  );
  await run(`UPDATE deliveries SET finished_at = ${days(399)} WHERE contact_id = $1`, person.id);
  await keep({ messages: 'P51W' });
  await sweep(0);
  expect(await messagesLeft()).toHaveLength(many - leftoverLimits.finishedAtOnce);
  await sweep();
  expect(await messagesLeft()).toEqual([]);
});

it('leaves a contact alone that somebody works on', async () => {
  const old = await message(['email', 'delivered', days(399)]);
  await keep({ messages: 'P350D' });
  await stack.db.prisma.$transaction(async (sql) => {
    await sql.$executeRaw`SELECT 1 FROM contacts WHERE id = ${person.id} FOR UPDATE`;
    await sweep();
  });
  expect(await messagesLeft()).toEqual([old]);
});

it('deletes requests that were answered, and never the one that says that the person was asked', async () => {
  const { epoch } = await stack.db.prisma.channel.findFirstOrThrow({
    where: { contactId: person.id, method: 'email' },
  });
  const kept = [
    await asked(true, epoch, days(399)),
    // Nobody answered it, or a short while ago.
    await asked(false, epoch, 'NULL'),
    await asked(false, epoch, days(10)),
  ].toSorted();
  await asked(true, epoch - 1, days(399));
  await asked(false, epoch, days(399));
  await keep({ messages: 'P349D' });
  await sweep();
  expect(await deliveriesLeft()).toEqual(kept);
  expect(await stack.db.prisma.optInRequest.count({ where: { contactId: person.id } })).toBe(3);
});

it('deletes replies that staff have dealt with, and none that waits or may be a stop', async () => {
  await replied({ handled: true, doubtful: false });
  await replied({ handled: true, doubtful: true, resolvedAs: 'nothing' });
  const kept = [
    await replied({ handled: false, doubtful: false }),
    await replied({ handled: true, doubtful: true }),
  ].toSorted();
  await keep({ replies: 'P90D' });
  await sweep();
  expect(await repliesLeft()).toEqual(kept);
});

it('notes when a delivery is finished, and not while it may leave again', async () => {
  const id = await message(['email', 'sending', 'NULL']);
  const where = { messageId: id };
  const finishedAt = async () => {
    const { finishedAt: at } = await stack.db.prisma.delivery.findFirstOrThrow({ where });
    return at !== null;
  };
  expect(await finishedAt()).toBe(false);
  await stack.db.prisma.delivery.updateMany({ where, data: { status: 'failed' } });
  expect(await finishedAt()).toBe(true);
  await stack.db.prisma.delivery.updateMany({ where, data: { status: 'queued' } });
  expect(await finishedAt()).toBe(false);
});

it.each([
  ['P89D', false],
  ['P90D', true],
  ['P7Y', true],
  ['P100Y', true],
  ['P101Y', false],
  ['P0Y', false],
  ['PT1H', false],
  ['P1Y6M', false],
  [null, true],
])('keeps messages for %s: %s', async (messages, isTaken) => {
  const { status, body } = await stack.call('PATCH', '/v1/settings', { retention: { messages } });
  expect(status).toBe(isTaken ? 200 : 422);
  if (isTaken) expect(body.retention).toEqual({ messages, replies: 'P90D' });
});

it('keeps everything again once the practice says so', async () => {
  await keep({ messages: null, replies: null });
  const practice = await stack.db.prisma.practice.findFirstOrThrow({
    where: { id: stack.practiceId },
  });
  expect(practice.retentionAt).toBeNull();
});

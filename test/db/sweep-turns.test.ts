import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { UnsealError } from '../../src/platform/db/cipher.ts';
import { createPractice } from '../../src/record/practices/practice-store.ts';
import { keepReopening } from '../../src/record/consent/reopening-store.ts';
import { suppressAddress } from '../../src/record/consent/suppression-store.ts';
import { expireOverdue, forgottenContacts } from '../../src/delivery/sweep-store.ts';
import { spreadBars } from '../../src/features/consents/spread-bars.ts';
import { spreadReopening } from '../../src/features/consents/spread-reopenings.ts';
import { PracticeTurn } from '../../src/core/practice-turn.ts';
import { statementsOf } from '../harness/statements.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** Practices take turns with what is swept: one with thousands of rows keeps no other's waiting. */

const thousands = 3_000;
const [crowd, quiet] = ['a-crowd', 'quiet'];

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  for (const id of [crowd, quiet]) await createPractice(stack.db, { id, name: id });
});
afterAll(() => stack.stop());
beforeEach(async () => {
  await stack.db.prisma.reopening.deleteMany();
  await stack.db.prisma.suppression.deleteMany();
});

const run = (statement: string) => stack.db.prisma.$executeRawUnsafe(statement);
const sms = (addressHash: string) => ({ method: 'sms', addressHash }) as const;

it('a stop that spreads', async () => {
  const bar = { kind: 'stopped', reason: 'STOP', since: new Date(), spreadAfter: '' } as const;
  const { prisma } = stack.db;
  await suppressAddress(prisma, quiet, { ...sms('quiet'), ...bar });
  await run(`
    INSERT INTO suppressions (practice_id, method, address_hash, kind, reason, since, spread_after)
    SELECT '${crowd}', 'sms', 'h' || n, 'stopped', 'STOP', now() - interval '1 day', '' FROM generate_series(1, ${thousands}) n`);
  const turn = new PracticeTurn();
  for (const _ of [crowd, quiet, crowd]) expect(await spreadBars(stack.db, turn)).toBe(true);
  const waiting = (practiceId: string) =>
    prisma.suppression.count({ where: { practiceId, spreadAfter: { not: null } } });
  expect([await waiting(crowd), await waiting(quiet)]).toEqual([thousands - 2, 0]);
});

it('a reopening that spreads, also beside one that cannot be read', async () => {
  const { prisma } = stack.db;
  const word = { reopening: { word: 'start' }, saidAt: new Date(), after: '' } as const;
  await keepReopening(stack.db, prisma, { practiceId: quiet, ...sms('quiet'), ...word }, {});
  await run(`
    INSERT INTO reopenings (id, practice_id, method, address_hash, said_enc, after, turn_at)
    SELECT gen_random_uuid(), '${crowd}', 'sms', 'h' || n, 'x', '', now() - interval '1 day'
    FROM generate_series(1, ${thousands}) n`);
  const turn = new PracticeTurn();
  await expect(spreadReopening(stack.db, turn)).rejects.toThrow(UnsealError);
  expect(await spreadReopening(stack.db, turn)).toBeDefined();
  expect(await prisma.reopening.count({ where: { practiceId: quiet } })).toBe(0);
});

it('deliveries that are overdue', async () => {
  for (const [practice, count] of [
    [crowd, thousands],
    [quiet, 1],
  ] as const) {
    await run(`
      INSERT INTO contacts (practice_id, id, registered, created_at, updated_at)
      VALUES ('${practice}', 'c', true, now(), now())`);
    await run(`
      INSERT INTO channels (practice_id, contact_id, method, assigned, state)
      VALUES ('${practice}', 'c', 'sms', true, 'accepted')`);
    await run(`
      INSERT INTO messages (practice_id, id, contact_id, kind, content_enc, content_hash, size, methods, any_method,
                            due_at, not_after, source, arrival, created_at)
      SELECT '${practice}', 'm' || n, 'c', 'ad_hoc', 'x', 'x', 1, '{sms}', false, now(),
             now() - interval '1 minute' * n, 'http', nextval('arrivals'), now()
      FROM generate_series(1, ${count}) n`);
    await run(`
      INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, kind, status, due_at, not_after,
                              arrival, size, created_at)
      SELECT gen_random_uuid(), practice_id, contact_id, 'sms', 'content', id, kind, 'queued', due_at, not_after,
             arrival, size, now() FROM messages WHERE practice_id = '${practice}'`);
  }
  expect(await expireOverdue(stack.db, 100)).toBe(100);
  const expired = (practiceId: string) =>
    stack.db.prisma.delivery.count({ where: { practiceId, status: 'expired' } });
  expect([await expired(crowd), await expired(quiet)]).toEqual([99, 1]);
  while ((await expireOverdue(stack.db, 500)) > 0);
  expect(await expired(crowd)).toBe(thousands);
});

/** Contacts of both practices, the crowd's forgotten for longer. */
async function forget(lookAt: string, wokenAt: string, version: number): Promise<void> {
  const { prisma } = stack.db;
  await prisma.channel.deleteMany({ where: { contactId: { startsWith: 'f-' } } });
  await prisma.contact.deleteMany({ where: { id: { startsWith: 'f-' } } });
  for (const [practice, count, age] of [
    [crowd, thousands, 2],
    [quiet, 1, 1],
  ] as const) {
    await run(`
      INSERT INTO contacts (practice_id, id, registered, version, announced_version, created_at, updated_at)
      SELECT '${practice}', 'f-' || n, true, ${version}, 0, now(),
             now() - interval '1 hour' * ${age}
      FROM generate_series(1, ${count}) n`);
    await run(`
      INSERT INTO channels (practice_id, contact_id, method, assigned, state, look_at, woken_at)
      SELECT '${practice}', 'f-' || n, 'sms', true, 'accepted', ${lookAt}, ${wokenAt}
      FROM generate_series(1, ${count}) n, (VALUES (${age})) old (age)`);
  }
}

it.each([
  ['a lane that is overdue', `now() - interval '1 hour' * age`, 'NULL', 0],
  ['a wake-up that nobody noticed', 'NULL', `now() - interval '1 hour' * age`, 0],
  ['consent that was never announced', 'NULL', 'NULL', 1],
])('contacts with %s', async (_what, lookAt, wokenAt, version) => {
  await forget(lookAt, wokenAt, version);
  const first = await forgottenContacts(stack.db, 100);
  expect(first).toHaveLength(100);
  expect(first.filter(({ practiceId }) => practiceId === quiet)).toHaveLength(1);
  // Each is told again once, until the others had their turn.
  const told = new Set(first.map(({ contactId, practiceId }) => `${practiceId} ${contactId}`));
  for (let found = first; found.length > 0; found = await forgottenContacts(stack.db, 500))
    for (const { contactId, practiceId } of found) told.add(`${practiceId} ${contactId}`);
  expect(told.size).toBe(thousands + 1);
});

it('contacts that were forgotten, however many, in as many statements as one', async () => {
  await forget(`now() - interval '1 hour'`, 'NULL', 1);
  const cost = async (most: number): Promise<number> => {
    const statements = await statementsOf(async () => {
      expect(await forgottenContacts(stack.db, most)).toHaveLength(most);
    });
    return statements.length;
  };
  const ofOne = await cost(1);
  expect(await cost(1_000)).toBe(ofOne);
});

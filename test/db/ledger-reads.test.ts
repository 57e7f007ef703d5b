import { v7 as newId } from 'uuid';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signRoots } from '../../src/record/evidence/root.ts';
import { appendEvidence } from '../../src/ledger/store.ts';
import { verifyLedger } from '../../src/features/evidence/verify.ts';
import { createPractice } from '../../src/record/practices/practice-store.ts';
import { dayOf } from '../../src/core/ledger/root.ts';
import { planner, rowsRead } from '../harness/plans.ts';
import { statementsOf } from '../harness/statements.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** How much is read of a ledger that grew for many days. */

const days = 200;
const contactIds = Array.from({ length: 10 }, (_, n) => `c-${n}`);
const dayMs = 24 * 60 * 60 * 1_000;
const practiceId = 'of-many-days';

let stack: Stack;
let client: pg.Client;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  stack.time.offsetMs = Date.parse(`${dayOf(new Date(), 1)}T12:00:00Z`) - Date.now();
  const { db } = stack;
  await createPractice(db, { id: practiceId, name: 'Of many days' });
  const at = db.clock.now();
  const versions = { version: days, announcedVersion: days };
  const rest = { practiceId, role: 'client', registered: true, createdAt: at, updatedAt: at };
  await db.prisma.contact.createMany({
    data: contactIds.map((id) => ({ id, ...rest, ...versions })),
  });
  // Each contact says something every day.
  for (let day = 0; day < days; day += 1) {
    await appendEvidence(
      db,
      db.prisma,
      contactIds.map((contactId) => ({
        id: newId(),
        ref: { practiceId, contactId },
        version: day,
        evidence: { type: 'accepted', method: 'sms', at: db.clock.now(), fields: {} },
      })),
    );
    stack.time.offsetMs += dayMs;
  }
  await db.prisma.$executeRawUnsafe('ANALYZE');
  client = await planner(stack, practiceId);
});
afterAll(async () => {
  await client.end();
  await stack.stop();
});

const roots = () => stack.db.prisma.signedRoot.count({ where: { practiceId } });

it('a root reads the entries of its day, however many days there are', async () => {
  const statements = await statementsOf(() => signRoots(stack.db));
  expect(await roots()).toBe(1 + days);
  expect(await rowsRead(client, statements, 'ledger')).toBe(days * contactIds.length);
});

it('a verification reads each entry a few times, however many days there are', async () => {
  const statements = await statementsOf(async () => {
    expect(await verifyLedger(stack.db, practiceId)).toMatchObject({
      contacts: contactIds.length,
      roots: 1 + days,
      problems: [],
    });
  });
  // To find its contact and an erasure, in its chain, and under its root.
  const times = (await rowsRead(client, statements, 'ledger')) / (days * contactIds.length);
  expect(times).toBeGreaterThan(1);
  expect(times).toBeLessThan(4);
});

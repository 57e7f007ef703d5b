import { afterAll, beforeAll, expect, it } from 'vitest';
import { prunable, prune } from '../../src/delivery/prune.ts';
import { limits } from '../../src/core/limits.ts';
import { workerLimits } from '../../src/core/limits/worker-limits.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** What is forgotten by its age: in pages, and nothing younger. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

const many = 2 * workerLimits.prunedAtOnce + 1;
const events = async (at: string): Promise<number> => {
  const [row] = await stack.db.prisma.$queryRawUnsafe<{ count: number }[]>(
    `SELECT count(*)::int AS count FROM events WHERE at < ${at}`,
  );
  return row!.count;
};
const receipts = () =>
  stack.db.prisma.webhookEvent.count({ where: { eventId: { startsWith: 'old-' } } });

it('deletes a backlog of many pages, and leaves what is young', async () => {
  const { practiceId } = stack;
  const days = limits.eventMemoryMs / 86_400_000;
  for (const statement of [
    `INSERT INTO webhook_events (provider, event_id, received_at, forget_at)
     SELECT 'plivo', 'old-' || n, now() - interval '40 days',
            CASE WHEN n <= ${many} THEN now() - interval '1 second' WHEN n = ${many} + 1 THEN now() + interval '1 day' END
     FROM generate_series(1, ${many} + 2) n`,
    `INSERT INTO events (id, practice_id, type, at, turn)
     SELECT gen_random_uuid(), '${practiceId}', 'message.sent', now() - interval '${days + 1} days', n
     FROM generate_series(1, ${many}) n`,
    `INSERT INTO events (id, practice_id, type, at, turn)
     SELECT gen_random_uuid(), '${practiceId}', 'message.sent', now() - interval '${days - 1} days', 1`,
  ])
    await stack.db.prisma.$executeRawUnsafe(statement);
  await prune(stack.db, Date.now() + 60_000);
  // One to be forgotten tomorrow, and one that is kept for ever.
  expect(await receipts()).toBe(2);
  expect(await events(`now() - interval '${days} days'`)).toBe(0);
  expect(await events('now()')).toBe(1);
});

it('does one page of each table where its time is over, and the rest the next time', async () => {
  await stack.db.prisma.$executeRawUnsafe(
    `INSERT INTO webhook_events (provider, event_id, received_at, forget_at)
     SELECT 'plivo', 'old-again-' || n, now(), now() - interval '1 second' FROM generate_series(1, ${many}) n`,
  );
  const before = await receipts();
  await prune(stack.db, 0);
  expect(await receipts()).toBe(before - workerLimits.prunedAtOnce);
});

it('finds the age of each table by an index', async () => {
  const rows = await stack.db.prisma.$queryRaw<{ table: string; column: string }[]>`
    SELECT t.relname AS table, a.attname AS column FROM pg_index i
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]`;
  const indexed = new Set(rows.map(({ table, column }) => `${table}.${column}`));
  expect(prunable.filter(({ table, age }) => !indexed.has(`${table}.${age}`))).toEqual([]);
});

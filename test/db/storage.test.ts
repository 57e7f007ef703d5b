import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acceptBoth, contents, queue, register, someone } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** What one person costs the database, for years: asked, agreed and reminded. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

/** In KB. */
const documented = Number(
  /at most (\d+) KB of rows/.exec(
    readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8'),
  )![1],
);

/** Bytes of the rows of each table, without its indexes. */
async function bytesByTable(): Promise<Record<string, number>> {
  const tables = await stack.db.prisma.$queryRaw<{ name: string }[]>`
    SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`;
  const sizes: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await stack.db.prisma.$queryRawUnsafe<{ bytes: number }[]>(
      `SELECT COALESCE(sum(pg_column_size(t.*)), 0)::int AS bytes FROM "${name}" t`,
    );
    sizes[name] = row!.bytes;
  }
  return sizes;
}

/** Both messages have arrived, and the worker has written down what became of them. */
async function atRest(): Promise<void> {
  await until('nothing is under way', async () => {
    const open = { status: { in: ['queued', 'sending'] } };
    return (await stack.db.prisma.delivery.count({ where: open })) === 0;
  });
}

it('a person who was asked on two methods, agreed, and was reminded costs what operations.md says', async () => {
  const live = async (): Promise<void> => {
    const ann = someone();
    await register(stack, ann, ['email', 'sms']);
    await queue(stack, ann, 'the first');
    await acceptBoth(stack, ann);
    await queue(stack, ann, 'a reminder');
    for (const channel of ['email', 'sms'] as const)
      await until('both', async () => (await contents(stack, ann, channel)).length === 2);
    await atRest();
  };
  // What a practice has once is no cost of a person.
  await live();
  const before = await bytesByTable();
  await live();
  await live();
  const after = await bytesByTable();
  const each = Object.entries(after)
    .map(([table, bytes]) => ({ table, bytes: Math.round((bytes - before[table]!) / 2) }))
    .filter(({ bytes }) => bytes > 0)
    .toSorted((one, other) => other.bytes - one.bytes);
  const kilobytes = each.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000;
  expect(kilobytes).toBeLessThan(documented);
  // A limit that is far from what is true is none.
  expect(kilobytes).toBeGreaterThan(0.75 * documented);
  const ofLargest = each.slice(0, 2).map(({ table }) => table);
  expect(ofLargest).toEqual(['ledger', 'opt_in_requests']);
});

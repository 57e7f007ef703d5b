import { afterAll, beforeAll, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { isKeyTaken } from '../../src/platform/db/database-errors.ts';
import type { Message } from '../../src/platform/db/generated/client.ts';
import { insertRows, type Rows } from '../../src/platform/db/insert-rows.ts';
import { nextArrivals } from '../../src/record/messages/queue-store.ts';
import { transaction } from '../../src/platform/db/transaction.ts';
import { limits } from '../../src/core/limits.ts';
import { register, someone, type Person } from '../harness/people.ts';
import { statementsOf } from '../harness/statements.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** Many rows go in as arrays of columns: each value arrives as it was given, in few statements. */

let stack: Stack;
let ann: Person;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  ann = someone();
  await register(stack, ann);
});
afterAll(() => stack.stop());

type NewMessage = Rows['messages'];

/** What arrays in arrays, and texts in quotes, are easily mistaken for. */
const oddTexts = [
  '',
  'null',
  'NULL',
  '{}',
  '{a,b}',
  '"',
  '\\',
  '\\"',
  "'",
  'a,b',
  ' a ',
  '\n\t',
  'ñ漢😀',
];

function messageOf(row: Partial<NewMessage> = {}): NewMessage {
  return {
    practiceId: stack.practiceId,
    id: newId(),
    contactId: ann.id,
    kind: 'ad_hoc',
    contentEnc: 'sealed',
    contentHash: 'hash',
    size: 1,
    methods: ['email'],
    anyMethod: true,
    dueAt: new Date('2026-03-04T05:06:07.089Z'),
    notAfter: null,
    eventAt: null,
    about: null,
    aboutEnc: null,
    supersedes: null,
    source: 'http',
    arrival: 1n,
    createdAt: new Date('2026-03-04T05:06:07.089Z'),
    ...row,
  };
}

const insert = (rows: readonly NewMessage[]) =>
  transaction(stack.db, (sql) => insertRows(sql, 'messages', rows));

async function stored(rows: readonly { id: string }[]): Promise<Message[]> {
  const found = await stack.db.prisma.message.findMany({
    where: { practiceId: stack.practiceId, id: { in: rows.map(({ id }) => id) } },
  });
  const byId = new Map(found.map((row) => [row.id, row]));
  return rows.flatMap(({ id }) => byId.get(id) ?? []);
}

it('writes each value as it is, whatever is in it', async () => {
  const arrivals = await transaction(stack.db, (sql) => nextArrivals(sql, oddTexts.length + 2));
  const rows = oddTexts.map((text, n) =>
    messageOf({
      contentEnc: text,
      aboutEnc: n % 2 === 0 ? text : null,
      supersedes: n % 2 === 0 ? null : text,
      methods: [text, 'email', text],
      size: n - 5,
      anyMethod: n % 2 === 0,
      notAfter: n % 3 === 0 ? null : new Date(Date.UTC(2026, 5, 1, 0, 0, 0, n)),
      eventAt: n % 3 === 0 ? new Date('1969-07-20T20:17:40.123Z') : null,
      arrival: arrivals[n]!,
    }),
  );
  rows.push(messageOf({ methods: [], arrival: arrivals.at(-2)! }));
  // More than a number of JavaScript holds.
  rows.push(messageOf({ arrival: 9_007_199_254_740_993n }));
  await insert(rows);
  expect(await stored(rows)).toEqual(
    rows.map((row) => ({ ...row, unrouted: false, cancelledAt: null })),
  );
});

it('writes evidence as it is', async () => {
  const rows: Rows['ledger'][] = oddTexts.map((text, n) => ({
    practiceId: stack.practiceId,
    contactId: ann.id,
    seq: n + 100,
    id: newId(),
    type: 'assigned',
    method: n % 2 === 0 ? null : 'email',
    at: new Date(Date.UTC(2026, 5, 1, 0, 0, 0, n)),
    saltEnc: n % 3 === 0 ? null : text,
    fieldsEnc: text,
    commitment: text,
    hash: `hash ${n}`,
    writtenAt: n % 2 === 0 ? null : new Date(Date.UTC(2026, 5, 2, 0, 0, 0, n)),
  }));
  await transaction(stack.db, (sql) => insertRows(sql, 'ledger', rows));
  const found = await stack.db.prisma.ledgerEntry.findMany({
    where: { practiceId: stack.practiceId, contactId: ann.id, seq: { gte: 100 } },
    orderBy: { seq: 'asc' },
  });
  expect(found).toEqual(rows.map((row) => ({ ...row, adoptedIn: null })));
});

it('takes one statement for a thousand ordinary rows, more for long ones, and none for none', async () => {
  const made = (contentEnc: string, count: number) =>
    Array.from({ length: count }, () => messageOf({ contentEnc }));
  const counted = async (rows: readonly NewMessage[]) => {
    const statements = await statementsOf(() => insert(rows));
    return statements.filter(({ text }) => text.includes('INSERT INTO messages')).length;
  };
  expect(await counted([])).toBe(0);
  expect(await counted(made('x'.repeat(120), 1_000))).toBe(1);
  const long = made('x'.repeat(limits.insertedBytes / 4), 9);
  expect(await counted(long)).toBe(3);
  expect(await stored(long)).toHaveLength(long.length);
  // A single one that is longer goes by itself.
  expect(await counted(made('x'.repeat(limits.insertedBytes + 1), 2))).toBe(2);
});

it('says that a key is taken, and writes nothing then; or leaves such rows out', async () => {
  const [first, second] = [messageOf(), messageOf()];
  await insert([first]);
  const failed = await insert([second, first]).catch((error: unknown) => error);
  expect(isKeyTaken(failed)).toBe(true);
  expect(await stored([second])).toEqual([]);
  const again = { ...first, contentEnc: 'other' };
  await transaction(stack.db, (sql) =>
    insertRows(sql, 'messages', [again, second], { skipTaken: true }),
  );
  expect((await stored([first, second])).map(({ contentEnc }) => contentEnc)).toEqual([
    'sealed',
    'sealed',
  ]);
});

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseEncryptionKeys } from '../../src/platform/config/encryption-keys.ts';
import { openDatabase, type Database } from '../../src/platform/db/database.ts';
import { appendToWitness, readWitness } from '../../src/features/evidence/witness.ts';
import { signRoots } from '../../src/record/evidence/root.ts';
import { createPractice } from '../../src/record/practices/practice-store.ts';
import { dayOf } from '../../src/core/ledger/root.ts';
import { createLedgerKeeper } from '../../src/features/evidence/keeper.ts';
import { startStack, testKey, until, type Stack } from '../harness/stack.ts';

/** What one practice writes in a day keeps no other practice's roots in the machine. */

const dayMs = 24 * 60 * 60 * 1_000;
const many = 100_000;

let stack: Stack;
/** A worker's, whose statements may not take as long as a busy day does. */
let hurried: Database;
let folder: string;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  stack.time.offsetMs = Date.parse(`${dayOf(new Date(), 1)}T12:00:00Z`) - Date.now();
  const { database } = stack.config;
  hurried = await openDatabase({
    url: database.kind === 'external' ? database.url : '',
    encryptionKeys: parseEncryptionKeys([testKey], []),
    clock: stack.db.clock,
    times: { statementMs: 100 },
  });
  folder = await mkdtemp(join(tmpdir(), 'optgate-witness-'));
});
afterAll(async () => {
  await hurried.close();
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

async function practice(name: string): Promise<string> {
  const id = `${name}-${randomBytes(4).toString('hex')}`;
  await createPractice(stack.db, { id, name });
  return id;
}

/** Somebody said something so often at this moment. */
async function write(practiceId: string, entries: number): Promise<void> {
  const at = stack.db.clock.now();
  const { prisma } = stack.db;
  await prisma.$executeRaw`
    INSERT INTO contacts (practice_id, id, registered, settled, created_at, updated_at)
    VALUES (${practiceId}, 'ann', true, true, ${at}, ${at})`;
  await prisma.$executeRaw`
    INSERT INTO ledger (practice_id, contact_id, seq, id, type, method, at, commitment, hash, written_at)
    SELECT ${practiceId}, 'ann', n, gen_random_uuid(), 'accepted', 'sms', ${at}, 'x', repeat(md5(n::text), 20), ${at}
    FROM generate_series(1, ${entries}::int) n`;
}

let serial = 0;
let file: string;
beforeEach(() => {
  serial += 1;
  file = join(folder, `${serial}.jsonl`);
});

const keeper = (db: Database) =>
  createLedgerKeeper({ db, logger: { error: () => undefined } as never, witness: file });

/** Numbers of the roots, and entries of today, that have left the machine. */
async function seen(practiceId: string) {
  const { roots, soFar } = await readWitness(file);
  return {
    roots: (roots.get(practiceId) ?? []).map(({ said }) => said.number),
    soFar: (soFar.get(practiceId) ?? []).map(({ said }) => said.entries),
  };
}

describe('a practice whose day is too long for the database', () => {
  let busy: string;
  let quiet: string;
  beforeEach(async () => {
    busy = await practice('busy');
    quiet = await practice('quiet');
    await write(busy, many);
    await write(quiet, 1);
  });

  it('keeps back only its own entries of today', async () => {
    stack.time.offsetMs += 60 * 60_000;
    await until('the others’ are out', async () => {
      expect((await appendToWitness(hurried, file)).failure).toBeDefined();
      return (await seen(quiet)).soFar.length > 0;
    });
    expect(await seen(quiet)).toEqual({ roots: [1], soFar: [1] });
    expect(await seen(busy)).toEqual({ roots: [1], soFar: [] });
    // Once there is time for it, it goes out too.
    expect((await appendToWitness(stack.db, file)).failure).toBeUndefined();
    expect(await seen(quiet)).toEqual({ roots: [1], soFar: [1] });
    expect(await seen(busy)).toEqual({ roots: [1], soFar: [many] });
  });

  it('keeps back only its own root of that day', async () => {
    stack.time.offsetMs += dayMs;
    const keep = keeper(hurried);
    await until('the others’ are out', async () => {
      await keep().catch(() => undefined);
      return (await seen(quiet)).roots.length > 1;
    });
    expect(await seen(quiet)).toEqual({ roots: [1, 2], soFar: [] });
    expect(await seen(busy)).toEqual({ roots: [1], soFar: [] });
    await keeper(stack.db)();
    expect(await seen(busy)).toEqual({ roots: [1, 2], soFar: [] });
  });
});

it('the roots of a practice that has many to catch up with leave in turns with the others', async () => {
  const [late, one] = [await practice('late'), await practice('one')];
  stack.time.offsetMs += 30 * dayMs;
  await createLedgerKeeper({ db: stack.db, logger: { error: () => undefined } as never })();
  const roots = async (practiceId: string) =>
    (await stack.db.prisma.signedRoot.count({ where: { practiceId } })) - 1;
  const [ofLate, ofOne] = [await roots(late), await roots(one)];
  expect(ofLate).toBeGreaterThan(0);
  expect(Math.abs(ofLate - ofOne)).toBeLessThanOrEqual(1);
});

describe('a day that is over for many practices', () => {
  const many = 60;
  let ids: string[];
  beforeEach(async () => {
    await signRoots(stack.db);
    ids = await Promise.all(Array.from({ length: many }, () => practice('many')));
    stack.time.offsetMs += dayMs;
  });
  const signed = () =>
    stack.db.prisma.signedRoot.count({ where: { practiceId: { in: ids }, number: 2 } });

  it('is signed for all of them in one sweep that has the time', async () => {
    await signRoots(stack.db);
    expect(await signed()).toBe(many);
  });

  it('is signed for another one in each sweep that has no time', async () => {
    const last = { turn: '' };
    const all = await stack.db.prisma.practice.count();
    const [refused] = ids;
    // Where it is not signed any more, that is no turn lost for the others.
    await stack.db.prisma.ledgerEnd.deleteMany({ where: { practiceId: refused! } });
    for (let n = 0; n < all; n += 1) await signRoots(stack.db, { forMs: 0, last });
    expect(await signed()).toBe(many - 1);
  });
});

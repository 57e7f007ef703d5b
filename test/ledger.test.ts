import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/platform/config/config.ts';
import { newEncryptionKey } from '../src/platform/config/encryption-keys.ts';
import { openDatabase, type Database } from '../src/platform/db/database.ts';
import { adoptUnsigned } from '../src/features/evidence/adopt.ts';
import { writeEnds } from '../src/ledger/end.ts';
import { signRoots } from '../src/record/evidence/root.ts';
import { appendEvidence } from '../src/ledger/store.ts';
import { verifyLedger } from '../src/features/evidence/verify.ts';
import { appendToWitness, readWitness } from '../src/features/evidence/witness.ts';
import { ledgerCommands } from '../src/main/admin/ledger-commands.ts';
import { createLedgerKeeper } from '../src/features/evidence/keeper.ts';
import { createKey, createPractice } from '../src/record/practices/practice-store.ts';
import { reencrypt } from '../src/features/keys/reencrypt.ts';
import { commitmentOf, entryHash, unsignedHash } from '../src/core/ledger/entry.ts';
import type { KeyStatement } from '../src/core/ledger/keys.ts';
import { introduceKey, signingKeyOf, signText } from '../src/core/ledger/keys.ts';
import { dayOf, readRoot, rootText } from '../src/core/ledger/root.ts';
import { bundleAtOnce, readEvidence } from './harness/evidence.ts';
import { formerValue } from './harness/former-seals.ts';
import { startStack, testKey, type Stack } from './harness/stack.ts';

/**
 * "A ledger that a court may rely on": each manipulation is made with write access to the database and without our
 * keys, and each is detected. The service never repairs a manipulation, nor signs it.
 */

let stack: Stack;
let folder: string;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  // Noon: no test is about what happens around midnight.
  stack.time.offsetMs = Date.parse(`${dayOf(new Date(), 1)}T12:00:00Z`) - Date.now();
  folder = await mkdtemp(join(tmpdir(), 'optgate-ledger-'));
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

const dayMs = 24 * 60 * 60 * 1_000;
const as = (key: string) => ({ authorization: `Bearer ${key}` });

type Evidence = {
  intact: boolean;
  problems: { seq: number; problem: string }[];
  items: { seq: number; type: string; fields?: Record<string, unknown>; writtenAt?: string }[];
  mergedFrom?: { contactId: string }[];
};

/** A practice of its own, with the witness that has seen its roots. */
async function practice() {
  const id = `p-${randomBytes(4).toString('hex')}`;
  await createPractice(stack.db, { id, name: 'Ledger Practice', settings: { quietHours: null } });
  const { key } = await createKey(stack.db, id, 'test');
  const file = join(folder, `${id}.jsonl`);
  const call = <T = Record<string, never>>(method: string, path: string, body?: unknown) =>
    stack.call<T>(method, path, body, as(key));
  const at = (): string => stack.db.clock.now().toISOString();
  const self = {
    id,
    file,
    call,
    /** Registered, said yes on paper: two entries. */
    async registers(contactId: string) {
      const email = `${contactId}@example.com`;
      const registered = await call('PUT', `/v1/contacts/${contactId}`, {
        name: contactId,
        role: 'client',
        methods: ['email'],
        email,
      });
      expect(registered.status).toBe(201);
      const consented = await call('POST', `/v1/contacts/${contactId}/consents`, {
        method: 'email',
        address: email,
        source: 'paper',
        obtainedAt: at(),
        evidence: `form of ${contactId}`,
      });
      expect(consented.status).toBeLessThan(300);
    },
    async stops(contactId: string) {
      expect((await call('DELETE', `/v1/contacts/${contactId}/consents/email`)).status).toBe(200);
    },
    async dayEnds() {
      stack.time.offsetMs += dayMs;
      await signRoots(stack.db);
      await appendToWitness(stack.db, file);
    },
    problems: async () => (await verifyLedger(stack.db, id)).problems,
    /** Of `npm run admin -- verify-ledger`. */
    async exitCode() {
      const before = process.exitCode;
      process.exitCode = 0;
      try {
        await ledgerCommands['verify-ledger']!(stack.db, { practice: id }, stack.config);
        return process.exitCode;
      } finally {
        process.exitCode = before;
      }
    },
    witnessed: async () => (await verifyLedger(stack.db, id, await readWitness(file))).problems,
    evidence: async (contactId: string) =>
      (await call<Evidence>('GET', `/v1/contacts/${contactId}/evidence`)).body,
    rows: (contactId: string) =>
      stack.db.prisma.ledgerEntry.findMany({
        where: { practiceId: id, contactId },
        orderBy: { seq: 'asc' },
      }),
  };
  return self;
}

type Practice = Awaited<ReturnType<typeof practice>>;

/** Two days that are closed, and a third that is not. Ann: yes and stop. Bob: yes. Eve: only today. */
async function threeDays(): Promise<Practice> {
  const p = await practice();
  await p.registers('ann');
  await p.registers('bob');
  await p.dayEnds();
  await p.stops('ann');
  await p.dayEnds();
  await p.registers('eve');
  await p.stops('bob');
  expect(await p.witnessed()).toEqual([]);
  expect(await p.exitCode()).toBe(0);
  return p;
}

const sql = (text: string, ...values: unknown[]): Promise<number> =>
  stack.db.prisma.$executeRawUnsafe(text, ...values);

/** By SQL, with all the skill of somebody who has read the source and has no key. */
const manipulations: {
  name: string;
  make: (p: Practice) => Promise<unknown>;
  seen: RegExp;
  /** Whose evidence says so too. */
  evidenceOf?: string;
}[] = [
  {
    name: 'a) a stop becomes a yes',
    make: (p) =>
      sql(`UPDATE ledger SET type = 'accepted' WHERE type = 'revoked' AND practice_id = $1`, p.id),
    seen: /contact ann, entry 3: it, or the entry before it, was changed/,
    evidenceOf: 'ann',
  },
  {
    name: 'b) the last entry of today is deleted',
    make: (p) =>
      sql(`DELETE FROM ledger WHERE practice_id = $1 AND contact_id = 'eve' AND seq = 2`, p.id),
    seen: /contact eve, entry 2: the chain does not end there/,
    evidenceOf: 'eve',
  },
  {
    name: 'c) the whole chain of a contact of today is deleted',
    make: (p) => sql(`DELETE FROM ledger WHERE practice_id = $1 AND contact_id = 'eve'`, p.id),
    seen: /contact eve, entry 2: the chain does not end there/,
    evidenceOf: 'eve',
  },
  {
    name: 'c′) … with its sealed end',
    make: async (p) => {
      await sql(`DELETE FROM ledger WHERE practice_id = $1 AND contact_id = 'eve'`, p.id);
      await sql(`DELETE FROM ledger_ends WHERE practice_id = $1 AND chain = 'eve'`, p.id);
    },
    seen: /contact eve, entry 0: the chain does not end there/,
    evidenceOf: 'eve',
  },
  {
    name: 'd) entries are dated back',
    make: (p) => sql(`UPDATE ledger SET at = at - interval '3 days' WHERE practice_id = $1`, p.id),
    seen: /contact ann, entry 1: .*was changed/,
    evidenceOf: 'ann',
  },
  {
    name: 'e) an entry under a signed root is deleted',
    make: (p) =>
      sql(`DELETE FROM ledger WHERE practice_id = $1 AND contact_id = 'ann' AND seq = 3`, p.id),
    seen: /root 3 .*covers 1 entries, and 0 are there/,
    evidenceOf: 'ann',
  },
  {
    name: 'f) … and then all roots, so that they would be signed again',
    make: async (p) => {
      await sql(
        `DELETE FROM ledger WHERE practice_id = $1 AND contact_id = 'ann' AND seq = 3`,
        p.id,
      );
      await sql(`DELETE FROM ledger_signed_roots WHERE practice_id = $1`, p.id);
      expect((await signRoots(stack.db)).refused).toContain(p.id);
    },
    seen: /3 were signed, and the last one that is there is none/,
    evidenceOf: 'ann',
  },
  {
    name: 'f′) … with their sealed end',
    make: async (p) => {
      await sql(`DELETE FROM ledger_signed_roots WHERE practice_id = $1`, p.id);
      await sql(`DELETE FROM ledger_ends WHERE practice_id = $1 AND chain = '@roots'`, p.id);
      expect((await signRoots(stack.db)).refused).toContain(p.id);
    },
    seen: /there is no root/,
  },
  {
    name: 'g) a yes is put on, as if it had been erased',
    make: async (p) => {
      const last = (await p.rows('ann')).at(-1)!;
      const [id, commitment] = [randomUUID(), 'x'.repeat(43)];
      const made = { ...last, id, seq: 4, type: 'accepted', commitment };
      const hash = entryHash({ ...made, writtenAt: made.writtenAt!, previous: last.hash });
      await stack.db.prisma.ledgerEntry.create({
        data: { ...made, saltEnc: null, fieldsEnc: null, hash },
      });
    },
    seen: /contact ann, entry 4: its content is gone, and no erasure is recorded/,
    evidenceOf: 'ann',
  },
  {
    name: 'g′) … as if it were from before signing',
    make: async (p) => {
      const last = (await p.rows('ann')).at(-1)!;
      const made = { ...last, id: randomUUID(), seq: 4, type: 'accepted', commitment: 'x' };
      await stack.db.prisma.ledgerEntry.create({
        data: {
          ...made,
          saltEnc: null,
          fieldsEnc: null,
          hash: unsignedHash(last.hash, made.commitment),
          writtenAt: null,
          adoptedIn: 1,
        },
      });
    },
    seen: /root 1 .*covers 0 entries, and 1 are there/,
    evidenceOf: 'ann',
  },
  {
    name: 'two entries change places',
    make: async (p) => {
      const swap = (from: number, to: number) =>
        sql(
          `UPDATE ledger SET seq = $2 WHERE practice_id = $1 AND contact_id = 'ann' AND seq = $3`,
          p.id,
          to,
          from,
        );
      await swap(2, 99);
      await swap(3, 2);
      await swap(99, 3);
    },
    seen: /contact ann, entry 2: .*was changed/,
    evidenceOf: 'ann',
  },
  {
    name: 'an entry moves to another contact',
    make: (p) =>
      sql(
        `UPDATE ledger SET contact_id = 'eve', seq = 3 WHERE practice_id = $1 AND contact_id = 'ann' AND seq = 3`,
        p.id,
      ),
    seen: /contact eve, entry 3: the chain does not end there|contact eve, entry 2: the chain does not/,
    evidenceOf: 'eve',
  },
  {
    name: 'a chain moves to another practice',
    make: async (p) => {
      const other = await practice();
      await other.registers('ann');
      await sql(`DELETE FROM ledger WHERE practice_id = $1 AND contact_id = 'ann'`, p.id);
      await sql(
        `UPDATE ledger SET practice_id = $1 WHERE practice_id = $2 AND contact_id = 'ann'`,
        p.id,
        other.id,
      );
      await sql(`DELETE FROM ledger_ends WHERE practice_id = $1 AND chain = 'ann'`, p.id);
      await sql(
        `UPDATE ledger_ends SET practice_id = $1 WHERE practice_id = $2 AND chain = 'ann'`,
        p.id,
        other.id,
      );
    },
    seen: /contact ann, entry 1: .*was changed/,
    evidenceOf: 'ann',
  },
  {
    name: 'an old root replaces a newer one',
    make: (p) =>
      sql(
        `UPDATE ledger_signed_roots r SET statement = o.statement, signature = o.signature, key_id = o.key_id
         FROM ledger_signed_roots o
         WHERE r.practice_id = $1 AND o.practice_id = $1 AND r.number = 3 AND o.number = 2`,
        p.id,
      ),
    seen: /root 3 .*signed for another place/,
  },
  {
    name: 'the count of a root is changed',
    make: async (p) => {
      const where = { practiceId_number: { practiceId: p.id, number: 3 } };
      const { statement } = await stack.db.prisma.signedRoot.findUniqueOrThrow({ where });
      const said = readRoot(statement)!;
      await stack.db.prisma.signedRoot.update({
        where,
        data: { statement: rootText({ ...said, entries: 0, total: said.total - 1 }) },
      });
    },
    seen: /root 3 .*its signature does not fit/,
  },
  {
    name: 'a root between two others is deleted',
    make: (p) => sql(`DELETE FROM ledger_signed_roots WHERE practice_id = $1 AND number = 2`, p.id),
    seen: /root 3 .*the root before it is missing/,
  },
  {
    name: 'the last root is deleted, so that its day would be signed again',
    make: async (p) => {
      await sql(`DELETE FROM ledger_signed_roots WHERE practice_id = $1 AND number = 3`, p.id);
      expect((await signRoots(stack.db)).refused).toContain(p.id);
    },
    seen: /3 were signed, and the last one that is there is number 2/,
  },
  {
    name: 'an entry is inserted in the past, and every later link recomputed',
    make: (p) => insertAfter(p, 'ann', 1),
    seen: /contact ann, entry 3: the chain does not end there/,
    evidenceOf: 'ann',
  },
  {
    name: 'the sealed words of another entry are put in',
    make: (p) =>
      sql(
        `UPDATE ledger l SET fields_enc = o.fields_enc, salt_enc = o.salt_enc FROM ledger o
         WHERE l.practice_id = $1 AND o.practice_id = $1 AND l.contact_id = 'ann' AND l.seq = 2
           AND o.contact_id = 'bob' AND o.seq = 2`,
        p.id,
      ),
    seen: /contact ann, entry 2: its sealed content does not open, or belongs to another entry/,
    evidenceOf: 'ann',
  },
  {
    name: 'an entry’s content is deleted without an erasure',
    make: (p) =>
      sql(
        `UPDATE ledger SET salt_enc = NULL, fields_enc = NULL
         WHERE practice_id = $1 AND contact_id = 'ann' AND seq = 3`,
        p.id,
      ),
    seen: /contact ann, entry 3: its content is gone, and no erasure is recorded/,
    evidenceOf: 'ann',
  },
  {
    name: 'roots are signed by a key of the attacker, which the list of keys then names',
    make: async (p) => {
      const key = signingKeyOf(randomBytes(32));
      const where = { practiceId: p.id };
      await stack.db.prisma.ledgerKey.create({
        data: introduceKey(key, 500, undefined, new Date()),
      });
      for (const { number, statement } of await stack.db.prisma.signedRoot.findMany({ where }))
        await stack.db.prisma.signedRoot.update({
          where: { practiceId_number: { practiceId: p.id, number } },
          data: { keyId: key.id, signature: signText(key, statement) },
        });
    },
    seen: /root 1 .*its signature does not fit/,
  },
];

const more: typeof manipulations = [
  {
    name: 'two sealed ends change places',
    make: (p) =>
      sql(
        `UPDATE ledger_ends e SET end_enc = o.end_enc FROM ledger_ends o
         WHERE e.practice_id = $1 AND o.practice_id = $1 AND e.chain <> o.chain
           AND e.chain IN ('ann', 'bob') AND o.chain IN ('ann', 'bob')`,
        p.id,
      ),
    seen: /contact bob, entry 3: the chain does not end there/,
    evidenceOf: 'ann',
  },
  {
    name: 'an older sealed end of the same chain comes back, with the entries that it had',
    make: async (p) => {
      const where = { practiceId_chain: { practiceId: p.id, chain: 'bob' } };
      const { endEnc } = await stack.db.prisma.ledgerEnd.findUniqueOrThrow({ where });
      await p.call('POST', '/v1/contacts/bob/waivers', { method: 'email', reason: 'no email' });
      await stack.db.prisma.ledgerEnd.update({ where, data: { endEnc } });
    },
    seen: /contact bob, entry 3: the chain does not end there/,
    evidenceOf: 'bob',
  },
  {
    name: 'an entry’s day is moved to one that is closed',
    make: (p) =>
      sql(
        `UPDATE ledger SET written_at = written_at - interval '2 days' WHERE practice_id = $1 AND contact_id = 'eve'`,
        p.id,
      ),
    seen: /root 2 .*covers 4 entries, and 6 are there/,
    evidenceOf: 'eve',
  },
  {
    name: 'a signed entry is said to be from before signing',
    make: (p) =>
      sql(
        `UPDATE ledger SET written_at = NULL, adopted_in = 1 WHERE practice_id = $1 AND contact_id = 'eve'`,
        p.id,
      ),
    seen: /contact eve, entry 1: it, or the entry before it, was changed/,
    evidenceOf: 'eve',
  },
  {
    name: 'the id, the method or the commitment of an entry is changed',
    make: (p) =>
      sql(
        `UPDATE ledger SET method = CASE WHEN contact_id = 'ann' THEN 'sms' ELSE method END,
           commitment = CASE WHEN contact_id = 'bob' THEN 'x' ELSE commitment END,
           id = CASE WHEN contact_id = 'eve' THEN gen_random_uuid() ELSE id END
         WHERE practice_id = $1 AND seq = 2`,
        p.id,
      ),
    seen: /contact ann, entry 2: [^]*contact bob, entry 2: [^]*contact eve, entry 2: /,
    evidenceOf: 'ann',
  },
  {
    name: 'an entry stands twice',
    make: async (p) => {
      const last = (await p.rows('ann')).at(-1)!;
      await stack.db.prisma.ledgerEntry.create({ data: { ...last, id: randomUUID(), seq: 4 } });
    },
    seen: /contact ann, entry 4: it, or the entry before it, was changed/,
    evidenceOf: 'ann',
  },
  {
    name: 'a root says another day than was signed',
    make: (p) =>
      sql(
        `UPDATE ledger_signed_roots SET through = through - 400 WHERE practice_id = $1 AND number = 2`,
        p.id,
      ),
    seen: /root 2 .*it was signed for another place/,
  },
  {
    name: 'the roots of another practice are put in place of one’s own',
    make: async (p) => {
      const other = await threeDays();
      await sql(
        `UPDATE ledger_signed_roots r SET statement = o.statement, signature = o.signature
         FROM ledger_signed_roots o WHERE r.practice_id = $1 AND o.practice_id = $2 AND r.number = o.number`,
        p.id,
        other.id,
      );
    },
    seen: /root 1 .*it was signed for another place/,
  },
];

/** A made-up consent after entry `seq`, as somebody with only the database can make it: all hashes fit. */
async function insertAfter(p: Practice, contactId: string, seq: number): Promise<void> {
  const rows = await p.rows(contactId);
  const made = { ...rows[seq]!, id: randomUUID(), type: 'accepted' };
  const changed = rows.toSpliced(seq, 0, made).map((row, index) => ({ ...row, seq: index + 1 }));
  let previous = '';
  for (const row of changed) {
    row.hash = entryHash({ ...row, writtenAt: row.writtenAt!, previous });
    previous = row.hash;
  }
  await stack.db.prisma.ledgerEntry.deleteMany({ where: { practiceId: p.id, contactId } });
  await stack.db.prisma.ledgerEntry.createMany({ data: changed });
}

describe('a manipulation by somebody who can write to the database is seen', () => {
  it.each([...manipulations, ...more])('$name', async ({ make, seen, evidenceOf }) => {
    const p = await threeDays();
    await make(p);
    expect((await p.problems()).join('\n')).toMatch(seen);
    expect(await p.exitCode()).toBe(1);
    if (evidenceOf !== undefined)
      expect(await p.evidence(evidenceOf)).toMatchObject({ intact: false });
    // Nothing is signed about what does not verify, be it the chain or the roots over it.
    const path = `/v1/contacts/${evidenceOf ?? 'ann'}/evidence/bundle`;
    expect((await p.call('GET', path)).status).toBe(409);
  });

  it('the record of the key that signs is changed or deleted', async () => {
    const p = await threeDays();
    const { keyId } = stack.db.ledgerKeys.sign('');
    const records = await stack.db.prisma.ledgerKey.findMany();
    const own = records.find(({ statement }) => statement.includes(`"id":"${keyId}"`))!;
    const where = { number: own.number };
    const seen = 'keys: the record of the key that signs is missing, or was changed';
    const later = own.statement.replace(/"at":"20../, '"at":"19');
    try {
      await stack.db.prisma.ledgerKey.update({ where, data: { statement: later } });
      expect(await p.problems()).toContain(seen);
      expect((await p.call('GET', '/v1/contacts/ann/evidence/bundle')).status).toBe(409);
      await stack.db.prisma.ledgerKey.delete({ where });
      expect(await p.problems()).toContain(seen);
    } finally {
      await stack.db.prisma.ledgerKey.deleteMany({ where });
      await stack.db.prisma.ledgerKey.create({ data: own });
    }
    expect(await p.problems()).toEqual([]);
  });

  it('the contact is taken away, so that nobody is there to ask about', async () => {
    const p = await threeDays();
    await stack.db.prisma.$transaction(async (transaction) => {
      // As the owner of the tables can: the ledger's reference to the contact is not looked at.
      await transaction.$executeRaw`SET LOCAL session_replication_role = replica`;
      await transaction.contact.deleteMany({ where: { practiceId: p.id, id: 'bob' } });
    });
    expect(await p.problems()).toEqual(['contact bob, entry 3: the contact itself is gone']);
    const { intact, items } = await p.evidence('bob');
    expect([intact, items.map(({ type }) => type)]).toEqual([
      false,
      ['assigned', 'consented_elsewhere', 'revoked'],
    ]);
    expect((await p.call('GET', '/v1/contacts/bob/evidence/bundle')).status).toBe(409);
  });

  it('entries of others under the same root are changed: no evidence is given that could not be proven', async () => {
    const p = await threeDays();
    await sql(`UPDATE ledger SET hash = 'x' WHERE practice_id = $1 AND contact_id = 'bob'`, p.id);
    expect(await p.evidence('ann')).toMatchObject({ intact: true });
    expect((await p.call('GET', '/v1/contacts/ann/evidence/bundle')).status).toBe(409);
  });

  it('after more was written: what the service adds does not put its seal on what others did', async () => {
    const cut = await threeDays();
    await sql(
      `DELETE FROM ledger WHERE practice_id = $1 AND contact_id = 'bob' AND seq = 3`,
      cut.id,
    );
    await cut.registers('carl');
    const rewritten = await threeDays();
    await insertAfter(rewritten, 'bob', 2);
    const emptied = await threeDays();
    await sql(`DELETE FROM ledger WHERE practice_id = $1 AND contact_id = 'bob'`, emptied.id);
    await sql(`DELETE FROM ledger_ends WHERE practice_id = $1 AND chain = 'bob'`, emptied.id);
    for (const p of [cut, rewritten, emptied]) {
      // A stop is taken, whatever was done to the evidence.
      await p.call('POST', '/v1/contacts/bob/waivers', { method: 'email', reason: 'no email' });
      expect((await p.rows('bob')).at(-1)?.type).toBe('waived');
      expect(await p.evidence('bob')).toMatchObject({ intact: false });
    }
  });

  it('back to an earlier backup, with everything that belongs to it: by the witness', async () => {
    const p = await practice();
    await p.registers('ann');
    await p.dayEnds();
    const tables = ['ledger', 'ledger_ends', 'ledger_signed_roots', 'channels'];
    for (const table of tables)
      await sql(
        `CREATE TABLE "${p.id}_${table}" AS SELECT * FROM ${table} WHERE practice_id = '${p.id}'`,
      );
    await p.stops('ann');
    await p.dayEnds();
    const now = dayOf(stack.db.clock.now());
    for (const table of tables) {
      await sql(`DELETE FROM ${table} WHERE practice_id = $1`, p.id);
      await sql(`INSERT INTO ${table} SELECT * FROM "${p.id}_${table}"`);
      await sql(`DROP TABLE "${p.id}_${table}"`);
    }
    // Then the service signs on, as it must after a true restore.
    await signRoots(stack.db);
    expect(dayOf(stack.db.clock.now())).toBe(now);
    expect(await p.problems()).toEqual([]);
    expect(await p.witnessed()).toEqual([
      expect.stringMatching(/witness, root 3 .*has another one/),
    ]);
    // And the witness is not written over.
    const before = await readFile(p.file, 'utf8');
    expect((await appendToWitness(stack.db, p.file)).differing).toContain(p.id);
    expect((await readFile(p.file, 'utf8')).startsWith(before)).toBe(true);
  });

  it('every trace of a person of today is removed, before the day has its root: by the witness', async () => {
    const p = await threeDays();
    stack.time.offsetMs += 11 * 60_000;
    await appendToWitness(stack.db, p.file);
    const linesSoFar = async () => (await readWitness(p.file)).soFar.get(p.id)?.length;
    expect(await linesSoFar()).toBe(1);
    await appendToWitness(stack.db, p.file);
    expect(await linesSoFar()).toBe(1);
    expect(await p.witnessed()).toEqual([]);
    await p.registers('fay');
    expect(await p.witnessed()).toEqual([]);
    for (const [table, column] of [
      ['ledger', 'contact_id'],
      ['ledger_ends', 'chain'],
      ['channels', 'contact_id'],
      ['contacts', 'id'],
    ])
      await sql(`DELETE FROM ${table} WHERE practice_id = $1 AND ${column} = 'eve'`, p.id);
    expect(await p.problems()).toEqual([]);
    expect(await p.witnessed()).toEqual([
      expect.stringMatching(/witness, 3 entries of .*: they differ from the database/),
    ]);
    // Its root, once it comes, does not cover that up.
    const copy = await readFile(p.file, 'utf8');
    await p.dayEnds();
    await writeFile(p.file, copy);
    expect((await p.witnessed()).join()).toMatch(/they differ from the database/);
  });

  it('days without a root are named until a worker signs them', async () => {
    const p = await threeDays();
    stack.time.offsetMs += 3 * dayMs;
    expect((await p.problems()).join()).toMatch(/roots: the days from \S+ to \S+ have none/);
    expect((await signRoots(stack.db)).signed).toBeGreaterThanOrEqual(3);
    expect(await p.problems()).toEqual([]);
  });

  it('a witness that was cut short or edited says so', async () => {
    const p = await threeDays();
    await appendFile(p.file, '{"root":{"statement":"{\\"kind\\":\\"day\\"');
    expect((await readWitness(p.file)).unreadable).toHaveLength(1);
    // What is added after it does not run into it.
    await p.dayEnds();
    expect((await readWitness(p.file)).unreadable).toHaveLength(1);
    expect(await p.witnessed()).toEqual([]);
    const edited = (await readFile(p.file, 'utf8')).replaceAll(
      '\\"entries\\":4',
      '\\"entries\\":3',
    );
    await writeFile(p.file, edited);
    expect(await p.witnessed()).toEqual([
      expect.stringMatching(/witness, root 2 .*its signature does not fit/),
    ]);
  });
});

/** Al said stop and was merged into Ann, and Ann into Eve; Cy into Bob. Al and Cy had the same entries. */
async function mergedPeople(): Promise<Practice> {
  const p = await practice();
  for (const id of ['ann', 'al', 'bob', 'cy', 'eve']) await p.registers(id);
  for (const id of ['al', 'cy']) await p.stops(id);
  const merge = async (from: string, into: string) =>
    expect((await p.call('POST', `/v1/contacts/${from}/merge`, { into })).status).toBe(200);
  await merge('al', 'ann');
  await merge('ann', 'eve');
  await p.dayEnds();
  await merge('cy', 'bob');
  expect(await p.witnessed()).toEqual([]);
  for (const [id, former] of [
    ['eve', ['al', 'ann']],
    ['bob', ['cy']],
  ] as const) {
    const { intact, mergedFrom } = await p.evidence(id);
    expect([intact, mergedFrom?.map(({ contactId }) => contactId)]).toEqual([true, former]);
  }
  return p;
}

/** The last entry of an erased person's chain as an earlier version wrote it: it names nobody. */
async function erasedBefore(p: Practice, contactId: string): Promise<void> {
  const where = { practiceId: p.id, contactId };
  const erasure = (await p.rows(contactId)).at(-1)!;
  await stack.db.prisma.ledgerEntry.deleteMany({ where: { ...where, seq: erasure.seq } });
  const before = (await p.rows(contactId)).at(-1)!;
  await writeEnds(stack.db, stack.db.prisma, p.id, [
    { chain: contactId, seq: before.seq, hash: before.hash },
  ]);
  const evidence = { type: 'erased' as const, at: erasure.at, fields: {} };
  await appendEvidence(stack.db, stack.db.prisma, [
    { id: randomUUID(), ref: where, version: 1, evidence },
  ]);
}

describe('which chains are one person’s is said by the ledger, not by a column', () => {
  const column = (p: Practice, contactId: string, into: string | null) =>
    sql(
      `UPDATE contacts SET merged_into = $3 WHERE practice_id = $1 AND id = $2`,
      p.id,
      contactId,
      into,
    );
  const entriesOf = (p: Practice, contactId: string) =>
    sql(`DELETE FROM ledger WHERE practice_id = $1 AND contact_id = $2`, p.id, contactId);
  const endOf = (p: Practice, contactId: string) =>
    sql(`DELETE FROM ledger_ends WHERE practice_id = $1 AND chain = $2`, p.id, contactId);

  const changes: { name: string; make: (p: Practice) => Promise<unknown>; of: string[] }[] = [
    { name: 'a merged contact is none any more', make: (p) => column(p, 'al', null), of: ['eve'] },
    { name: '… nor one in between', make: (p) => column(p, 'ann', null), of: ['eve', 'ann'] },
    { name: '… nor today’s', make: (p) => column(p, 'cy', null), of: ['bob', 'cy'] },
    {
      name: 'a merged contact is another’s',
      make: (p) => column(p, 'al', 'bob'),
      of: ['eve', 'bob'],
    },
    { name: '… or that of the one in between', make: (p) => column(p, 'al', 'ann'), of: ['eve'] },
    { name: '… or of nobody', make: (p) => column(p, 'al', 'nobody'), of: ['eve'] },
    {
      name: 'a contact is merged that never was',
      make: (p) => column(p, 'bob', 'eve'),
      of: ['eve', 'bob'],
    },
    {
      name: 'two merged contacts change places',
      make: async (p) => {
        await column(p, 'al', 'bob');
        await column(p, 'cy', 'eve');
      },
      of: ['eve', 'bob'],
    },
    {
      name: 'a merged contact’s chain is gone with every trace but the other’s word',
      make: async (p) => {
        await entriesOf(p, 'cy');
        await endOf(p, 'cy');
        await sql(`DELETE FROM channels WHERE practice_id = $1 AND contact_id = 'cy'`, p.id);
        await sql(`DELETE FROM contacts WHERE practice_id = $1 AND id = 'cy'`, p.id);
      },
      of: ['bob'],
    },
    {
      name: '… or only of its entries',
      make: async (p) => {
        await entriesOf(p, 'cy');
        await endOf(p, 'cy');
        await sql(`UPDATE contacts SET version = 0 WHERE practice_id = $1 AND id = 'cy'`, p.id);
      },
      of: ['bob'],
    },
  ];

  it.each(changes)('$name', async ({ make, of }) => {
    const p = await mergedPeople();
    await make(p);
    const words = /contact \w+, entry \d: what the ledger says about merges differs/;
    expect((await p.problems()).join('\n')).toMatch(words);
    for (const id of of) {
      expect(await p.evidence(id)).toMatchObject({ intact: false });
      expect((await p.call('GET', `/v1/contacts/${id}/evidence/bundle`)).status).toBe(409);
    }
    if (of[0] === 'eve')
      expect((await p.evidence('eve')).mergedFrom?.map(({ contactId }) => contactId)).toEqual(
        expect.arrayContaining(['al', 'ann']),
      );
  });

  it.each([
    { name: 'a merged contact is none any more', columns: { al: null } },
    { name: 'two merged contacts change places', columns: { al: 'bob', cy: 'eve' } },
  ])('also after both were erased: $name', async ({ columns }) => {
    const p = await mergedPeople();
    for (const id of ['eve', 'bob'])
      expect((await p.call('DELETE', `/v1/contacts/${id}`)).status).toBe(204);
    expect(await p.witnessed()).toEqual([]);
    expect(await p.evidence('eve')).toMatchObject({ intact: true, mergedFrom: [{}, {}] });
    for (const [id, into] of Object.entries(columns)) await column(p, id, into);
    expect((await p.problems()).join('\n')).toMatch(/says about merges differs/);
    expect(await p.evidence('eve')).toMatchObject({ intact: false });
  });

  it('where an earlier version erased the names too, their number must fit', async () => {
    const p = await mergedPeople();
    expect((await p.call('DELETE', '/v1/contacts/eve')).status).toBe(204);
    await erasedBefore(p, 'eve');
    await erasedBefore(p, 'ann');
    expect(await p.problems()).toEqual([]);
    expect(await p.evidence('eve')).toMatchObject({ intact: true, mergedFrom: [{}, {}] });
    await column(p, 'al', null);
    expect((await p.problems()).join('\n')).toMatch(/says about merges differs/);
    expect(await p.evidence('eve')).toMatchObject({ intact: false });
  });

  it('a contact without methods names the one that it was merged into, too', async () => {
    const p = await practice();
    await p.registers('ann');
    const body = { name: 'Al', role: 'client', methods: [] };
    expect((await p.call('PUT', '/v1/contacts/al', body)).status).toBe(201);
    expect((await p.call('POST', '/v1/contacts/al/merge', { into: 'ann' })).status).toBe(200);
    expect(await p.problems()).toEqual([]);
    expect(await p.evidence('ann')).toMatchObject({
      intact: true,
      mergedFrom: [{ contactId: 'al' }],
    });
  });
});

describe('the worker’s part', () => {
  it('signs what is over, takes it out of the machine, and says once where it signs no more', async () => {
    const p = await threeDays();
    const broken = await threeDays();
    await sql(`DELETE FROM ledger_signed_roots WHERE practice_id = $1 AND number = 3`, broken.id);
    const file = join(folder, 'worker.jsonl');
    const said: { practiceId: string }[] = [];
    const keep = createLedgerKeeper({
      db: stack.db,
      logger: { error: (about: { practiceId: string }) => void said.push(about) } as never,
      witness: file,
    });
    stack.time.offsetMs += dayMs;
    // Each round signs a few practices' days, and these tests have made many practices.
    for (let round = 0; round < 10; round += 1) await keep();
    const { roots } = await readWitness(file);
    expect(roots.get(p.id)?.map(({ said: root }) => root.number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(roots.get(broken.id)).toHaveLength(2);
    expect(said.filter(({ practiceId }) => practiceId === broken.id)).toHaveLength(1);
    expect(said.filter(({ practiceId }) => practiceId === p.id)).toEqual([]);
  });
});

describe('erasure', () => {
  it('is an entry itself, keeps no word, and what is left verifies', async () => {
    const p = await threeDays();
    expect((await p.call('DELETE', '/v1/contacts/ann')).status).toBe(204);
    const { items, intact } = await p.evidence('ann');
    expect(intact).toBe(true);
    expect(items.map(({ type }) => type).at(-1)).toBe('erased');
    expect(items.filter(({ fields }) => fields && Object.keys(fields).length > 0)).toEqual([]);
    expect(await p.witnessed()).toEqual([]);
    await p.dayEnds();
    expect(await p.witnessed()).toEqual([]);
    // Nor does it excuse what is missing later, or another type.
    await sql(
      `UPDATE ledger SET type = 'accepted' WHERE practice_id = $1 AND contact_id = 'ann' AND seq = 3`,
      p.id,
    );
    expect((await p.evidence('ann')).intact).toBe(false);
  });
});

describe('entries from before signing', () => {
  /** As a process from before writes them. */
  async function unsigned(p: Practice, contactId: string, seq: number, previous: string) {
    const [id, at] = [randomUUID(), stack.db.clock.now()];
    const content = JSON.stringify({
      id,
      type: 'accepted',
      method: 'email',
      at: at.toISOString(),
      fields: { via: 'page' },
    });
    const commitment = commitmentOf('salt', content);
    const hash = unsignedHash(previous, commitment);
    await stack.db.prisma.ledgerEntry.create({
      data: {
        practiceId: p.id,
        contactId,
        seq,
        id,
        type: 'accepted',
        method: 'email',
        at,
        saltEnc: formerValue('salt', 'ledger.salt'),
        fieldsEnc: formerValue(content, 'ledger.fields'),
        commitment,
        hash,
      },
    });
    return hash;
  }

  /** As a database is that was filled before. */
  async function fromBefore(): Promise<Practice> {
    const p = await practice();
    await p.registers('ann');
    for (const table of ['ledger', 'ledger_ends', 'ledger_signed_roots'])
      await sql(`DELETE FROM ${table} WHERE practice_id = $1`, p.id);
    const first = await unsigned(p, 'ann', 1, '');
    await unsigned(p, 'ann', 2, first);
    return p;
  }

  it('are taken over by an operator, marked, and held from there on', async () => {
    const p = await fromBefore();
    expect((await signRoots(stack.db)).refused).toContain(p.id);
    expect((await p.problems()).join('\n')).toMatch(/ann, entry 1: it is not signed/);
    expect(await adoptUnsigned(stack.db, p.id)).toBe(2);
    await p.stops('ann');
    await p.dayEnds();
    const report = await verifyLedger(stack.db, p.id, await readWitness(p.file));
    expect(report).toMatchObject({ problems: [], unsigned: 2 });
    const { items } = await p.evidence('ann');
    expect(items.map(({ writtenAt }) => writtenAt !== undefined)).toEqual([false, false, true]);

    await sql(
      `UPDATE ledger SET at = at - interval '1 day' WHERE practice_id = $1 AND seq = 1`,
      p.id,
    );
    expect((await p.problems()).join('\n')).toMatch(/root 1 .*entries under it were changed/);
  });

  it('and those that an older process writes later, are reported until they are taken over too', async () => {
    const p = await fromBefore();
    await adoptUnsigned(stack.db, p.id);
    const last = (await p.rows('ann')).at(-1)!;
    await unsigned(p, 'ann', 3, last.hash);
    expect((await p.evidence('ann')).intact).toBe(false);
    await p.stops('ann');
    expect((await p.problems()).join('\n')).toMatch(/ann, entry 3: it is not signed/);
    expect(await adoptUnsigned(stack.db, p.id)).toBe(1);
    expect(await p.problems()).toEqual([]);
    expect(await adoptUnsigned(stack.db, p.id)).toBe(0);
  });

  it('and what was erased before has an erasure from then on', async () => {
    const p = await fromBefore();
    await sql(`UPDATE ledger SET salt_enc = NULL, fields_enc = NULL WHERE practice_id = $1`, p.id);
    await adoptUnsigned(stack.db, p.id);
    expect(await p.problems()).toEqual([]);
  });

  it('are not taken over where roots are gone: that would be signing them again', async () => {
    const p = await threeDays();
    await sql(`DELETE FROM ledger_signed_roots WHERE practice_id = $1`, p.id);
    expect(await adoptUnsigned(stack.db, p.id)).toBe('roots_missing');
  });
});

describe('one person’s evidence, with packages/verify-evidence', () => {
  const program = new URL('../packages/verify-evidence/verify-evidence.mjs', import.meta.url);

  async function verify(bundle: unknown, ...more: string[]) {
    const file = join(folder, `${randomUUID()}.json`);
    await writeFile(file, JSON.stringify(bundle));
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [
        program.pathname,
        file,
        ...more,
      ]);
      return { code: 0, output: stdout };
    } catch (error) {
      const failed = error as { code: number; stdout: string; stderr: string };
      return { code: failed.code, output: failed.stdout + failed.stderr };
    }
  }

  async function publicKey(db: Database): Promise<string> {
    const { statement } = (await db.ledgerKeys.records()).at(-1)!;
    return (JSON.parse(statement) as KeyStatement).publicKey;
  }

  type Bundle = { chains: { entries: { leaf: string; content?: string; proof?: object }[] }[] };
  const bundleOf = async (p: Practice, contactId: string) =>
    (await p.call<Bundle>('GET', `/v1/contacts/${contactId}/evidence/bundle`)).body;

  it('verifies offline with the public key and the witness, and no altered one does', async () => {
    const p = await threeDays();
    const key = ['--key', await publicKey(stack.db)];
    const bundle = await bundleOf(p, 'bob');
    const good = await verify(bundle, ...key, '--witness', p.file);
    expect(good).toMatchObject({ code: 0 });
    expect(good.output).toMatch(
      /consented_elsewhere \(email\): under root 2[\s\S]*form of bob[\s\S]*no root yet/,
    );

    const altered = (change: (copy: Bundle) => void): Bundle => {
      const copy = structuredClone(bundle);
      change(copy);
      return copy;
    };
    const entriesOf = (copy: Bundle) => copy.chains[0]!.entries;
    const bad = [
      altered((copy) => entriesOf(copy).pop()),
      altered((copy) => entriesOf(copy).shift()),
      altered((copy) => {
        const [first] = entriesOf(copy);
        first!.leaf = first!.leaf.replace('"assigned"', '"accepted"');
      }),
      altered((copy) => {
        const entry = entriesOf(copy)[1]!;
        entry.content = entry.content!.replace('form of bob', 'form of Bob');
      }),
      altered((copy) => delete entriesOf(copy)[1]!.content),
      altered((copy) => {
        entriesOf(copy)[0]!.proof = entriesOf(copy)[1]!.proof!;
      }),
    ];
    for (const copy of bad) expect((await verify(copy, ...key)).code).toBe(1);
    const stranger = signingKeyOf(randomBytes(32)).publicKey;
    expect((await verify(bundle, '--key', stranger)).code).toBe(1);
    expect((await verify(bundle)).code).toBe(2);
    const without = (await readFile(p.file, 'utf8'))
      .split('\n')
      .filter((line) => !line.includes(p.id))
      .join('\n');
    await writeFile(p.file, without);
    expect((await verify(bundle, ...key, '--witness', p.file)).code).toBe(1);
  });

  it('shows all chains of a merged person, erased or not, and none of them can be left out', async () => {
    const p = await mergedPeople();
    const key = ['--key', await publicKey(stack.db), '--witness', p.file];
    for (const erase of [false, true]) {
      if (erase) expect((await p.call('DELETE', '/v1/contacts/eve')).status).toBe(204);
      const bundle = await bundleOf(p, 'eve');
      const whole = await verify(bundle, ...key);
      expect(whole).toMatchObject({ code: 0 });
      expect(whole.output).toMatch(/Contact "eve"[^]*Contact "al"[^]*revoked[^]*Contact "ann"/);
      for (const index of [1, 2]) {
        const copy = { ...bundle, chains: bundle.chains.toSpliced(index, 1) };
        expect((await verify(copy, ...key)).code).toBe(1);
      }
    }
    for (const id of ['al', 'ann', 'bob'])
      expect(await verify(await bundleOf(p, id), ...key)).toMatchObject({ code: 0 });
  });

  it('takes a file of a witness that is some days behind, and not an earlier bundle than the witness has seen', async () => {
    const p = await threeDays();
    const early = await bundleOf(p, 'bob');
    const key = ['--key', await publicKey(stack.db), '--witness', p.file];
    const copy = await readFile(p.file, 'utf8');
    await p.dayEnds();
    const stale = await verify(early, ...key);
    expect(stale.code).toBe(1);
    expect(stale.output).toContain('which the bundle lacks');
    expect(await verify(await bundleOf(p, 'bob'), ...key)).toMatchObject({ code: 0 });
    await writeFile(p.file, copy);
    await p.registers('fay');
    expect(await verify(await bundleOf(p, 'fay'), ...key)).toMatchObject({ code: 0 });
  });

  it('prints a value that a practice sent as one line', async () => {
    const p = await practice();
    const gus = { name: 'Gus', role: 'client', methods: ['email'], email: 'gus@example.com' };
    expect((await p.call('PUT', '/v1/contacts/gus', gus)).status).toBe(201);
    const text = 'form 7\n  4. 2026-11-21T10:00:00.000Z accepted (sms): under root 1';
    const consent = {
      method: 'email',
      address: gus.email,
      source: 'paper',
      obtainedAt: stack.db.clock.now().toISOString(),
      evidence: text,
    };
    expect((await p.call('POST', '/v1/contacts/gus/consents', consent)).status).toBeLessThan(300);
    const { code, output } = await verify(
      await bundleOf(p, 'gus'),
      '--key',
      await publicKey(stack.db),
    );
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain(`evidence: ${JSON.stringify(text)}`);
    expect(output.match(/^ {2}\d/gm)).toHaveLength(2);
  });

  it('shows an erased person’s chain as erased, and one from before signing as not proven before', async () => {
    const p = await threeDays();
    await p.call('DELETE', '/v1/contacts/ann');
    const { code, output } = await verify(
      await bundleOf(p, 'ann'),
      '--key',
      await publicKey(stack.db),
    );
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain('its content was erased');
    expect(output).not.toContain('form of ann');
  });

  it('is not given, and nothing is signed, where the chain does not verify', async () => {
    const p = await threeDays();
    await sql(
      `UPDATE ledger SET type = 'accepted' WHERE type = 'revoked' AND practice_id = $1`,
      p.id,
    );
    const { status, body } = await p.call('GET', '/v1/contacts/ann/evidence/bundle');
    expect([status, body]).toMatchObject([409, { error: { code: 'evidence_altered' } }]);
    expect((await p.call('GET', '/v1/contacts/carl/evidence/bundle')).status).toBe(404);
  });

  it('verifies after the encryption key was replaced, with the newer and with the older public key', async () => {
    const p = await threeDays();
    const older = await publicKey(stack.db);
    const keysOf = (text: string) => loadConfig({ ENCRYPTION_KEYS: text }).encryptionKeys;
    const fresh = newEncryptionKey('fresh');
    const { database } = stack.config;
    const open = (keys: string) =>
      openDatabase({
        url: database.kind === 'external' ? database.url : '',
        encryptionKeys: keysOf(keys),
        clock: stack.db.clock,
      });

    const both = await open(`${fresh},${testKey}`);
    await reencrypt(both, 'fresh', () => undefined);
    stack.time.offsetMs += dayMs;
    await signRoots(both);
    await both.close();
    const db = await open(fresh);
    try {
      expect((await verifyLedger(db, p.id, await readWitness(p.file))).problems).toEqual([]);
      expect((await readEvidence(db, { practiceId: p.id, contactId: 'ann' })).problems).toEqual([]);
      const bundle = await bundleAtOnce(db, { practiceId: p.id, contactId: 'bob' });
      const newer = await publicKey(db);
      expect(newer).not.toBe(older);
      for (const key of [older, newer])
        expect(await verify(bundle, '--key', key)).toMatchObject({ code: 0 });

      // A process that still has only the older key signs nothing any more.
      const { status, body } = await p.call('GET', '/v1/contacts/bob/evidence/bundle');
      expect([status, body]).toMatchObject([503, { error: { code: 'evidence_key_replaced' } }]);
      expect((await p.problems()).join()).toMatch(/keys: a newer one took over/);
      stack.time.offsetMs += dayMs;
      expect(await signRoots(stack.db)).toMatchObject({ signed: 0 });
      expect((await signRoots(db)).signed).toBeGreaterThan(0);
      const ofBob = { practiceId: p.id, contactId: 'bob' };
      const later = await bundleAtOnce(db, ofBob);
      expect(await verify(later, '--key', newer)).toMatchObject({ code: 0 });

      // The list of keys is changed: no evidence is given that an auditor could not follow.
      const records = await db.prisma.ledgerKey.findMany({ orderBy: { number: 'asc' } });
      const [before, own] = [older, newer].map((key) =>
        records.find(({ statement }) => statement.includes(key)),
      );
      const change = [
        () => db.prisma.ledgerKey.delete({ where: { number: before!.number } }),
        () =>
          db.prisma.ledgerKey.update({
            where: { number: own!.number },
            data: { previousSignature: null },
          }),
      ];
      for (const make of change) {
        await make();
        expect((await verifyLedger(db, p.id)).problems.join()).toMatch(
          /its key|its signature|keys:/,
        );
        expect(await bundleAtOnce(db, ofBob)).toBe('altered');
        await db.prisma.ledgerKey.deleteMany();
        await db.prisma.ledgerKey.createMany({ data: records });
      }
      expect((await verifyLedger(db, p.id)).problems).toEqual([]);
    } finally {
      await db.close();
    }
  });
});

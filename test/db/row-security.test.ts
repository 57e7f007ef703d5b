import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase } from '../../src/main/compose.ts';
import { openDatabase, type Database } from '../../src/platform/db/database.ts';
import { createPractice } from '../../src/record/practices/practice-store.ts';
import {
  acrossPractices,
  enterPractice,
  enterPracticeFor,
  inPractice,
  newScope,
} from '../../src/platform/db/practice-scope.ts';
import type { Login } from '../../src/platform/db/roles.ts';
import { wallClock } from '../../src/platform/clock.ts';
import { serviceUrl } from '../harness/databases.ts';
import { queue, registerWithConsent, someone } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { withoutPracticeFilters } from '../harness/statements.ts';

/** The second lock of tenancy (docs/tenancy.md): the database shows a process the rows of one practice at a time. */

let stack: Stack;
let [api, worker, sweeper]: Database[] = [];
const other = 'other';
const person = someone();

const open = (login: Login): Promise<Database> =>
  openDatabase({
    url: serviceUrl(stack.databaseUrl, login),
    encryptionKeys: stack.config.encryptionKeys,
    clock: wallClock,
    scoped: true,
    connections: 3,
  });

beforeAll(async () => {
  stack = await startStack();
  await createPractice(stack.db, { id: other, name: 'Other' });
  // Rows in as many tables as a life has.
  await registerWithConsent(stack, person, ['email']);
  await stack.call('PATCH', '/v1/settings', { quietHours: null });
  await stack.call('PUT', '/v1/templates/ad_hoc/sms?locale=en', { text: 'words {{ text }}' });
  await stack.call('POST', '/v1/webhook-endpoints', { url: 'https://hook.example/in' });
  await queue(stack, person, 'hello');
  await until('it arrived', async () => (await stack.outbox(person.email)).length > 0);
  [api, worker, sweeper] = [await open('api'), await open('worker'), await open('sweeper')];
});
afterAll(async () => {
  for (const db of [api, worker, sweeper]) await db?.close();
  await stack.stop();
});

type Table = { name: string; practice: string | null; held: boolean };

const tables = (): Promise<Table[]> =>
  stack.db.prisma.$queryRaw<Table[]>`
    SELECT c.relname::text AS name, c.relrowsecurity AS held,
      (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
        AND (a.attname = 'practice_id' OR c.relname = 'practices' AND a.attname = 'id')) AS practice
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1`;

/** Not one practice's, and why. */
const openToAll: Record<string, string> = {
  _prisma_migrations: 'closed to all processes',
  booking_codes: 'found by their session, which is one practice’s',
  console_sessions: 'found by their token; each holds a sealed key',
  encryption_keys: 'of the whole service: names of keys, and no key',
  installation: 'of the whole database',
  leases: 'of the whole service',
  ledger_keys: 'of the whole service: public keys',
  processes: 'of the whole service',
  provider_rates: 'of the whole service',
  secrets: 'of the whole service: wrapped by a key that is not in the database',
  webhook_events: 'ids of the providers',
};

describe('the database', () => {
  it('holds every table to its practice, but for those listed here', async () => {
    const open = (await tables()).filter(({ held }) => !held).map(({ name }) => name);
    expect(open.toSorted()).toEqual(Object.keys(openToAll).toSorted());
  });

  it.each(['api', 'worker', 'sweeper'] as const)(
    'shows the %s nothing of another practice, whatever it asks for',
    async (login) => {
      const db = { api, worker, sweeper }[login]!;
      let filled = 0;
      for (const { name, practice } of (await tables()).filter(({ held }) => held)) {
        const count = `SELECT count(*)::int AS n FROM ${name} WHERE ${practice} <> '${other}'`;
        const [all] = await stack.db.prisma.$queryRawUnsafe<{ n: number }[]>(count);
        const [seen] = await inPractice(other, () =>
          db.prisma.$queryRawUnsafe<{ n: number }[]>(count),
        );
        // What the operator allotted, which opt-ins by text ask for.
        if (name !== 'practice_senders') expect([name, seen!.n]).toEqual([name, 0]);
        if (all!.n > 0) filled += 1;
      }
      expect(filled).toBeGreaterThan(14);
    },
  );

  it('changes and takes nothing of another practice', async () => {
    const before = await stack.db.prisma.practiceSender.count();
    const { prisma } = api!;
    for (const { name, practice } of (await tables()).filter(({ held }) => held)) {
      const touch = `UPDATE ${name} SET ${practice} = ${practice} WHERE ${practice} <> '${other}'`;
      expect([name, await inPractice(other, () => prisma.$executeRawUnsafe(touch))]).toEqual([
        name,
        0,
      ]);
      const take = `DELETE FROM ${name} WHERE ${practice} <> '${other}'`;
      expect([name, await inPractice(other, () => prisma.$executeRawUnsafe(take))]).toEqual([
        name,
        0,
      ]);
    }
    expect(await stack.db.prisma.practiceSender.count()).toBe(before);
  });

  it('counts the codes that all practices sent to a mailbox, and shows none of them', async () => {
    const mailboxHash = 'a mailbox';
    const data = { method: 'email', mailboxHash, queued: true, createdAt: new Date() };
    for (const practiceId of [stack.practiceId, other])
      await stack.db.prisma.codeRequest.create({ data: { id: randomUUID(), practiceId, ...data } });
    const [counted] = await inPractice(
      other,
      () => api!.prisma.$queryRaw<{ n: number; own: number }[]>`
        SELECT codes_to_mailbox(${mailboxHash}, now() - interval '1 hour') AS n,
          (SELECT count(*)::int FROM code_requests) AS own`,
    );
    expect(counted).toEqual({ n: 2, own: 1 });
  });

  it('takes no row into another practice', async () => {
    const row = { practiceId: stack.practiceId, at: new Date(), queued: 1 };
    const write = inPractice(other, () => api!.prisma.queueSample.create({ data: row }));
    await expect(write).rejects.toThrow('row-level security');
  });

  it('lets the API and the sweeper work across practices, and no worker', async () => {
    const count = (db: Database) => acrossPractices(() => db.prisma.practice.count());
    expect([await count(api!), await count(sweeper!), await count(worker!)]).toEqual([2, 2, 0]);
  });

  it.each([
    ['changes its tables', 'ALTER TABLE contacts DISABLE ROW LEVEL SECURITY'],
    ['reads which migrations it has', 'SELECT * FROM _prisma_migrations'],
    ['changes the look-up key', 'UPDATE secrets SET value_enc = value_enc'],
    ['takes away a key of the ledger', 'DELETE FROM ledger_keys'],
    ['makes a sandbox of it', `UPDATE installation SET mode = 'sandbox'`],
    ['becomes its owner', 'SET ROLE postgres'],
  ])('no process %s', async (_, statement) => {
    for (const db of [api!, worker!, sweeper!])
      await expect(acrossPractices(() => db.prisma.$executeRawUnsafe(statement))).rejects.toThrow(
        /permission denied|must be owner/,
      );
  });
});

describe('a statement', () => {
  it('that belongs to no practice is not sent', async () => {
    await expect(api!.prisma.contact.count()).rejects.toThrow('outside any practice');
    await expect(api!.prisma.$transaction(async (sql) => sql.contact.count())).rejects.toThrow(
      'outside any practice',
    );
  });

  it('without its practice finds the rows of one practice, in a transaction and by itself', async () => {
    const { result, taken } = await withoutPracticeFilters(async () => {
      const where = { practiceId: other };
      // No policy holds the owner of the tables, who finds what the filter was to leave out.
      const unheld = await stack.db.prisma.contact.count({ where });
      const alone = await inPractice(other, () => api!.prisma.contact.count({ where }));
      const within = await inPractice(other, () =>
        api!.prisma.$transaction(async (sql) => sql.contact.count({ where })),
      );
      return { unheld, alone, within };
    });
    expect(result).toEqual({ unheld: 1, alone: 0, within: 0 });
    // The service's own work may have sent some more.
    expect(taken).toBeGreaterThanOrEqual(3);
  });

  it('leaves nothing of its practice on the connection', async () => {
    const client = new pg.Client({ connectionString: serviceUrl(stack.databaseUrl, 'api') });
    await client.connect();
    const { rows } = await client.query('SELECT count(*)::int AS n FROM contacts');
    expect(rows).toEqual([{ n: 0 }]);
    await client.end();
    const seen = await inPractice(stack.practiceId, () => api!.prisma.contact.count());
    expect([seen, await inPractice(other, () => api!.prisma.contact.count())]).toEqual([1, 0]);
  });

  it('that fails leaves its connection fit for the next', async () => {
    for (let tries = 0; tries < 10; tries += 1)
      await expect(
        inPractice(other, () => api!.prisma.$queryRaw`SELECT 1 / (SELECT count(*) FROM contacts)`),
      ).rejects.toThrow('division by zero');
    expect(await inPractice(stack.practiceId, () => api!.prisma.contact.count())).toBe(1);
  });

  it('sees its own practice, however many others are under way over the same connections', async () => {
    const ask = async (practiceId: string, at: number): Promise<number> =>
      inPractice(practiceId, () => {
        const where = { practiceId: stack.practiceId, id: person.id };
        if (at % 3 === 0) return api!.prisma.contact.count({ where });
        if (at % 3 === 1)
          return api!.prisma.$transaction(async (sql) => sql.contact.count({ where }));
        return api!.prisma.contact.findFirst({ where }).then((row) => (row ? 1 : 0));
      });
    const asked = Array.from({ length: 300 }, (_, at) => (at % 2 ? stack.practiceId : other));
    const seen = await Promise.all(asked.map(ask));
    expect(seen).toEqual(asked.map((practiceId) => (practiceId === other ? 0 : 1)));
  });
});

describe('a live process', () => {
  const start = (url: string, login: Login) =>
    connectDatabase(
      { ...stack.config, mode: 'live', database: { kind: 'external', url } },
      wallClock,
      1,
      login,
    );

  it('does not start with a role that no policy holds', async () => {
    await expect(start(stack.databaseUrl, 'api')).rejects.toThrow(
      'does not hold the role "postgres"',
    );
  });

  it('starts with a role of its own', async () => {
    await stack.db.prisma.installation.deleteMany();
    for (const login of ['api', 'worker', 'sweeper'] as const)
      await (await start(serviceUrl(stack.databaseUrl, login), login)).close();
  });

  it('does not start as a sweeper that would find nothing', async () => {
    const url = serviceUrl(stack.databaseUrl, 'worker');
    await expect(start(url, 'sweeper')).rejects.toThrow('no member of optgate_across');
  });
});

describe('the scope of one practice', () => {
  it.each(['*', '', ' ', '.', '..', 'a*', "a'b", 'a/b', 'a\0', 'x'.repeat(65)])(
    'is never opened by %j, which is no id',
    async (text) => {
      const scope = newScope();
      expect(() => enterPractice(scope, text)).toThrow('no id');
      expect(() => enterPracticeFor('calls', scope, text)).toThrow('no id');
      expect(scope.practice).toBeUndefined();
      await expect(inPractice(text, async () => 'done')).rejects.toThrow('no id');
    },
  );

  it('is not opened by a page whose address names no practice', async () => {
    for (const path of ['/book/%2a', '/book/*', '/book/%2e', '/book/a%20b'])
      for (const method of ['GET', 'POST']) {
        const { status } = await fetch(`${stack.url}${path}`, { method, redirect: 'manual' });
        expect([path, method, status]).toEqual([path, method, 404]);
      }
  });
});

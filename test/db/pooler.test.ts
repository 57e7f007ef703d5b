import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isPassing } from '../../src/platform/db/database-errors.ts';
import { openDatabase, type Database } from '../../src/platform/db/database.ts';
import { lookupLock, type LookupKeyError } from '../../src/platform/db/lookup-guard.ts';
import { inPractice } from '../../src/platform/db/practice-scope.ts';
import { createPractice } from '../../src/record/practices/practice-store.ts';
import { transaction } from '../../src/platform/db/transaction.ts';
import { newDatabase, serviceUrl } from '../harness/databases.ts';
import { acceptBoth, contents, queue, register, someone } from '../harness/people.ts';
import { findPgbouncer, startPgbouncer } from '../harness/pgbouncer.ts';
import { startStack, testKey, until, type Stack } from '../harness/stack.ts';

/**
 * The service behind PgBouncer in transaction mode: each transaction may have another connection. Where there is no
 * PgBouncer, the same over PostgreSQL itself, set as for a pooler: that shows all but what one transaction would leave
 * to the next one of another process.
 */

const program = await findPgbouncer();
const direct = { through: (url: string) => url, stop: async () => undefined };

it.runIf(process.env.CI)('PgBouncer is there where this has to be shown', () => {
  expect(program).toBeDefined();
});

const what = program ? 'behind PgBouncer' : 'without PgBouncer, as if behind it';
describe(`${what}, a transaction at a time`, () => {
  let stack: Stack;
  let pooler: Pick<Awaited<ReturnType<typeof startPgbouncer>>, 'through' | 'stop'>;
  let databaseUrl: string;
  let owner: pg.Client;
  beforeAll(async () => {
    const name = `pooled_${randomBytes(5).toString('hex')}`;
    databaseUrl = await newDatabase(inject('databaseUrl'), name);
    const logins = (['api', 'worker', 'sweeper'] as const).map((login) =>
      serviceUrl(databaseUrl, login),
    );
    pooler = program ? await startPgbouncer(program, databaseUrl, logins, 3) : direct;
    owner = new pg.Client({ connectionString: databaseUrl });
    await owner.connect();
    stack = await startStack({
      env: { DATABASE_POOLING: 'transaction' },
      database: { url: databaseUrl, through: pooler.through },
    });
  });
  afterAll(async () => {
    await stack.stop();
    await owner.end();
    await pooler.stop();
  });

  const open = (onOutdated?: (error: LookupKeyError) => void): Promise<Database> =>
    openDatabase({
      url: pooler.through(serviceUrl(databaseUrl, 'api')),
      encryptionKeys: [{ id: 'test', key: Buffer.from(testKey.split(':')[1]!, 'base64') }],
      clock: stack.db.clock,
      scoped: true,
      connections: 8,
      pooling: 'transaction',
      ...(onOutdated ? { onOutdated } : {}),
    });

  it('the main job is done', async () => {
    const ann = someone();
    await register(stack, ann, ['email', 'sms']);
    await queue(stack, ann, 'one', 'two');
    await acceptBoth(stack, ann);
    for (const channel of ['email', 'sms'] as const)
      await until(`both by ${channel}`, async () => {
        const said = await contents(stack, ann, channel);
        return said.length === 2;
      });
    expect(await contents(stack, ann, 'sms')).toEqual(['one', 'two']);
  });

  it('many at once, of two practices, each see their own and have the limits of time', async () => {
    const other = stack.own('other');
    await createPractice(stack.db, { id: other, name: 'Other' });
    const db = await open();
    const look = (practice: string, single: boolean) =>
      inPractice(practice, async () => {
        const ask = (sql: Pick<typeof db.prisma, '$queryRaw'>) =>
          sql.$queryRaw<{ at: string; seen: string[] }[]>`
            SELECT concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'),
                current_setting('idle_in_transaction_session_timeout')) AS at,
              ARRAY(SELECT id FROM practices) AS seen FROM pg_sleep(0.01)`;
        const [row] = single ? await ask(db.prisma) : await transaction(db, ask);
        return [practice, row!.at, row!.seen];
      });
    const all = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        look(n % 2 === 0 ? other : stack.practiceId, n % 3 === 0),
      ),
    );
    for (const [practice, at, seen] of all) expect([at, seen]).toEqual(['25s 8s 6s', [practice]]);
    await db.close();
  });

  it('a transaction that must see one moment begins as such', async () => {
    const db = await open();
    const level = await inPractice(stack.practiceId, () =>
      transaction(
        db,
        (sql) => sql.$queryRaw<{ is: string }[]>`
          SELECT current_setting('transaction_isolation') AS is`,
        { isolation: 'REPEATABLE READ' },
      ),
    );
    expect(level).toEqual([{ is: 'repeatable read' }]);
    await db.close();
  });

  it('nothing is done while the look-up key is being replaced, and it is said to pass', async () => {
    const db = await open();
    await owner.query('SELECT pg_advisory_lock($1)', [lookupLock]);
    const count = () => inPractice(stack.practiceId, () => db.prisma.contact.count());
    const error = await count().catch((reason: unknown) => reason);
    const inside = await inPractice(stack.practiceId, () =>
      transaction(db, (sql) => sql.contact.count()),
    ).catch((reason: unknown) => reason);
    await owner.query('SELECT pg_advisory_unlock($1)', [lookupLock]);
    expect([isPassing(error), isPassing(inside)]).toEqual([true, true]);
    expect(await count()).toBeGreaterThan(0);
    await db.close();
  });

  it('a process that still has the keys of before does nothing any more, and has to end', async () => {
    const outdated: string[] = [];
    const db = await open(({ message }) => void outdated.push(message));
    await owner.query(
      "INSERT INTO secrets (name, value_enc) VALUES ('lookup.1', ''), ('lookup.2', '')",
    );
    try {
      await expect(inPractice(stack.practiceId, () => db.prisma.contact.count())).rejects.toThrow(
        'replaced',
      );
      await expect(
        inPractice(stack.practiceId, () => transaction(db, (sql) => sql.contact.count())),
      ).rejects.toThrow('replaced');
      expect(new Set(outdated)).toEqual(
        new Set(['the look-up key was replaced: this process has to start again']),
      );
    } finally {
      await owner.query("DELETE FROM secrets WHERE name IN ('lookup.1', 'lookup.2')");
    }
    await db.close();
  });
});

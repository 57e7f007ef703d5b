import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  isPassing,
  mayRepeat,
  nameOfError,
  sqlStateOf,
} from '../../src/platform/db/database-errors.ts';
import type { Database } from '../../src/platform/db/database.ts';
import { transaction } from '../../src/platform/db/transaction.ts';
import { someone, register } from '../harness/people.ts';
import { openOwn } from '../harness/own-database.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** Each error as it really comes, through Prisma and its adapter, from a real server. */

let stack: Stack;
let db: Database;
let other: pg.Client;
const ann = someone();
beforeAll(async () => {
  stack = await startStack({ worker: false });
  db = await openOwn(stack, {
    connections: 2,
    times: { lockWaitMs: 200, statementMs: 300, connectionWaitMs: 500 },
  });
  other = new pg.Client({ connectionString: stack.databaseUrl });
  await other.connect();
  await register(stack, ann, ['email']);
});
afterAll(async () => {
  await other.end();
  await db.close();
  await stack.stop();
});

const of = (work: () => PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(work()).then(
    () => 'no error',
    (error: unknown) => error,
  );
const lockAnn = 'SELECT 1 FROM contacts WHERE id = $1 FOR UPDATE';

describe('an error that passes', () => {
  it('is a lock that took too long: nothing was written, the same may be tried again', async () => {
    await other.query('BEGIN');
    await other.query(lockAnn, [ann.id]);
    const raw = await of(
      () => db.prisma.$executeRaw`UPDATE contacts SET role = 'x' WHERE id = ${ann.id}`,
    );
    const typed = await of(() =>
      db.prisma.contact.updateMany({ where: { id: ann.id }, data: { role: 'x' } }),
    );
    const inside = await of(() =>
      db.prisma.$transaction((sql) =>
        sql.contact.updateMany({ where: { id: ann.id }, data: { role: 'x' } }),
      ),
    );
    await other.query('ROLLBACK');
    for (const error of [raw, typed, inside]) {
      expect(sqlStateOf(error)).toBe('55P03');
      expect(mayRepeat(error)).toBe(true);
      expect(isPassing(error)).toBe(true);
    }
  });

  it('is a statement that ran for too long, which is not tried again at once', async () => {
    const error = await of(() => db.prisma.$queryRaw`SELECT 1 FROM pg_sleep(5)`);
    expect([sqlStateOf(error), mayRepeat(error), isPassing(error)]).toEqual(['57014', false, true]);
  });

  it('is a server that only reads', async () => {
    const error = await of(() =>
      db.prisma.$transaction(async (sql) => {
        await sql.$executeRaw`SET TRANSACTION READ ONLY`;
        await sql.contact.updateMany({ where: { id: ann.id }, data: { role: 'x' } });
      }),
    );
    expect([sqlStateOf(error), mayRepeat(error), isPassing(error)]).toEqual(['25006', true, true]);
  });

  it('is a connection that was ended, of which nobody knows what it wrote', async () => {
    const error = await of(() =>
      db.prisma.$transaction(async (sql) => {
        const [me] = await sql.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
        await other.query('SELECT pg_terminate_backend($1)', [me!.pid]);
        await sql.contact.count();
      }),
    );
    expect([mayRepeat(error), isPassing(error)]).toEqual([false, true]);
    const single = of(() => stack.db.prisma.$queryRaw`SELECT 'endless' AS mark FROM pg_sleep(20)`);
    await until('it was ended', async () => {
      const { rowCount } = await other.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE query LIKE '%endless%' AND state = 'active' AND pid <> pg_backend_pid()`,
      );
      return rowCount === 1;
    });
    const ended = await single;
    expect([mayRepeat(ended), isPassing(ended)]).toEqual([false, true]);
  });

  it('is that no connection was free: the transaction never began', async () => {
    const hold = (): Promise<unknown> =>
      db.prisma.$transaction(async (sql) => {
        for (let n = 0; n < 12; n += 1) await sql.$queryRaw`SELECT 1 FROM pg_sleep(0.1)`;
      });
    const held = [hold(), hold()];
    const error = await of(() => db.prisma.$transaction((sql) => sql.contact.count()));
    await Promise.all(held);
    expect([mayRepeat(error), isPassing(error)]).toEqual([true, true]);
  });

  it('is a server that is not there', async () => {
    const away = new URL(stack.databaseUrl);
    away.port = '1';
    const error = await of(() => openOwn(stack, { url: away.href }));
    expect(isPassing(error)).toBe(true);
  });
});

describe('an error that stays', () => {
  it('is a statement at fault, and one of our own code', async () => {
    const errors = await Promise.all([
      of(() => db.prisma.$queryRaw`SELECT nothing FROM nowhere`),
      of(() => db.prisma.$queryRaw`SELECT 'x'::text::int`),
      of(() =>
        db.prisma.practice.create({
          data: { id: stack.practiceId, name: 'twice', settings: {}, createdAt: new Date() },
        }),
      ),
      of(async () => {
        throw new TypeError('of ours');
      }),
    ]);
    for (const error of errors) {
      expect(error).toBeInstanceOf(Error);
      expect([mayRepeat(error), isPassing(error)]).toEqual([false, false]);
    }
  });

  it('is known by its name and what PostgreSQL calls it, never by its words', async () => {
    const error = await of(() => db.prisma.$queryRaw`SELECT 'secret'::text::int`);
    expect(nameOfError(error)).toBe('database error 22P02');
    expect(nameOfError(new TypeError('secret'))).toBe('TypeError');
  });
});

describe('a transaction', () => {
  it('that lost to another in a circle is done after it', async () => {
    const bob = someone();
    await register(stack, bob, ['email']);
    const tries = [0, 0];
    let waiting = 0;
    let begin: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (begin = resolve));
    const lock = (first: string, second: string, n: 0 | 1): Promise<string> =>
      transaction(stack.db, async (sql) => {
        tries[n]! += 1;
        await sql.$executeRaw`SELECT 1 FROM contacts WHERE id = ${first} FOR UPDATE`;
        if (tries[n] === 1) {
          waiting += 1;
          if (waiting === 2) begin();
          await both;
        }
        await sql.$executeRaw`SELECT 1 FROM contacts WHERE id = ${second} FOR UPDATE`;
        return 'done';
      });
    const done = await Promise.all([lock(ann.id, bob.id, 0), lock(bob.id, ann.id, 1)]);
    expect(done).toEqual(['done', 'done']);
    expect(tries.toSorted()).toEqual([1, 2]);
  });

  it('gives up after some tries, with an error that says to come again', async () => {
    await other.query('BEGIN');
    await other.query(lockAnn, [ann.id]);
    let tries = 0;
    const error = await of(() =>
      transaction(db, async (sql) => {
        tries += 1;
        await sql.$executeRaw`SELECT 1 FROM contacts WHERE id = ${ann.id} FOR UPDATE`;
      }),
    );
    await other.query('ROLLBACK');
    expect(tries).toBe(3);
    expect(error).toMatchObject({ name: 'DatabaseBusyError' });
    expect([mayRepeat(error), isPassing(error)]).toEqual([false, true]);
  });

  it('is not tried again for an error of the work itself', async () => {
    let tries = 0;
    const error = await of(() =>
      transaction(db, async () => {
        tries += 1;
        throw new RangeError('no');
      }),
    );
    expect(error).toBeInstanceOf(RangeError);
    expect(tries).toBe(1);
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connectDatabase } from '../../src/main/compose.ts';
import type { Sql } from '../../src/platform/db/database.ts';
import { inPractice } from '../../src/platform/db/practice-scope.ts';
import { databaseLimits } from '../../src/core/limits/database-limits.ts';
import { serviceUrl } from '../harness/databases.ts';
import { openOwn } from '../harness/own-database.ts';
import { register, someone } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

let stack: Stack;
let admin: pg.Client;
let name: string;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  name = new URL(stack.databaseUrl).pathname.slice(1);
  admin = new pg.Client({ connectionString: inject('databaseUrl') });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await stack.stop();
});

const readyz = async (): Promise<number> => (await fetch(`${stack.url}/readyz`)).status;
/** As a failover does: what is connected is cut off. */
const cutOff = () =>
  admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);

it('a server that only reads is left again, and calls say 503 with Retry-After meanwhile', async () => {
  const ann = someone();
  await register(stack, ann, ['email']);
  const post = () =>
    stack.call('POST', `/v1/contacts/${ann.id}/messages`, { kind: 'ad_hoc', body: 'x' });
  await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  await cutOff();
  // What is read makes connections that stay in the pool: they are of no use for what is written.
  const reads = await Promise.all(
    Array.from({ length: 20 }, () => stack.call('GET', `/v1/contacts/${ann.id}`)),
  );
  expect(new Set(reads.map(({ status }) => status)).has(500)).toBe(false);
  for (let n = 0; n < 3; n += 1) {
    const { status, body, headers } = await post();
    expect([status, body]).toMatchObject([503, { error: { code: 'unavailable' } }]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(await readyz()).toBe(503);
  await admin.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
  await until('a message is taken', async () => (await post()).status === 202, 10_000);
  expect(await readyz()).toBe(200);
});

it('calls are answered 503 while the database takes nobody, and 200 once it does', async () => {
  await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
  await cutOff();
  try {
    const answer = await stack.call('GET', '/v1/contacts/nobody');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect(await readyz()).toBe(503);
  } finally {
    await admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
  }
  await until('it is ready', async () => (await readyz()) === 200, 10_000);
  expect((await stack.call('GET', '/v1/contacts/nobody')).status).toBe(404);
});

it('a statement that runs for too long is ended, and frees what its transaction held', async () => {
  const bob = someone();
  await register(stack, bob, ['email']);
  const db = await openOwn(stack, { times: { statementMs: 500 } });
  const sleep = (sql: Sql) => sql.$queryRaw`SELECT 'sleeper' FROM pg_sleep(60)`;
  const ended = Promise.allSettled([
    db.prisma.$transaction(async (sql) => {
      await sql.$executeRaw`SELECT 1 FROM contacts WHERE id = ${bob.id} FOR UPDATE`;
      await sleep(sql);
    }),
    // By itself it has the same limit.
    sleep(db.prisma),
  ]);
  const running = async (): Promise<number> => {
    const { rows } = await admin.query<{ count: string }>(
      `SELECT count(*) FROM pg_stat_activity
       WHERE datname = $1 AND query LIKE '%sleeper%' AND state = 'active'`,
      [name],
    );
    return Number(rows[0]!.count);
  };
  await until('both run', async () => (await running()) === 2, 5_000).catch(() => undefined);
  await until('neither runs', async () => (await running()) === 0, 10_000);
  expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await register(stack, bob, ['email', 'sms']);
  await db.close();
});

it.each(['api', 'worker'] as const)(
  'no statement of the %s takes as long as its transaction may, which is half a minute',
  async (login) => {
    const url = serviceUrl(stack.databaseUrl, login);
    const config = { ...stack.config, database: { kind: 'external', url } as const };
    const db = await connectDatabase(config, stack.db.clock, 2, login);
    const limitOf = async (sql: Sql): Promise<number> => {
      const [row] = await sql.$queryRaw<{ seconds: number }[]>`
        SELECT extract(epoch FROM current_setting('statement_timeout')::interval)::int AS seconds`;
      return row!.seconds;
    };
    const limits = await inPractice(stack.practiceId, async () => [
      await limitOf(db.prisma),
      await db.prisma.$transaction(limitOf),
    ]);
    await db.close();
    for (const limit of limits) {
      expect(limit).toBeGreaterThan(0);
      expect(limit).toBeLessThan(30);
    }
    expect(databaseLimits.transactionMs).toBe(30_000);
  },
);

it('the limits belong to each transaction, and nothing of them stays on a connection', async () => {
  const db = await openOwn(stack, { connections: 1 });
  const limit = async (sql: Sql): Promise<string> => {
    const [row] = await sql.$queryRaw<{ at: string }[]>`
      SELECT current_setting('statement_timeout') AS at`;
    return row!.at;
  };
  expect(await limit(db.prisma)).toBe(`${databaseLimits.statementMs / 1_000}s`);
  expect(await db.prisma.$transaction(limit)).toBe(`${databaseLimits.statementMs / 1_000}s`);
  const { rows } = await admin.query<{ set: string }>(
    `SELECT COALESCE(string_agg(DISTINCT query, ' '), '') AS set FROM pg_stat_activity
     WHERE datname = $1 AND query ~* '^SET [a-z]'`,
    [name],
  );
  expect(rows[0]!.set).toBe('');
  await db.close();
});

it('a connection that the server ended is replaced at the next call', async () => {
  const db = await openOwn(stack, { connections: 1 });
  const pid = async (): Promise<number> => {
    const [row] = await db.prisma.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
    return row!.pid;
  };
  const first = await pid();
  await admin.query('SELECT pg_terminate_backend($1)', [first]);
  const second = await until('another connection', () => pid().catch(() => 0), 5_000);
  expect(second).not.toBe(first);
  await db.close();
});

it('a process that has nothing to do keeps a connection, as one that would replace keys must see', async () => {
  const db = await openOwn(stack, { connections: 1, name: 'idle process' });
  const seen = async (): Promise<number | undefined> => {
    const { rows } = await admin.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'idle process'`,
    );
    return rows[0]?.pid;
  };
  const before = await seen();
  await admin.query('SELECT pg_terminate_backend($1)', [before]);
  await until('another one', async () => ![undefined, before].includes(await seen()), 10_000);
  await delay(0);
  await db.close();
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase } from '../../src/main/compose.ts';
import { createCipher } from '../../src/platform/db/cipher.ts';
import { openDatabase, type Database } from '../../src/platform/db/database.ts';
import { hashColumns } from '../../src/platform/db/lookup.ts';
import { lookupLock } from '../../src/platform/db/lookup-guard.ts';
import { replaceLookupKey } from '../../src/features/keys/replace-lookup-key.ts';
import { activeSuppression, suppressAddress } from '../../src/record/consent/suppression-store.ts';
import { wallClock } from '../../src/platform/clock.ts';
import { adminProgram, runAdmin } from '../harness/admin.ts';
import { fillTables } from '../harness/bulk.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** The look-up key of a database that nobody may work on meanwhile is replaced, or nothing is changed. */

/** Only its database is used: nothing of it runs. */
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  await stack.stop();
});

const command = ['replace-lookup-key'];

async function query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

const replace = () =>
  replaceLookupKey({
    url: stack.databaseUrl,
    cipher: createCipher(stack.config.encryptionKeys),
    onProgress: () => undefined,
  });

const open = (more: Partial<Parameters<typeof openDatabase>[0]> = {}): Promise<Database> =>
  openDatabase({
    url: stack.databaseUrl,
    encryptionKeys: stack.config.encryptionKeys,
    clock: wallClock,
    ...more,
  });

const stopOf = (db: Database, address: string) => ({
  method: 'sms' as const,
  addressHash: db.lookup.hash('address', address),
  kind: 'stopped' as const,
  reason: 'STOP',
  since: wallClock.now(),
});

const stops = async (): Promise<number> =>
  (await query<{ count: number }>('SELECT count(*)::int AS count FROM suppressions'))[0]!.count;

/** A process that was cut off comes back at once, and is cut off again, until the command finds nobody connected. */
async function replaceBetweenConnections(tries = 12): Promise<void> {
  const replaced = replace();
  const ended = replaced.then(
    () => true,
    () => true,
  );
  const pause = () => new Promise<false>((resolve) => setTimeout(() => resolve(false), 150));
  do
    await query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'optgate'`,
    );
  while (!(await Promise.race([ended, pause()])));
  // It is patient for three seconds, and the process may have been the quicker one each time.
  await replaced.catch(async (error: unknown) => {
    if (tries === 1) throw error;
    await replaceBetweenConnections(tries - 1);
  });
}

describe('a process that runs', () => {
  it('makes the command refuse, which names it; idle, and whatever program it is', async () => {
    const db = await connectDatabase(stack.config, wallClock, 5, 'worker');
    const other = new pg.Client({
      connectionString: stack.databaseUrl,
      application_name: 'an earlier release',
    });
    await other.connect();
    // All but one of its connections are given back when they are idle for ten seconds.
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    const both = await runAdmin(stack.databaseUrl, command);
    await db.close();
    const one = await runAdmin(stack.databaseUrl, command);
    await other.end();
    expect([both.code, one.code]).toEqual([1, 1]);
    expect(both.output).toContain('nothing was replaced: stop every API and worker');
    expect(both.output).toMatch(new RegExp(`optgate worker, pid ${process.pid} on `));
    expect(both.output).toContain('an earlier release');
    expect(one.output).not.toContain('optgate worker');
    expect(await query('SELECT name FROM secrets')).toEqual([{ name: 'lookup' }]);
  });

  it('does not start while the key is replaced', async () => {
    const holder = new pg.Client({ connectionString: stack.databaseUrl });
    await holder.connect();
    await holder.query('SELECT pg_advisory_lock($1)', [lookupLock]);
    await expect(open()).rejects.toThrow(/is being replaced/);
    await holder.end();
    await (await open()).close();
  });

  it('and was cut off while the key was replaced finds nothing and writes nothing any more', async () => {
    const outdated: string[] = [];
    const db = await open({ onOutdated: ({ message }) => outdated.push(message) });
    await suppressAddress(db.prisma, stack.practiceId, stopOf(db, '+12025550111'));
    await replaceBetweenConnections();
    const stop = stopOf(db, '+12025550112');
    await expect(
      db.prisma.$transaction((sql) => suppressAddress(sql, stack.practiceId, stop)),
    ).rejects.toThrow(/was replaced/);
    await expect(suppressAddress(db.prisma, stack.practiceId, stop)).rejects.toThrow(
      /was replaced/,
    );
    expect(outdated.length).toBeGreaterThan(1);
    await db.close();
    expect(await stops()).toBe(1);

    const restarted = await open();
    const { addressHash } = stopOf(restarted, '+12025550111');
    expect(
      await activeSuppression(restarted.prisma, stack.practiceId, 'sms', addressHash),
    ).toMatchObject({ kind: 'stopped' });
    await restarted.close();
  });
});

/** Every row of every table with hashes, and the keys. */
async function everything(): Promise<Record<string, string>> {
  const tables = new Set(
    Object.values(hashColumns)
      .flat()
      .map((name) => name.split('.')[0]!),
  );
  const found: Record<string, string> = {};
  for (const table of [...tables, 'secrets'])
    found[table] = (
      await query<{ sum: string }>(
        `SELECT COALESCE(sum(hashtextextended(t::text, 0)), 0)::text AS sum FROM ${table} t`,
      )
    )[0]!.sum;
  return found;
}

describe('a database of years', () => {
  const hashed = (value: string): string =>
    `translate(rtrim(encode(sha256(convert_to(${value}, 'UTF8')), 'base64'), '='), '+/', '-_')`;

  it('is left as it was where something is no hash', async () => {
    await fillTables(stack.databaseUrl, stack.practiceId, {
      contactIds: [],
      waiting: 0,
      content: 'x',
    });
    // As when the service stopped in the middle of one.
    await query(
      `INSERT INTO reopenings (id, practice_id, method, address_hash, said_enc, after, turn_at)
       VALUES (gen_random_uuid(), $1, 'sms', 'hash-1', 'x', 'old-1', now())`,
      [stack.practiceId],
    );
    const before = await everything();
    const { code, output } = await runAdmin(stack.databaseUrl, command);
    expect([code, output]).toEqual([
      1,
      'nothing was replaced: channels.address_hash holds something that is no hash\n',
    ]);
    expect(await everything()).toEqual(before);
  });

  it('is left as it was when the command is killed in the middle', async () => {
    for (const listed of Object.values(hashColumns).flat()) {
      const [table = '', column = ''] = listed.replace('[]', '').split('.');
      // What the tests before have left is hashed once more, which harms nobody here.
      await query(
        listed.endsWith('[]')
          ? `UPDATE ${table} SET ${column} = ARRAY[${hashed(`ctid::text`)}, '']`
          : `UPDATE ${table} SET ${column} = ${hashed(column)} WHERE ${column} <> ''`,
      );
    }
    const before = await everything();
    const { command: program, args, options } = adminProgram(stack.databaseUrl, command);
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      if (output.includes('channels:')) child.kill('SIGKILL');
    });
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    expect(output).not.toContain('replaced in');
    await until('its transaction is over', async () => {
      const sessions = await query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'optgate replace-lookup-key'`,
      );
      return sessions.length === 0;
    });
    expect(await everything()).toEqual(before);
  });

  it('is hashed once more in bounded time, and says of each table how many rows that were', async () => {
    const rows = () => query<{ address_hash: string }>('SELECT address_hash FROM suppressions');
    const [before, stopped] = [await everything(), await rows()];
    const startedAt = Date.now();
    const { code, output } = await runAdmin(stack.databaseUrl, command);
    const seconds = (Date.now() - startedAt) / 1_000;
    console.log(`${output}in ${seconds} s`);
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(120);
    expect(output).toMatch(/^channels: 60000$/m);
    expect(output).toMatch(/^suppressions: 5000\d$/m);
    expect(output).toMatch(/^replaced in \d+ s; .* the look-up key number 3\./m);
    const after = await everything();
    for (const [table, sum] of Object.entries(before))
      if (sum !== '0') expect([table, after[table]]).not.toEqual([table, sum]);
    const old = new Set(stopped.map(({ address_hash }) => address_hash));
    const now = await rows();
    expect(now).toHaveLength(stopped.length);
    expect(new Set(now.map(({ address_hash }) => address_hash)).size).toBe(old.size);
    expect(now.filter(({ address_hash }) => old.has(address_hash))).toEqual([]);
  });
});

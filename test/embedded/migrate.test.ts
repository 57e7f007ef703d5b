import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { migrate, migrationsFolder } from '../../src/platform/db/migrate.ts';
import { temporaryFolder } from './processes.ts';

async function emptyDatabase(): Promise<{ url: string; client: pg.Client }> {
  const url = new URL(inject('databaseUrl'));
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  url.pathname = `/migrate_${Math.random().toString(36).slice(2)}`;
  await admin.query(`CREATE DATABASE ${url.pathname.slice(1)}`);
  await admin.end();
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  onTestFinished(() => client.end());
  return { url: url.href, client };
}

function folderWith(migrations: Record<string, string>): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n');
  for (const [name, sql] of Object.entries(migrations)) write(folder, name, sql);
  return folder;
}

function write(folder: string, name: string, sql: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'migration.sql'), sql);
}

const first = 'CREATE TABLE a (id int);\nINSERT INTO a VALUES (1);\n';
const second = 'ALTER TABLE a ADD COLUMN b text;\n';

test('applies what is missing, in order, and records it as Prisma does', async () => {
  const { url, client } = await emptyDatabase();
  const folder = folderWith({ '20260102_second': second, '20260101_first': first });
  expect(await migrate(url, folder)).toEqual(['20260101_first', '20260102_second']);
  expect(await migrate(url, folder)).toEqual([]);
  write(folder, '20260103_third', 'CREATE TABLE c ();');
  expect(await migrate(url, folder)).toEqual(['20260103_third']);

  const { rows } = await client.query('SELECT * FROM _prisma_migrations ORDER BY started_at');
  expect(rows).toHaveLength(3);
  expect(rows[0]).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    checksum: createHash('sha256').update(first).digest('hex'),
    finished_at: expect.any(Date),
    migration_name: '20260101_first',
    logs: null,
    rolled_back_at: null,
    started_at: expect.any(Date),
    applied_steps_count: 1,
  });
});

test('several at once apply each migration once', async () => {
  const { url, client } = await emptyDatabase();
  const folder = folderWith({ '1': first, '2': second });
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(url, folder)));
  expect(applied.flat().toSorted()).toEqual(['1', '2']);
  expect((await client.query('SELECT * FROM a')).rows).toEqual([{ id: 1, b: null }]);
});

test('refuses when an applied migration was edited', async () => {
  const { url } = await emptyDatabase();
  const folder = folderWith({ '1': first });
  await migrate(url, folder);
  write(folder, '1', `${first}-- a later thought\n`);
  await expect(migrate(url, folder)).rejects.toThrow(
    'The migration 1 was changed after it had been applied.',
  );
});

test('a migration that fails leaves nothing behind, and says where', async () => {
  const { url, client } = await emptyDatabase();
  const folder = folderWith({ '1': first, '2': 'CREATE TABLE d ();\nCREATE TABEL e ();\n' });
  await expect(migrate(url, folder)).rejects.toThrow(
    'The migration 2 failed at line 2 and was undone: syntax error at or near "TABEL"',
  );
  const { rows } = await client.query(
    `SELECT migration_name, to_regclass('d') AS d FROM _prisma_migrations`,
  );
  expect(rows).toEqual([{ migration_name: '1', d: null }]);
  write(folder, '2', second);
  expect(await migrate(url, folder)).toEqual(['2']);
});

test('refuses while Prisma has a failed migration on record, not after it was resolved', async () => {
  const { url, client } = await emptyDatabase();
  const folder = folderWith({ '1': first });
  await migrate(url, folder);
  const record = `INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', '2')`;
  await client.query(record);
  write(folder, '2', second);
  await expect(migrate(url, folder)).rejects.toThrow('The migration 2 failed before');
  await client.query(`UPDATE _prisma_migrations SET rolled_back_at = now() WHERE id = 'x'`);
  expect(await migrate(url, folder)).toEqual(['2']);
});

test('brings an empty database to the schema of this version', async () => {
  const { url } = await emptyDatabase();
  const names = readdirSync(migrationsFolder()).filter((name) => /^\d/.test(name));
  expect(await migrate(url)).toEqual(names.toSorted());
});

describe('a migration that is one index, built concurrently', () => {
  const index = '-- Why.\nCREATE INDEX CONCURRENTLY a_id ON a (id);\n';

  test('lets others write meanwhile, and waits for what they began', async () => {
    const { url, client } = await emptyDatabase();
    const folder = folderWith({ '1': first });
    await migrate(url, folder);
    write(folder, '2', index);
    await client.query('BEGIN');
    await client.query('INSERT INTO a VALUES (2)');
    const applied = migrate(url, folder);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    onTestFinished(() => other.end());
    const waits = `SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%CONCURRENTLY%'`;
    await expect.poll(async () => (await other.query(waits)).rows.length).toBe(1);
    await other.query(`SET lock_timeout = '5s'`);
    await other.query('INSERT INTO a VALUES (3)');
    await client.query('COMMIT');
    expect(await applied).toEqual(['2']);
    expect((await client.query('SELECT * FROM a')).rows).toHaveLength(3);
    expect(await validIndexes(client)).toEqual(['a_id']);
  });

  test('several at once do not wait for each other for ever', async () => {
    const { url, client } = await emptyDatabase();
    const folder = folderWith({ '1': first, '2': index });
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(url, folder)));
    expect(applied.flat().toSorted()).toEqual(['1', '2']);
    expect(await validIndexes(client)).toEqual(['a_id']);
  });

  test('that broke off is built again, and one that fails leaves nothing behind', async () => {
    const { url, client } = await emptyDatabase();
    const folder = folderWith({ '1': `${first}INSERT INTO a VALUES (1);\n` });
    await migrate(url, folder);
    const unique = index.replace('INDEX', 'UNIQUE INDEX');
    await expect(client.query(unique)).rejects.toThrow('could not create unique index');
    write(folder, '2', unique);
    await expect(migrate(url, folder)).rejects.toThrow('The migration 2 failed');
    expect((await client.query(`SELECT to_regclass('a_id') AS left`)).rows).toEqual([
      { left: null },
    ]);
    await client.query('DELETE FROM a WHERE ctid IN (SELECT min(ctid) FROM a)');
    await client.query(unique);
    await client.query(
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'a_id'::regclass`,
    );
    expect(await migrate(url, folder)).toEqual(['2']);
    expect(await validIndexes(client)).toEqual(['a_id']);
  });

  async function validIndexes(client: pg.Client): Promise<string[]> {
    const { rows } = await client.query<{ name: string }>(
      `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = 'a'::regclass AND indisvalid`,
    );
    return rows.map(({ name }) => name);
  }
});

describe('a deployment during which the version before goes on writing', () => {
  /** Up to the last migration that was ever released before those of 29 November. */
  const before = (name: string): boolean => name <= '20261129100000_unanswered';
  const bar = `INSERT INTO suppressions AS s (practice_id, method, address_hash, kind, reason, since)
    VALUES ('p', 'sms', 'x', $1, $1, now())`;
  /** As that version stores a STOP. */
  const stop = `${bar} ON CONFLICT (practice_id, method, address_hash) DO UPDATE
    SET kind = EXCLUDED.kind, reason = EXCLUDED.reason, since = EXCLUDED.since, lifted_at = NULL`;
  const rows = async (client: pg.Client) =>
    (await client.query('SELECT kind, dead_reason FROM suppressions')).rows as unknown[];

  function copied(which: (name: string) => boolean): string {
    const names = readdirSync(migrationsFolder()).filter((name) => /^\d/.test(name) && which(name));
    return folderWith(
      Object.fromEntries(
        names.map((name) => [
          name,
          readFileSync(join(migrationsFolder(), name, 'migration.sql'), 'utf8'),
        ]),
      ),
    );
  }

  test('a STOP is stored before and after every migration', async () => {
    const { url, client } = await emptyDatabase();
    await migrate(url, copied(before));
    await client.query(
      `INSERT INTO practices (id, name, settings, created_at) VALUES ('p', 'p', '{}', now())`,
    );
    await client.query(stop, ['unreachable']);
    await migrate(url);
    await client.query(stop, ['stopped']);
    expect(await rows(client)).toEqual([{ kind: 'stopped', dead_reason: null }]);
  });

  test('where each kind had a row of its own, they become one row of the strongest', async () => {
    const { url, client } = await emptyDatabase();
    await migrate(url, copied(before));
    await client.query(
      `INSERT INTO practices (id, name, settings, created_at) VALUES ('p', 'p', '{}', now())`,
    );
    await client.query(`ALTER TABLE suppressions DROP CONSTRAINT suppressions_pkey,
      ADD PRIMARY KEY (practice_id, method, address_hash, kind)`);
    for (const kind of ['unreachable', 'stopped', 'doubtful']) await client.query(bar, [kind]);
    await client.query(`UPDATE suppressions SET lifted_at = now() WHERE kind = 'stopped'`);
    await migrate(url);
    expect(await rows(client)).toEqual([{ kind: 'doubtful', dead_reason: 'unreachable' }]);
    await client.query(stop, ['stopped']);
  });
});

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { migrate, migrationsFolder } from '../../src/db/migrate.ts';
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

import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { packageRoot } from '../package-root.ts';

/** The lock of `prisma migrate deploy`, which an outsider may run: the two never run at the same time. */
const prismaAdvisoryLock = 72_707_369;

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

type Applied = {
  id: string;
  checksum: string;
  migration_name: string;
  finished_at: Date | null;
  rolled_back_at: Date | null;
};

/** `prisma/migrations` of this program. */
export function migrationsFolder(): string {
  return join(packageRoot(), 'prisma', 'migrations');
}

/** Pause, in ms, before a process that waits for another migration asks again. */
const lockAgainMs = 100;

/**
 * A migration that is one `CREATE INDEX CONCURRENTLY` and nothing else: it runs outside a transaction, so that writers
 * to the table do not wait for it. Prisma runs a single statement so too.
 */
const indexAlone = /^(?:--.*\n|\s)*CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+)\b[^;]*;?\s*$/;

/**
 * Applies the migrations that the database lacks, in the order of their names, each in a transaction (an index
 * may be built outside one), and records them
 * in `_prisma_migrations` as Prisma does, so that `prisma migrate deploy` can take over. Returns the names of those
 * applied now. Several at once wait for one another.
 *
 * Rejects with a {@link MigrationError} when an applied migration was edited or a failed one is recorded; a migration
 * that fails leaves neither a change nor a record behind.
 */
export async function migrate(url: string, folder = migrationsFolder()): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'optgate-migrate' });
  await client.connect();
  try {
    await lock(client);
    await client.query(migrationTable);
    const { rows } = await client.query<Applied>(
      'SELECT id, checksum, migration_name, finished_at, rolled_back_at FROM _prisma_migrations ORDER BY started_at',
    );
    const done = new Map(
      rows.filter((row) => row.rolled_back_at === null).map((row) => [row.migration_name, row]),
    );
    const applied: string[] = [];
    for (const migration of readMigrations(folder)) {
      const before = done.get(migration.name);
      if (before) verify(migration, before);
      else {
        await apply(client, migration);
        applied.push(migration.name);
      }
    }
    return applied;
  } finally {
    // Ends the lock too, which belongs to the connection.
    await client.end();
  }
}

/** Polls: a wait inside a statement would block an index build, which waits for running statements. */
async function lock(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS locked',
      [prismaAdvisoryLock],
    );
    if (rows[0]?.locked) return;
    await sleep(lockAgainMs);
  }
}

type Migration = { name: string; sql: string; checksum: string };

function readMigrations(folder: string): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(folder, name, 'migration.sql'));
      return {
        name,
        sql: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      };
    });
}

function verify(migration: Migration, before: Applied): void {
  if (before.finished_at === null)
    throw new MigrationError(
      `The migration ${migration.name} failed before and was left unfinished. Repair the database, then run \`npx prisma migrate resolve\`.`,
    );
  if (before.checksum !== migration.checksum)
    throw new MigrationError(
      `The migration ${migration.name} was changed after it had been applied. Put the file back as it was, and write a new migration for the change.`,
    );
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const startedAt = new Date();
  const index = indexAlone.exec(migration.sql)?.[1];
  try {
    if (index === undefined) await client.query('BEGIN');
    // The remains of an interrupted attempt are unused, and only in the way.
    else await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`);
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations
         (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count)
       VALUES ($1, $2, clock_timestamp(), $3, NULL, NULL, $4, 1)`,
      [randomUUID(), migration.checksum, migration.name, startedAt],
    );
    if (index === undefined) await client.query('COMMIT');
  } catch (error) {
    const undo = index === undefined ? 'ROLLBACK' : `DROP INDEX CONCURRENTLY IF EXISTS ${index}`;
    await client.query(undo).catch(() => undefined);
    const { message, position } = error as { message: string; position?: string };
    const line = position ? migration.sql.slice(0, Number(position)).split('\n').length : undefined;
    throw new MigrationError(
      `The migration ${migration.name} failed${line ? ` at line ${line}` : ''} and was undone: ${message}`,
      { cause: error },
    );
  }
}

/** As Prisma makes it. */
const migrationTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
  )`;

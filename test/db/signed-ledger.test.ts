import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { loadConfig } from '../../src/platform/config/config.ts';
import { openDatabase } from '../../src/platform/db/database.ts';
import { verifyLedger } from '../../src/features/evidence/verify.ts';
import { migrate, migrationsFolder } from '../../src/platform/db/migrate.ts';
import { unsignedHash } from '../../src/core/ledger/entry.ts';
import { testKey } from '../harness/stack.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bringsSigning = '20261129200000_signed_ledger';

it('`npm run migrate` takes a filled database over: signed from here on, and never said to be proven before', async () => {
  const name = `filled_${randomUUID().slice(0, 8)}`;
  const server = new pg.Client({ connectionString: inject('databaseUrl') });
  await server.connect();
  await server.query(`CREATE DATABASE ${name}`);
  await server.end();
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;

  // As it was before.
  const earlier = await mkdtemp(join(tmpdir(), 'optgate-migrations-'));
  for (const migration of await readdir(migrationsFolder()))
    if (migration < bringsSigning)
      await cp(join(migrationsFolder(), migration), join(earlier, migration), { recursive: true });
  await migrate(url.href, earlier);
  await rm(earlier, { recursive: true });
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(
    `INSERT INTO practices (id, name, settings, created_at) VALUES ('old', 'Old', '{}', now())`,
  );
  await client.query(
    `INSERT INTO contacts (practice_id, id, role, registered, version, created_at, updated_at)
     VALUES ('old', 'ann', 'client', false, 2, now(), now())`,
  );
  await client.query(
    `INSERT INTO channels (practice_id, contact_id, method)
     SELECT 'old', 'ann', unnest(ARRAY['email', 'sms', 'fax'])`,
  );
  let hash = '';
  for (const [index, type] of ['assigned', 'accepted'].entries()) {
    hash = unsignedHash(hash, `commitment ${index}`);
    // Erased, as far as that could be told.
    await client.query(
      `INSERT INTO ledger (practice_id, contact_id, seq, id, type, at, commitment, hash)
       VALUES ('old', 'ann', $1, $2, $3, '2026-01-01', $4, $5)`,
      [index + 1, randomUUID(), type, `commitment ${index}`, hash],
    );
  }

  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'src/main/migrate.ts'],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: url.href,
        TEMPORAL_ADDRESS: inject('temporalAddress'),
        ENCRYPTION_KEYS: testKey,
      },
    },
  );
  expect(stdout).toContain('the ledger of old is signed from here on (2 before)');

  const db = await openDatabase({
    url: url.href,
    encryptionKeys: loadConfig({ ENCRYPTION_KEYS: testKey }).encryptionKeys,
    clock: { now: () => new Date() },
  });
  expect(await verifyLedger(db, 'old')).toMatchObject({ unsigned: 2, roots: 1, problems: [] });
  await client.query(`UPDATE ledger SET type = 'revoked' WHERE seq = 2`);
  expect((await verifyLedger(db, 'old')).problems.join()).toContain(
    'entries under it were changed',
  );
  await db.close();
  await client.end();
});

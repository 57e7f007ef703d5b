import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Cipher } from '../../platform/db/cipher.ts';
import { followingHash, hashColumns } from '../../platform/db/lookup.ts';
import { lookupLock } from '../../platform/db/lookup-guard.ts';
import {
  openLookupKeys,
  sealLookupKeys,
  type StoredSecret,
} from '../../platform/db/lookup-keys.ts';

/**
 * Adds a look-up key: every stored hash is hashed once more with it, in one transaction with the key itself. Killed in the
 * middle it has changed nothing. Nobody else may work on the database meanwhile (lookup-guard.ts).
 *
 * Links to the preferences end with it: they can be made up from the database and the key of before, and such a page takes
 * a stop back. Links that unsubscribe go on for good, since they do nothing but stop.
 */

/** Something else is connected, or a column of hashes holds something else: nothing was changed. */
export class NotReplacedError extends Error {
  override readonly name = 'NotReplacedError';
}

/** Hashes that are in this process at a time. */
const hashesAtOnce = 10_000;

/** Connections of processes that have just stopped are gone after this long, in ms. */
const patienceMs = 3_000;

/** Readers, a backup among them, hold nobody up; any other lock is a process that should not be there: in ms. */
const lockWaitMs = 8_000;

/** Resolves with the number of keys that there are now; `onProgress` is called table by table. */
export async function replaceLookupKey(options: {
  url: string;
  cipher: Cipher;
  onProgress: (table: string, rows: number) => void;
}): Promise<number> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: 'optgate replace-lookup-key',
    lock_timeout: lockWaitMs,
  });
  // What is under way rejects; without a listener the process would end with a stack.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await refuseOthers(client);
    await client.query('BEGIN');
    const count = await replaceIn(client, options);
    await client.query('COMMIT');
    return count;
  } finally {
    // Ends the lock too, and a transaction that did not come to its end.
    await client.end();
  }
}

async function replaceIn(
  client: pg.Client,
  { cipher, onProgress }: Parameters<typeof replaceLookupKey>[0],
): Promise<number> {
  const columns = Object.values(hashColumns).flat().map(columnOf);
  // A process of a release from before the guard may run without being connected just now: it must not write in between.
  const tables = [...new Set(columns.map(({ table }) => table))];
  await client.query(`LOCK TABLE ${['secrets', ...tables].join(', ')} IN EXCLUSIVE MODE`);
  const { rows: secrets } = await client.query<StoredSecret>(
    'SELECT name, value_enc AS "valueEnc" FROM secrets',
  );
  const key = randomBytes(32);
  const keys = [...openLookupKeys(secrets, cipher), key];

  await client.query(
    'CREATE TEMPORARY TABLE moved (was text PRIMARY KEY, becomes text NOT NULL) ON COMMIT DROP',
  );
  for (const column of columns) await hashValues(client, column, key);
  await client.query('ANALYZE moved');
  for (const table of tables) {
    const ofTable = columns.filter((column) => column.table === table);
    onProgress(table, await moveValues(client, table, ofTable));
  }

  for (const { name, valueEnc } of sealLookupKeys(keys, cipher))
    await client.query(
      `INSERT INTO secrets (name, value_enc) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET value_enc = EXCLUDED.value_enc`,
      [name, valueEnc],
    );
  return keys.length;
}

/** What else is written into rows whose hashes are: of such pages none opens any more. */
const alsoSet: Readonly<Record<string, readonly string[]>> = {
  preference_links: ['expires_at = LEAST(expires_at, now())'],
};

type HashColumn = { name: string; table: string; column: string; isArray: boolean };

function columnOf(listed: string): HashColumn {
  const name = listed.replace('[]', '');
  const [table = '', column = ''] = name.split('.');
  return { name, table, column, isArray: name !== listed };
}

/** SQL for each hash of a column, also where it is an array of them: the expression, and its source. */
function eachHash({ table, column, isArray }: HashColumn): { value: string; from: string } {
  return isArray
    ? {
        value: 'u.value',
        from: `${table} CROSS JOIN LATERAL unnest(${column}) AS u (value)`,
      }
    : { value: column, from: table };
}

/** Every hash in the column, once, beside what it becomes. */
async function hashValues(client: pg.Client, hashColumn: HashColumn, key: Buffer): Promise<void> {
  const { name } = hashColumn;
  const { value, from } = eachHash(hashColumn);
  await client.query(`
    DECLARE stored NO SCROLL CURSOR FOR SELECT DISTINCT ${value} AS was FROM ${from}
    WHERE ${value} <> '' AND NOT EXISTS (SELECT FROM moved m WHERE m.was = ${value})`);
  for (;;) {
    const { rows } = await client.query<{ was: string }>(`FETCH ${hashesAtOnce} FROM stored`);
    if (rows.length === 0) break;
    const hashes = rows.map(({ was }) => was);
    const following = hashes.map((hash) => followingHash(key, hash));
    if (following.includes(undefined))
      throw new NotReplacedError(`nothing was replaced: ${name} holds something that is no hash`);
    await client.query(
      'INSERT INTO moved (was, becomes) SELECT * FROM unnest($1::text[], $2::text[])',
      [hashes, following],
    );
  }
  await client.query('CLOSE stored');
}

/**
 * Every hash of a table to what it becomes, by one statement: rows that one transaction writes twice have their references
 * looked up again. Returns how many rows were written.
 */
async function moveValues(
  client: pg.Client,
  table: string,
  columns: readonly HashColumn[],
): Promise<number> {
  const sets = columns.map(({ column, isArray }) =>
    isArray
      ? `${column} = ARRAY(
           SELECT COALESCE(m.becomes, u.value) FROM unnest(${column}) WITH ORDINALITY AS u (value, place)
           LEFT JOIN moved m ON m.was = u.value ORDER BY u.place)`
      : `${column} = COALESCE((SELECT m.becomes FROM moved m WHERE m.was = ${column}), ${column})`,
  );
  const some = columns.map(({ column, isArray }) => `${column} <> ${isArray ? "'{}'" : "''"}`);
  const { rowCount } = await client.query(
    `UPDATE ${table} SET ${[...sets, ...(alsoSet[table] ?? [])].join(', ')} WHERE ${some.join(' OR ')}`,
  );
  for (const column of columns) {
    const { value, from } = eachHash(column);
    const { rows } = await client.query<{ left: boolean }>(
      `SELECT EXISTS (SELECT FROM ${from} JOIN moved m ON m.was = ${value}) AS left`,
    );
    if (rows[0]!.left)
      throw new NotReplacedError(`nothing was replaced: ${column.name} has kept a hash`);
  }
  return rowCount ?? 0;
}

type Session = { name: string; address: string | null; connections: number };

/** Rejects with a {@link NotReplacedError} that names everything else that works on the database. */
async function refuseOthers(client: pg.Client): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const { rows } = await client.query<{ free: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS free',
      [lookupLock],
    );
    const others = await otherSessions(client);
    if (rows[0]!.free && others.length === 0) return;
    // Taken once for each time that it was asked for; others may need it until we ask again.
    if (rows[0]!.free) await client.query('SELECT pg_advisory_unlock($1)', [lookupLock]);
    if (Date.now() > deadline)
      throw new NotReplacedError(
        [
          'nothing was replaced: stop every API and worker, and whatever else works on this database, first. Connected are:',
          ...others.map(
            ({ name, address, connections }) =>
              `  ${name || 'a program without a name'}, from ${address ?? 'this machine'} (connections: ${connections})`,
          ),
        ].join('\n'),
      );
    await sleep(200);
  }
}

/**
 * Everything that is there under the service's own role, so that a process of a release from before the guard is seen as
 * well, and everything that holds the lock under any role.
 */
async function otherSessions(client: pg.Client): Promise<Session[]> {
  const { rows } = await client.query<Session>(
    `SELECT application_name AS name, host(client_addr) AS address, count(*)::int AS connections
     FROM pg_stat_activity
     WHERE pid <> pg_backend_pid() AND datname = current_database()
       AND ((usename = current_user AND backend_type = 'client backend')
         OR pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = $1 AND objsubid = 1))
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [lookupLock],
  );
  return rows;
}

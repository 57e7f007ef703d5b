import { hkdfSync } from 'node:crypto';
import { ConfigError, type EncryptionKey } from '../../platform/config/config.ts';
import { keyLimits } from '../../core/limits/key-limits.ts';
import type { SealingKey } from '../../core/sealing-key.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * Which encryption keys the running processes hold, and which one seals. A process that lacks a key reads what others
 * sealed with it as damaged, and may say so to people; so all seal with the same key, and the first of ENCRYPTION_KEYS
 * becomes that one when it is the first of every running process. Until then each goes on with the one of before:
 * processes may be restarted one after the other, in any order.
 *
 * Everything here happens under one lock and by the database's clock.
 */

/** Of transactions that look at the keys and decide. */
const keyLock = 72_707_371;

export type RunningProcess = { name: string; keyIds: string[]; sealsWith: string };

export type KnownKey = {
  id: string;
  fingerprint: string;
  sealsSince: Date | null;
  leftAt: Date | null;
  retiredAt: Date | null;
};

export type KeyHolder = { id: string; name: string; keys: readonly EncryptionKey[] };

/**
 * Says that the process runs, with which keys, and sets `sealing` to the one that seals. To be repeated. Throws a
 * {@link ConfigError} where the process must not run with these keys.
 */
export async function beat(db: Database, holder: KeyHolder, sealing: SealingKey): Promise<void> {
  sealing.id = await underLock(db, async (sql) => {
    await introduce(sql, holder.keys);
    const known = await knownKeys(sql);
    refuseKeys(known, holder.keys);
    const before = sealingKey(known);
    await note(sql, holder, before?.id ?? holder.keys[0]!.id);
    const running = await runningProcesses(sql);
    const current = await agree(sql, before, holder.keys, known, running);
    if (current !== before?.id) await note(sql, holder, current);
    await leaveOthers(sql, current);
    return current;
  });
}

/** The process stops in good order: nobody waits for it. */
export async function leave(db: Database, { id }: Pick<KeyHolder, 'id'>): Promise<void> {
  await db.prisma.process.deleteMany({ where: { id } });
}

/**
 * For an operator's command, which is no process that runs: the key to seal with, as those do. Throws a
 * {@link ConfigError} where it is not given.
 */
export async function keyToSealWith(
  db: Database,
  keys: readonly EncryptionKey[],
): Promise<string | undefined> {
  const known = await knownKeys(db.prisma);
  refuseOthers(known, keys);
  const current = sealingKey(known);
  if (current && !keys.some(({ id }) => id === current.id))
    throw new ConfigError([
      `ENCRYPTION_KEYS lacks the key "${current.id}", which the service seals with`,
    ]);
  return current?.id;
}

export async function underLock<T>(db: Database, work: (sql: Sql) => Promise<T>): Promise<T> {
  return transaction(db, async (sql) => {
    await sql.$executeRaw`SELECT pg_advisory_xact_lock(${keyLock})`;
    return work(sql);
  });
}

export function knownKeys(sql: Sql): Promise<KnownKey[]> {
  return sql.encryptionKey.findMany({ orderBy: { id: 'asc' } });
}

/** The key that seals; undefined: no process ever said so. */
export function sealingKey(known: readonly KnownKey[]): KnownKey | undefined {
  return known
    .filter(({ sealsSince }) => sealsSince !== null)
    .toSorted((a, b) => b.sealsSince!.getTime() - a.sealsSince!.getTime())[0];
}

/** Keys that something may still be sealed with. */
export function neededKeys(known: readonly KnownKey[]): KnownKey[] {
  return known.filter(({ sealsSince, retiredAt }) => sealsSince !== null && retiredAt === null);
}

export async function runningProcesses(sql: Sql): Promise<RunningProcess[]> {
  const alive = `${keyLimits.aliveMs} milliseconds`;
  return sql.$queryRaw<RunningProcess[]>`
    SELECT name, key_ids AS "keyIds", seals_with AS "sealsWith" FROM processes
    WHERE seen_at > clock_timestamp() - ${alive}::interval ORDER BY name, id`;
}

/** Of the key's bytes, and no help in guessing them. */
export function fingerprintOf({ key }: EncryptionKey): string {
  return Buffer.from(hkdfSync('sha256', key, '', 'optgate: names an encryption key', 12)).toString(
    'base64url',
  );
}

async function introduce(sql: Sql, keys: readonly EncryptionKey[]): Promise<void> {
  await sql.encryptionKey.createMany({
    data: keys.map((key) => ({ id: key.id, fingerprint: fingerprintOf(key) })),
    skipDuplicates: true,
  });
}

function refuseKeys(known: readonly KnownKey[], keys: readonly EncryptionKey[]): void {
  refuseOthers(known, keys);
  const missing = neededKeys(known).filter(({ id }) => !keys.some((key) => key.id === id));
  if (missing.length > 0)
    throw new ConfigError(
      missing.map(
        ({ id }) =>
          `ENCRYPTION_KEYS lacks the key "${id}", which is still needed: put it back, and see docs/operations.md, "Rotate the encryption key" (npm run admin -- keys status)`,
      ),
    );
}

function refuseOthers(known: readonly KnownKey[], keys: readonly EncryptionKey[]): void {
  const others = keys.filter((key) =>
    known.some(({ id, fingerprint }) => id === key.id && fingerprint !== fingerprintOf(key)),
  );
  if (others.length > 0)
    throw new ConfigError(
      others.map(
        ({ id }) =>
          `ENCRYPTION_KEYS: the key "${id}" is another one than the service knows by this id`,
      ),
    );
}

async function note(sql: Sql, { id, name, keys }: KeyHolder, sealsWith: string): Promise<void> {
  const keyIds = keys.map((key) => key.id);
  const remembered = `${keyLimits.rememberedMs} milliseconds`;
  await sql.$executeRaw`
    DELETE FROM processes WHERE seen_at < clock_timestamp() - ${remembered}::interval`;
  await sql.$executeRaw`
    INSERT INTO processes (id, name, key_ids, seals_with, seen_at)
    VALUES (${id}::uuid, ${name}, ${keyIds}, ${sealsWith}, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET seals_with = EXCLUDED.seals_with, seen_at = EXCLUDED.seen_at`;
}

/** The id of the key that seals from now on. */
async function agree(
  sql: Sql,
  before: KnownKey | undefined,
  keys: readonly EncryptionKey[],
  known: readonly KnownKey[],
  running: readonly RunningProcess[],
): Promise<string> {
  const ids = keys.map(({ id }) => id);
  const first = ids[0]!;
  if (!before) {
    // A release from before this may have sealed with any of them; the last one with the first.
    for (const [place, id] of ids.entries())
      await sql.$executeRaw`
        UPDATE encryption_keys SET seals_since = clock_timestamp() - ${place} * interval '1 millisecond' WHERE id = ${id}`;
    return first;
  }
  const retired = known.find(({ id }) => id === first)?.retiredAt != null;
  if (before.id === first || retired || running.some(({ keyIds }) => keyIds[0] !== first))
    return before.id;
  await sql.$executeRaw`
    UPDATE encryption_keys SET seals_since = clock_timestamp(), left_at = NULL WHERE id = ${first}`;
  return first;
}

/** Notes which keys no running process seals with any more. */
export async function leaveOthers(sql: Sql, current: string): Promise<void> {
  const running = await runningProcesses(sql);
  const used = [current, ...running.map(({ sealsWith }) => sealsWith)];
  await sql.$executeRaw`
    UPDATE encryption_keys SET left_at = clock_timestamp()
    WHERE seals_since IS NOT NULL AND left_at IS NULL AND NOT id = ANY(${used})`;
}

/** The same as a process does, for an operator's command: the first of these keys seals from now on, if all agree. */
export async function changeOver(db: Database, keys: readonly EncryptionKey[]): Promise<void> {
  await underLock(db, async (sql) => {
    await introduce(sql, keys);
    const known = await knownKeys(sql);
    refuseKeys(known, keys);
    const current = await agree(sql, sealingKey(known), keys, known, await runningProcesses(sql));
    await leaveOthers(sql, current);
  });
}

/** False: it seals, and is needed. */
export async function retireKey(db: Database, id: string): Promise<boolean> {
  return underLock(db, async (sql) => {
    if (sealingKey(await knownKeys(sql))?.id === id) return false;
    const count = await sql.$executeRaw`
      UPDATE encryption_keys SET retired_at = COALESCE(retired_at, clock_timestamp()) WHERE id = ${id}`;
    return count > 0;
  });
}

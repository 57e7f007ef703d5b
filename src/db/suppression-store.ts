import type { ConsentMethod } from '../domain/method.ts';
import type { Sql } from './database.ts';

/** A stop, complaint or dead mailbox bars an address at a practice, whoever has it, and outlives erasure. */

export type Suppression = { kind: 'stopped' | 'unreachable'; reason: string; since: Date };

/** Bars an address even when no contact has it yet. */
export async function suppressAddress(
  sql: Sql,
  practiceId: string,
  suppression: { method: ConsentMethod; addressHash: string } & Suppression,
): Promise<void> {
  const { method, addressHash, ...columns } = suppression;
  // A person's stop is not weakened by a later bounce.
  const before = await activeSuppression(sql, practiceId, method, addressHash);
  if (before?.kind === 'stopped' && columns.kind === 'unreachable') return;
  await sql.suppression.upsert({
    where: { practiceId_method_addressHash: { practiceId, method, addressHash } },
    create: { practiceId, method, addressHash, ...columns },
    update: { ...columns, liftedAt: null },
  });
}

export async function liftSuppression(
  sql: Sql,
  practiceId: string,
  method: ConsentMethod,
  addressHash: string,
  now: Date,
): Promise<void> {
  await sql.suppression.updateMany({
    where: { practiceId, method, addressHash, liftedAt: null },
    data: { liftedAt: now },
  });
}

export async function activeSuppression(
  sql: Sql,
  practiceId: string,
  method: ConsentMethod,
  addressHash: string,
): Promise<Suppression | undefined> {
  return (await activeSuppressions(sql, practiceId, [addressHash])).get(`${method} ${addressHash}`);
}

/** By `method hash`. */
export async function activeSuppressions(
  sql: Sql,
  practiceId: string,
  addressHashes: readonly string[],
): Promise<Map<string, Suppression>> {
  if (addressHashes.length === 0) return new Map();
  const rows = await sql.suppression.findMany({
    where: { practiceId, addressHash: { in: [...addressHashes] }, liftedAt: null },
  });
  return new Map(
    rows.map(({ method, addressHash, kind, reason, since }) => [
      `${method} ${addressHash}`,
      { kind: kind as Suppression['kind'], reason, since },
    ]),
  );
}

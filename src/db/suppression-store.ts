import { doubts, type Doubt, type OpenDoubt } from '../domain/doubt.ts';
import type { ConsentMethod } from '../domain/method.ts';
import type { Sql } from './database.ts';

/**
 * A stop, complaint, dead mailbox or a reply that may be a stop bars an address at a practice, whoever has it, and
 * outlives erasure. One row per address: the strongest of them counts.
 */

/** Weakest first. A doubt is stronger than a dead mailbox: somebody wrote from there. */
const suppressionKinds = ['unreachable', 'doubtful', 'stopped'] as const;

export type Suppression = {
  kind: (typeof suppressionKinds)[number];
  /** For `doubtful` a `Doubt`. */
  reason: string;
  since: Date;
};

/** Bars an address even when no contact has it yet. What bars it already is not weakened. */
export async function suppressAddress(
  sql: Sql,
  practiceId: string,
  suppression: { method: ConsentMethod; addressHash: string } & Suppression,
): Promise<void> {
  const { method, addressHash, ...columns } = suppression;
  const before = await activeSuppression(sql, practiceId, method, addressHash);
  if (before && weaker(columns, before)) return;
  // A second doubt is the first one, which began when it began.
  const since = before?.kind === columns.kind && isDoubtful(columns) ? before.since : columns.since;
  await sql.suppression.upsert({
    where: { practiceId_method_addressHash: { practiceId, method, addressHash } },
    create: { practiceId, method, addressHash, ...columns },
    update: { ...columns, since, liftedAt: null },
  });
}

function weaker(one: Suppression, before: Suppression): boolean {
  const [a, b] = [one, before].map(({ kind }) => suppressionKinds.indexOf(kind)) as [
    number,
    number,
  ];
  if (a !== b) return a < b;
  return isDoubtful(one) && doubts.indexOf(doubtOf(one).why) < doubts.indexOf(doubtOf(before).why);
}

function isDoubtful({ kind }: Suppression): boolean {
  return kind === 'doubtful';
}

/** Of a `doubtful` one. */
export function doubtOf({ reason, since }: Suppression): OpenDoubt {
  return { why: doubts.find((doubt) => doubt === reason) ?? ('unsure' satisfies Doubt), since };
}

/** `only`: a bar of another kind stays. */
export async function liftSuppression(
  sql: Sql,
  practiceId: string,
  method: ConsentMethod,
  addressHash: string,
  now: Date,
  only?: Suppression['kind'],
): Promise<void> {
  await sql.suppression.updateMany({
    where: { practiceId, method, addressHash, liftedAt: null, ...(only ? { kind: only } : {}) },
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

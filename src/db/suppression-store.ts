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
  const { kind, reason } = columns;
  // Where nobody has the address nobody's lock orders two replies: what is stored by then is not weakened either.
  await sql.$executeRaw`
    INSERT INTO suppressions AS s (practice_id, method, address_hash, kind, reason, since)
    VALUES (${practiceId}, ${method}, ${addressHash}, ${kind}, ${reason}, ${since})
    ON CONFLICT (practice_id, method, address_hash) DO UPDATE
    SET kind = EXCLUDED.kind, reason = EXCLUDED.reason, since = EXCLUDED.since, lifted_at = NULL
    WHERE s.lifted_at IS NOT NULL
       OR array_position(${[...suppressionKinds]}::text[], s.kind)
          <= array_position(${[...suppressionKinds]}::text[], EXCLUDED.kind)`;
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

/** The addresses that only a doubt bars. */
export function doubtfulAmong(bars: ReadonlyMap<string, Suppression>): string[] {
  return [...bars].flatMap(([key, bar]) =>
    isDoubtful(bar) ? key.slice(key.indexOf(' ') + 1) : [],
  );
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

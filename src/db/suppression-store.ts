import { doubts, type Doubt, type OpenDoubt } from '../domain/doubt.ts';
import type { ConsentMethod } from '../domain/method.ts';
import type { Sql } from './database.ts';

/**
 * A stop, complaint, dead mailbox or a reply that may be a stop bars an address at a practice, for every contact who has
 * it, and outlives erasure. Each kind is a fact of its own, and ends by itself; where one word is asked for, the
 * strongest counts.
 */

/** Weakest first. A doubt is stronger than a dead mailbox: somebody wrote from there. */
const suppressionKinds = ['unreachable', 'doubtful', 'stopped'] as const;
export type SuppressionKind = (typeof suppressionKinds)[number];

export type Suppression = {
  kind: SuppressionKind;
  /** For `doubtful` a `Doubt`. */
  reason: string;
  since: Date;
};

type At = { method: ConsentMethod; addressHash: string };

/**
 * Bars an address even when no contact has it yet. A stop settles a doubt. A second doubt is the first one: it began when
 * that began, and is as strong as the stronger.
 */
export async function suppressAddress(
  sql: Sql,
  practiceId: string,
  suppression: At & Suppression,
): Promise<void> {
  const { method, addressHash, kind, reason, since } = suppression;
  if (kind === 'stopped')
    await liftSuppression(sql, practiceId, method, addressHash, since, ['doubtful']);
  await sql.$executeRaw`
    INSERT INTO suppressions AS s (practice_id, method, address_hash, kind, reason, since)
    VALUES (${practiceId}, ${method}, ${addressHash}, ${kind}, ${reason}, ${since})
    ON CONFLICT (practice_id, method, address_hash, kind) DO UPDATE
    SET lifted_at = NULL,
        since = CASE WHEN s.kind = 'doubtful' AND s.lifted_at IS NULL THEN s.since ELSE EXCLUDED.since END,
        reason = CASE WHEN s.kind = 'doubtful' AND s.lifted_at IS NULL
                       AND array_position(${[...doubts]}::text[], s.reason)
                         > array_position(${[...doubts]}::text[], EXCLUDED.reason)
                      THEN s.reason ELSE EXCLUDED.reason END`;
}

/** What is left of a doubt once the reply that made it stronger was settled. */
export async function weakenDoubt(
  sql: Sql,
  practiceId: string,
  { method, addressHash }: At,
  left: Doubt,
): Promise<void> {
  const kind: SuppressionKind = 'doubtful';
  await sql.suppression.updateMany({
    where: { practiceId, method, addressHash, kind, liftedAt: null },
    data: { reason: left },
  });
}

/** Of a `doubtful` one. */
function doubtOf({ reason, since }: Suppression): OpenDoubt {
  return { why: doubts.find((doubt) => doubt === reason) ?? ('unsure' satisfies Doubt), since };
}

/** What bars an address: a stop or a dead mailbox closes it; a doubt holds it, unless a stop settles that. */
export type AddressBars = {
  closed?: Suppression & { kind: 'stopped' | 'unreachable' };
  doubt?: OpenDoubt;
};

export function barsOf(suppressions: readonly Suppression[] = []): AddressBars {
  const bars: AddressBars = {};
  for (const { kind, ...fact } of suppressions) {
    if (kind === 'doubtful') bars.doubt = doubtOf({ kind, ...fact });
    else if (bars.closed?.kind !== 'stopped') bars.closed = { kind, ...fact };
  }
  if (bars.closed?.kind === 'stopped') delete bars.doubt;
  return bars;
}

/** `only`: bars of other kinds stay. */
export async function liftSuppression(
  sql: Sql,
  practiceId: string,
  method: ConsentMethod,
  addressHash: string,
  now: Date,
  only: readonly SuppressionKind[] = suppressionKinds,
): Promise<void> {
  await sql.suppression.updateMany({
    where: { practiceId, method, addressHash, liftedAt: null, kind: { in: [...only] } },
    data: { liftedAt: now },
  });
}

/** The strongest. */
export async function activeSuppression(
  sql: Sql,
  practiceId: string,
  method: ConsentMethod,
  addressHash: string,
): Promise<Suppression | undefined> {
  const all = await activeSuppressions(sql, practiceId, [addressHash]);
  return all.get(`${method} ${addressHash}`)?.[0];
}

/** By `method hash`, the strongest first. */
export async function activeSuppressions(
  sql: Sql,
  practiceId: string,
  addressHashes: readonly string[],
): Promise<Map<string, Suppression[]>> {
  if (addressHashes.length === 0) return new Map();
  const rows = await sql.suppression.findMany({
    where: { practiceId, addressHash: { in: [...addressHashes] }, liftedAt: null },
  });
  const bars = new Map<string, Suppression[]>();
  for (const kind of suppressionKinds.toReversed())
    for (const { method, addressHash, reason, since } of rows.filter((row) => row.kind === kind)) {
      const key = `${method} ${addressHash}`;
      bars.set(key, [...(bars.get(key) ?? []), { kind, reason, since }]);
    }
  return bars;
}

import { doubts, type Doubt, type OpenDoubt } from '../../core/consent/doubt.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { Prisma, type Sql } from '../../platform/db/database.ts';

/**
 * A stop, complaint, dead mailbox or a reply that may be a stop bars an address at a practice, for every contact who
 * has it, and outlives erasure. One row per address: the strongest of them counts. Beneath a stop or a doubt the row
 * keeps that the address is dead, since that does not end with the stop or the doubt.
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

const strengths = [...suppressionKinds];
/** The bar already there is stronger than the new one. */
const isWeaker = Prisma.sql`(s.lifted_at IS NULL
  AND array_position(${strengths}::text[], s.kind) > array_position(${strengths}::text[], EXCLUDED.kind))`;
const isSameDoubt = Prisma.sql`(s.lifted_at IS NULL AND s.kind = 'doubtful' AND EXCLUDED.kind = 'doubtful')`;
const isStrongerDoubt = Prisma.sql`(array_position(${[...doubts]}::text[], s.reason)
  > array_position(${[...doubts]}::text[], EXCLUDED.reason))`;

/**
 * Bars an address even when no contact has it yet. A stop settles a doubt, and leaves nothing to doubt. A second doubt
 * is the first one: it began when that began, and is as strong as the stronger. In one statement: where nobody has the
 * address nobody's lock orders two replies.
 */
export async function suppressAddress(
  sql: Sql,
  practiceId: string,
  suppression: At & Suppression & { spreadAfter?: string | undefined },
): Promise<void> {
  await suppressAddresses(sql, [practiceId], suppression);
}

/**
 * The same at many practices. `spreadAfter`: the contacts with the address follow from the one after it, in pages
 * (src/features/consents/spread-bars.ts).
 */
export async function suppressAddresses(
  sql: Sql,
  practiceIds: readonly string[],
  suppression: At & Suppression & { spreadAfter?: string | undefined },
): Promise<void> {
  if (practiceIds.length === 0) return;
  const { method, addressHash, kind, reason, since, spreadAfter } = suppression;
  await sql.$executeRaw`
    INSERT INTO suppressions AS s (practice_id, method, address_hash, kind, reason, since, spread_after)
    SELECT practice_id, ${method}, ${addressHash}, ${kind}, ${reason}, ${since}::timestamptz, ${spreadAfter ?? null}
    FROM unnest(${[...practiceIds]}::text[]) practice_id ORDER BY practice_id COLLATE "C"
    ON CONFLICT (practice_id, method, address_hash) DO UPDATE
    SET lifted_at = NULL,
        spread_after = LEAST(EXCLUDED.spread_after, s.spread_after),
        kind = CASE WHEN ${isWeaker} THEN s.kind ELSE EXCLUDED.kind END,
        reason = CASE WHEN ${isWeaker} OR ${isSameDoubt} AND ${isStrongerDoubt} THEN s.reason ELSE EXCLUDED.reason END,
        since = CASE WHEN ${isWeaker} OR ${isSameDoubt} THEN s.since ELSE EXCLUDED.since END,
        dead_reason = CASE WHEN EXCLUDED.kind = 'unreachable' THEN CASE WHEN ${isWeaker} THEN EXCLUDED.reason END
                           WHEN s.lifted_at IS NOT NULL THEN NULL
                           WHEN s.kind = 'unreachable' THEN s.reason ELSE s.dead_reason END,
        dead_since = CASE WHEN EXCLUDED.kind = 'unreachable' THEN CASE WHEN ${isWeaker} THEN EXCLUDED.since END
                          WHEN s.lifted_at IS NOT NULL THEN NULL
                          WHEN s.kind = 'unreachable' THEN s.since ELSE s.dead_since END`;
  // The contacts that a START from before has yet to reach stay stopped.
  if (kind === 'stopped')
    await sql.reopening.deleteMany({
      where: { practiceId: { in: [...practiceIds] }, method, addressHash },
    });
}

/** The doubt that remains once the reply that made it stronger is settled. */
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

/** The bars on an address: a stop or a dead mailbox closes it; a doubt holds it, unless a stop settles that. */
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
  await liftSuppressions(sql, [practiceId], method, addressHash, now, only);
}

/** The same at many practices. */
export async function liftSuppressions(
  sql: Sql,
  practiceIds: readonly string[],
  method: ConsentMethod,
  addressHash: string,
  now: Date,
  only: readonly SuppressionKind[] = suppressionKinds,
): Promise<void> {
  if (practiceIds.length === 0) return;
  const ended = Prisma.sql`kind = ANY(${[...only]}::text[])`;
  const isDead = Prisma.sql`(dead_since IS NOT NULL AND NOT ${only.includes('unreachable')}::boolean)`;
  await sql.$executeRaw`
    UPDATE suppressions
    SET lifted_at = CASE WHEN ${ended} AND NOT ${isDead} THEN ${now}::timestamptz END,
        kind = CASE WHEN ${ended} AND ${isDead} THEN 'unreachable' ELSE kind END,
        reason = CASE WHEN ${ended} AND ${isDead} THEN dead_reason ELSE reason END,
        since = CASE WHEN ${ended} AND ${isDead} THEN dead_since ELSE since END,
        dead_reason = CASE WHEN NOT ${ended} AND ${isDead} THEN dead_reason END,
        dead_since = CASE WHEN NOT ${ended} AND ${isDead} THEN dead_since END
    WHERE practice_id = ANY(${[...practiceIds]}) AND method = ${method} AND address_hash = ${addressHash}
      AND lifted_at IS NULL`;
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

/** The stop of the address, where it has yet to reach some of its contacts. */
export async function spreadingStop(
  sql: Sql,
  practiceId: string,
  { method, addressHash }: At,
): Promise<Suppression | undefined> {
  const kind: SuppressionKind = 'stopped';
  const where = { practiceId, method, addressHash, kind, liftedAt: null };
  const row = await sql.suppression.findFirst({ where: { ...where, spreadAfter: { not: null } } });
  return row ? { kind, reason: row.reason, since: row.since } : undefined;
}

/** The address is dead, whatever else bars it. */
export async function isUnreachable(
  sql: Sql,
  practiceId: string,
  method: ConsentMethod,
  addressHash: string | undefined,
): Promise<boolean> {
  const all = await activeSuppressions(sql, practiceId, addressHash ? [addressHash] : []);
  return (all.get(`${method} ${addressHash}`) ?? []).some(({ kind }) => kind === 'unreachable');
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
  return new Map(
    rows.map((row) => {
      const { method, addressHash, reason, since, deadReason, deadSince } = row;
      const kind = row.kind as SuppressionKind;
      const dead =
        kind !== 'unreachable' && deadSince !== null
          ? [{ kind: 'unreachable' as const, reason: deadReason ?? '', since: deadSince }]
          : [];
      return [`${method} ${addressHash}`, [{ kind, reason, since }, ...dead]];
    }),
  );
}

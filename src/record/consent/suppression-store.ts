import { pageStops } from '../../core/consent/authors.ts';
import { doubts, type Doubt, type OpenDoubt } from '../../core/consent/doubt.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { Prisma, type Sql } from '../../platform/db/database.ts';

/**
 * A stop, complaint, dead mailbox or a reply that may be a stop bars an address at a practice, for every contact who
 * has it, and outlives erasure. One row per address: the strongest of them counts. Beneath a stop or a doubt the row
 * keeps that the address is dead, since that does not end with the stop or the doubt; beneath a stop on a page, which the
 * page takes back, it keeps the doubt that a reply raised (src/core/consent/authors.ts).
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
const isStrongerThan = (doubt: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`(array_position(${[...doubts]}::text[], ${doubt}) > array_position(${[...doubts]}::text[], EXCLUDED.reason))`;
const isStrongerDoubt = isStrongerThan(Prisma.sql`s.reason`);

/**
 * The doubt beneath a stop. One that is raised while the stop is a page's joins it; beneath any other stop there is
 * nothing to doubt. A stop that settles doubts leaves none.
 */
const doubtBeneath = (doubtStays: boolean) => {
  const joins = Prisma.sql`(EXCLUDED.kind = 'doubtful' AND s.kind = 'stopped' AND s.reason = ANY(${[...pageStops]}::text[]))`;
  const sinks = Prisma.sql`(EXCLUDED.kind = 'stopped' AND s.kind = 'doubtful' AND ${doubtStays}::boolean)`;
  const ends = Prisma.sql`(s.lifted_at IS NOT NULL OR EXCLUDED.kind = 'stopped' AND NOT ${doubtStays}::boolean)`;
  const either = (joined: Prisma.Sql, own: Prisma.Sql, beneath: Prisma.Sql): Prisma.Sql =>
    Prisma.sql`CASE WHEN ${ends} THEN NULL WHEN ${joins} THEN ${joined} WHEN ${sinks} THEN ${own} ELSE ${beneath} END`;
  const stronger = Prisma.sql`CASE WHEN ${isStrongerThan(Prisma.sql`s.doubt`)} THEN s.doubt ELSE EXCLUDED.reason END`;
  return {
    doubt: either(stronger, Prisma.sql`s.reason`, Prisma.sql`s.doubt`),
    since: either(
      Prisma.sql`COALESCE(s.doubt_since, EXCLUDED.since)`,
      Prisma.sql`s.since`,
      Prisma.sql`s.doubt_since`,
    ),
  };
};

type NewSuppression = At &
  Suppression & {
    spreadAfter?: string | undefined;
    /** Of a stop: it settles no doubt. */
    doubtStays?: boolean | undefined;
  };

/**
 * Bars an address even when no contact has it yet. A stop settles a doubt, and leaves nothing to doubt, unless it says
 * that the doubt stays. A second doubt is the first one: it began when that began, and is as strong as the stronger. In
 * one statement: where nobody has the address nobody's lock orders two replies.
 */
export async function suppressAddress(
  sql: Sql,
  practiceId: string,
  suppression: NewSuppression,
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
  suppression: NewSuppression,
): Promise<void> {
  if (practiceIds.length === 0) return;
  const { method, addressHash, kind, reason, since, spreadAfter } = suppression;
  const beneath = doubtBeneath(suppression.doubtStays === true);
  await sql.$executeRaw`
    INSERT INTO suppressions AS s (practice_id, method, address_hash, kind, reason, since, spread_after)
    SELECT practice_id, ${method}, ${addressHash}, ${kind}, ${reason}, ${since}::timestamptz, ${spreadAfter ?? null}
    FROM unnest(${[...practiceIds]}::text[]) practice_id ORDER BY practice_id COLLATE "C"
    ON CONFLICT (practice_id, method, address_hash) DO UPDATE
    SET lifted_at = NULL,
        spread_after = LEAST(EXCLUDED.spread_after, s.spread_after),
        doubt = ${beneath.doubt},
        doubt_since = ${beneath.since},
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
  const where = { practiceId, method, addressHash, liftedAt: null };
  await sql.suppression.updateMany({ where: { ...where, kind }, data: { reason: left } });
  await sql.suppression.updateMany({
    where: { ...where, doubtSince: { not: null } },
    data: { doubt: left },
  });
}

/** Of a `doubtful` one. */
function doubtOf({ reason, since }: Suppression): OpenDoubt {
  return { why: doubts.find((doubt) => doubt === reason) ?? ('unsure' satisfies Doubt), since };
}

/** The bars on an address: a stop or a dead mailbox closes it, a doubt holds it. */
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
  const isDoubted = Prisma.sql`(doubt_since IS NOT NULL AND NOT ${only.includes('doubtful')}::boolean)`;
  // What comes up from beneath: the doubt before the dead address, which then stays beneath.
  const rises = (doubt: Prisma.Sql, dead: Prisma.Sql, own: Prisma.Sql): Prisma.Sql =>
    Prisma.sql`CASE WHEN ${ended} AND ${isDoubted} THEN ${doubt} WHEN ${ended} AND ${isDead} THEN ${dead} ELSE ${own} END`;
  const deadStays = Prisma.sql`(${isDead} AND (NOT ${ended} OR ${isDoubted}))`;
  const doubtStays = Prisma.sql`(${isDoubted} AND NOT ${ended})`;
  await sql.$executeRaw`
    UPDATE suppressions
    SET lifted_at = CASE WHEN ${ended} AND NOT ${isDead} AND NOT ${isDoubted} THEN ${now}::timestamptz END,
        kind = ${rises(Prisma.sql`'doubtful'`, Prisma.sql`'unreachable'`, Prisma.sql`kind`)},
        reason = ${rises(Prisma.sql`doubt`, Prisma.sql`dead_reason`, Prisma.sql`reason`)},
        since = ${rises(Prisma.sql`doubt_since`, Prisma.sql`dead_since`, Prisma.sql`since`)},
        dead_reason = CASE WHEN ${deadStays} THEN dead_reason END,
        dead_since = CASE WHEN ${deadStays} THEN dead_since END,
        doubt = CASE WHEN ${doubtStays} THEN doubt END,
        doubt_since = CASE WHEN ${doubtStays} THEN doubt_since END
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
  return (await suppressionsOn(sql, { practiceId, method, addressHash }))[0];
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

/** Whatever else bars it, the strongest first. */
export async function suppressionsOn(
  sql: Sql,
  { practiceId, method, addressHash }: At & { practiceId: string },
): Promise<Suppression[]> {
  const all = await activeSuppressions(sql, practiceId, [addressHash]);
  return all.get(`${method} ${addressHash}`) ?? [];
}

/** A doubt about the address is open, whatever else bars it. */
export async function isDoubted(sql: Sql, address: At & { practiceId: string }): Promise<boolean> {
  return (await suppressionsOn(sql, address)).some(({ kind }) => kind === 'doubtful');
}

/** The address is dead, whatever else bars it. */
export async function isUnreachable(
  sql: Sql,
  practiceId: string,
  method: ConsentMethod,
  addressHash: string | undefined,
): Promise<boolean> {
  if (addressHash === undefined) return false;
  const bars = await suppressionsOn(sql, { practiceId, method, addressHash });
  return bars.some(({ kind }) => kind === 'unreachable');
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
      const { doubt, doubtSince } = row;
      const kind = row.kind as SuppressionKind;
      const doubted =
        kind === 'stopped' && doubt !== null && doubtSince !== null
          ? [{ kind: 'doubtful' as const, reason: doubt, since: doubtSince }]
          : [];
      const dead =
        kind !== 'unreachable' && deadSince !== null
          ? [{ kind: 'unreachable' as const, reason: deadReason ?? '', since: deadSince }]
          : [];
      return [`${method} ${addressHash}`, [{ kind, reason, since }, ...doubted, ...dead]];
    }),
  );
}

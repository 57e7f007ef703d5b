import { limits } from '../../core/limits.ts';
import type { Provider } from '../../channels/providers.ts';
import { Prisma, type Database } from '../../platform/db/database.ts';

/**
 * One bucket of tokens per provider account, in PostgreSQL, because all workers share it. A token is one message. Times
 * are the database's own: the clocks of several machines would each refill it a little.
 */

/** Messages per second, and how many of them may gather while nobody sends. */
export type Rate = { perSecond: number; burst: number };

/** `waitMs`: different for each caller, so that they do not all come back at once. */
export type Allowance = { ok: true; granted: number } | { ok: false; waitMs: number };

/**
 * How a caller asks. A turn further off than any caller waits reserves no place: the caller comes back and asks again.
 * `credit`: tokens it may take before they exist; later callers wait for them. `inLineFor`: with none left, it reserves
 * a place for this many; 0: it reserves none, and comes back for the next one. `spare`: so many of them it takes where
 * nobody else asks for any: the bucket is full, and nobody is in line.
 */
export type Asking = { wanted: number; credit?: number; inLineFor?: number; spare?: number };

/** How far apart turns are where the provider sets a pause but nobody a rate, in turns per second. */
const turnsPerSecond = 50;

/** Whether the provider has set no pause. */
export async function isFree(db: Database, provider: Provider): Promise<boolean> {
  const [row] = await db.prisma.$queryRaw<{ free: boolean }[]>`
    SELECT COALESCE(paused_until <= clock_timestamp(), true) AS free
    FROM provider_rates WHERE provider = ${provider}`;
  return row?.free ?? true;
}

/** Takes up to `wanted` tokens; unused ones are given back. Without a rate only a pause refuses. */
export async function takeTokens(
  db: Database,
  provider: Provider,
  rate: Rate | undefined,
  { wanted, credit = 0, inLineFor = 1, spare = 0 }: Asking,
): Promise<Allowance> {
  const perSecond = rate?.perSecond ?? turnsPerSecond;
  const inLine = Prisma.sql`${inLineFor}::float8`;
  const farOff = Prisma.sql`make_interval(secs => ${limits.pauseLookMs / 1_000}::float8)`;
  // While this statement waits for the row, others may move `refilled_at` past its time: never back.
  const available =
    rate === undefined
      ? Prisma.sql`${wanted}::float8`
      : Prisma.sql`LEAST(${rate.burst}::float8,
          tokens + ${perSecond}::float8 * GREATEST(0, EXTRACT(EPOCH FROM clock_timestamp() - refilled_at)))`;
  // Without a rate there is no bucket to be full.
  const full = rate?.burst ?? Number.MAX_VALUE;
  const [row] = await db.prisma.$queryRaw<{ granted: number; wait_ms: number }[]>`
    WITH bucket AS (
      SELECT provider, GREATEST(refilled_at, clock_timestamp()) AS at, paused_until, next_turn_at,
        ${available} AS available
      FROM provider_rates WHERE provider = ${provider} FOR UPDATE
    ), share AS (
      SELECT *, CASE WHEN paused_until > at THEN 0 ELSE GREATEST(0,
        LEAST(${wanted}::float8, floor(available + ${credit}::float8)),
        CASE WHEN available >= ${full}::float8 AND next_turn_at <= at THEN LEAST(${spare}::float8, floor(available)) END) END AS granted
      FROM bucket
    ), turn AS (
      SELECT *, GREATEST(CASE WHEN ${inLine} > 0 THEN next_turn_at END, paused_until,
        at + make_interval(secs => (1 - available - ${credit}::float8) / ${perSecond}::float8)) AS turn_at
      FROM share
    )
    UPDATE provider_rates r
    SET tokens = t.available - t.granted, refilled_at = t.at,
        next_turn_at = CASE WHEN t.granted > 0 OR ${inLine} = 0 OR t.turn_at > t.at + ${farOff} THEN r.next_turn_at
          ELSE t.turn_at + make_interval(secs => ${inLine} / ${perSecond}::float8) END
    FROM turn t WHERE r.provider = t.provider
    RETURNING t.granted::int AS granted, ceil(EXTRACT(EPOCH FROM t.turn_at - t.at) * 1000)::float8 AS wait_ms`;
  if (!row) throw new Error(`no bucket for ${provider}`);
  return row.granted > 0
    ? { ok: true, granted: row.granted }
    : { ok: false, waitMs: Math.max(1, row.wait_ms) };
}

/** `count` is negative where more was sent than granted: the next ones wait for it. */
export async function giveBackTokens(
  db: Database,
  provider: Provider,
  { burst }: Rate,
  count: number,
): Promise<void> {
  await db.prisma.$executeRaw`
    UPDATE provider_rates SET tokens = LEAST(${burst}::float8, tokens + ${count}::float8)
    WHERE provider = ${provider}`;
}

/** Gives back places that were reserved in line: the next callers are so much earlier. */
export async function leaveLine(
  db: Database,
  provider: Provider,
  { perSecond }: Rate,
  places: number,
): Promise<void> {
  await db.prisma.$executeRaw`
    UPDATE provider_rates SET next_turn_at = GREATEST(clock_timestamp(), next_turn_at - make_interval(secs => ${places / perSecond}::float8))
    WHERE provider = ${provider}`;
}

/** Nobody calls the provider before; a longer pause that is set already stays. */
export async function pauseProvider(
  db: Database,
  provider: Provider,
  waitMs: number,
  reason: string,
): Promise<void> {
  await db.prisma.$executeRaw`
    UPDATE provider_rates
    SET tokens = LEAST(tokens, 0), pause_reason = ${reason},
        paused_until = clock_timestamp() + make_interval(secs => ${waitMs / 1_000}::float8)
    WHERE provider = ${provider}
      AND (paused_until IS NULL OR paused_until < clock_timestamp() + make_interval(secs => ${waitMs / 1_000}::float8))`;
}

/** The account is paid, or the key fixed: all pauses end. The sweeper finds due deliveries. */
export async function endPauses(db: Database): Promise<void> {
  await db.prisma.$executeRaw`
    UPDATE provider_rates SET paused_until = NULL, pause_reason = NULL, next_turn_at = clock_timestamp()`;
  await db.prisma.dispatchTurn.deleteMany();
  const now = db.clock.now();
  const held = await db.prisma.channel.count({ where: { retryAt: { gt: now } } });
  // Skips lanes that another transaction holds: never waiting, it never blocks others.
  for (let freed = 0; freed < held; freed += lanesAtOnce)
    await db.prisma.$executeRaw`
      UPDATE channels SET retry_at = NULL, look_at = LEAST(look_at, ${now})
      WHERE (practice_id, contact_id, method) IN (
        SELECT practice_id, contact_id, method FROM channels WHERE retry_at > ${now}
        LIMIT ${lanesAtOnce} FOR UPDATE SKIP LOCKED)`;
}

/** Lanes freed in one statement. */
const lanesAtOnce = 1_000;

import { shareLeft, shareMs, type ShareKind } from '../../core/turns/rate-share.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Provider } from '../../channels/providers.ts';
import type { Rate } from './provider-rate-store.ts';
import { transaction } from '../../platform/db/transaction.ts';

/** Whose share of which provider's rate. */
export type ShareRef = { practiceId: string; provider: Provider; kind: ShareKind };

/**
 * Takes up to `wanted` of the practice's share; what the provider does not take is given back. `ahead`: how many; with
 * none, `waitMs` is the time until it is worth asking again.
 */
export async function takeShare(
  db: Database,
  { practiceId, provider, kind }: ShareRef,
  { perSecond }: Rate,
  wanted: number,
): Promise<{ ahead: number; waitMs: number }> {
  return transaction(db, async (sql) => {
    const [row] = await sql.$queryRaw<{ taken_ms: number }[]>`
      INSERT INTO rate_shares (practice_id, provider, kind, taken_until)
      VALUES (${practiceId}, ${provider}, ${kind}, clock_timestamp())
      -- Locks the row that is there.
      ON CONFLICT (practice_id, provider, kind) DO UPDATE SET provider = EXCLUDED.provider
      RETURNING (EXTRACT(EPOCH FROM taken_until - clock_timestamp()) * 1000)::float8 AS taken_ms`;
    const left = shareLeft(kind, row!.taken_ms, perSecond);
    const ahead = Math.min(left.ahead, wanted);
    if (ahead > 0)
      await sql.$executeRaw`
        UPDATE rate_shares
        SET taken_until = GREATEST(taken_until, clock_timestamp()) + make_interval(secs => ${shareMs(kind, ahead, perSecond) / 1_000}::float8)
        WHERE practice_id = ${practiceId} AND provider = ${provider} AND kind = ${kind}`;
    return { ahead, waitMs: left.waitMs };
  });
}

export async function giveBackShare(
  db: Database,
  { practiceId, provider, kind }: ShareRef,
  { perSecond }: Rate,
  count: number,
): Promise<void> {
  await db.prisma.$executeRaw`
    UPDATE rate_shares SET taken_until = taken_until - make_interval(secs => ${shareMs(kind, count, perSecond) / 1_000}::float8)
    WHERE practice_id = ${practiceId} AND provider = ${provider} AND kind = ${kind}`;
}

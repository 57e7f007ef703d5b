import type { EndpointRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { Prisma, type Database } from '../../platform/db/database.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * Counts one test call of an endpoint, and of its practice, since endpoints come and go; all processes count together.
 * Returns the ms after which to ask again; 0: it may be made now.
 */
export async function takeTest(
  db: Database,
  { practiceId, endpointId }: EndpointRef,
): Promise<number> {
  const { endpoint, practice, ms } = limits.webhookTests;
  const now = db.clock.now();
  const since = new Date(now.getTime() - ms);
  const counted = Prisma.sql`
    tests = CASE WHEN tests_since > ${since} THEN tests + 1 ELSE 1 END,
    tests_since = CASE WHEN tests_since > ${since} THEN tests_since ELSE ${now} END`;
  const isFree = (most: number): Prisma.Sql =>
    Prisma.sql`(tests_since IS NULL OR tests_since <= ${since} OR tests < ${most})`;
  const waitOf = (row: { testsSince: Date | null } | null): number =>
    Math.max((row?.testsSince ?? now).getTime() + ms - now.getTime(), 1);

  return transaction(db, async (sql) => {
    const byEndpoint = await sql.$executeRaw`
      UPDATE webhook_endpoints SET ${counted}
      WHERE practice_id = ${practiceId} AND id = ${endpointId}::uuid AND ${isFree(endpoint)}`;
    if (byEndpoint === 0)
      return waitOf(await sql.webhookEndpoint.findFirst({ where: { practiceId, id: endpointId } }));
    const byPractice = await sql.$executeRaw`
      UPDATE practices SET ${counted} WHERE id = ${practiceId} AND ${isFree(practice)}`;
    if (byPractice > 0) return 0;
    return waitOf(await sql.practice.findFirst({ where: { id: practiceId } }));
  });
}

import { lockHoldersPage } from '../db/consent-store.ts';
import type { Database } from '../db/database.ts';
import { limits } from '../domain/limits.ts';
import type { ConsentMethod } from '../domain/method.ts';
import { followBars } from './follow-bars.ts';
import { transaction } from '../db/transaction.ts';

/**
 * The bar on an address that very many contacts have (a front desk's number, a placeholder) is in force from its first
 * moment, since each claim reads it. What staff see of those contacts follows here, a page of them at a time. True:
 * there is a further page.
 */
export async function spreadBars(db: Database): Promise<boolean> {
  const bar = await db.prisma.suppression.findFirst({
    where: { spreadAfter: { not: null } },
    orderBy: { since: 'asc' },
  });
  if (!bar) return false;
  const { practiceId, addressHash, spreadAfter } = bar;
  const method = bar.method as ConsentMethod;
  await transaction(db, async (sql) => {
    const page = { after: spreadAfter!, most: limits.holdersAtOnce };
    const { holders, last } = await lockHoldersPage(sql, { practiceId, method, addressHash }, page);
    await followBars(
      db,
      sql,
      holders.map((contact) => ({ contact })),
      method,
    );
    // A bar that was changed meanwhile begins at the first contact again.
    await sql.suppression.updateMany({
      where: { practiceId, method, addressHash, spreadAfter, since: bar.since },
      data: { spreadAfter: last ?? null },
    });
  });
  return true;
}

import { lockHoldersPage } from '../../record/consent/consent-store.ts';
import { isPassing } from '../../platform/db/database-errors.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Suppression } from '../../platform/db/generated/client.ts';
import type { ContactRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { PracticeTurn } from '../../core/practice-turn.ts';
import { followBars } from './follow-bars.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * The bar on an address that very many contacts have (a front desk's number, a placeholder) is in force from its first
 * moment, since each claim reads it. What staff see of those contacts follows here, a page of them at a time, of the
 * practice whose turn it is. True: there is a further page.
 */
export async function spreadBars(db: Database, turn = new PracticeTurn()): Promise<boolean> {
  const bar = await turn.next((after) =>
    db.prisma.suppression.findFirst({
      where: { spreadAfter: { not: null }, practiceId: { gt: after } },
      orderBy: [{ practiceId: 'asc' }, { since: 'asc' }],
    }),
  );
  if (!bar) return false;
  await spreadPage(db, bar);
  return true;
}

/**
 * A stop leaves behind the contacts of other practices that somebody else held at that moment. They are tried once more
 * before it is acknowledged, since it may have been a claim: a call of those that are returned may be under way.
 */
export async function followAtOnce(
  db: Database,
  { practiceIds, addressHash }: { practiceIds: readonly string[]; addressHash: string },
): Promise<ContactRef[]> {
  const where = { practiceId: { in: [...practiceIds] }, method: 'sms', addressHash };
  const left = await db.prisma.suppression.findMany({ where: { ...where, spreadAfter: '' } });
  const followed: ContactRef[] = [];
  for (const bar of left)
    try {
      followed.push(...(await spreadPage(db, bar, { tries: 1 })));
    } catch (error) {
      // Held for longer: the sweeper comes to them.
      if (!isPassing(error)) throw error;
    }
  return followed;
}

type Bar = Pick<Suppression, 'practiceId' | 'method' | 'addressHash' | 'spreadAfter' | 'since'>;

async function spreadPage(
  db: Database,
  bar: Bar,
  options: { tries?: number } = {},
): Promise<ContactRef[]> {
  const { practiceId, addressHash, spreadAfter } = bar;
  const method = bar.method as ConsentMethod;
  const work = async (sql: Sql): Promise<ContactRef[]> => {
    const page = { after: spreadAfter!, most: limits.holdersAtOnce };
    const { holders, last } = await lockHoldersPage(sql, { practiceId, method, addressHash }, page);
    // A word that lifts it meanwhile waits, and comes after what these contacts are told of the bar.
    await sql.$executeRaw`
      SELECT 1 FROM suppressions
      WHERE practice_id = ${practiceId} AND method = ${method} AND address_hash = ${addressHash} FOR UPDATE`;
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
    return holders.map(({ ref }) => ref);
  };
  return transaction(db, work, options);
}

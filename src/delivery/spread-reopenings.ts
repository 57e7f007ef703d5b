import { changeConsents, lockHoldersPage, type Announcement } from '../db/consent-store.ts';
import type { Database } from '../db/database.ts';
import { advanceReopening, isStillDue, nextReopening } from '../db/reopening-store.ts';
import { transaction } from '../db/transaction.ts';
import { limits } from '../domain/limits.ts';
import { reopenedLater } from '../domain/reopening.ts';
import { followBars } from './follow-bars.ts';

/**
 * START, a page's "again" and a settled doubt reach the further contacts of an address that very many have, a page of
 * them at a time. Returns the announcements; undefined: nothing is left to do.
 */
export async function spreadReopening(db: Database): Promise<Announcement[] | undefined> {
  const due = await nextReopening(db);
  if (!due) return undefined;
  const { method, reopening, saidAt, evidence } = due;
  return transaction(db, async (sql) => {
    const page = { after: due.after, most: limits.holdersAtOnce };
    const { holders, last } = await lockHoldersPage(sql, due, page);
    // A stop deletes it before it reaches these contacts, and reaches them by itself.
    if (!(await isStillDue(sql, due))) return [];
    const at = db.clock.now();
    const changes = await changeConsents(
      db,
      sql,
      holders.flatMap((contact) => {
        const channel = contact.consent.channels[method];
        const event = reopenedLater(reopening, channel, { method, at, saidAt });
        return event ? [{ contact, event: () => event, evidence }] : [];
      }),
    );
    // Bars on the address by now came after the word.
    const changed = new Map(changes.map(({ contact }) => [contact.ref.contactId, contact]));
    const lanes = holders.map((one) => ({ contact: changed.get(one.ref.contactId) ?? one }));
    await followBars(db, sql, lanes, method);
    await advanceReopening(sql, due, last);
    return changes.flatMap(({ announcements }) => announcements);
  });
}

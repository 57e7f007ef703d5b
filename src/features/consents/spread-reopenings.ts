import {
  changeConsents,
  lockHoldersPage,
  type Announcement,
} from '../../record/consent/consent-store.ts';
import type { Database } from '../../platform/db/database.ts';
import {
  advanceReopening,
  isStillDue,
  nextReopening,
} from '../../record/consent/reopening-store.ts';
import { transaction } from '../../platform/db/transaction.ts';
import { limits } from '../../core/limits.ts';
import { PracticeTurn } from '../../core/practice-turn.ts';
import { reopenedLater } from '../../core/consent/reopening.ts';
import { followBars } from './follow-bars.ts';

/**
 * START, a page's "again" and a settled doubt reach the further contacts of an address that very many have, a page of
 * them at a time, of the practice whose turn it is. Returns the announcements; undefined: nothing is left to do.
 */
export async function spreadReopening(
  db: Database,
  turn = new PracticeTurn(),
): Promise<Announcement[] | undefined> {
  const due = await nextReopening(db, turn);
  if (!due) return undefined;
  const { method, reopening, saidAt, missed, evidence } = due;
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
        const event = reopenedLater(reopening, channel, { method, at, saidAt, missed });
        if (!event) return [];
        // Its record has no entry of that stop.
        const also = 'missedStop' in event ? { missedStop: missed?.since.toISOString() } : {};
        return [{ contact, event: () => event, evidence: { ...evidence, ...also } }];
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

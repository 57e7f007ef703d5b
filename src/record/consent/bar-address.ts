import {
  changeConsents,
  lockFirstHolders,
  type Address,
  type ConsentChange,
} from './consent-store.ts';
import type { ContactView } from './contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Evidence } from '../../ledger/store.ts';
import { activeSuppression, suppressAddress, type Suppression } from './suppression-store.ts';
import type { ConsentEvent } from '../../core/consent/consent-state.ts';

/**
 * The strongest bar on the address, and the first who have it, locked: what a word does beside a bar is decided under the
 * lock that every other word waits for. Without it one would rely on a bar that another is about to lift.
 */
export async function lockedBar(
  sql: Sql,
  address: Address,
  alsoLock: readonly string[] = [],
): Promise<{ bar: Suppression | undefined; holders: ContactView[] }> {
  const { practiceId, method, addressHash } = address;
  const { holders } = await lockFirstHolders(sql, address, alsoLock);
  return { bar: await activeSuppression(sql, practiceId, method, addressHash), holders };
}

/** `doubtStays`: a stop that settles no doubt about the address, since it is another's word. */
export type NewBar = Pick<Suppression, 'kind' | 'reason'> & { doubtStays?: true };

/**
 * A stop, a complaint or a dead mailbox acts on the address, for everybody who has it. Contacts first, then the
 * address: the order in which everything locks. The address is barred also when nobody has it (any more, or yet).
 * `alsoLock`: contacts that the caller changes besides.
 */
export async function barAddress(
  db: Database,
  sql: Sql,
  address: Address,
  { kind, reason, doubtStays }: NewBar,
  evidence: Evidence['fields'],
  alsoLock: readonly string[] = [],
): Promise<ConsentChange[]> {
  const { practiceId, method, addressHash } = address;
  const at = db.clock.now();
  const event: ConsentEvent =
    kind === 'unreachable'
      ? { type: 'unreachable', at, method, reason }
      : {
          type: 'revoked',
          at,
          method,
          reason,
          address: true,
          ...(doubtStays ? { doubtStays } : {}),
        };
  const { changes, spreadAfter } = await barHolders(db, sql, address, event, evidence, alsoLock);
  const bar = { method, addressHash, kind, reason, since: at, spreadAfter, doubtStays };
  await suppressAddress(sql, practiceId, bar);
  return changes;
}

/**
 * The same event for the first page of the contacts with the address, and for those of `alsoLock` that have it.
 * `spreadAfter`: there are more, who follow after the commit; the bar is in force for them with it.
 */
export async function barHolders(
  db: Database,
  sql: Sql,
  address: Address,
  event: ConsentEvent,
  evidence: Evidence['fields'],
  alsoLock: readonly string[] = [],
): Promise<{ changes: ConsentChange[]; spreadAfter: string | undefined }> {
  const { holders, last } = await lockFirstHolders(sql, address, alsoLock);
  const requests = holders.map((contact) => ({ contact, event: () => event, evidence }));
  return { changes: await changeConsents(db, sql, requests), spreadAfter: last };
}

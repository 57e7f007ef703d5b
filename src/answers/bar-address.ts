import {
  changeConsentOfAddress,
  changeConsents,
  lockHoldersPage,
  type ConsentChange,
} from '../db/consent-store.ts';
import type { ContactView } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { Evidence } from '../db/ledger-store.ts';
import { liftSuppression, suppressAddress, type Suppression } from '../db/suppression-store.ts';
import type { ConsentEvent } from '../domain/consent-state.ts';
import { limits } from '../domain/limits.ts';
import type { ConsentMethod } from '../domain/method.ts';

export type Address = { practiceId: string; method: ConsentMethod; addressHash: string };

/**
 * A stop, a complaint or a dead mailbox acts on the address, for everybody who has it. Contacts first, then the
 * address: the order in which everything locks. The address is barred also when nobody has it (any more, or yet).
 * `alsoLock`: contacts that the caller changes besides.
 */
export async function barAddress(
  db: Database,
  sql: Sql,
  address: Address,
  { kind, reason }: Pick<Suppression, 'kind' | 'reason'>,
  evidence: Evidence['fields'],
  alsoLock: readonly string[] = [],
): Promise<ConsentChange[]> {
  const { practiceId, method, addressHash } = address;
  const at = db.clock.now();
  const event: ConsentEvent =
    kind === 'unreachable'
      ? { type: 'unreachable', at, method, reason }
      : { type: 'revoked', at, method, reason, address: true };
  const { changes, spreadAfter } = await barHolders(db, sql, address, event, evidence, alsoLock);
  const bar = { method, addressHash, kind, reason, since: at, spreadAfter };
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
  const page = { after: '', most: limits.holdersAtOnce };
  const { holders, last } = await lockHoldersPage(sql, address, page, alsoLock);
  const requests = holders.map((contact) => ({ contact, event: () => event, evidence }));
  return { changes: await changeConsents(db, sql, requests), spreadAfter: last };
}

/**
 * The person wants to hear from the practice again: the address is no longer stopped, and contacts who were stopped
 * there are asked again. It is no yes to anything. `who`: selects among the contacts with the address, since one
 * contact cannot take back what another told the practice. `reached`: the word came from the address itself, so it is
 * not dead.
 */
export async function reopenAddress(
  db: Database,
  sql: Sql,
  { practiceId, method, addressHash }: Address,
  evidence: Evidence['fields'],
  who: (holder: ContactView) => boolean = () => true,
  { reached = false }: { reached?: boolean } = {},
): Promise<ConsentChange[]> {
  const at = db.clock.now();
  const changes = await changeConsentOfAddress(
    db,
    sql,
    practiceId,
    method,
    addressHash,
    (holder) =>
      who(holder) ? { type: 'restarted', at, method, ...(reached ? { reached } : {}) } : undefined,
    evidence,
  );
  const lifted = [
    ...(['stopped', 'doubtful'] as const),
    ...(reached ? ['unreachable' as const] : []),
  ];
  await liftSuppression(sql, practiceId, method, addressHash, at, lifted);
  return changes;
}

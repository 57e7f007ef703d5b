import { changeConsentOfAddress, type ConsentChange } from '../db/consent-store.ts';
import type { ContactView } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { Evidence } from '../db/ledger-store.ts';
import { liftSuppression, suppressAddress, type Suppression } from '../db/suppression-store.ts';
import type { ConsentMethod } from '../domain/method.ts';

export type Address = { practiceId: string; method: ConsentMethod; addressHash: string };

/**
 * A stop, a complaint or a dead mailbox acts on the address, for everybody who has it. Contacts first, then the address:
 * the order in which everything locks. The address is barred also when nobody has it (any more, or yet). `alsoLock`:
 * contacts that the caller changes besides.
 */
export async function barAddress(
  db: Database,
  sql: Sql,
  { practiceId, method, addressHash }: Address,
  { kind, reason }: Pick<Suppression, 'kind' | 'reason'>,
  evidence: Evidence['fields'],
  alsoLock: readonly string[] = [],
): Promise<ConsentChange[]> {
  const at = db.clock.now();
  const changes = await changeConsentOfAddress(
    db,
    sql,
    practiceId,
    method,
    addressHash,
    () =>
      kind === 'unreachable'
        ? { type: 'unreachable', at, method, reason }
        : { type: 'revoked', at, method, reason, address: true },
    evidence,
    alsoLock,
  );
  await suppressAddress(sql, practiceId, { method, addressHash, kind, reason, since: at });
  return changes;
}

/**
 * The person wants to hear from the practice again: the address is no longer stopped, and contacts who were stopped there
 * are asked again. It is no yes to anything. `who`: not everybody who has the address; what one of them told the practice
 * is not taken back by another. `reached`: the word came from the address itself, so it is not dead.
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

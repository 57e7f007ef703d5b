import { changeConsentOfAddress, type ConsentChange } from '../db/consent-store.ts';
import type { Database, Sql } from '../db/database.ts';
import type { Evidence } from '../db/ledger-store.ts';
import { suppressAddress, type Suppression } from '../db/suppression-store.ts';
import type { ConsentMethod } from '../domain/method.ts';

export type Address = { practiceId: string; method: ConsentMethod; addressHash: string };

/**
 * A stop, a complaint or a dead mailbox acts on the address, whoever has it. Contacts first, then the address: the order
 * in which everything locks. The address is barred also when nobody has it (any more, or yet).
 */
export async function barAddress(
  db: Database,
  sql: Sql,
  { practiceId, method, addressHash }: Address,
  { kind, reason }: Pick<Suppression, 'kind' | 'reason'>,
  evidence: Evidence['fields'],
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
  );
  await suppressAddress(sql, practiceId, { method, addressHash, kind, reason, since: at });
  return changes;
}

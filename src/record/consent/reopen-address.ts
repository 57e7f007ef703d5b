import {
  changeConsents,
  lockFirstHolders,
  type Address,
  type ConsentChange,
} from './consent-store.ts';
import type { ContactView } from './contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Evidence } from '../../ledger/store.ts';
import { keepReopening, type AddressReopening } from './reopening-store.ts';
import { liftSuppression, spreadingStop, weakenDoubt } from './suppression-store.ts';
import { reopenedBy, type MissedStop, type Reopening } from '../../core/consent/reopening.ts';

/** More contacts, who follow after the commit (src/features/consents/spread-reopenings.ts). */
export type Further = AddressReopening;

export type Reopened = {
  changes: ConsentChange[];
  /** The contacts that were locked, as they were before. */
  holders: ContactView[];
  further?: Further;
};

/** With the contact as it was before. */
export type ReopenedChange = ConsentChange & { before: ContactView };

/**
 * The address is no longer stopped, or held, and the contacts that the word concerns are asked again, or go on. It is
 * no yes to anything. `own`: the contact that the word is about, which is always among the first.
 */
export async function reopenAddress(
  db: Database,
  sql: Sql,
  address: Address,
  reopening: Reopening,
  evidence: Evidence['fields'],
  own?: string,
): Promise<Reopened> {
  const { method } = address;
  const alsoLock = own === undefined ? [] : [own];
  const { holders, last } = await lockFirstHolders(sql, address, alsoLock);
  // Read first: the changes lift it.
  const stop = await spreadingStop(sql, address.practiceId, address);
  const at = db.clock.now();
  const missed = (endedAt: Date): MissedStop | undefined =>
    stop && reopening.word !== 'settled' ? { ...stop, endedAt } : undefined;
  const changes = await changeConsents(
    db,
    sql,
    holders.flatMap((contact) => {
      const said = { method, at, own: contact.ref.contactId === own, missed: missed(at) };
      const event = reopenedBy(reopening, contact.consent.channels[method], said);
      return event ? [{ contact, event: () => event, evidence }] : [];
    }),
  );
  await lift(sql, address, reopening, at);
  if (last === undefined) return { changes, holders };
  // Read last: a contact that followed the bar until it was lifted was stopped before the word.
  const saidAt = db.clock.now();
  const { practiceId, addressHash } = address;
  const further: Further = {
    practiceId,
    method,
    addressHash,
    reopening,
    saidAt,
    missed: missed(saidAt),
    after: last,
  };
  await keepReopening(db, sql, further, evidence);
  return { changes, holders, further };
}

/** Those of the changes that were made, each with the contact as it was before. */
export function appliedTo({
  changes,
  holders,
}: Pick<Reopened, 'changes' | 'holders'>): ReopenedChange[] {
  const before = new Map(holders.map((holder) => [holder.ref.contactId, holder]));
  return changes.flatMap((change) => {
    const earlier = before.get(change.contact.ref.contactId);
    return earlier && change.outcome === 'applied' ? { ...change, before: earlier } : [];
  });
}

/** Other bars on the address stay; a word from there says that it is not dead. */
async function lift(
  sql: Sql,
  { practiceId, method, addressHash }: Address,
  reopening: Reopening,
  at: Date,
): Promise<void> {
  switch (reopening.word) {
    case 'start':
      return liftSuppression(sql, practiceId, method, addressHash, at);
    case 'again': {
      const there = reopening.reached ? (['doubtful', 'unreachable'] as const) : [];
      const kinds = ['stopped', ...there] as const;
      return liftSuppression(sql, practiceId, method, addressHash, at, kinds);
    }
    case 'settled':
      if (reopening.left)
        return weakenDoubt(sql, practiceId, { method, addressHash }, reopening.left);
      return liftSuppression(sql, practiceId, method, addressHash, at, ['doubtful']);
  }
}

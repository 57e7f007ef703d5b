import { lockFirstHolders, type Address, type ConsentChange } from '../consent/consent-store.ts';
import { readContact, type ContactView } from '../consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { openDoubts, settleReplies } from './inbound-store.ts';
import type { Evidence } from '../../ledger/store.ts';
import { isDoubted, suppressAddress } from '../consent/suppression-store.ts';
import { transaction } from '../../platform/db/transaction.ts';
import { pageStops } from '../../core/consent/authors.ts';
import type { Doubt } from '../../core/consent/doubt.ts';
import type { ContactRef } from '../../core/ids.ts';
import { consentMethods, type ConsentMethod } from '../../core/method.ts';
import { barHolders, lockedBar } from '../consent/bar-address.ts';
import {
  appliedTo,
  reopenAddress,
  type Further,
  type Reopened,
  type ReopenedChange,
} from '../consent/reopen-address.ts';

/**
 * A reply that may be a stop holds what goes to its address (src/core/consent/doubt.ts), for everybody who has it, until it
 * is settled: by a stop, by START, by a yes, by a consent that was obtained after it, or by staff.
 */

export type RaisedDoubt = {
  changes: ConsentChange[];
  /** No doubt was open before: the person gets one answer about it. */
  isNew: boolean;
};

/**
 * Where the phone itself stopped the address there is nothing left to doubt; beside a stop that a person made on a page the
 * doubt is kept, since the page takes only its own stop back. `evidence` says why there is a doubt only to a practice
 * that may know it, the one that has the words.
 */
export async function raiseDoubt(
  db: Database,
  sql: Sql,
  address: Address,
  doubt: Doubt,
  evidence: Evidence['fields'],
): Promise<RaisedDoubt> {
  const { practiceId, method, addressHash } = address;
  const { bar: before } = await lockedBar(sql, address);
  const isStopped = before?.kind === 'stopped';
  if (isStopped && !pageStops.includes(before.reason)) return { changes: [], isNew: false };
  const at = db.clock.now();
  const event = { type: 'doubted', at, method, doubt } as const;
  const { changes, spreadAfter } = await barHolders(db, sql, address, event, evidence);
  const bar = { method, addressHash, kind: 'doubtful', reason: doubt, since: at } as const;
  await suppressAddress(sql, practiceId, { ...bar, spreadAfter });
  const applied = changes.some(({ outcome }) => outcome === 'applied');
  return { changes, isNew: applied && !isStopped && before?.kind !== 'doubtful' };
}

/**
 * No stop was meant: every contact with the address returns to its former state. `left`: an earlier reply that still
 * counts. Other bars on the address stay. `own`: the contact that somebody settled it on.
 */
export async function settleDoubt(
  db: Database,
  sql: Sql,
  address: Address,
  evidence: Evidence['fields'],
  { left, own }: { left?: Doubt | undefined; own?: string } = {},
): Promise<Reopened> {
  const told = left ? { left } : {};
  return reopenAddress(
    db,
    sql,
    address,
    { word: 'settled', ...told },
    { ...evidence, ...told },
    own,
  );
}

export type SettledByStaff =
  | { outcome: 'settled'; changes: ReopenedChange[]; further?: Further }
  /** A reply is waiting and says what was meant: settle that reply instead. */
  | { outcome: 'not_found' | 'nothing_to_settle' | 'doubtful_stop' };

/**
 * Staff say that no stop was meant from a contact's address, where no reply of it waits for them: it was written to
 * another practice of the same number, or before anybody here had it. They say why, and that is the evidence.
 */
export async function settleByStaff(
  db: Database,
  sql: Sql,
  { practiceId, contactId }: ContactRef,
  method: ConsentMethod,
  { by, reason }: { by: string | undefined; reason: string },
): Promise<SettledByStaff> {
  const seen = await readContact(sql, { practiceId, contactId });
  if (!seen || seen.gone || !seen.consent.registered) return { outcome: 'not_found' };
  const addressHash = seen.consent.channels[method].address;
  if (addressHash === undefined) return { outcome: 'nothing_to_settle' };
  const address = { practiceId, method, addressHash };
  const { holders } = await lockFirstHolders(sql, address, [contactId]);
  const contact = holders.find(({ ref }) => ref.contactId === contactId);
  if (!contact?.consent.channels[method].doubt) return { outcome: 'nothing_to_settle' };
  const number = { practiceIds: [practiceId], addressHash };
  if ((await openDoubts(sql, number, { waiting: true })).length > 0)
    return { outcome: 'doubtful_stop' };
  await settleReplies(sql, number, 'nothing', db.clock.now(), {});
  const evidence = { via: 'staff', by, reason };
  const settled = await settleDoubt(db, sql, address, evidence, { own: contactId });
  const { further } = settled;
  return { outcome: 'settled', changes: appliedTo(settled), ...(further ? { further } : {}) };
}

/** The addresses whose doubt a change of some contacts has ended. */
export function settledAddresses(
  changes: readonly { before: ContactView; after: ContactView }[],
): Address[] {
  return changes.flatMap(({ before, after }) =>
    consentMethods.flatMap((method) => {
      const { doubt, address: addressHash } = before.consent.channels[method];
      const now = after.consent.channels[method];
      const ended = doubt && !now.doubt && addressHash !== undefined && now.address === addressHash;
      return ended ? { practiceId: after.ref.practiceId, method, addressHash } : [];
    }),
  );
}

/**
 * After the commit of what one contact agreed to: the doubt was about the address, so it has ended for the others there
 * too. A transaction of its own, since contacts are locked in order; a contact missed here follows at the next look at
 * its lane. A doubt raised meanwhile stays open.
 */
export async function settleForOthers(
  db: Database,
  addresses: readonly Address[],
): Promise<ConsentChange[]> {
  const changes: ConsentChange[] = [];
  for (const address of addresses) {
    const { practiceId, addressHash } = address;
    const settled = await transaction(db, async (sql) => {
      await lockFirstHolders(sql, address);
      if (await isDoubted(sql, address)) return [];
      const number = { practiceIds: [practiceId], addressHash };
      await settleReplies(sql, number, 'yes', db.clock.now(), { only: 'unsure' });
      return (await settleDoubt(db, sql, address, { via: 'address' })).changes;
    });
    changes.push(...settled);
  }
  return changes;
}

import { idsOf } from '../contacts/alias-store.ts';
import { evidenceSince, newestEvidence, type Evidence } from '../../ledger/store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import {
  besideStop,
  type Authorship,
  type NewStop,
  type ReturnPage,
} from '../../core/consent/authors.ts';
import type { EvidenceType } from '../../core/consent/consent-state.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { barAddress, lockedBar, type NewBar } from './bar-address.ts';
import type { Address, ConsentChange } from './consent-store.ts';
import type { ContactView } from './contact-lock.ts';
import type { Suppression } from './suppression-store.ts';

/** The authors of stops (src/core/consent/authors.ts), as the ledger has them. */

type Whose = Pick<ReturnPage, 'ids'> & { practiceId: string; method: ConsentMethod };

/** Of the stop that bars an address, as the contact's own record holds it. */
export async function authorOfBar(
  db: Database,
  sql: Sql,
  { practiceId, method, ids }: Whose,
  { since }: Pick<Suppression, 'since'>,
): Promise<Authorship> {
  const contactId = { in: [...ids] };
  const entry = { practiceId, contactId, method, type: 'revoked', at: since };
  return (await newestEvidence(db, sql, entry))?.fields;
}

/** How many stops of one channel are looked through: repeats of one that is in force are not kept. */
const most = 100;

/** Of every stop of a channel since it was closed, but for those that staff took back. */
export async function authorsSince(
  db: Database,
  sql: Sql,
  { practiceId, method, ids }: Whose,
  closedAt: Date,
): Promise<Authorship[]> {
  const types: EvidenceType[] = ['revoked', 'declined', 'stop_undone'];
  const where = { practiceId, contactId: { in: [...ids] }, method, type: { in: types } };
  const entries = await evidenceSince(db, sql, where, closedAt, most);
  const undone = new Set(
    entries.flatMap(({ type, fields }) => (type === 'stop_undone' ? [fields?.['stoppedAt']] : [])),
  );
  return entries
    .filter(({ type, at }) => type !== 'stop_undone' && !undone.has(at.toISOString()))
    .map(({ fields }) => fields);
}

/**
 * A person's own stop of an address, by a link or on a page: for everybody who has it. `author`: the contact whose link or
 * page it is, who is the first to follow where many have the address; undefined: it was erased, and its link still stops
 * the address. Its author decides who may take a stop back, so an earlier one and its author are kept, and a repeat of
 * one in force changes nothing: a holder of the link could else fill the ledger.
 */
export async function stopBy(
  db: Database,
  sql: Sql,
  author: string | undefined,
  address: Address,
  { doubtStays, ...stop }: NewStop & Pick<NewBar, 'doubtStays'>,
  evidence: Evidence['fields'],
): Promise<ConsentChange[]> {
  const alsoLock = author === undefined ? [] : [author];
  const { bar, holders } = await lockedBar(sql, address, alsoLock);
  const contact = holders.find(({ ref }) => ref.contactId === author);
  const made =
    bar?.kind === 'stopped' ? await besideBar(db, sql, author, address, bar, contact) : stop;
  if (made === undefined) return [];
  const newBar = { ...made, ...(doubtStays ? { doubtStays } : {}) };
  return barAddress(db, sql, address, newBar, evidence, alsoLock);
}

/** Undefined: it says nothing that is not in force. */
async function besideBar(
  db: Database,
  sql: Sql,
  author: string | undefined,
  { practiceId, method }: Address,
  bar: Suppression,
  contact: ContactView | undefined,
): Promise<NewStop | undefined> {
  const ids = author === undefined ? [] : await idsOf(sql, { practiceId, contactId: author });
  const whose = { practiceId, method, ids };
  const closedAt = contact?.consent.channels[method].revokedAt ?? bar.since;
  const said = [
    await authorOfBar(db, sql, whose, bar),
    ...(await authorsSince(db, sql, whose, closedAt)),
  ];
  return besideStop(bar.reason, said, { ids, elsewhere: false });
}

import { idsOf } from '../contacts/alias-store.ts';
import { evidenceSince, newestEvidence } from '../../ledger/store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import {
  besideStop,
  type Authorship,
  type NewStop,
  type ReturnPage,
} from '../../core/consent/authors.ts';
import type { EvidenceType } from '../../core/consent/consent-state.ts';
import type { ContactRef } from '../../core/ids.ts';
import type { ConsentMethod } from '../../core/method.ts';
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
 * The bar that a contact's stop makes beside the one that is there; undefined: it says nothing that is not in force.
 * `contact`: as it is, where it has the address.
 */
export async function stopBeside(
  db: Database,
  sql: Sql,
  { method, ...ref }: ContactRef & { method: ConsentMethod },
  { bar, contact, stop }: { bar: Suppression | undefined; contact?: ContactView; stop: NewStop },
): Promise<NewStop | undefined> {
  if (bar?.kind !== 'stopped') return stop;
  const ids = await idsOf(sql, ref);
  const whose = { practiceId: ref.practiceId, method, ids };
  const closedAt = contact?.consent.channels[method].revokedAt ?? bar.since;
  const said = [
    await authorOfBar(db, sql, whose, bar),
    ...(await authorsSince(db, sql, whose, closedAt)),
  ];
  return besideStop(bar.reason, said, { ids, elsewhere: false });
}

import { normaliseEmail, normalisePhone } from '../domain/address.ts';
import { allAreRed, lightOf } from '../domain/gate.ts';
import { doorstepId } from '../domain/ids.ts';
import {
  readContacts,
  readPracticeView,
  type ContactView,
  type PracticeView,
} from './contact-lock.ts';
import { addressHash, nameHashes } from './contact-store.ts';
import { Prisma, type Database } from './database.ts';

/**
 * Lists contacts in id order. An index answers as much of the query as it can; the rules compute the light itself, so
 * filling a page reads more contacts than it shows.
 */

export type ContactFilter = {
  /** Only these. */
  ids?: readonly string[];
  light?: 'green' | 'red';
  /** State of any assigned channel. */
  state?: string;
  /** A part of an id, whole words of a name, or a whole email address or number: names and addresses are sealed. */
  query?: string;
  /** With something queued that is due before. */
  dueBefore?: Date;
};

/** Contacts looked at for one page: bounds the call, whatever the filter. */
const mostLooked = 2_000;
/** … and in one statement, where the light decides. */
const leastLooked = 100;

export async function listContacts(
  db: Database,
  practiceId: string,
  filter: ContactFilter,
  after: string,
  size: number,
): Promise<{ contacts: ContactView[]; next?: string }> {
  const practice = await readPracticeView(db.prisma, practiceId);
  if (filter.light === 'green' && allAreRed(practice)) return { contacts: [] };
  // One more tells whether there is a further page. Where most may be passed over, a short page takes no more statements.
  const step = filter.light === undefined ? size + 1 : Math.max(size + 1, leastLooked);
  const found: ContactView[] = [];
  let last = after;
  for (let looked = 0; looked < mostLooked; looked += step) {
    const ids = await candidates(db, practice, filter, last, step);
    const views = await readContacts(db.prisma, practiceId, ids);
    for (const view of views.toSorted((a, b) => (a.ref.contactId < b.ref.contactId ? -1 : 1))) {
      if (found.length === size) return { contacts: found, next: last };
      last = view.ref.contactId;
      const { light } = lightOf(view.consent, view.practice);
      if (filter.light === undefined || filter.light === light) found.push(view);
    }
    if (ids.length < step) return { contacts: found };
  }
  return { contacts: found, next: last };
}

async function candidates(
  db: Database,
  practice: PracticeView,
  filter: ContactFilter,
  after: string,
  most: number,
): Promise<string[]> {
  const { id: practiceId } = practice;
  const { ids, light, state, query, dueBefore } = filter;
  const conditions = [
    Prisma.sql`c.practice_id = ${practiceId} AND c.erased_at IS NULL AND c.merged_into IS NULL
      AND c.id <> ${doorstepId} AND c.id COLLATE "C" > ${after}`,
  ];
  // Where nobody is asked an unsettled contact may be green.
  const { optInEnabled } = practice.settings;
  if (light === 'red' && !allAreRed(practice)) conditions.push(Prisma.sql`NOT c.settled`);
  if (light === 'green' && optInEnabled) conditions.push(Prisma.sql`c.settled`);
  if (ids !== undefined) conditions.push(Prisma.sql`c.id = ANY(${[...ids]})`);
  if (state !== undefined)
    conditions.push(Prisma.sql`EXISTS (SELECT 1 FROM channels ch WHERE ch.practice_id = c.practice_id
      AND ch.contact_id = c.id AND ch.assigned AND ch.method <> 'fax' AND ch.state = ${state})`);
  if (dueBefore !== undefined)
    conditions.push(Prisma.sql`EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = c.practice_id
      AND d.contact_id = c.id AND d.status = 'queued' AND d.purpose = 'content' AND d.due_at < ${dueBefore})`);
  if (query !== undefined) {
    const addresses = [normaliseEmail(query), normalisePhone(query, 'US')]
      .filter((address) => address !== undefined)
      .map((address) => addressHash(db, address));
    const names = nameHashes(db, practiceId, query);
    conditions.push(Prisma.sql`(strpos(c.id, ${query}) > 0
      OR (cardinality(${names}::text[]) > 0 AND c.name_words @> ${names}::text[])
      OR EXISTS (SELECT 1 FROM channels ch
        WHERE ch.practice_id = c.practice_id AND ch.contact_id = c.id AND ch.address_hash = ANY(${addresses})))`);
  }
  const rows = await db.prisma.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM contacts c WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY c.id COLLATE "C" LIMIT ${most}`;
  return rows.map(({ id }) => id);
}

import { normaliseEmail, normalisePhone } from '../domain/address.ts';
import { lightOf } from '../domain/gate.ts';
import { doorstepId } from '../domain/ids.ts';
import { readContacts, type ContactView } from './contact-lock.ts';
import { addressHash, nameHashes } from './contact-store.ts';
import { Prisma, type Database } from './database.ts';

/**
 * Lists contacts in id order. What can be asked of an index is; the light itself is computed by the rules, so a page is
 * filled by looking at more contacts than it shows.
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
const step = 200;

export async function listContacts(
  db: Database,
  practiceId: string,
  filter: ContactFilter,
  after: string,
  size: number,
): Promise<{ contacts: ContactView[]; next?: string }> {
  const found: ContactView[] = [];
  let last = after;
  for (let looked = 0; looked < mostLooked; looked += step) {
    const ids = await candidates(db, practiceId, filter, last);
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
  practiceId: string,
  filter: ContactFilter,
  after: string,
): Promise<string[]> {
  const { ids, state, query, dueBefore } = filter;
  const conditions = [
    Prisma.sql`c.practice_id = ${practiceId} AND c.erased_at IS NULL AND c.merged_into IS NULL
      AND c.id <> ${doorstepId} AND c.id COLLATE "C" > ${after}`,
  ];
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
    ORDER BY c.id COLLATE "C" LIMIT ${step}`;
  return rows.map(({ id }) => id);
}

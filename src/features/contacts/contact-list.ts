import { asksConsent } from '../../record/consent/consent-channels.ts';
import { normaliseEmail, normalisePhone } from '../../core/address.ts';
import { allAreRed, lightOf } from '../../core/consent/gate.ts';
import { doorstepId } from '../../core/ids.ts';
import { methods } from '../../core/method.ts';
import {
  readContacts,
  readPracticeView,
  type ContactView,
  type PracticeView,
} from '../../record/consent/contact-lock.ts';
import { addressHash, nameHashes } from '../../record/contacts/contact-store.ts';
import { Prisma, type Database } from '../../platform/db/database.ts';

/**
 * Lists contacts in id order. An index leads from one contact to the next that may fit, in windows; each is then tested,
 * the light by the rules themselves. So a page walks past a bounded number of contacts, and may hold fewer than asked for,
 * with a place to go on from.
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

/** Contacts walked past for one page: bounds the call, whatever the filter. */
const mostWalked = 10_000;
/** … and in one statement. */
const window = 200;
/** Contacts read for one page, where the light decides … */
const mostRead = 2_000;
/** … and at once. */
const leastRead = 100;

export async function listContacts(
  db: Database,
  practiceId: string,
  filter: ContactFilter,
  after: string,
  size: number,
): Promise<{ contacts: ContactView[]; next?: string }> {
  const practice = await readPracticeView(db.prisma, practiceId);
  if (filter.light === 'green' && allAreRed(practice)) return { contacts: [] };
  // One more tells whether there is a further page.
  const step = filter.light === undefined ? size + 1 : Math.max(size + 1, leastRead);
  const most = isTested(filter) ? window : step;
  const found: ContactView[] = [];
  let last = after;
  let read = 0;
  for (let walked = 0; walked < mostWalked && read < mostRead; walked += most) {
    const passed = await walk(db, practice, filter, last, most);
    const fitting = passed.filter(({ fits }) => fits).map(({ id }) => id);
    for (let start = 0; start < fitting.length; start += step) {
      const ids = fitting.slice(start, start + step);
      const views = await readContacts(db.prisma, practiceId, ids);
      read += ids.length;
      for (const view of views.toSorted((a, b) => (a.ref.contactId < b.ref.contactId ? -1 : 1))) {
        if (found.length === size) return { contacts: found, next: last };
        last = view.ref.contactId;
        const { light } = lightOf(view.consent, view.practice);
        if (filter.light === undefined || filter.light === light) found.push(view);
      }
    }
    if (passed.length < most) return { contacts: found };
    last = passed.at(-1)!.id;
  }
  return { contacts: found, next: last };
}

/** Of a contact that an index leads to it is not known yet whether it fits. */
function isTested({ state, query, dueBefore }: ContactFilter): boolean {
  return state !== undefined || query !== undefined || dueBefore !== undefined;
}

/** The next contacts that may fit, in id order, and which of them do; fewer than `most`: there are no more. */
async function walk(
  db: Database,
  practice: PracticeView,
  filter: ContactFilter,
  after: string,
  most: number,
): Promise<{ id: string; fits: boolean }[]> {
  const { id: practiceId } = practice;
  const { state, query, dueBefore } = filter;
  const tests = [...listed(practice, filter)];
  // Each is a question about one contact, asked by an index: `EXISTS` may be answered by reading all of the table. In the
  // collation of the index that leads from contact to contact: by another it may be read by its first columns alone.
  const one = (rest: Prisma.Sql): Prisma.Sql =>
    Prisma.sql`(SELECT true FROM ${rest} LIMIT 1) IS NOT NULL`;
  if (state !== undefined)
    tests.push(
      one(Prisma.sql`channels ch WHERE ch.practice_id = c.practice_id
        AND ch.contact_id COLLATE "C" = c.id
        AND ch.assigned AND ${asksConsent('ch.method')} AND ch.state = ${state}`),
    );
  if (dueBefore !== undefined)
    tests.push(
      one(Prisma.sql`deliveries d WHERE d.practice_id = c.practice_id AND ${isWaiting}
        AND d.contact_id COLLATE "C" = c.id AND d.due_at < ${dueBefore}`),
    );
  const search = query === undefined ? undefined : searchFor(db, practiceId, query);
  if (search)
    tests.push(Prisma.sql`(strpos(c.id, ${search.query}) > 0
      OR (cardinality(${search.names}::text[]) > 0 AND c.name_words @> ${search.names}::text[])
      OR ${one(Prisma.sql`channels ch WHERE ch.practice_id = c.practice_id AND ch.contact_id = c.id
        AND ch.address_hash = ANY(${search.addresses})`)})`);
  return db.prisma.$queryRaw<{ id: string; fits: boolean }[]>`
    SELECT w.id, COALESCE(tested.fits, false) AS fits
    FROM (${pathOf(practice, filter, search, after)} LIMIT ${most}) w LEFT JOIN LATERAL (
      SELECT ${Prisma.join(tests, ' AND ')} AS fits FROM contacts c
      WHERE c.practice_id = ${practiceId} AND c.id = w.id OFFSET 0) tested ON true
    ORDER BY w.id COLLATE "C"`;
}

/** The ids after that one that an index finds for the filter, in their order: those that fit, and others. */
function pathOf(
  practice: PracticeView,
  filter: ContactFilter,
  search: Search | undefined,
  after: string,
): Prisma.Sql {
  const { id: practiceId } = practice;
  const { ids, state, dueBefore } = filter;
  const listedOnes = Prisma.sql`SELECT c.id FROM contacts c
    WHERE c.practice_id = ${practiceId} AND ${Prisma.join(listed(practice, filter), ' AND ')}
      AND c.id COLLATE "C" > ${after}
    ORDER BY c.id COLLATE "C"`;
  if (ids !== undefined) return listedOnes;
  if (search && search.addresses.length > 0 && !isPartOfId.test(search.query))
    return Prisma.sql`SELECT DISTINCT ON (contact_id COLLATE "C") contact_id AS id FROM channels
      WHERE practice_id = ${practiceId} AND method = ANY(${[...methods]})
        AND address_hash = ANY(${search.addresses}) AND contact_id COLLATE "C" > ${after}
      ORDER BY contact_id COLLATE "C"`;
  if (state !== undefined)
    return stepwise(
      after,
      (beyond) => Prisma.sql`SELECT contact_id AS id FROM channels
        WHERE practice_id = ${practiceId} AND assigned AND ${asksConsent('method')} AND state = ${state}
          AND contact_id COLLATE "C" > ${beyond} ORDER BY contact_id COLLATE "C" LIMIT 1`,
    );
  if (dueBefore !== undefined)
    return stepwise(
      after,
      (beyond) => Prisma.sql`SELECT d.contact_id AS id FROM deliveries d
        WHERE d.practice_id = ${practiceId} AND ${isWaiting} AND d.contact_id COLLATE "C" > ${beyond}
        ORDER BY d.contact_id COLLATE "C" LIMIT 1`,
    );
  return listedOnes;
}

/**
 * Each id is looked for by itself, as the first one beyond the id before: a statement for all of them at once may be
 * answered by sorting every row that fits, where the planner takes them for few.
 */
function stepwise(after: string, next: (beyond: Prisma.Sql) => Prisma.Sql): Prisma.Sql {
  return Prisma.sql`WITH RECURSIVE path AS (
      (${next(Prisma.sql`${after}`)})
      UNION ALL
      SELECT next.id FROM path CROSS JOIN LATERAL (${next(Prisma.sql`path.id`)}) next)
    SELECT id FROM path`;
}

/** Of a delivery `d`: a message that waits (the index `deliveries_waiting` has the same words). */
const isWaiting = Prisma.sql`d.status = 'queued' AND d.purpose = 'content'`;

/** What an id may be made of. An address that has anything else in it is looked for by its index alone. */
const isPartOfId = /^[A-Za-z0-9._-]+$/;

type Search = { query: string; names: string[]; addresses: string[] };

function searchFor(db: Database, practiceId: string, query: string): Search {
  const addresses = [normaliseEmail(query), normalisePhone(query, 'US')]
    .filter((address) => address !== undefined)
    .map((address) => addressHash(db, address));
  return { query, names: nameHashes(db, practiceId, query), addresses };
}

/** Of a contact `c`: it is one of those that are listed, as far as its row tells. */
function listed(practice: PracticeView, { ids, light }: ContactFilter): Prisma.Sql[] {
  const conditions = [
    Prisma.sql`c.erased_at IS NULL AND c.merged_into IS NULL AND c.id <> ${doorstepId}`,
  ];
  // Where nobody is asked an unsettled contact may be green.
  const { optInEnabled } = practice.settings;
  if (light === 'red' && !allAreRed(practice)) conditions.push(Prisma.sql`NOT c.settled`);
  if (light === 'green' && optInEnabled) conditions.push(Prisma.sql`c.settled`);
  if (ids !== undefined) conditions.push(Prisma.sql`c.id = ANY(${[...ids]})`);
  return conditions;
}

import pg from 'pg';
import { v7 as newId } from 'uuid';
import { limits } from '../../core/limits.ts';
import { dayOf } from '../../core/ledger/root.ts';
import { lockContacts, lockPractice } from '../../record/consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { rootsChain, writeEnds } from '../../ledger/end.ts';
import { growTree, unsignedLeaves } from '../../record/evidence/leaves.ts';
import { addRoot, lastRoot } from '../../record/evidence/root.ts';
import { appendEvidence } from '../../ledger/store.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * Takes over entries from before signing, under a root that says `from_here_on`: it proves their present content, and
 * says nothing about earlier changes. Done by `npm run migrate` when it brings signing, and by `npm run admin -- ledger
 * adopt` where processes from before still wrote after that. Nothing else does it, least of all the service by itself:
 * an entry that is not signed would be as good as one that is.
 */

/** A practice with a million entries: reading their hashes and marking them, in ms. */
const adoptionMs = 10 * 60_000;

/** How many entries were taken over; `roots_missing`: the roots do not go on from where they ended. */
export async function adoptUnsigned(
  db: Database,
  practiceId: string,
): Promise<number | 'roots_missing'> {
  if (!(await mayAdopt(db, db.prisma, practiceId))) return 'roots_missing';
  await closeChains(db, practiceId);
  return transaction(
    db,
    async (sql) => {
      await lockPractice(sql, practiceId);
      if (!(await mayAdopt(db, sql, practiceId))) return 'roots_missing';
      const last = await lastRoot(db, sql, practiceId);
      const number = (last?.said.number ?? 0) + 1;
      const { count } = await sql.ledgerEntry.updateMany({
        where: { practiceId, writtenAt: null, adoptedIn: null },
        data: { adoptedIn: number },
      });
      if (last && count === 0) return 0;
      const grown = await growTree(await unsignedLeaves(sql, practiceId, number));
      await addRoot(db, sql, practiceId, last, {
        kind: 'from_here_on',
        through: last?.said.through ?? (await dayBeforeFirst(db, sql, practiceId)),
        ...grown,
      });
      return grown.entries;
    },
    { timeout: adoptionMs },
  );
}

/** Every practice of the database. */
export async function adoptAll(
  db: Database,
  tell: (practiceId: string, adopted: number | 'roots_missing') => void,
): Promise<void> {
  const practices = await db.prisma.practice.findMany({ select: { id: true } });
  for (const { id } of practices) tell(id, await adoptUnsigned(db, id));
}

/** Asked before there is a key to open the database with. */
export async function hasPractices(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query('SELECT 1 FROM practices LIMIT 1')).rows.length > 0;
  } finally {
    await client.end();
  }
}

/** Roots are there to go on from, or there never were any. */
async function mayAdopt(db: Database, sql: Sql, practiceId: string): Promise<boolean> {
  if (await lastRoot(db, sql, practiceId)) return true;
  return !(
    (await sql.signedRoot.count({ where: { practiceId } })) > 0 ||
    (await sql.ledgerEnd.count({ where: { practiceId, chain: rootsChain } })) > 0 ||
    (await sql.ledgerEntry.count({ where: { practiceId, adoptedIn: { not: null } } })) > 0
  );
}

/** Processes that sign may have begun before anything was adopted. */
async function dayBeforeFirst(db: Database, sql: Sql, practiceId: string): Promise<string> {
  const first = await sql.ledgerEntry.findFirst({
    where: { practiceId, writtenAt: { not: null } },
    orderBy: { writtenAt: 'asc' },
    select: { writtenAt: true },
  });
  return dayOf(first?.writtenAt ?? db.clock.now(), -1);
}

/** Gives unsigned chains their sealed ends, and an `erased` entry for each erasure in them. */
async function closeChains(db: Database, practiceId: string): Promise<void> {
  for (let after = ''; ;) {
    const page = await db.prisma.$queryRaw<{ contact_id: string }[]>`
      SELECT DISTINCT contact_id FROM ledger
      WHERE practice_id = ${practiceId} AND contact_id > ${after}
        AND written_at IS NULL AND adopted_in IS NULL
      ORDER BY contact_id LIMIT ${limits.chainsAtOnce}`;
    const last = page.at(-1);
    if (!last) return;
    const ids = page.map((row) => row.contact_id);
    await transaction(db, (sql) => closeChainsOf(db, sql, practiceId, ids));
    after = last.contact_id;
  }
}

async function closeChainsOf(
  db: Database,
  sql: Sql,
  practiceId: string,
  ids: readonly string[],
): Promise<void> {
  const contacts = await lockContacts(sql, practiceId, ids);
  const tips = await sql.$queryRaw<
    { contact_id: string; seq: number; hash: string; unsigned: boolean; unrecorded: boolean }[]
  >`
    SELECT DISTINCT ON (contact_id) contact_id, seq, hash, written_at IS NULL AS unsigned,
           bool_or(salt_enc IS NULL AND type <> 'erased') OVER (PARTITION BY contact_id)
             AND NOT bool_or(type = 'erased') OVER (PARTITION BY contact_id) AS unrecorded
    FROM ledger WHERE practice_id = ${practiceId} AND contact_id = ANY(${[...ids]})
    ORDER BY contact_id, seq DESC`;
  await writeEnds(
    db,
    sql,
    practiceId,
    tips
      .filter(({ unsigned }) => unsigned)
      .map(({ contact_id, seq, hash }) => ({ chain: contact_id, seq, hash })),
  );
  const unrecorded = new Set(
    tips.filter((tip) => tip.unrecorded).map(({ contact_id }) => contact_id),
  );
  const evidence = { type: 'erased' as const, at: db.clock.now(), fields: { before: 'signing' } };
  await appendEvidence(
    db,
    sql,
    contacts
      .filter(({ ref }) => unrecorded.has(ref.contactId))
      .map(({ ref, version }) => ({ id: newId(), ref, version, evidence })),
  );
}

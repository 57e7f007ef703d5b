import { createHash } from 'node:crypto';
import type { Database } from './database.ts';
import { readEvidence } from './ledger-store.ts';

/**
 * A chain shows that nothing in it was changed, not that its end was not cut off. So once a day the tips of a practice's
 * chains are hashed into a root, signed with a key that the database does not hold.
 */

const dayMs = 24 * 60 * 60 * 1_000;

/** Signs the days that are over and have no root yet, at most `most` of them. Returns how many. */
export async function signRoots(db: Database, most: number): Promise<number> {
  const today = startOfDay(db.clock.now());
  const practices = await db.prisma.$queryRaw<{ id: string; next: Date }[]>`
    SELECT p.id, COALESCE((SELECT max(r.day) + 1 FROM ledger_roots r WHERE r.practice_id = p.id),
                          (SELECT min(l.at)::date FROM ledger l WHERE l.practice_id = p.id)) AS next
    FROM practices p WHERE EXISTS (SELECT 1 FROM ledger l WHERE l.practice_id = p.id)`;
  let signed = 0;
  for (const { id, next } of practices)
    for (let day = startOfDay(next); day < today && signed < most; day = nextDay(day)) {
      const { entries, root } = await rootOf(db, id, day);
      await db.prisma.ledgerRoot.createMany({
        data: [{ practiceId: id, day, entries, root, signature: sign(db, id, day, root) }],
        skipDuplicates: true,
      });
      signed += 1;
    }
  return signed;
}

export type LedgerReport = {
  practiceId: string;
  contacts: number;
  roots: number;
  /** What does not verify: a contact's chain, or a day's root. */
  problems: string[];
};

/** Recomputes every chain and every root of a practice. */
export async function verifyLedger(db: Database, practiceId: string): Promise<LedgerReport> {
  const problems: string[] = [];
  const contacts = await db.prisma.ledgerEntry.findMany({
    where: { practiceId },
    distinct: ['contactId'],
    select: { contactId: true },
  });
  for (const { contactId } of contacts) {
    const { problems: found } = await readEvidence(db, { practiceId, contactId });
    for (const { seq, problem } of found)
      problems.push(`contact ${contactId}, entry ${seq}: ${problem}`);
  }
  const roots = await db.prisma.ledgerRoot.findMany({
    where: { practiceId },
    orderBy: { day: 'asc' },
  });
  for (const { day, root, signature } of roots) {
    const name = day.toISOString().slice(0, 10);
    if (sign(db, practiceId, day, root) !== signature) problems.push(`root of ${name}: signature`);
    else if ((await rootOf(db, practiceId, day)).root !== root)
      problems.push(`root of ${name}: entries were removed or added`);
  }
  return { practiceId, contacts: contacts.length, roots: roots.length, problems };
}

async function rootOf(
  db: Database,
  practiceId: string,
  day: Date,
): Promise<{ entries: number; root: string }> {
  const tips = await db.prisma.$queryRaw<{ contact_id: string; seq: number; hash: string }[]>`
    SELECT DISTINCT ON (contact_id COLLATE "C") contact_id, seq, hash FROM ledger
    WHERE practice_id = ${practiceId} AND at < ${nextDay(day)}
    ORDER BY contact_id COLLATE "C", seq DESC`;
  const hash = createHash('sha256');
  for (const { contact_id: id, seq, hash: tip } of tips)
    hash.update(JSON.stringify([id, seq, tip]));
  return {
    entries: tips.reduce((sum, { seq }) => sum + seq, 0),
    root: hash.digest('base64url'),
  };
}

function sign(db: Database, practiceId: string, day: Date, root: string): string {
  return db.lookup.hash(`ledger root:${JSON.stringify([practiceId, day.toISOString(), root])}`);
}

function startOfDay(at: Date): Date {
  return new Date(Math.floor(at.getTime() / dayMs) * dayMs);
}

function nextDay(day: Date): Date {
  return new Date(day.getTime() + dayMs);
}

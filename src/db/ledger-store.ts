import { createHash, randomBytes } from 'node:crypto';
import type { ConsentEvent } from '../domain/consent-state.ts';
import type { ContactRef } from '../domain/ids.ts';
import type { Method } from '../domain/method.ts';
import type { Database, Prisma, Sql } from './database.ts';

/**
 * The evidence: append-only, one hash chain per contact.
 *   commitment = SHA-256(salt ‖ fields)   hash = SHA-256(previous hash ‖ commitment)
 * Erasure deletes salt and fields and keeps the commitment, so that the chain still verifies; sealing anew with another
 * encryption key does not touch it.
 */

/** What was asked, shown or answered, when, how and from where. Personal values are allowed: they are sealed. */
export type Evidence = {
  type: ConsentEvent['type'];
  method?: Method;
  at: Date;
  fields: Record<string, string | number | boolean | undefined>;
};

export type LedgerEntry = { id: string; seq: number; hash: string } & Evidence;

const saltContext = 'ledger.salt';
const fieldsContext = 'ledger.fields';
const genesis = '';

export type NewEntry = { id: string; ref: ContactRef; evidence: Evidence };

/** Appends under the contacts' locks, at most one entry per contact. All entries are of one practice. */
export async function appendEvidence(
  db: Database,
  sql: Sql,
  entries: readonly NewEntry[],
): Promise<void> {
  const [first] = entries;
  if (!first) return;
  const last = await sql.$queryRaw<{ contact_id: string; seq: number; hash: string }[]>`
    SELECT DISTINCT ON (contact_id) contact_id, seq, hash FROM ledger
    WHERE practice_id = ${first.ref.practiceId}
      AND contact_id = ANY(${entries.map(({ ref }) => ref.contactId)})
    ORDER BY contact_id, seq DESC`;
  const tips = new Map(last.map(({ contact_id: id, seq, hash }) => [id, { seq, hash }]));
  await sql.ledgerEntry.createMany({
    data: entries.map(({ id, ref, evidence }) => {
      const tip = tips.get(ref.contactId) ?? { seq: 0, hash: genesis };
      const salt = randomBytes(16).toString('base64url');
      const fields = canonical(id, evidence);
      const commitment = sha256(salt, fields);
      return {
        ...ref,
        seq: tip.seq + 1,
        id,
        type: evidence.type,
        method: evidence.method ?? null,
        at: evidence.at,
        saltEnc: db.cipher.seal(salt, saltContext),
        fieldsEnc: db.cipher.seal(fields, fieldsContext),
        commitment,
        hash: sha256(tip.hash, commitment),
      };
    }),
  });
}

export type ChainProblem = { seq: number; problem: 'hash' | 'commitment' | 'gap' };

/** Reads a contact's evidence and recomputes the chain; an erased entry has no fields and is still linked. */
export async function readEvidence(
  db: Database,
  ref: ContactRef,
): Promise<{
  entries: (Omit<LedgerEntry, 'fields'> & { fields?: unknown })[];
  problems: ChainProblem[];
}> {
  const rows = await db.prisma.ledgerEntry.findMany({
    where: { practiceId: ref.practiceId, contactId: ref.contactId },
    orderBy: { seq: 'asc' },
  });
  const problems: ChainProblem[] = [];
  let previous = genesis;
  const entries = rows.map((row, index) => {
    if (row.seq !== index + 1) problems.push({ seq: row.seq, problem: 'gap' });
    if (row.hash !== sha256(previous, row.commitment))
      problems.push({ seq: row.seq, problem: 'hash' });
    previous = row.hash;
    const entry = {
      id: row.id,
      seq: row.seq,
      hash: row.hash,
      type: row.type as Evidence['type'],
      ...(row.method === null ? {} : { method: row.method as Method }),
      at: row.at,
    };
    if (row.saltEnc === null || row.fieldsEnc === null) return entry;
    const fields = db.cipher.open(row.fieldsEnc, fieldsContext);
    if (sha256(db.cipher.open(row.saltEnc, saltContext), fields) !== row.commitment)
      problems.push({ seq: row.seq, problem: 'commitment' });
    return { ...entry, fields: (JSON.parse(fields) as { fields: unknown }).fields };
  });
  return { entries, problems };
}

/** What was asked and answered, newest first, without the texts: when, how, by whom, and why. */
export async function readAnswers(
  db: Database,
  ref: ContactRef,
  most: number,
): Promise<(Pick<Evidence, 'type' | 'method' | 'at'> & { fields: Evidence['fields'] })[]> {
  const rows = await db.prisma.ledgerEntry.findMany({
    where: { ...ref, type: { notIn: ['assigned', 'merged'] } },
    orderBy: { seq: 'desc' },
    take: most,
  });
  return rows.map((row) => ({
    type: row.type as Evidence['type'],
    ...(row.method === null ? {} : { method: row.method as Method }),
    at: row.at,
    fields:
      row.fieldsEnc === null
        ? {}
        : (JSON.parse(db.cipher.open(row.fieldsEnc, fieldsContext)) as Pick<Evidence, 'fields'>)
            .fields,
  }));
}

/** The newest entry that is meant, opened; undefined: there is none, or what it said was erased. */
export async function newestEvidence(
  db: Database,
  sql: Sql,
  where: Prisma.LedgerEntryWhereInput,
): Promise<Pick<Evidence, 'at' | 'fields'> | undefined> {
  const row = await sql.ledgerEntry.findFirst({
    where: { ...where, fieldsEnc: { not: null } },
    orderBy: [{ at: 'desc' }, { seq: 'desc' }],
  });
  if (!row?.fieldsEnc) return undefined;
  const opened = JSON.parse(db.cipher.open(row.fieldsEnc, fieldsContext)) as Pick<
    Evidence,
    'fields'
  >;
  return { at: row.at, fields: opened.fields };
}

/** The clear columns are hashed too, so that changing one of them breaks the chain. */
function canonical(id: string, evidence: Evidence): string {
  const fields = Object.fromEntries(
    Object.entries(evidence.fields)
      .filter(([, value]) => value !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  return JSON.stringify({
    id,
    type: evidence.type,
    method: evidence.method ?? null,
    at: evidence.at.toISOString(),
    fields,
  });
}

function sha256(...parts: string[]): string {
  const hash = createHash('sha256');
  // The lengths are fixed or the text comes last, so joining cannot be ambiguous.
  for (const part of parts) hash.update(part);
  return hash.digest('base64url');
}

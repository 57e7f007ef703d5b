import { randomBytes } from 'node:crypto';
import type { EvidenceType } from '../core/consent/consent-state.ts';
import type { ContactRef } from '../core/ids.ts';
import type { Method } from '../core/method.ts';
import { giveWay } from '../platform/event-loop.ts';
import {
  commitmentOf,
  contentText,
  entryHash,
  fieldsOf,
  genesis,
  lostEnd,
  type Fields,
} from '../core/ledger/entry.ts';
import type { LedgerEntry as LedgerRow } from '../platform/db/generated/client.ts';
import type { Database, Prisma, Sql } from '../platform/db/database.ts';
import { insertRows, type Rows } from '../platform/db/insert-rows.ts';
import { openEnd, writeEnds, type End } from './end.ts';
import { placeOf } from '../platform/db/sealed-columns.ts';

/**
 * The evidence: append-only, one hash chain per contact (src/core/ledger/entry.ts), whose end is sealed. Erasure deletes
 * salt and fields and is an entry itself; the rest still verifies. Re-encryption with another key does not touch the
 * chain.
 */

/** A question, a page shown or an answer: when, how and from where. Personal values are allowed: they are sealed. */
export type Evidence = { type: EvidenceType; method?: Method; at: Date; fields: Fields };

/** `version`: the contact's, before this change; above 0, there must be a chain. */
export type NewEntry = { id: string; ref: ContactRef; version: number; evidence: Evidence };

/** Appends under the contacts' locks, at most one entry per contact. All entries are of one practice. */
export async function appendEvidence(
  db: Database,
  sql: Sql,
  entries: readonly NewEntry[],
): Promise<void> {
  const [first] = entries;
  if (!first) return;
  const { practiceId } = first.ref;
  const tips = await readTips(
    sql,
    practiceId,
    entries.map(({ ref }) => ref.contactId),
  );
  const writtenAt = db.clock.now();
  const rows: Rows['ledger'][] = [];
  for (const { id, ref, version, evidence } of entries) {
    await giveWay();
    const { seq, previous } = next(db, ref, version, tips.get(ref.contactId));
    const salt = randomBytes(16).toString('base64url');
    const { type, method = null, at, fields } = evidence;
    const content = contentText({ id, type, method, at, fields });
    const columns = { ...ref, seq, id, type, method, at, writtenAt };
    const commitment = commitmentOf(salt, content);
    rows.push({
      ...columns,
      saltEnc: db.cipher.seal(salt, placeOf('ledger.salt', practiceId, id)),
      fieldsEnc: db.cipher.seal(content, placeOf('ledger.fields', practiceId, id)),
      commitment,
      hash: entryHash({ ...columns, commitment, previous }),
    });
  }
  await insertRows(sql, 'ledger', rows);
  await writeEnds(
    db,
    sql,
    practiceId,
    rows.map(({ contactId, seq, hash }) => ({ chain: contactId, seq, hash })),
  );
}

type Tip = {
  contact_id: string;
  end_enc: string | null;
  /** Null: no entries. */
  seq: number | null;
  hash: string | null;
  written_at: Date | null;
};

async function readTips(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
): Promise<Map<string, Tip>> {
  const tips = await sql.$queryRaw<Tip[]>`
    SELECT c.contact_id, e.end_enc, t.seq, t.hash, t.written_at
    FROM unnest(${contactIds}::text[]) AS c (contact_id)
    LEFT JOIN ledger_ends e ON e.practice_id = ${practiceId} AND e.chain = c.contact_id
    LEFT JOIN LATERAL (
      SELECT l.seq, l.hash, l.written_at FROM ledger l
      WHERE l.practice_id = ${practiceId} AND l.contact_id = c.contact_id
      ORDER BY l.seq DESC LIMIT 1) t ON true`;
  return new Map(tips.map((tip) => [tip.contact_id, tip]));
}

/**
 * A chain goes on from its sealed end, not from the table: otherwise the next entry would put our seal on somebody
 * else's changes to earlier ones. Where the two do not fit, the break stays and is found by every check; the entry
 * itself is never refused, since it may be a stop.
 */
function next(
  db: Database,
  { practiceId, contactId }: ContactRef,
  version: number,
  tip: Tip | undefined,
): { seq: number; previous: string } {
  const stored: End | undefined =
    tip && tip.seq !== null && tip.hash !== null ? { seq: tip.seq, hash: tip.hash } : undefined;
  const end = openEnd(db, practiceId, contactId, tip?.end_enc);
  const seq = Math.max(stored?.seq ?? 0, end?.seq ?? 0) + 1;
  const sealedOnce = tip !== undefined && tip.end_enc !== null;
  const unsigned = stored !== undefined && tip?.written_at === null;
  // From before entries were signed, or by a process from before: linked, and still found to be unsigned.
  if (unsigned && (!sealedOnce || (end !== undefined && stored.seq > end.seq)))
    return { seq, previous: stored.hash };
  if (end) return { seq, previous: end.hash };
  return { seq, previous: !stored && !sealedOnce && version === 0 ? genesis : lostEnd };
}

/**
 * Erases the ledger's contents about contacts, and adds an entry for the erasure. Under the lock that guards them.
 * The entry names the ids that were merged into the contact, so that the evidence still shows that no chain is left out.
 */
export async function eraseEvidence(
  db: Database,
  sql: Sql,
  erased: readonly Pick<NewEntry, 'id' | 'ref' | 'version'>[],
): Promise<void> {
  const [first] = erased;
  if (!first) return;
  const evidence = { type: 'erased' as const, at: db.clock.now() };
  const { practiceId } = first.ref;
  const contactIds = erased.map(({ ref }) => ref.contactId);
  const merges = await sql.ledgerEntry.findMany({
    where: { practiceId, contactId: { in: contactIds }, type: 'merged' satisfies EvidenceType },
    orderBy: { seq: 'asc' },
  });
  await appendEvidence(
    db,
    sql,
    erased.map((entry) => {
      const names = merges
        .filter(({ contactId }) => contactId === entry.ref.contactId)
        .flatMap((row) => {
          const opened = openFields(db, row);
          return typeof opened === 'string' ? [] : [String(opened.fields['from'])];
        });
      const fields: Fields = names.length === 0 ? {} : { mergedFrom: names.join(' ') };
      return { ...entry, evidence: { ...evidence, fields } };
    }),
  );
  await sql.ledgerEntry.updateMany({
    where: {
      practiceId,
      contactId: { in: contactIds },
      type: { not: evidence.type },
    },
    data: { saltEnc: null, fieldsEnc: null },
  });
}

type Sealed = Pick<
  LedgerRow,
  'practiceId' | 'id' | 'type' | 'method' | 'at' | 'saltEnc' | 'fieldsEnc'
>;

/** `erased`: nothing is left to open. `altered`: it does not open, or is about another entry than its columns say. */
export function openFields(
  db: Database,
  row: Sealed,
): { fields: Fields; salt: string; content: string } | 'erased' | 'altered' {
  if (row.saltEnc === null && row.fieldsEnc === null) return 'erased';
  if (row.saltEnc === null || row.fieldsEnc === null) return 'altered';
  try {
    const { practiceId, id } = row;
    const content = db.cipher.open(row.fieldsEnc, placeOf('ledger.fields', practiceId, id));
    const fields = fieldsOf(content, row);
    const salt = db.cipher.open(row.saltEnc, placeOf('ledger.salt', practiceId, id));
    return fields ? { fields, salt, content } : 'altered';
  } catch {
    return 'altered';
  }
}

/** Questions and answers, newest first, without the texts: when, how, their author, and why. */
export async function readAnswers(
  db: Database,
  ref: ContactRef,
  most: number,
): Promise<(Pick<Evidence, 'type' | 'method' | 'at' | 'fields'> & { altered?: true })[]> {
  const rows = await db.prisma.ledgerEntry.findMany({
    where: { ...ref, type: { notIn: ['assigned', 'merged', 'erased'] } },
    orderBy: { seq: 'desc' },
    take: most,
  });
  return rows.map((row) => {
    const opened = openFields(db, row);
    return {
      type: row.type as EvidenceType,
      ...(row.method === null ? {} : { method: row.method as Method }),
      at: row.at,
      fields: typeof opened === 'string' ? {} : opened.fields,
      ...(opened === 'altered' ? { altered: true as const } : {}),
    };
  });
}

/** The newest matching entry, opened; undefined: there is none, its content was erased, or it was tampered with. */
export async function newestEvidence(
  db: Database,
  sql: Sql,
  where: Prisma.LedgerEntryWhereInput,
): Promise<Pick<Evidence, 'at' | 'fields'> | undefined> {
  const row = await sql.ledgerEntry.findFirst({
    where: { ...where, fieldsEnc: { not: null } },
    orderBy: [{ at: 'desc' }, { seq: 'desc' }],
  });
  if (!row) return undefined;
  const opened = openFields(db, row);
  return typeof opened === 'string' ? undefined : { at: row.at, fields: opened.fields };
}

/** All matching entries from a time on, the newest of them first; without the fields of one that does not open. */
export async function evidenceSince(
  db: Database,
  sql: Sql,
  where: Prisma.LedgerEntryWhereInput,
  since: Date,
  most: number,
): Promise<{ type: EvidenceType; at: Date; fields?: Fields }[]> {
  const rows = await sql.ledgerEntry.findMany({
    where: { ...where, at: { gte: since } },
    orderBy: [{ at: 'desc' }, { seq: 'desc' }],
    take: most,
  });
  return rows.map((row) => {
    const opened = openFields(db, row);
    const entry = { type: row.type as EvidenceType, at: row.at };
    return typeof opened === 'string' ? entry : { ...entry, fields: opened.fields };
  });
}

/** The newest entry of a type of each of these channels that has one, in one statement. */
export async function newestOfChannels(
  db: Database,
  sql: Sql,
  practiceId: string,
  type: EvidenceType,
  channels: readonly { contactId: string; method: Method }[],
): Promise<{ contactId: string; method: Method; fields: Fields }[]> {
  if (channels.length === 0) return [];
  const rows = await sql.$queryRaw<(Sealed & { contactId: string; method: Method })[]>`
    SELECT ${practiceId} AS "practiceId", w.contact_id AS "contactId", l.id::text AS id, l.type, w.method, l.at,
           l.salt_enc AS "saltEnc", l.fields_enc AS "fieldsEnc"
    FROM unnest(${channels.map(({ contactId }) => contactId)}::text[],
                ${channels.map(({ method }) => method)}::text[]) AS w (contact_id, method)
    CROSS JOIN LATERAL (
      SELECT * FROM ledger WHERE practice_id = ${practiceId} AND contact_id = w.contact_id
        AND type = ${type} AND method = w.method AND fields_enc IS NOT NULL
      ORDER BY at DESC, seq DESC LIMIT 1) l`;
  return rows.flatMap((row) => {
    const opened = openFields(db, row);
    const { contactId, method } = row;
    return typeof opened === 'string' ? [] : [{ contactId, method, fields: opened.fields }];
  });
}

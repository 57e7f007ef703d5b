import type { InboundSms } from '../../core/inbound.ts';
import { isOfHolder } from '../../record/consent/contact-lock.ts';
import { addressHash } from '../../record/contacts/contact-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Evidence } from '../../ledger/store.ts';
import { textersOf, type Texted } from '../../record/replies/texted-from-store.ts';
import type { Senders } from '../../templates/render.ts';
import type { ContactRef } from '../../core/ids.ts';
import type { Verdict } from './verdict.ts';
import { newestOfOne, openRequests } from './open-requests.ts';

/**
 * A text as the provider hands it on, and whose it is. Several practices may send from one number, at once or one after
 * the other, and to the person each of them is that number:
 *
 * - **The words are one practice's**, and no other learns of them: the one that texted the person last from there, even
 *   if the number has become another's; where nobody did, the one that has the number for itself; else nobody. Only YES
 *   or NO with the code of another practice's request, asked from there, is that practice's.
 * - **STOP and a doubt act at all of them**: at every practice that sends from the number, because the provider stops
 *   the pair of numbers, and at every one that ever texted the person from it.
 * - **START acts at those that send from the number, and at the one that has the words.** Another one that only used to
 *   may have been stopped elsewhere, and would write from a number that the person knows nothing of: START to that one
 *   frees it.
 */

export type ReplyRoute = {
  hash: string;
  /** Of the number that was written to. */
  receiverHash: string;
  /** Where STOP, a doubt and START act. */
  practiceIds: readonly string[];
  /** Each that has, or may have had, an earlier word between the two numbers. */
  concerned: readonly string[];
  /** Whose the words are; undefined: nobody's. */
  addressed: string | undefined;
  /** It still sends from the number that was written to: from another one an answer would be a text from a stranger. */
  answers: boolean;
  /** The first of its contacts with the number, if any has it. */
  holders: readonly ContactRef[];
};

/** A text as it was read, with the facts that every step needs. */
export type ReadReply = ReplyRoute & {
  sms: InboundSms;
  verdict: Verdict;
  /** The provider lets nothing through between the two numbers, after this word too. */
  blocked: boolean;
  /** By this word the provider lets texts through again, and says so itself. */
  freed: boolean;
  /** STOP, a doubt and START wait for the contacts of the practice that the words were said to. */
  waits: boolean;
};

export async function routeReply(
  db: Database,
  sql: Sql,
  { from, to }: InboundSms,
  verdict: Verdict,
  senders: Senders,
): Promise<ReplyRoute> {
  const hash = addressHash(db, from);
  const number = { sender: to, addressHash: hash };
  const users = await practicesOf(sql, to, senders);
  const texters = await textersOf(sql, number);
  const stops = verdict.kind === 'stop' || verdict.kind === 'doubtful_stop';
  const known = [...new Set([...users, ...texters])];
  // A stop to a number that is not ours (any more), and that nobody is known to have texted from, can only mean all of
  // us.
  const concerned = (known.length === 0 && stops ? await allPractices(sql) : known).toSorted();
  const last = texters[0] ?? (concerned.length === 1 ? concerned[0] : undefined);
  const addressed = (await askedByCode(db, sql, number, { concerned, last }, verdict)) ?? last;
  return {
    hash,
    receiverHash: addressHash(db, to),
    practiceIds:
      verdict.kind === 'start'
        ? concerned.filter((id) => users.includes(id) || id === addressed)
        : concerned,
    concerned,
    addressed,
    answers: addressed !== undefined && users.includes(addressed),
    holders: addressed ? await firstHolder(sql, addressed, hash) : [],
  };
}

/** The practice whose open request from that number has the code, the last texter first; undefined: not just one. */
async function askedByCode(
  db: Database,
  sql: Sql,
  { sender, addressHash: hash }: Texted,
  { concerned, last }: { concerned: readonly string[]; last: string | undefined },
  verdict: Verdict,
): Promise<string | undefined> {
  if ((verdict.kind !== 'yes' && verdict.kind !== 'no') || verdict.code === undefined)
    return undefined;
  const { code } = verdict;
  const named = await openRequests(db, sql, { practiceIds: concerned, hash, sender, code });
  if (named.some(({ practiceId }) => practiceId === last)) return last;
  return newestOfOne(named)?.practiceId;
}

/**
 * The part of a reply that a practice's ledger keeps. One that the words were not meant for learns that its channel is
 * stopped or held, and by which text: neither the words, nor how they were read, since that tells what they said.
 */
export function evidenceAt(
  { sms: { from, to, text, providerId }, verdict, addressed }: ReadReply,
  practiceId: string,
): Evidence['fields'] {
  const told = { via: 'sms', from, to, providerId };
  if (practiceId !== addressed) return told;
  const doubt = verdict.kind === 'doubtful_stop' ? { doubt: verdict.doubt } : {};
  return { ...told, text, rule: verdict.rule, ...doubt };
}

async function firstHolder(sql: Sql, practiceId: string, hash: string): Promise<ContactRef[]> {
  return sql.$queryRaw<ContactRef[]>`
    SELECT ch.practice_id AS "practiceId", ch.contact_id AS "contactId" FROM channels ch
    WHERE ch.practice_id = ${practiceId} AND ch.method = 'sms' AND ch.address_hash = ${hash} AND ${isOfHolder}
    ORDER BY ch.contact_id COLLATE "C" LIMIT 1`;
}

async function practicesOf(sql: Sql, to: string, senders: Senders): Promise<string[]> {
  const rows = await sql.$queryRaw<{ id: string }[]>`
    SELECT id FROM practices
    WHERE settings #>> '{sender,smsFrom}' = ${to}
       OR (settings #>> '{sender,smsFrom}' IS NULL AND ${to} = ${senders.smsFrom ?? ''})
    ORDER BY id COLLATE "C"`;
  return rows.map((row) => row.id);
}

async function allPractices(sql: Sql): Promise<string[]> {
  const rows = await sql.practice.findMany({ select: { id: true } });
  return rows.map((row) => row.id).toSorted();
}

import { addressHash } from '../db/contact-store.ts';
import type { Database, Sql } from '../db/database.ts';
import type { Senders } from '../delivery/render.ts';
import type { ContactRef } from '../domain/ids.ts';
import type { ReceivedText, Verdict } from '../features/replies/verdict.ts';

/** A text as the provider hands it on, and whose it is: the practices it is for, and the contacts with the number. */

export type InboundSms = {
  from: string;
  to: string;
  text: string;
  /** Pictures that came with it. */
  mediaCount?: number;
  providerId: string;
  /** What the provider understood, where it says so. */
  intent?: ReceivedText['intent'];
  /** The provider itself stops this number and tells the person so: no second answer. */
  stoppedByProvider?: boolean;
  /** A word by which the provider frees a number that it had stopped, and tells the person so. */
  freedByProvider?: boolean;
};

export type ReplyRoute = {
  hash: string;
  /** Of the number that was written to. */
  receiverHash: string;
  /** The practices that it is for. */
  practiceIds: readonly string[];
  /** Nobody sends from the number that was written to (any more). */
  unrouted: boolean;
  /** Every contact with the number. */
  holders: readonly ContactRef[];
};

/** A text, read, and what every step needs to know of it. */
export type ReadReply = ReplyRoute & {
  sms: InboundSms;
  verdict: Verdict;
  /** The provider lets nothing through between the two numbers, after this word too. */
  blocked: boolean;
  /** By this word the provider lets texts through again, and says so itself. */
  freed: boolean;
  evidence: Record<string, string>;
};

/**
 * Replies are routed by the number they were sent to; practices without their own share the service's. A stop to a number
 * that is not ours can only mean all of us.
 */
export async function routeReply(
  db: Database,
  sql: Sql,
  { from, to }: InboundSms,
  { kind }: Verdict,
  senders: Senders,
): Promise<ReplyRoute> {
  const own = await practicesOf(sql, to, senders);
  const unrouted = own.length === 0;
  const stops = kind === 'stop' || kind === 'doubtful_stop';
  const practiceIds = unrouted && stops ? await allPractices(sql) : own;
  const hash = addressHash(db, from);
  const holders = await holdersOf(sql, practiceIds, hash);
  return { hash, receiverHash: addressHash(db, to), practiceIds, unrouted, holders };
}

/**
 * For staff to read: at the practices that know the number, or at the one whose number it was sent to. A practice that
 * only shares the service's sender learns nothing of somebody else's patient.
 */
export function keptBy({ practiceIds, holders }: ReplyRoute): string[] {
  if (practiceIds.length === 1) return [...practiceIds];
  return practiceIds.filter((id) => holders.some(({ practiceId }) => practiceId === id));
}

async function holdersOf(
  sql: Sql,
  practiceIds: readonly string[],
  hash: string,
): Promise<ContactRef[]> {
  return sql.channel.findMany({
    where: { practiceId: { in: [...practiceIds] }, method: 'sms', addressHash: hash },
    select: { practiceId: true, contactId: true },
    orderBy: [{ practiceId: 'asc' }, { contactId: 'asc' }],
  });
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

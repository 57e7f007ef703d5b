import { v7 as newId } from 'uuid';
import type { Said, Unanswered } from '../../core/answer-pace.ts';
import { answerToDoubt, type AnswerKind } from '../../core/answer-text.ts';
import { doubts, type Doubt } from '../../core/consent/doubt.ts';
import type { ContactRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { ConsentMethod } from '../../core/method.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { InboundMessage } from '../../platform/db/generated/client.ts';
import { sealReply, sealResolver } from './inbound-words.ts';

/** People's replies, for staff: stored with their meaning, the answer and the outcome. */

/** How a reply was settled: by staff, or by the person's own later word. */
export const resolutions = ['stop', 'yes', 'nothing'] as const;
export type Resolution = (typeof resolutions)[number];

export type NewReply = {
  practiceId: string;
  contactId: string | undefined;
  from: string;
  text: string;
  /** Pictures that came with it. */
  mediaCount: number;
  addressHash: string;
  /** Of the number that it was written to. */
  receiverHash: string;
  meaning: string;
  rule: string;
  /** It may be a stop, or a stop that may have been meant otherwise. */
  doubtful: boolean;
  doubt: Doubt | undefined;
  /** A request was open. */
  asked: boolean;
  /** The answer texted back; `provider`: the provider sent its own. */
  answered: AnswerKind | 'provider' | undefined;
  /** Why nothing was. */
  unanswered: Unanswered | undefined;
  /** Whether the provider itself stopped the number at this word, or freed it. */
  providerStopped: boolean | undefined;
  /** Nobody needs to look at it. */
  done: boolean;
};

export async function storeReply(db: Database, sql: Sql, reply: NewReply): Promise<void> {
  const { from, text, done, contactId, doubt, ...columns } = reply;
  const { answered, unanswered, providerStopped } = columns;
  const now = db.clock.now();
  const id = newId();
  await sql.inboundMessage.create({
    data: {
      id,
      ...columns,
      contactId: contactId ?? null,
      doubt: doubt ?? null,
      answered: answered ?? null,
      unanswered: unanswered ?? null,
      providerStopped: providerStopped ?? null,
      method: 'sms',
      ...sealReply(db, { practiceId: reply.practiceId, id }, { from, text }),
      receivedAt: now,
      handledAt: done ? now : null,
    },
  });
}

/** `booking`: somebody booked, and it did not count. `locked`: too many wrong birth dates. */
export const staffNotes = ['booking', 'locked'] as const;
export type StaffNote = (typeof staffNotes)[number];

/** Adds a note on something staff should look at, beside the replies that wait for them. */
export async function noteForStaff(
  db: Database,
  sql: Sql,
  ref: ContactRef,
  note: { meaning: StaffNote; method: ConsentMethod; from: string; text: string },
): Promise<void> {
  const id = newId();
  await sql.inboundMessage.create({
    data: {
      id,
      ...ref,
      method: note.method,
      ...sealReply(db, { practiceId: ref.practiceId, id }, note),
      meaning: note.meaning,
      receivedAt: db.clock.now(),
    },
  });
}

/** A number, as the practices know it that a reply is for. */
export type NumberAt = { practiceIds: readonly string[]; addressHash: string };

/** Recent replies and answers of a number, as far as they decide whether it gets another answer. */
export async function recentlySaid(
  sql: Sql,
  { practiceIds, addressHash }: NumberAt,
  now: Date,
): Promise<Said[]> {
  const since = new Date(now.getTime() - Math.max(limits.patienceMs, limits.toldAgainMs));
  const rows = await sql.$queryRaw<
    { received_at: Date; answered: NewReply['answered'] | null; heeded: boolean }[]
  >`
    SELECT received_at, answered, heeded FROM inbound_messages,
      LATERAL (SELECT answered = ANY(${Object.values(answerToDoubt)})
        OR meaning IN ('stop', 'start', 'yes', 'no') AND handled_at IS NOT DISTINCT FROM received_at AS heeded) h
    WHERE practice_id = ANY(${[...practiceIds]}) AND address_hash = ${addressHash} AND received_at > ${since}
      AND (answered <> 'provider' OR heeded)
    ORDER BY received_at DESC LIMIT 50`;
  return rows.map(({ received_at: at, answered, heeded }) => ({
    at,
    heeded,
    ...(answered && answered !== 'provider' ? { answered } : {}),
  }));
}

/**
 * By the number's last word that the provider took, it lets nothing through to it from `receiverHash`: a provider stops
 * the pair of numbers. Of words from before the receiver was kept nothing is known.
 */
export async function isStoppedAtProvider(
  sql: Sql,
  { practiceIds, addressHash, receiverHash }: NumberAt & { receiverHash: string },
): Promise<boolean> {
  const row = await sql.inboundMessage.findFirst({
    where: {
      practiceId: { in: [...practiceIds] },
      addressHash,
      receiverHash,
      providerStopped: { not: null },
    },
    orderBy: { receivedAt: 'desc' },
    select: { providerStopped: true },
  });
  return row?.providerStopped ?? false;
}

/** Replies that may be a stop, and that nobody has settled. */
const whereOpen = ({ practiceIds, addressHash }: NumberAt) => ({
  practiceId: { in: [...practiceIds] },
  addressHash,
  meaning: 'doubtful_stop',
  resolvedAs: null,
});

/**
 * The doubt about a number is over: the replies that raised it no longer wait for staff. `upTo`: later ones still do.
 * `only`: those of another kind do too; a person's later word settles only an `unsure` one, since staff must read a
 * reply saying that somebody else has the number, or that the contact has died.
 */
export async function settleReplies(
  sql: Sql,
  number: NumberAt,
  as: Resolution,
  at: Date,
  which: { only?: Doubt; upTo?: Date },
): Promise<void> {
  const where = {
    ...whereOpen(number),
    ...(which.only ? { doubt: which.only } : {}),
    ...(which.upTo ? { receivedAt: { lte: which.upTo } } : {}),
  };
  const resolved = { resolvedAs: as, resolvedAt: at };
  await sql.inboundMessage.updateMany({
    where: { ...where, handledAt: null },
    data: { ...resolved, handledAt: at },
  });
  await sql.inboundMessage.updateMany({ where, data: resolved });
}

/** By address: when the last reply came that may be a stop, and that nobody has settled. */
export async function lastDoubts(
  sql: Sql,
  practiceId: string,
  addressHashes: readonly string[],
): Promise<Map<string, Date>> {
  if (addressHashes.length === 0) return new Map();
  const rows = await sql.inboundMessage.groupBy({
    by: ['addressHash'],
    where: {
      practiceId,
      addressHash: { in: [...addressHashes] },
      meaning: 'doubtful_stop',
      resolvedAs: null,
    },
    _max: { receivedAt: true },
  });
  return new Map(
    rows.flatMap(({ addressHash, _max: { receivedAt } }) =>
      addressHash !== null && receivedAt !== null ? [[addressHash, receivedAt] as const] : [],
    ),
  );
}

/**
 * The doubts of unsettled replies that may be a stop, weakest first. `besides`: leaves that one out; `since`: only
 * those since the doubt began; `waiting`: only those still on staff's list.
 */
export async function openDoubts(
  sql: Sql,
  number: NumberAt,
  { besides, since, waiting }: { besides?: string; since?: Date; waiting?: true } = {},
): Promise<Doubt[]> {
  const rows = await sql.inboundMessage.findMany({
    where: {
      ...whereOpen(number),
      ...(besides === undefined ? {} : { id: { not: besides } }),
      ...(since === undefined ? {} : { receivedAt: { gte: since } }),
      ...(waiting ? { handledAt: null } : {}),
    },
    select: { doubt: true },
  });
  const open = new Set(rows.map(({ doubt }) => doubt));
  return doubts.filter((doubt) => open.has(doubt));
}

/** A later reply from the same number that nobody has settled may be a stop. */
export async function doubtedLater(
  sql: Sql,
  number: NumberAt,
  { receivedAt }: Pick<InboundMessage, 'receivedAt'>,
): Promise<boolean> {
  const where = { ...whereOpen(number), receivedAt: { gt: receivedAt } };
  return (await sql.inboundMessage.findFirst({ where, select: { id: true } })) !== null;
}

/** A later reply from the same number said stop, or no. */
export async function refusedLater(
  sql: Sql,
  { practiceIds, addressHash }: NumberAt,
  { receivedAt }: Pick<InboundMessage, 'receivedAt'>,
): Promise<boolean> {
  const row = await sql.inboundMessage.findFirst({
    where: {
      practiceId: { in: [...practiceIds] },
      addressHash,
      meaning: { in: ['stop', 'no'] },
      receivedAt: { gt: receivedAt },
    },
    select: { id: true },
  });
  return row !== null;
}

/** Locks a reply and reads it as it is then; undefined: the practice has no such reply. */
export async function lockInbound(
  sql: Sql,
  practiceId: string,
  id: string,
): Promise<InboundMessage | undefined> {
  await sql.$executeRaw`
    SELECT 1 FROM inbound_messages WHERE practice_id = ${practiceId} AND id = ${id}::uuid FOR UPDATE`;
  return (await sql.inboundMessage.findFirst({ where: { practiceId, id } })) ?? undefined;
}

export async function noteResolution(
  db: Database,
  sql: Sql,
  row: InboundMessage,
  as: Resolution,
  by: string | undefined,
): Promise<InboundMessage> {
  const now = db.clock.now();
  return sql.inboundMessage.update({
    where: { id: row.id },
    data: {
      resolvedAs: as,
      resolvedAt: now,
      resolvedByEnc: by === undefined ? null : sealResolver(db, row, by),
      handledAt: row.handledAt ?? now,
    },
  });
}

/**
 * Marks a reply as handled, or as waiting again; once is as good as twice. Undefined: the practice has no such reply.
 */
export async function markInbound(
  db: Database,
  practiceId: string,
  id: string,
  handled: boolean,
): Promise<InboundMessage | undefined> {
  await db.prisma.inboundMessage.updateMany({
    where: { practiceId, id, ...(handled ? { handledAt: null } : {}) },
    data: { handledAt: handled ? db.clock.now() : null },
  });
  return (await db.prisma.inboundMessage.findFirst({ where: { practiceId, id } })) ?? undefined;
}

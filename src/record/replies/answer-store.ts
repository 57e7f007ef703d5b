import { v5 as derivedId } from 'uuid';
import { limits } from '../../core/limits.ts';
import { optInNotNeeded } from '../consent/consent-effects.ts';
import type { ContactView } from '../consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Delivery } from '../../platform/db/generated/client.ts';
import type { ToTell } from '../messages/message-store.ts';
import { nextArrivals } from '../messages/queue-store.ts';
import { placeOf } from '../../platform/db/sealed-columns.ts';

/**
 * Answers to a person's own words: deliveries of the contact's SMS lane that need no consent and no quiet hours bind.
 */

/** The ids of answers are derived from what they answer. */
const answerIds = '6f1c1f0e-3f0b-4a7e-9a54-0d5c2f6f8f11';

export type NewAnswer = {
  /** The cause (the provider's id of a reply, a consent): answered once, however often this runs. */
  cause: string;
  text: string;
  /** In ms: afterwards it is worthless. */
  withinMs?: number;
  /** It is only true while the SMS channel is accepted in this epoch. */
  whileAccepted?: number;
  /** It confirms something done for the person: it is not held back, however much was said before. */
  owed?: boolean;
};

/**
 * Queues an answer under the contact's lock (undefined: there is none to send), ahead of everything on that lane: the
 * person waits for it, and a confirmation must come before the first content. Its due time is a moment before the
 * earliest waiting delivery, so that a lane's single order (due, arrival) holds for it too.
 */
export async function queueAnswer(
  db: Database,
  sql: Sql,
  contact: ContactView,
  answer: NewAnswer,
): Promise<ToTell | undefined> {
  const { addressHash } = contact.lanes.sms;
  const lane = { ...contact.ref, method: 'sms' };
  const now = db.clock.now();
  if (addressHash === null) return undefined;
  if (!answer.owed && (await isTalkative(sql, lane, now))) return undefined;
  const waiting = await sql.delivery.findFirst({
    where: { ...lane, status: 'queued', purpose: { not: 'answer' } },
    orderBy: { dueAt: 'asc' },
    select: { dueAt: true },
  });
  const [arrival] = await nextArrivals(sql, 1);
  const id = derivedId(answer.cause, answerIds);
  const { count } = await sql.delivery.createMany({
    data: [
      {
        id,
        ...lane,
        purpose: 'answer',
        automatic: true,
        epoch: answer.whileAccepted ?? null,
        status: 'queued',
        dueAt: new Date(Math.min(now.getTime(), (waiting?.dueAt.getTime() ?? Infinity) - 1)),
        notAfter: answer.withinMs === undefined ? null : new Date(now.getTime() + answer.withinMs),
        arrival: arrival!,
        size: Buffer.byteLength(answer.text),
        addressHash,
        contentEnc: db.cipher.seal(answer.text, placeOf('deliveries.content', lane.practiceId, id)),
        createdAt: now,
      },
    ],
    skipDuplicates: true,
  });
  return count === 0 ? undefined : noteAnswer(sql, contact, now);
}

/** The answers to these contacts that wait are not sent: their person wants no more texts. */
export async function withdrawAnswers(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
): Promise<void> {
  await sql.delivery.updateMany({
    where: { practiceId, contactId: { in: [...contactIds] }, purpose: 'answer', status: 'queued' },
    data: { status: 'cancelled', reason: optInNotNeeded },
  });
}

async function isTalkative(
  sql: Sql,
  lane: { practiceId: string; contactId: string; method: string },
  now: Date,
): Promise<boolean> {
  const since = new Date(now.getTime() - limits.answerWindowMs);
  const recent = await sql.delivery.count({
    where: { ...lane, purpose: 'answer', createdAt: { gt: since } },
  });
  return recent >= limits.answersAtMost;
}

/** Marks the lane for its workflow to look at now. */
async function noteAnswer(sql: Sql, { ref }: ContactView, now: Date): Promise<ToTell> {
  const [lane] = await sql.$queryRaw<{ dispatched: boolean }[]>`
    UPDATE channels
    SET look_at = LEAST(look_at, ${now}), retry_at = NULL, woken_at = CASE WHEN dispatched THEN woken_at ELSE ${now} END
    WHERE practice_id = ${ref.practiceId} AND contact_id = ${ref.contactId} AND method = 'sms'
    RETURNING dispatched`;
  return lane?.dispatched
    ? { wake: [], dispatch: { practiceId: ref.practiceId, dueAt: now } }
    : { wake: [ref] };
}

/** Undefined: an erased contact's. */
export function openAnswer(
  db: Database,
  { practiceId, id, contentEnc }: Delivery,
): string | undefined {
  if (contentEnc === null) return undefined;
  return db.cipher.open(contentEnc, placeOf('deliveries.content', practiceId, id));
}

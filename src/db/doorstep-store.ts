import { doorstepId } from '../domain/ids.ts';
import { limits } from '../domain/limits.ts';
import type { ConsentMethod } from '../domain/method.ts';
import { lockContact } from './contact-lock.ts';
import { ensureContacts } from './contact-store.ts';
import type { Database, Sql } from './database.ts';
import type { Delivery } from './generated/client.ts';
import { nextArrivals } from './queue-store.ts';

/**
 * Each practice has a doorstep: a row in the place of a contact, never registered and without an address, whose lanes
 * carry what goes to people who are no contacts (yet). Codes leave through the same claims, leases and rates as everything
 * else, and no record of a stranger is made for them. The practice's dispatcher looks after these lanes. A call that got
 * no answer is not repeated, since the doorstep has no address that could still be the same: whoever waits asks for another
 * code.
 */

/** What leaves, and to where: sealed with the delivery, since the doorstep has none. */
export type CodeMessage = { to: string; subject: string; text: string };

export type NewCode = {
  id: string;
  method: ConsentMethod;
  addressHash: string;
  message: CodeMessage;
};

const messageContext = 'deliveries.content';

/**
 * False: nothing was queued. The address was sent as many codes as it may be, whichever bookings and practices asked for
 * them; or the practice's public page sent very many. The caller tells the dispatcher after the commit either way, so that
 * the person who asked does not learn of it.
 */
export async function queueCode(
  db: Database,
  sql: Sql,
  { practiceId, hosted }: { practiceId: string; hosted: boolean },
  { id, method, addressHash, message }: NewCode,
): Promise<boolean> {
  const doorstep = { practiceId, contactId: doorstepId };
  await ensureContacts(db, sql, practiceId, [doorstepId]);
  // Whoever works the lanes off writes down under this lock when they are worth looking at next.
  await lockContact(sql, doorstep);
  const now = db.clock.now();
  if (await hasHadEnough(sql, addressHash, now)) return false;
  if (hosted && (await hasSentEnough(db, sql, practiceId))) return false;
  const [arrival] = await nextArrivals(sql, 1);
  await sql.delivery.create({
    data: {
      id,
      ...doorstep,
      method,
      purpose: 'code',
      automatic: false,
      status: 'queued',
      dueAt: now,
      notAfter: new Date(now.getTime() + limits.codeMs),
      arrival: arrival!,
      size: Buffer.byteLength(message.text),
      addressHash,
      contentEnc: db.cipher.seal(JSON.stringify(message), messageContext),
      createdAt: now,
    },
  });
  await sql.$executeRaw`
    UPDATE channels SET dispatched = true, retry_at = NULL, look_at = LEAST(look_at, ${now})
    WHERE practice_id = ${practiceId} AND contact_id = ${doorstepId} AND method = ${method}`;
  return true;
}

/** Undefined: forgotten. */
export function openCode(db: Database, { contentEnc }: Delivery): CodeMessage | undefined {
  if (contentEnc === null) return undefined;
  return JSON.parse(db.cipher.open(contentEnc, messageContext)) as CodeMessage;
}

async function hasHadEnough(sql: Sql, addressHash: string, now: Date): Promise<boolean> {
  const within = (ms: number): Promise<number> =>
    sql.delivery.count({
      where: { purpose: 'code', addressHash, createdAt: { gt: before(now, ms) } },
    });
  return (await within(hour)) >= limits.codesPerHour || (await within(day)) >= limits.codesPerDay;
}

/** Its public page, where anybody can press, asks for no more codes within the hour. */
export async function hasSentEnough(db: Database, sql: Sql, practiceId: string): Promise<boolean> {
  const sent = await sql.delivery.count({
    where: { purpose: 'code', practiceId, createdAt: { gt: before(db.clock.now(), hour) } },
  });
  return sent >= limits.practiceCodesPerHour;
}

/** The text of an old code and where it went; its keyed hash stays, for what a provider may still report. */
export async function forgetCodes(db: Database): Promise<void> {
  const old = before(db.clock.now(), limits.bookingMemoryMs);
  await db.prisma.delivery.updateMany({
    where: { purpose: 'code', contentEnc: { not: null }, createdAt: { lt: old } },
    data: { contentEnc: null },
  });
}

const hour = 3_600_000;
const day = 24 * hour;

function before(now: Date, ms: number): Date {
  return new Date(now.getTime() - ms);
}

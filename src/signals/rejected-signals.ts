import { v5 as idFrom } from 'uuid';
import type { ContactRef } from '../core/ids.ts';
import { currentRef } from '../record/contacts/alias-store.ts';
import { ifReadable } from '../platform/db/cipher.ts';
import { lockContacts } from '../record/consent/contact-lock.ts';
import type { Database, Prisma, Sql } from '../platform/db/database.ts';
import type { RejectedSignal } from '../platform/db/generated/client.ts';
import { firstTogether } from '../platform/db/opened-together.ts';
import { placeOf } from '../platform/db/sealed-columns.ts';

/**
 * Signals that could not be taken, kept with the reason and listed for a while (`leftoverLimits.rejectedSignalMs`). Of
 * one for a contact that was erased only the fact is kept: whatever it says is about somebody who is forgotten, and no
 * second erasure would find it.
 */

/** A payload that did not open. `sealed`: as it came, where only its key is missing. */
type Unopened = { why: string; keyId?: string; sealed?: unknown };
type Signal = { signal: string; payload: unknown; receivedAt: string; unopened?: Unopened };

/** Ids of encryption keys, as ENCRYPTION_KEYS may name them: a payload for another one waits for nothing. */
const keyIds = /^[A-Za-z0-9_-]{1,32}$/;

/** Why a signal for an erased contact was refused; nothing of its own words. */
export const goneReason = 'there is no such practice, or the contact was erased';

/** Names that are our own; a producer may write words into any other. */
const knownSignals = ['sendMessage', 'acceptChannel', 'revokeChannel'];

/**
 * Under the contact's lock: an erasure either finds the row, or is over and was seen here. `from`: where the signal
 * stands; a second try at the same one keeps nothing more.
 */
export async function keepRejected(
  db: Database,
  sql: Sql,
  ref: ContactRef,
  { signal, receivedAt, ...rest }: Signal,
  reason: string,
  from: string,
): Promise<void> {
  const current = await currentRef(sql, ref);
  const [contact] = await lockContacts(sql, ref.practiceId, [current.contactId]);
  // A new try finds the id that it has now.
  if (contact && contact.mergedInto !== null) throw new Error('the contact was merged meanwhile');
  const id = idFrom(`${ref.practiceId} ${ref.contactId} ${from}`, idSpace);
  const said = contact?.gone
    ? {
        signal: knownSignals.includes(signal) ? signal : '',
        reason: goneReason,
        payloadEnc: '',
        waitsForKey: null,
      }
    : {
        // PostgreSQL's text has no NUL.
        signal: signal.replaceAll(/\p{Cc}/gu, '').slice(0, 64),
        reason,
        ...contentOf(db, ref.practiceId, id, rest),
      };
  await sql.rejectedSignal.createMany({
    data: [{ id, ...current, ...said, receivedAt: new Date(receivedAt) }],
    skipDuplicates: true,
  });
}

/** Of the ids above (RFC 9562, 5.5); chosen once, at random. */
const idSpace = '5f0c1a0e-7f5f-4c0e-9a55-0d0c6f6f3b57';

function contentOf(
  db: Database,
  practiceId: string,
  id: string,
  { payload, unopened }: Pick<Signal, 'payload' | 'unopened'>,
): { payloadEnc: string; waitsForKey: string | null } {
  const { keyId, sealed } = unopened ?? {};
  const waits = keyId !== undefined && keyIds.test(keyId) && sealed !== undefined;
  const kept = waits ? { payload, sealed } : (payload ?? null);
  const place = placeOf('rejected_signals.payload', practiceId, id);
  return {
    payloadEnc: db.cipher.seal(JSON.stringify(kept), place),
    waitsForKey: waits ? keyId : null,
  };
}

/** The payload as it came; where it did not open, what is said of it; null where it was not kept. */
export function openRejected(db: Database, row: RejectedSignal): unknown {
  return open(db, row).payload;
}

function open(
  db: Database,
  { practiceId, id, payloadEnc, waitsForKey }: RejectedSignal,
): { payload: unknown; sealed?: unknown } {
  if (payloadEnc === '') return { payload: null };
  const place = placeOf('rejected_signals.payload', practiceId, id);
  const kept = JSON.parse(db.cipher.open(payloadEnc, place)) as unknown;
  return waitsForKey === null ? { payload: kept } : (kept as { payload: unknown; sealed: unknown });
}

export type WaitingSignal = {
  id: string;
  practiceId: string;
  contactId: string;
  signal: string;
  receivedAt: string;
  payload: unknown;
  keyId: string;
  /** As it came. */
  sealed: unknown;
};

/**
 * A practice's, newest first, `size` of those older than the place `after`, or fewer, where these are large; `next`: the
 * last of them, if there are more.
 */
export async function listRejected(
  db: Database,
  practiceId: string,
  after: Prisma.RejectedSignalWhereInput,
  size: number,
): Promise<{ rows: RejectedSignal[]; next?: { id: string; receivedAt: Date } }> {
  const orderBy: Prisma.RejectedSignalOrderByWithRelationInput[] = [
    { receivedAt: 'desc' },
    { id: 'desc' },
  ];
  const page = await db.prisma.rejectedSignal.findMany({
    where: { practiceId, ...after },
    orderBy,
    take: size + 1,
    select: { id: true, receivedAt: true },
  });
  const together = await firstTogether(db.prisma, 'rejected_signals', page.slice(0, size));
  const rows = await db.prisma.rejectedSignal.findMany({
    where: { practiceId, id: { in: together.map(({ id }) => id) } },
    orderBy,
  });
  const last = together.length < page.length ? together.at(-1) : undefined;
  return { rows, ...(last ? { next: last } : {}) };
}

/**
 * Signals that wait for one of these keys, in the order of their ids, `most` after the one with the id `after`, or fewer,
 * where these are large; `last`: where the next page begins. One whose row does not open is left out: it stays in the
 * list.
 */
export async function signalsWaitingFor(
  db: Database,
  held: readonly string[],
  { after, most }: { after: string | undefined; most: number },
): Promise<{ signals: WaitingSignal[]; last: string | undefined }> {
  const page = await db.prisma.rejectedSignal.findMany({
    where: {
      waitsForKey: { in: [...held] },
      ...(after === undefined ? {} : { id: { gt: after } }),
    },
    orderBy: { id: 'asc' },
    take: most,
    select: { id: true },
  });
  const together = await firstTogether(db.prisma, 'rejected_signals', page);
  const rows = await db.prisma.rejectedSignal.findMany({
    where: { id: { in: together.map(({ id }) => id) } },
    orderBy: { id: 'asc' },
  });
  const signals = rows.flatMap((row) => {
    const { id, practiceId, contactId, signal, receivedAt, waitsForKey } = row;
    const kept = ifReadable(() => open(db, row));
    if (!kept || waitsForKey === null) return [];
    const { payload, sealed } = kept;
    const at = receivedAt.toISOString();
    return {
      id,
      practiceId,
      contactId,
      signal,
      receivedAt: at,
      payload,
      keyId: waitsForKey,
      sealed,
    };
  });
  return { signals, last: together.at(-1)?.id };
}

type RejectedRef = { id: string; practiceId: string };

/** In the transaction that takes it in. */
export async function forgetWaiting(sql: Sql, ref: RejectedRef): Promise<void> {
  await sql.rejectedSignal.deleteMany({ where: ref });
}

/** It opened, and cannot be taken; or it never will open: from now on it is as any other. */
export async function stopWaiting(
  db: Database,
  sql: Sql,
  ref: RejectedRef,
  payload: unknown,
  reason: string,
): Promise<void> {
  await sql.rejectedSignal.updateMany({
    where: ref,
    data: { reason, ...contentOf(db, ref.practiceId, ref.id, { payload }) },
  });
}

/** How many wait, by the id of the key. */
export async function countWaiting(db: Database): Promise<Map<string, number>> {
  const rows = await db.prisma.rejectedSignal.groupBy({
    by: ['waitsForKey'],
    where: { waitsForKey: { not: null } },
    _count: true,
  });
  return new Map(rows.map(({ waitsForKey, _count }) => [waitsForKey ?? '', _count]));
}

import { optInNotNeeded } from '../../record/consent/consent-effects.ts';
import { changeConsent, type ConsentChange } from '../../record/consent/consent-store.ts';
import type { ContactView } from '../../record/consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Evidence } from '../../ledger/store.ts';
import { refusalsOf } from '../../record/consent/refusal-store.ts';
import { beforeStop, type BeforeStop } from '../../core/consent/consent-by-staff.ts';
import type { ContactRef } from '../../core/ids.ts';
import type { ConsentMethod } from '../../core/method.ts';
import type { Refusal } from '../../core/consent/refusal.ts';
import { keepUndo, takeUndo } from '../../record/undo.ts';

/** A stop that staff enter, and its undoing. Both run under the contact's lock, and both stay in the ledger. */

type Kept = {
  epoch: number;
  /** Dates as ISO 8601. */
  channel: {
    [K in keyof BeforeStop]: BeforeStop[K] extends Date | undefined ? string : BeforeStop[K];
  };
  /** Closed by the stop: open links, and opt-ins that had not left. */
  requests: string[];
  optIns: string[];
  /** What the stop replaced as the last word about the address, whichever contact had said it. */
  refusal?: Omit<Refusal, 'since'> & { since: string };
};

export async function stopByStaff(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
  by: string | undefined,
): Promise<ConsentChange> {
  const { practiceId, contactId } = contact.ref;
  const at = db.clock.now();
  const channel = contact.consent.channels[method];
  const mine = { practiceId, contactId, method };
  const requests = await sql.optInRequest.findMany({
    where: { ...mine, closedAt: null },
    select: { id: true },
  });
  const optIns = await sql.delivery.findMany({
    where: { ...mine, purpose: 'opt_in', status: 'queued' },
    select: { id: true },
  });
  const refusal = await lastRefusal(sql, practiceId, method, channel.address);
  const change = await changeConsent(
    db,
    sql,
    contact,
    () => ({ type: 'revoked', at, method, reason: 'by staff', address: false }),
    { via: 'staff', by },
  );
  if (change.outcome === 'applied')
    await keepUndo(
      db,
      sql,
      { practiceId, contactId, act: 'stop', subject: method },
      {
        epoch: channel.epoch,
        channel: beforeStop(channel),
        requests: requests.map(({ id }) => id),
        optIns: optIns.map(({ id }) => id),
        ...(refusal ? { refusal } : {}),
      },
      at,
    );
  return change;
}

/**
 * Undoes a stop: restores the channel's state, the open links, and the opt-ins that had not left. Refused when it is
 * too late, or when the person or anybody else acted since: the later act counts.
 */
export async function undoStop(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
  by: string | undefined,
): Promise<ConsentChange | 'nothing_to_undo' | 'changed_meanwhile'> {
  const { practiceId, contactId } = contact.ref;
  const key = { practiceId, contactId, act: 'stop', subject: method } as const;
  const kept = await takeUndo<Kept>(db, sql, key);
  if (!kept) return 'nothing_to_undo';
  const { before, at: stoppedAt } = kept;
  if (await actedSince(sql, contact, method, stoppedAt)) return 'changed_meanwhile';
  const at = db.clock.now();
  const evidence: Evidence['fields'] = { via: 'staff', by, stoppedAt: stoppedAt.toISOString() };
  const change = await changeConsent(
    db,
    sql,
    contact,
    () => ({
      type: 'stop_undone',
      at,
      method,
      epoch: before.epoch,
      stoppedAt,
      before: channelOf(before.channel),
      ...(before.refusal
        ? { refused: { ...before.refusal, since: new Date(before.refusal.since) } }
        : {}),
    }),
    evidence,
  );
  if (change.outcome !== 'applied') return 'changed_meanwhile';
  await sql.optInRequest.updateMany({
    where: { practiceId, contactId, id: { in: before.requests } },
    data: { closedAt: null },
  });
  await sql.delivery.updateMany({
    where: {
      practiceId,
      contactId,
      id: { in: before.optIns },
      status: 'cancelled',
      reason: optInNotNeeded,
    },
    data: { status: 'queued', reason: null },
  });
  await sql.channel.updateMany({
    where: { practiceId, contactId, method },
    data: { lookAt: at },
  });
  return change;
}

/**
 * Another entry about the channel, a bar on its address, a no of another contact with it, or a reply of the person, none of
 * which the stop explains.
 */
async function actedSince(
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
  stoppedAt: Date,
): Promise<boolean> {
  const mine = contact.ref;
  const stop = await sql.ledgerEntry.findFirst({
    where: { ...mine, type: 'revoked', method, at: stoppedAt },
    orderBy: { seq: 'desc' },
    select: { seq: true },
  });
  if (!stop) return true;
  const later = await sql.ledgerEntry.count({
    where: { ...mine, seq: { gt: stop.seq }, OR: [{ method }, { method: null }] },
  });
  const replies = await sql.inboundMessage.count({
    where: { ...mine, receivedAt: { gte: stoppedAt } },
  });
  const addressHash = contact.consent.channels[method].address;
  const bars =
    addressHash === undefined
      ? 0
      : await sql.suppression.count({
          where: {
            practiceId: mine.practiceId,
            method,
            addressHash,
            liftedAt: null,
            OR: [
              { since: { gte: stoppedAt } },
              { deadSince: { gte: stoppedAt } },
              { doubtSince: { gte: stoppedAt } },
            ],
          },
        });
  return (
    later + replies + bars > 0 || (await refusedSince(sql, mine, method, addressHash, stoppedAt))
  );
}

/** Such a no was not kept with the address, since the stop was the stricter word; without the stop it would be the last. */
async function refusedSince(
  sql: Sql,
  { practiceId, contactId }: ContactRef,
  method: ConsentMethod,
  addressHash: string | undefined,
  stoppedAt: Date,
): Promise<boolean> {
  if (addressHash === undefined) return false;
  const [row] = await sql.$queryRaw<[{ refused: boolean }]>`
    SELECT EXISTS (
      SELECT FROM channels ch
      JOIN ledger e ON e.practice_id = ch.practice_id AND e.contact_id = ch.contact_id
      WHERE ch.practice_id = ${practiceId} AND ch.method = ${method} AND ch.address_hash = ${addressHash}
        AND ch.contact_id <> ${contactId} AND e.method = ${method} AND e.type = 'declined' AND e.at >= ${stoppedAt}
    ) AS refused`;
  return row.refused;
}

async function lastRefusal(
  sql: Sql,
  practiceId: string,
  method: ConsentMethod,
  addressHash: string | undefined,
): Promise<Kept['refusal']> {
  if (addressHash === undefined) return undefined;
  const refusal = (await refusalsOf(sql, practiceId, [addressHash])).get(
    `${method} ${addressHash}`,
  );
  return refusal && { ...refusal, since: refusal.since.toISOString() };
}

function channelOf({ acceptedAt, revokedAt, ...rest }: Kept['channel']): BeforeStop {
  return {
    ...rest,
    ...(acceptedAt === undefined ? {} : { acceptedAt: new Date(acceptedAt) }),
    ...(revokedAt === undefined ? {} : { revokedAt: new Date(revokedAt) }),
  };
}

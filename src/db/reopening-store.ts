import { v7 as newId } from 'uuid';
import { doubts } from '../domain/doubt.ts';
import type { ConsentMethod } from '../domain/method.ts';
import type { Reopening } from '../domain/reopening.ts';
import { ifReadable } from './cipher.ts';
import type { Database, Sql } from './database.ts';
import type { Reopening as Row } from './generated/client.ts';
import type { Evidence } from './ledger-store.ts';
import { placeOf } from './sealed-columns.ts';

/**
 * Words that open an address again, as long as they have further contacts to reach (src/delivery/spread-reopenings.ts).
 * Until its turn comes a contact's channel stays closed, so nothing depends on when that is. A stop of the address
 * deletes them (suppression-store.ts).
 */

export type AddressReopening = {
  practiceId: string;
  method: ConsentMethod;
  addressHash: string;
  reopening: Reopening;
  saidAt: Date;
  /** The contact up to which the holders of the address have followed, in the order of their ids. */
  after: string;
};

/** The holders up to `after` have followed, and are locked. START includes all that earlier words had left to do. */
export async function keepReopening(
  db: Database,
  sql: Sql,
  { practiceId, method, addressHash, reopening, saidAt, after }: AddressReopening,
  evidence: Evidence['fields'],
): Promise<void> {
  const { word } = reopening;
  if (word === 'start')
    await sql.reopening.deleteMany({ where: { practiceId, method, addressHash } });
  const id = newId();
  const evidenceEnc = db.cipher.seal(
    JSON.stringify(evidence),
    placeOf('reopenings.evidence', practiceId, id),
  );
  const stop = word === 'again' ? reopening.stop : undefined;
  await sql.reopening.create({
    data: {
      id,
      practiceId,
      method,
      addressHash,
      word,
      saidAt,
      after,
      evidenceEnc,
      turnAt: saidAt,
      reached: word === 'start' || (word === 'again' && reopening.reached),
      stopReason: stop?.reason ?? null,
      stopSince: stop?.since ?? null,
      leftDoubt: (word === 'settled' ? reopening.left : undefined) ?? null,
    },
  });
}

export type KeptReopening = AddressReopening & { id: string; evidence: Evidence['fields'] };

/** The one whose turn was longest ago; it goes behind the others, also where its page then fails. */
export async function nextReopening(db: Database): Promise<KeptReopening | undefined> {
  const row = await db.prisma.reopening.findFirst({ orderBy: { turnAt: 'asc' } });
  if (!row) return undefined;
  const { id, practiceId, addressHash, saidAt, after } = row;
  await db.prisma.reopening.updateMany({
    where: { id, practiceId },
    data: { turnAt: db.clock.now() },
  });
  const method = row.method as ConsentMethod;
  const evidence = openEvidence(db, row);
  return {
    id,
    practiceId,
    method,
    addressHash,
    saidAt,
    after,
    reopening: reopeningOf(row),
    evidence,
  };
}

/** It has not been ended, nor taken further by somebody else. Asked under the locks of its next contacts. */
export async function isStillDue(
  sql: Sql,
  { id, practiceId, after }: KeptReopening,
): Promise<boolean> {
  return (await sql.reopening.count({ where: { id, practiceId, after } })) > 0;
}

/** `last`: the contact up to which the holders have followed now; undefined: all of them have. */
export async function advanceReopening(
  sql: Sql,
  { id, practiceId }: KeptReopening,
  last: string | undefined,
): Promise<void> {
  const where = { id, practiceId };
  if (last === undefined) await sql.reopening.deleteMany({ where });
  else await sql.reopening.updateMany({ where, data: { after: last } });
}

function reopeningOf({ word, reached, stopReason, stopSince, leftDoubt }: Row): Reopening {
  if (word === 'start') return { word };
  if (word === 'again') {
    const stop = stopReason !== null && stopSince !== null;
    return { word, reached, ...(stop ? { stop: { reason: stopReason, since: stopSince } } : {}) };
  }
  const left = doubts.find((doubt) => doubt === leftDoubt);
  return { word: 'settled', ...(left ? { left } : {}) };
}

/** Contacts follow also where its words cannot be read (any more): the first ones' ledger has them. */
function openEvidence(db: Database, { id, practiceId, evidenceEnc }: Row): Evidence['fields'] {
  const place = placeOf('reopenings.evidence', practiceId, id);
  const opened = ifReadable(() => db.cipher.open(evidenceEnc, place));
  return opened === undefined ? { via: 'address' } : (JSON.parse(opened) as Evidence['fields']);
}

import { v7 as newId } from 'uuid';
import type { ConsentMethod } from '../../core/method.ts';
import type { PracticeTurn } from '../../core/practice-turn.ts';
import type { MissedStop, Reopening } from '../../core/consent/reopening.ts';
import { ifReadable, UnsealError } from '../../platform/db/cipher.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Reopening as Row } from '../../platform/db/generated/client.ts';
import type { Evidence } from '../../ledger/store.ts';
import { placeOf } from '../../platform/db/sealed-columns.ts';

/**
 * Words that open an address again, as long as they have further contacts to reach (src/features/consents/spread-reopenings.ts).
 * Until its turn comes a contact's channel stays closed, so nothing depends on when that is. A stop of the address
 * deletes them (suppression-store.ts).
 */

export type AddressReopening = {
  practiceId: string;
  method: ConsentMethod;
  addressHash: string;
  reopening: Reopening;
  saidAt: Date;
  missed?: MissedStop | undefined;
  /** The contact up to which the holders of the address have followed, in the order of their ids. */
  after: string;
};

/** The holders up to `after` have followed, and are locked. START includes all that earlier words had left to do. */
export async function keepReopening(
  db: Database,
  sql: Sql,
  { practiceId, after, ...words }: AddressReopening,
  evidence: Evidence['fields'],
): Promise<void> {
  const { method, addressHash, reopening, saidAt } = words;
  const said = { ...words };
  if (reopening.word === 'start') {
    const where = { practiceId, method, addressHash };
    const earlier = await sql.reopening.findMany({ where, orderBy: { id: 'asc' } });
    said.missed ??= earlier.map((row) => ifReadable(() => opened(db, row).missed)).find(Boolean);
    await sql.reopening.deleteMany({ where });
  }
  const id = newId();
  const place = placeOf('reopenings.said', practiceId, id);
  const saidEnc = db.cipher.seal(JSON.stringify({ ...said, evidence }), place);
  await sql.reopening.create({
    data: { id, practiceId, method, addressHash, saidEnc, after, turnAt: saidAt },
  });
}

export type KeptReopening = AddressReopening & { id: string; evidence: Evidence['fields'] };

/**
 * The one of its practice whose turn was longest ago; it goes behind the others, also where its page then fails. Throws where that one
 * does not open where it stands, or is about another address than it says: nobody said so.
 */
export async function nextReopening(
  db: Database,
  turn: PracticeTurn,
): Promise<KeptReopening | undefined> {
  const row = await turn.next((after) =>
    db.prisma.reopening.findFirst({
      where: { practiceId: { gt: after } },
      orderBy: [{ practiceId: 'asc' }, { turnAt: 'asc' }],
    }),
  );
  if (!row) return undefined;
  const { id, practiceId } = row;
  await db.prisma.reopening.updateMany({
    where: { id, practiceId },
    data: { turnAt: db.clock.now() },
  });
  return opened(db, row);
}

/** As it comes out of JSON: times are texts. */
type Sealed = Omit<AddressReopening, 'practiceId' | 'after' | 'saidAt'> & {
  saidAt: string;
  evidence: Evidence['fields'];
};

function opened(db: Database, row: Row): KeptReopening {
  const { id, practiceId, after } = row;
  const { reopening, saidAt, missed, ...said } = JSON.parse(
    db.cipher.open(row.saidEnc, placeOf('reopenings.said', practiceId, id)),
  ) as Sealed;
  if (said.method !== row.method || said.addressHash !== row.addressHash)
    throw new UnsealError('a reopening was moved to another address');
  return {
    ...said,
    id,
    practiceId,
    after,
    saidAt: new Date(saidAt),
    missed: missed && {
      ...missed,
      since: new Date(missed.since),
      endedAt: new Date(missed.endedAt),
    },
    reopening: revived(reopening),
  };
}

function revived(reopening: Reopening): Reopening {
  if (reopening.word !== 'again' || !reopening.stop) return reopening;
  const { reason, since } = reopening.stop;
  return { ...reopening, stop: { reason, since: new Date(since) } };
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

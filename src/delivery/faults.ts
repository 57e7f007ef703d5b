import { isPassing, nameOfError } from '../platform/db/database-errors.ts';
import type { Database } from '../platform/db/database.ts';
import { perClaim, providerOf } from '../channels/providers.ts';
import { claimLanes, type Claim, type Lanes } from './claim.ts';
import { backoffMs } from './settle.ts';
import { lookAhead, type Ahead } from './look-ahead.ts';
import type { Sending } from '../templates/render.ts';

/**
 * Many lanes are claimed together, and an error about one of them ends the claim of all. So after an error that will not
 * pass by itself they are taken in halves, until the lane at fault is alone. That one is held, with a reason that staff and
 * the metrics show, and tried again with growing waits; the others go on.
 */

const nothingAhead: Ahead = { contactIds: [], wanted: 0, urgent: false };

export async function lookAheadApart(db: Database, lanes: Lanes): Promise<Ahead> {
  try {
    return await lookAhead(db, lanes);
  } catch (error) {
    if (isPassing(error)) throw error;
    const halves = halvesOf(lanes);
    if (!halves) {
      await holdAtFault(db, lanes, error);
      return nothingAhead;
    }
    const [a, b] = [await lookAheadApart(db, halves[0]), await lookAheadApart(db, halves[1])];
    return {
      contactIds: [...a.contactIds, ...b.contactIds],
      wanted: Math.min(a.wanted + b.wanted, perClaim(providerOf(lanes.method))),
      urgent: a.urgent || b.urgent,
    };
  }
}

export async function claimApart(
  db: Database,
  lanes: Lanes,
  sending: Sending,
  most: number,
): Promise<Claim> {
  try {
    return await claimLanes(db, lanes, sending, most);
  } catch (error) {
    if (isPassing(error)) throw error;
    const halves = halvesOf(lanes);
    if (!halves) return { kind: 'none', nextAt: await holdAtFault(db, lanes, error) };
    const first = await claimApart(db, halves[0], sending, most);
    if (first.kind !== 'none') return first;
    const second = await claimApart(db, halves[1], sending, most);
    return second.kind === 'none' ? earlierOf(first, second) : second;
  }
}

function halvesOf({ contactIds, ...rest }: Lanes): [Lanes, Lanes] | undefined {
  if (contactIds.length < 2) return undefined;
  const middle = Math.ceil(contactIds.length / 2);
  return [
    { ...rest, contactIds: contactIds.slice(0, middle) },
    { ...rest, contactIds: contactIds.slice(middle) },
  ];
}

function earlierOf(...claims: { kind: 'none'; nextAt?: Date }[]): Claim {
  const times = claims.flatMap(({ nextAt }) => nextAt ?? []);
  if (times.length === 0) return { kind: 'none' };
  return { kind: 'none', nextAt: new Date(Math.min(...times.map(Number))) };
}

/** Returns when it is tried again. */
async function holdAtFault(
  db: Database,
  { practiceId, contactIds, method }: Lanes,
  error: unknown,
): Promise<Date> {
  const lane = { practiceId, contactId: contactIds[0] ?? '', method };
  const row = await db.prisma.channel.findFirst({ where: lane, select: { failures: true } });
  const failures = row?.failures ?? 0;
  const retryAt = new Date(db.clock.now().getTime() + backoffMs(failures));
  await db.prisma.channel.updateMany({
    where: lane,
    data: { retryAt, failures: failures + 1, fault: nameOfError(error) },
  });
  return retryAt;
}

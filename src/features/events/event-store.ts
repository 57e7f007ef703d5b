import type { Event, EventType } from '../../core/event.ts';
import { Prisma, type Database, type Sql } from '../../platform/db/database.ts';

/** Reads events that the triggers wrote; the migration `events` explains why this order skips nothing. */

/** A place between two events: whatever comes after it is greater in (turn, seq). */
export type Place = { turn: bigint; seq: bigint };

export const beforeEverything: Place = { turn: 0n, seq: 0n };

export type PlacedEvent = { place: Place; event: Event };

/** Events from here on are not final yet: an older transaction may still add one before them. */
export const horizon = Prisma.sql`pg_snapshot_xmin(pg_current_snapshot())::text::bigint`;

type Row = {
  seq: bigint;
  turn: bigint;
  id: string;
  type: EventType;
  at: Date;
  contact_id: string | null;
  message_id: string | null;
  method: string | null;
  reason: string | null;
};

/**
 * The next events of these types, in their order. Each type is one range of the index, however many others there are.
 */
export async function readEvents(
  sql: Sql,
  practiceId: string,
  types: readonly string[],
  after: Place,
  most: number,
): Promise<PlacedEvent[]> {
  const rows = await sql.$queryRaw<Row[]>`
    SELECT e.* FROM unnest(${types}::text[]) AS wanted (type)
    CROSS JOIN LATERAL (
      SELECT seq, turn, id, type, at, contact_id, message_id, method, reason FROM events
      WHERE practice_id = ${practiceId} AND type = wanted.type
        AND (turn, seq) > (${after.turn}::bigint, ${after.seq}::bigint) AND turn < ${horizon}
      ORDER BY turn, seq LIMIT ${most}
    ) e
    ORDER BY e.turn, e.seq LIMIT ${most}`;
  return rows.map((row) => ({ place: { turn: row.turn, seq: row.seq }, event: eventOf(row) }));
}

function eventOf(row: Row): Event {
  const subject = row.type === 'reply.received' ? 'replyId' : 'messageId';
  return {
    id: row.id,
    type: row.type,
    at: row.at.toISOString(),
    data: {
      ...(row.contact_id === null ? {} : { contactId: row.contact_id }),
      ...(row.message_id === null ? {} : { [subject]: row.message_id }),
      ...(row.method === null ? {} : { method: row.method }),
      ...(row.reason === null ? {} : { reason: row.reason }),
    },
  };
}

/** Undefined: the practice has no such event (any more). */
export async function placeOf(
  db: Database,
  practiceId: string,
  eventId: string,
): Promise<Place | undefined> {
  const row = await db.prisma.event.findFirst({
    where: { id: eventId, practiceId },
    select: { turn: true, seq: true },
  });
  return row ?? undefined;
}

/** The present place: final events are before it, later ones after it. */
export async function presentPlace(sql: Sql): Promise<Place> {
  const [row] = await sql.$queryRaw<{ turn: bigint }[]>`SELECT ${horizon} - 1 AS turn`;
  return { turn: row!.turn, seq: lastSeq };
}

/** PostgreSQL's greatest bigint. */
const lastSeq = 9_223_372_036_854_775_807n;

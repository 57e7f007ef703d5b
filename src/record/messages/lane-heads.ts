import type { ContactView } from '../consent/contact-lock.ts';
import { Prisma, type Database, type Sql } from '../../platform/db/database.ts';
import type { Delivery } from '../../platform/db/generated/client.ts';
import { asksOpen, laneGate, mutedPractice } from '../../core/consent/gate.ts';
import type { Method } from '../../core/method.ts';
import { purposesOf } from '../../core/consent/purpose.ts';
import { quietNow, type Quiet } from '../../core/quiet-hours.ts';

/** The heads of lanes, and when to look at a lane again. */

export type LaneView = {
  contact: ContactView;
  /** Content may leave; otherwise only deliveries that need no consent. */
  open: boolean;
  /** Opt-ins may leave. */
  asks: boolean;
  quiet: Quiet | undefined;
};

/** `blockedUntil`: leased or waiting; no date: the practice sends nothing, only a switch changes that. */
export type LaneState = { blockedUntil: Date | null } | LaneView;

export function laneState(contact: ContactView, method: Method, now: Date): LaneState {
  const lane = contact.lanes[method];
  if (lane.leaseUntil && lane.leaseUntil > now) return { blockedUntil: lane.leaseUntil };
  if (contact.gone || mutedPractice(contact.practice)) return { blockedUntil: null };
  if (lane.retryAt && lane.retryAt > now) return { blockedUntil: lane.retryAt };
  return {
    contact,
    // What is still to join its queue may have to go first.
    open: contact.joining.length === 0 && laneGate(contact.consent, method, contact.practice).open,
    asks: asksOpen(contact.consent, method),
    quiet: quietNow(contact.practice.settings, contact, method, now),
  };
}

/** The sendable deliveries that are due, lane by lane in their order: at most `perLane` of each, `most` in all. */
export async function dueHeads(
  sql: Sql,
  method: Method,
  lanes: readonly LaneView[],
  limit: { perLane: number; most: number },
  now: Date,
): Promise<Delivery[]> {
  const [first] = lanes;
  if (!first) return [];
  const rows = await sql.$queryRaw<{ id: string }[]>`
    SELECT d.id FROM ${lanesTable(lanes)}
    CROSS JOIN LATERAL (${headsOf(first.contact.ref.practiceId, method, lanes, limit.perLane, now)}) d
    ORDER BY lane.ord, d.due_at, d.arrival LIMIT ${limit.most}`;
  const ids = rows.map((row) => row.id);
  const found = new Map(
    (await sql.delivery.findMany({ where: { id: { in: ids } } })).map((row) => [row.id, row]),
  );
  return ids.map((id) => found.get(id)!);
}

/** The first of a `lane` that are due and may leave, in their order. */
export function headsOf(
  practiceId: string,
  method: Method,
  lanes: readonly LaneView[],
  most: number,
  now: Date,
): Prisma.Sql {
  const { content, other } = sendableBy(lanes);
  const firstOf = (sendable: Prisma.Sql): Prisma.Sql => Prisma.sql`
    (SELECT d.id, d.purpose, d.due_at, d.arrival FROM deliveries d
     WHERE ${laneOf(practiceId, method)} AND d.due_at <= ${now} AND ${sendable}
     ORDER BY d.due_at, d.arrival LIMIT ${most})`;
  return Prisma.sql`
    SELECT * FROM (${firstOf(content)} UNION ALL ${firstOf(other)}) d ORDER BY d.due_at, d.arrival LIMIT ${most}`;
}

/** All contacts of one practice have the same quiet kinds; only whether it is quiet differs, with the time zone. */
function heldKinds(lanes: readonly LaneView[]): string[] {
  return [...(lanes.find((lane) => lane.quiet)?.quiet?.kinds ?? [])];
}

/** Of a delivery `d`: it is on the `lane`. */
function laneOf(practiceId: string, method: Method): Prisma.Sql {
  return Prisma.sql`d.practice_id = ${practiceId} AND d.contact_id = lane.contact_id AND d.method = ${method}`;
}

/**
 * Of a delivery `d` on its `lane`: it waits, and nothing but its time holds it. In two parts, because a closed lane may
 * hold thousands of messages: deliveries that leave nonetheless are found without reading past them (the index
 * `deliveries_unbound` has the same condition).
 */
function sendableBy(lanes: readonly LaneView[]): { content: Prisma.Sql; other: Prisma.Sql } {
  const isQuiet = Prisma.sql`lane.quiet AND COALESCE(d.kind = ANY(${heldKinds(lanes)}::text[]), false)`;
  return {
    content: Prisma.sql`lane.open AND d.status = 'queued' AND d.purpose = 'content' AND NOT (${isQuiet})`,
    other: Prisma.sql`d.status = 'queued' AND d.purpose <> 'content'
      AND d.purpose = ANY(CASE WHEN lane.asks THEN ${purposesOf('asks')}::text[] ELSE '{}' END
                       || ${purposesOf('any')}::text[])
      AND NOT (${isQuiet})`,
  };
}

export function lanesTable(lanes: readonly LaneView[]): Prisma.Sql {
  const ids = lanes.map((lane) => lane.contact.ref.contactId);
  const open = lanes.map((lane) => lane.open);
  const asks = lanes.map((lane) => lane.asks);
  const quiet = lanes.map((lane) => lane.quiet !== undefined);
  return Prisma.sql`unnest(${ids}::text[], ${open}::boolean[], ${asks}::boolean[], ${quiet}::boolean[]) WITH ORDINALITY
    AS lane (contact_id, open, asks, quiet, ord)`;
}

/**
 * Writes down when each lane is worth looking at next: its next due delivery that may leave, the end of quiet hours,
 * or, where people are still to be asked, `lead` before the next message.
 */
export async function noteNextLook(
  sql: Sql,
  method: Method,
  lanes: readonly LaneView[],
): Promise<Map<string, Date>> {
  const [first] = lanes;
  if (!first) return new Map();
  const { practiceId } = first.contact.ref;
  const ofLane = laneOf(practiceId, method);
  const sendable = sendableBy(lanes);
  const rows = await sql.$queryRaw<{ contact_id: string; free: Date | null; held: Date | null }[]>`
    SELECT lane.contact_id,
      LEAST((SELECT min(d.due_at) FROM deliveries d WHERE ${ofLane} AND ${sendable.content}),
            (SELECT min(d.due_at) FROM deliveries d WHERE ${ofLane} AND ${sendable.other})) AS free,
      (SELECT min(d.due_at) FROM deliveries d
       WHERE lane.quiet AND lane.open AND ${ofLane} AND d.status = 'queued' AND d.kind = ANY(${heldKinds(lanes)}::text[])) AS held
    FROM ${lanesTable(lanes)}`;
  const next = new Map<string, Date>();
  for (const { contact_id: contactId, free, held } of rows) {
    const lane = lanes.find((one) => one.contact.ref.contactId === contactId)!;
    const until = lane.quiet?.until;
    const freed = held && until ? (held > until ? held : until) : null;
    const times = [free, freed].filter((time) => time !== null);
    if (times.length > 0) next.set(contactId, new Date(Math.min(...times.map(Number))));
  }
  const ids = rows.map((row) => row.contact_id);
  const at = ids.map((id) => next.get(id)?.toISOString() ?? '');
  await sql.$executeRaw`
    UPDATE channels ch SET look_at = NULLIF(lane.at, '')::timestamptz, fault = NULL
    FROM unnest(${ids}::text[], ${at}::text[]) AS lane (contact_id, at)
    WHERE ch.practice_id = ${practiceId} AND ch.contact_id = lane.contact_id AND ch.method = ${method}`;
  return next;
}

/**
 * Nobody looks at this lane before the provider takes messages again. Returns when that is worth trying. A lane that
 * somebody works on right now is passed over: it is held when it is looked at next.
 */
export async function holdLane(
  db: Database,
  lane: { practiceId: string; contactId: string; method: Method },
  waitMs: number,
): Promise<Date> {
  const { practiceId, contactId, method } = lane;
  const now = db.clock.now();
  const until = new Date(now.getTime() + waitMs);
  await db.prisma.$executeRaw`
    UPDATE channels SET retry_at = ${until}
    WHERE (practice_id, contact_id, method) IN (
      SELECT practice_id, contact_id, method FROM channels
      WHERE practice_id = ${practiceId} AND contact_id = ${contactId} AND method = ${method}
        AND (lease_until IS NULL OR lease_until <= ${now}) AND (retry_at IS NULL OR retry_at < ${until})
      FOR UPDATE SKIP LOCKED)`;
  return until;
}

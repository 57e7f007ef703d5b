import { v7 as newId } from 'uuid';
import { newBooking, type Booking } from '../../core/booking.ts';
import { limits } from '../../core/limits.ts';
import type { Locale } from '../../core/locale.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { hashToken, isTokenShaped } from '../../platform/db/cipher.ts';
import { addressHash } from '../contacts/contact-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { BookingCode } from '../../platform/db/generated/client.ts';
import { placeOf, type Place } from '../../platform/db/sealed-columns.ts';

/**
 * Booking sessions and their codes. The session's row is the one lock that is taken before contacts: a transaction that
 * holds a contact never asks for a session, so neither waits for the other.
 */

/** The scheduler's data on the person; addresses are normalised. */
export type BookingGiven = {
  contactId?: string;
  name?: string;
  email?: string;
  phone?: string;
  /** Only these are offered. */
  methods?: ConsentMethod[];
  locale?: string;
  /** `YYYY-MM-DD`. */
  birthDate?: string;
  /** Where the last page leads on to. */
  returnUrl?: string;
};

/** The person's entries, the text shown and agreed to, and the origin: for the ledger. */
export type BookingChoice = {
  name: string;
  birthDate?: string;
  /** Normalised; only the chosen ones. */
  addresses: Partial<Record<ConsentMethod, string>>;
  locale: Locale;
  textVersion: string;
  text: string;
  policyVersion: string;
  policyUrl?: string;
  /** ISO 8601. */
  at: string;
  ip: string;
  userAgent?: string;
};

/** All of it is sealed. */
type Details = {
  /**
   * The row beside it, as it must read: anybody who can write to the database must not be able to say that a code was
   * entered, or give the session a token of their own. Absent: from before it was kept, and no session any more.
   */
  row?: string;
  given: BookingGiven;
  choice?: BookingChoice;
  /** The contact that the first proven address led to. */
  contactId?: string;
  /** The contact that this booking registered. */
  registered?: string;
};

type BookingRow = Pick<Booking, 'methods' | 'proven'> & {
  tokenHash: string;
  hosted: boolean;
  state: string;
};

/** As it is sealed. */
function rowAsText({ tokenHash, hosted, state, methods, proven }: BookingRow): string {
  return JSON.stringify([tokenHash, hosted, state, methods, proven]);
}

export type BookingSession = Omit<Details, 'row'> & {
  tokenHash: string;
  id: string;
  practiceId: string;
  /** Begun on the page that anybody can open. */
  hosted: boolean;
  booking: Booking;
  expiresAt: Date;
};

/** A token that has a session keeps it: a second press of one button is one booking. */
export async function createBooking(
  db: Database,
  sql: Sql,
  begun: { token: string; practiceId: string; hosted: boolean; given: BookingGiven },
): Promise<{ expiresAt: Date }> {
  const { token, practiceId, hosted, given } = begun;
  const now = db.clock.now();
  const expiresAt = new Date(now.getTime() + limits.bookingMs);
  const id = newId();
  const row = { tokenHash: hashToken(token), hosted, ...columnsOf(newBooking) };
  await sql.bookingSession.createMany({
    data: [
      {
        id,
        practiceId,
        ...row,
        ...detailColumns(db, { practiceId, id }, { row: rowAsText(row), given }),
        createdAt: now,
        expiresAt,
      },
    ],
    skipDuplicates: true,
  });
  return { expiresAt };
}

/** The row as it is stored; undefined: no booking has this token. */
export async function findBooking(sql: Sql, token: string) {
  if (!isTokenShaped(token)) return undefined;
  return (
    (await sql.bookingSession.findFirst({ where: { tokenHash: hashToken(token) } })) ?? undefined
  );
}

/** Undefined: nobody was given this token, it is long over, or the row does not fit its seal. */
export async function readBooking(
  db: Database,
  sql: Sql,
  token: string,
): Promise<BookingSession | undefined> {
  const row = await findBooking(sql, token);
  if (!row) return undefined;
  const { id, practiceId, tokenHash, hosted, state, methods, proven, expiresAt } = row;
  const { row: sealed, ...details } = openDetails(db, row);
  if (sealed !== rowAsText(row as BookingRow)) {
    db.cipher.countMisfit(placeOfDetails(row));
    return undefined;
  }
  return {
    ...details,
    id,
    practiceId,
    tokenHash,
    hosted,
    booking: { state, methods, proven } as Booking,
    expiresAt,
  };
}

/** Serialises two tabs of one person. */
export async function lockBooking(
  db: Database,
  sql: Sql,
  token: string,
): Promise<BookingSession | undefined> {
  await sql.$executeRaw`
    SELECT 1 FROM booking_sessions WHERE token_hash = ${hashToken(token)} FOR UPDATE`;
  return readBooking(db, sql, token);
}

export async function saveBooking(db: Database, sql: Sql, session: BookingSession): Promise<void> {
  const { id, practiceId, tokenHash, hosted, booking } = session;
  const { given, choice, contactId, registered } = session;
  const details: Details = {
    row: rowAsText({ tokenHash, hosted, ...booking }),
    given,
    ...(choice === undefined ? {} : { choice }),
    ...(contactId === undefined ? {} : { contactId }),
    ...(registered === undefined ? {} : { registered }),
  };
  await sql.bookingSession.update({
    where: { id },
    data: { ...columnsOf(booking), ...detailColumns(db, { practiceId, id }, details) },
  });
}

function columnsOf({ state, methods, proven }: Booking) {
  return { state, methods: [...methods], proven: [...proven] };
}

type Row = { practiceId: string; id: string };

function openDetails(db: Database, row: Row & { detailsEnc: string }): Details {
  return JSON.parse(db.cipher.open(row.detailsEnc, placeOfDetails(row))) as Details;
}

/** Takes over the sessions from before their rows were sealed, as they are (link-adopt.ts). Returns how many. */
export async function adoptBookings(db: Database): Promise<number> {
  let count = 0;
  for (const row of await db.prisma.bookingSession.findMany()) {
    const details = openDetails(db, row);
    if (details.row !== undefined) continue;
    const { id, detailsEnc } = row;
    const adopted = { ...details, row: rowAsText(row as BookingRow) };
    const { count: written } = await db.prisma.bookingSession.updateMany({
      where: { id, detailsEnc },
      data: { detailsEnc: db.cipher.seal(JSON.stringify(adopted), placeOfDetails(row)) },
    });
    count += written;
  }
  return count;
}

function placeOfDetails({ practiceId, id }: Row): Place {
  return placeOf('booking_sessions.details', practiceId, id);
}

/** Sealed, with the contacts' ids beside it, so that an erasure finds it. */
function detailColumns(db: Database, row: Row, details: Details) {
  const { given, choice, contactId, registered } = details;
  const addresses = [given.email, given.phone, choice?.addresses.email, choice?.addresses.sms];
  return {
    detailsEnc: db.cipher.seal(JSON.stringify(details), placeOfDetails(row)),
    contactIds: distinct([given.contactId, contactId, registered]),
    addressHashes: distinct(addresses).map((address) => addressHash(db, address)),
  };
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}

/**
 * Locks the bookings that are about one of these contacts, or about nobody in particular with one of these addresses.
 * Before any contact is locked, as everywhere.
 */
export async function lockBookingsOf(
  sql: Sql,
  { practiceId, contactIds, addressHashes }: WhoseBookings,
): Promise<string[]> {
  const rows = await sql.$queryRaw<{ id: string }[]>`
    SELECT id FROM booking_sessions
    WHERE practice_id = ${practiceId} AND (contact_ids && ${[...contactIds]}::text[]
      OR (address_hashes && ${[...addressHashes]}::text[] AND contact_ids = '{}'))
    ORDER BY id FOR UPDATE`;
  return rows.map(({ id }) => id);
}

/** Those of them that are still there. */
export async function lockBookingsById(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.$queryRaw<{ id: string }[]>`
    SELECT id::text AS id FROM booking_sessions WHERE id = ANY(${[...ids]}::uuid[]) ORDER BY id FOR UPDATE`;
  return rows.map(({ id }) => id);
}

export type WhoseBookings = {
  practiceId: string;
  contactIds: readonly string[];
  addressHashes: readonly string[];
};

/** Their codes with them. */
export async function forgetBookingsById(sql: Sql, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await sql.bookingSession.deleteMany({ where: { id: { in: [...ids] } } });
}

export async function createCode(
  db: Database,
  sql: Sql,
  code: { id: string; sessionId: string; method: ConsentMethod; codeHash: string },
): Promise<void> {
  const createdAt = db.clock.now();
  const expiresAt = new Date(createdAt.getTime() + limits.codeMs);
  await sql.bookingCode.create({ data: { ...code, createdAt, expiresAt } });
}

/** The only one that counts. Runs under the session's lock. */
export async function newestCode(
  sql: Sql,
  sessionId: string,
  method: ConsentMethod,
): Promise<BookingCode | undefined> {
  const row = await sql.bookingCode.findFirst({
    where: { sessionId, method },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  });
  return row ?? undefined;
}

export async function countTry(sql: Sql, { id }: BookingCode): Promise<void> {
  await sql.bookingCode.update({ where: { id }, data: { tries: { increment: 1 } } });
}

/** The methods for which this booking has had all the codes it may have. */
export async function methodsWithoutCodes(sql: Sql, sessionId: string): Promise<ConsentMethod[]> {
  const rows = await sql.bookingCode.groupBy({
    by: ['method'],
    where: { sessionId },
    _count: true,
  });
  return rows
    .filter(({ _count }) => _count >= limits.codesPerBooking)
    .map(({ method }) => method as ConsentMethod);
}

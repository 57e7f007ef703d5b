import { v7 as newId } from 'uuid';
import { newBooking, type Booking } from '../domain/booking.ts';
import { limits } from '../domain/limits.ts';
import type { Locale } from '../domain/locale.ts';
import type { ConsentMethod } from '../domain/method.ts';
import { hashToken } from './cipher.ts';
import type { Database, Sql } from './database.ts';
import type { BookingCode } from './generated/client.ts';

/**
 * Booking sessions and their codes. The session's row is the one lock that is taken before contacts: whoever holds a
 * contact never asks for a session, so neither waits for the other.
 */

/** What the practice's scheduler knows of the person already; addresses are normalised. */
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

/** What the person wrote, was shown and agreed to, and from where: for the ledger. */
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
  given: BookingGiven;
  choice?: BookingChoice;
  /** Whom an address that was proven first led to. */
  contactId?: string;
  /** Whom this booking registered. */
  registered?: string;
};

export type BookingSession = Details & {
  id: string;
  practiceId: string;
  /** Begun on the page that anybody can open. */
  hosted: boolean;
  booking: Booking;
  expiresAt: Date;
};

const detailsContext = 'booking_sessions.details';

/** A token that has a session keeps it: a second press of one button is one booking. */
export async function createBooking(
  db: Database,
  sql: Sql,
  begun: { token: string; practiceId: string; hosted: boolean; given: BookingGiven },
): Promise<{ expiresAt: Date }> {
  const { token, practiceId, hosted, given } = begun;
  const now = db.clock.now();
  const expiresAt = new Date(now.getTime() + limits.bookingMs);
  await sql.bookingSession.createMany({
    data: [
      {
        id: newId(),
        practiceId,
        tokenHash: hashToken(token),
        hosted,
        ...columnsOf(newBooking),
        detailsEnc: seal(db, { given }),
        createdAt: now,
        expiresAt,
      },
    ],
    skipDuplicates: true,
  });
  return { expiresAt };
}

/** Undefined: nobody was given this token, or it is long over. */
export async function readBooking(
  db: Database,
  sql: Sql,
  token: string,
): Promise<BookingSession | undefined> {
  if (!/^[A-Za-z0-9_-]{20,64}$/.test(token)) return undefined;
  const row = await sql.bookingSession.findUnique({ where: { tokenHash: hashToken(token) } });
  if (!row) return undefined;
  const { id, practiceId, hosted, state, methods, proven, detailsEnc, expiresAt } = row;
  return {
    ...(JSON.parse(db.cipher.open(detailsEnc, detailsContext)) as Details),
    id,
    practiceId,
    hosted,
    booking: { state, methods, proven } as Booking,
    expiresAt,
  };
}

/** What the two tabs of one person do comes one after the other. */
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
  const { id, booking, given, choice, contactId, registered } = session;
  const details: Details = {
    given,
    ...(choice === undefined ? {} : { choice }),
    ...(contactId === undefined ? {} : { contactId }),
    ...(registered === undefined ? {} : { registered }),
  };
  await sql.bookingSession.update({
    where: { id },
    data: { ...columnsOf(booking), detailsEnc: seal(db, details) },
  });
}

function columnsOf({ state, methods, proven }: Booking) {
  return { state, methods: [...methods], proven: [...proven] };
}

function seal(db: Database, details: Details): string {
  return db.cipher.seal(JSON.stringify(details), detailsContext);
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

/** Sessions that were over long ago, with their codes. */
export async function forgetBookings(db: Database): Promise<void> {
  const before = new Date(db.clock.now().getTime() - limits.bookingMemoryMs);
  await db.prisma.bookingSession.deleteMany({ where: { expiresAt: { lt: before } } });
}

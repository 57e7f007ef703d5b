import { codeLimits } from '../../core/limits/code-limits.ts';
import { limits } from '../../core/limits.ts';
import { mailboxOf } from '../../core/mailbox.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { networkOf } from '../../core/network.ts';
import { addressHash } from '../contacts/contact-store.ts';
import { Prisma, type Database, type Sql } from '../../platform/db/database.ts';

/**
 * How many codes a booking page may send: to one mailbox, however its address is spelt, from one practice and from all
 * together; of one practice; for the bookings that its own scheduler began; and, on the public page, from one network, as
 * a share of the practice's limit, so that nobody uses up the whole of it. A few networks together could: so the first
 * codes of each network have a larger limit of the practice's before them. Texts cost many times what emails do, and have
 * smaller limits of their own.
 *
 * The rows outlive an erasure by a day at most, or erasing would begin the count again; they hold keyed hashes.
 */

export type CodeAsked = {
  id: string;
  practiceId: string;
  method: ConsentMethod;
  /** Normalised. */
  address: string;
  /** The visitor's IP address on the public page; absent: the practice's own scheduler began the booking. */
  ip?: string;
};

/**
 * Writes the request down. False: no code is sent. Runs under the doorstep's lock, so that two of a practice see each
 * other.
 */
export async function takeFromBudget(db: Database, sql: Sql, asked: CodeAsked): Promise<boolean> {
  const { id, practiceId, method, address, ip } = asked;
  const mailboxHash = addressHash(db, mailboxOf(address));
  const networkHash = ip === undefined ? null : networkHashOf(db, ip);
  const queued =
    !(await hasHadEnough(db, sql, asked, mailboxHash)) &&
    !(ip === undefined
      ? await isSchedulersSpent(db, sql, practiceId, [method])
      : await isBudgetSpent(db, sql, practiceId, ip, [method]));
  await sql.codeRequest.create({
    data: { id, practiceId, method, mailboxHash, networkHash, queued, createdAt: db.clock.now() },
  });
  return queued;
}

/** Whether the public page begins nothing by these methods: for nobody, or for nobody in this network. */
export async function isBudgetSpent(
  db: Database,
  sql: Sql,
  practiceId: string,
  ip: string,
  methods: readonly ConsentMethod[],
): Promise<boolean> {
  const there = await askedFromNetwork(db, sql, practiceId, ip);
  const {
    networkPerHour,
    networkTextsPerHour,
    networkFirstPerHour,
    networkFirstTextsPerHour,
    practicePerHour,
    practiceTextsPerHour,
    practiceWithNewcomersPerHour,
    practiceTextsWithNewcomersPerHour,
  } = codeLimits;
  if (reaches(there, methods, networkPerHour, networkTextsPerHour)) return true;
  const sent = await askedWithinHour(db, sql, practiceId, Prisma.sql`queued`);
  return reaches(there, methods, networkFirstPerHour, networkFirstTextsPerHour)
    ? reaches(sent, methods, practicePerHour, practiceTextsPerHour)
    : reaches(sent, methods, practiceWithNewcomersPerHour, practiceTextsWithNewcomersPerHour);
}

/** Whether a network has used its share of the practice's hour; requests count whether or not a code was sent. */
export async function isShareSpent(
  db: Database,
  sql: Sql,
  practiceId: string,
  ip: string,
  methods: readonly ConsentMethod[],
): Promise<boolean> {
  const there = await askedFromNetwork(db, sql, practiceId, ip);
  return reaches(there, methods, codeLimits.networkPerHour, codeLimits.networkTextsPerHour);
}

function askedFromNetwork(db: Database, sql: Sql, practiceId: string, ip: string): Promise<Asked> {
  const fromThere = Prisma.sql`network_hash = ${networkHashOf(db, ip)}`;
  return askedWithinHour(db, sql, practiceId, fromThere);
}

/** Whether a booking that the practice's own scheduler began gets no code by these methods. */
export async function isSchedulersSpent(
  db: Database,
  sql: Sql,
  practiceId: string,
  methods: readonly ConsentMethod[],
): Promise<boolean> {
  // Its own only: what strangers ask for on the public page keeps no patient of the scheduler from booking.
  const itsOwn = Prisma.sql`queued AND network_hash IS NULL`;
  const asked = await askedWithinHour(db, sql, practiceId, itsOwn);
  return reaches(asked, methods, codeLimits.schedulerPerHour, codeLimits.schedulerTextsPerHour);
}

/**
 * Whether so many wrong codes were entered in the last hour, where this one was asked for, that none is taken: six digits
 * could be guessed by asking for code after code. Of each code only the tries that it allows count.
 */
export async function areGuessesSpent(
  db: Database,
  sql: Sql,
  practiceId: string,
  codeId: string,
): Promise<boolean> {
  const [counted] = await sql.$queryRaw<{ hosted: boolean; wrong: number; there: number }[]>`
    SELECT own.network_hash IS NOT NULL AS hosted, COALESCE(sum(t.tries), 0)::int AS wrong,
      COALESCE(sum(t.tries) FILTER (WHERE t.network_hash = own.network_hash), 0)::int AS there
    FROM code_requests own LEFT JOIN (
      SELECT r.network_hash, LEAST(c.tries, ${limits.codeTries}) AS tries
      FROM code_requests r JOIN booking_codes c ON c.id = r.id
      WHERE r.practice_id = ${practiceId} AND r.queued AND r.created_at > ${before(db, hour)}
    ) t ON (t.network_hash IS NULL) = (own.network_hash IS NULL)
    WHERE own.id = ${codeId}::uuid
    GROUP BY own.network_hash`;
  if (!counted) return false;
  const { hosted, wrong, there } = counted;
  if (!hosted) return wrong >= codeLimits.schedulerWrongPerHour;
  if (there >= codeLimits.networkWrongPerHour) return true;
  const isNewcomer = there < codeLimits.networkFirstWrongPerHour;
  return wrong >= (isNewcomer ? codeLimits.wrongWithNewcomersPerHour : codeLimits.wrongPerHour);
}

type Asked = { codes: number; texts: number };

/** `which` of them: in the words of an index that begins with the practice and ends with the time. */
async function askedWithinHour(
  db: Database,
  sql: Sql,
  practiceId: string,
  which: Prisma.Sql,
): Promise<Asked> {
  const [counted] = await sql.$queryRaw<Asked[]>`
    SELECT count(*)::int AS codes, (count(*) FILTER (WHERE method = 'sms'))::int AS texts
    FROM code_requests WHERE practice_id = ${practiceId} AND ${which} AND created_at > ${before(db, hour)}`;
  return counted!;
}

function reaches(
  { codes, texts }: Asked,
  methods: readonly ConsentMethod[],
  mostCodes: number,
  mostTexts: number,
): boolean {
  return codes >= mostCodes || (methods.includes('sms') && texts >= mostTexts);
}

/**
 * From this practice, or from all together. Two practices that ask at once see each other. The first code in a day that a
 * practice's own scheduler asks for is sent whatever the others did: else any two could keep a person from booking
 * everywhere.
 */
async function hasHadEnough(
  db: Database,
  sql: Sql,
  { practiceId, ip }: CodeAsked,
  mailboxHash: string,
): Promise<boolean> {
  await sql.$executeRaw`
    SELECT pg_advisory_xact_lock(hashtext('code_requests'), hashtext(${mailboxHash}))`;
  const [hourAgo, dayAgo] = [before(db, hour), before(db, day)];
  const [counted] = await sql.$queryRaw<
    {
      own_hour: number;
      own_day: number;
      schedulers: number;
      all_hour: number;
      all_day: number;
    }[]
  >`
    SELECT (count(*) FILTER (WHERE created_at > ${hourAgo}))::int AS own_hour, count(*)::int AS own_day,
      (count(*) FILTER (WHERE network_hash IS NULL))::int AS schedulers,
      codes_to_mailbox(${mailboxHash}, ${hourAgo}) AS all_hour, codes_to_mailbox(${mailboxHash}, ${dayAgo}) AS all_day
    FROM code_requests
    WHERE practice_id = ${practiceId} AND mailbox_hash = ${mailboxHash} AND queued AND created_at > ${dayAgo}`;
  const { own_hour, own_day, schedulers, all_hour, all_day } = counted!;
  if (ip === undefined && schedulers === 0) return false;
  return (
    own_hour >= limits.codesPerHour ||
    own_day >= limits.codesPerDay ||
    all_hour >= limits.mailboxCodesPerHour ||
    all_day >= limits.mailboxCodesPerDay
  );
}

function networkHashOf(db: Database, ip: string): string {
  return db.lookup.hash('network', networkOf(ip));
}

const hour = 3_600_000;
const day = 24 * hour;

function before(db: Database, ms: number): Date {
  return new Date(db.clock.now().getTime() - ms);
}

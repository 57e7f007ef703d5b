import { limits } from '../domain/limits.ts';
import { hashToken, newToken, UnsealError } from './cipher.ts';
import type { Database } from './database.ts';

/**
 * A member of staff who is signed in. `key`: the practice's key, which everything is done with. `noticeAt`: the page that
 * has something to say once.
 */
export type ConsoleSession = { token: string; key: string; staff: string; noticeAt?: string };

const keyContext = 'console_sessions.key';
const staffContext = 'console_sessions.staff';
const noticeContext = 'console_sessions.notice';

export async function openSession(
  db: Database,
  { key, staff }: Pick<ConsoleSession, 'key' | 'staff'>,
): Promise<ConsoleSession> {
  const token = newToken();
  await db.prisma.consoleSession.create({
    data: {
      tokenHash: hashToken(token),
      keyEnc: db.cipher.seal(key, keyContext),
      staffEnc: db.cipher.seal(staff, staffContext),
      expiresAt: new Date(db.clock.now().getTime() + limits.consoleSessionMs),
    },
  });
  return { token, key, staff };
}

/** Undefined: never opened, closed, over, or sealed with a key that was retired since: whoever it is signs in again. */
export async function readSession(
  db: Database,
  token: string,
): Promise<ConsoleSession | undefined> {
  const row = await db.prisma.consoleSession.findUnique({
    where: { tokenHash: hashToken(token), expiresAt: { gt: db.clock.now() } },
  });
  if (!row) return undefined;
  try {
    return {
      token,
      key: db.cipher.open(row.keyEnc, keyContext),
      staff: db.cipher.open(row.staffEnc, staffContext),
      ...(row.noticeAt === null ? {} : { noticeAt: row.noticeAt }),
    };
  } catch (error) {
    if (error instanceof UnsealError) return undefined;
    throw error;
  }
}

export async function closeSession(db: Database, token: string): Promise<void> {
  await db.prisma.consoleSession.deleteMany({ where: { tokenHash: hashToken(token) } });
}

/** What the page at `path` says the next time this session opens it; it takes the place of what was not read yet. */
export async function leaveNotice(
  db: Database,
  token: string,
  path: string,
  notice: object,
): Promise<void> {
  await db.prisma.consoleSession.updateMany({
    where: { tokenHash: hashToken(token) },
    data: { noticeAt: path, noticeEnc: db.cipher.seal(JSON.stringify(notice), noticeContext) },
  });
}

/** Reads it once, whichever of two tabs is faster. Undefined: there is nothing to say. */
export async function takeNotice<N extends object>(
  db: Database,
  token: string,
  path: string,
): Promise<N | undefined> {
  const [row] = await db.prisma.$queryRaw<{ notice: string }[]>`
    UPDATE console_sessions s SET notice_at = NULL, notice_enc = NULL
    FROM (SELECT token_hash, notice_enc FROM console_sessions
          WHERE token_hash = ${hashToken(token)} AND notice_at = ${path} FOR UPDATE) before
    WHERE s.token_hash = before.token_hash
    RETURNING before.notice_enc AS notice`;
  return row && (JSON.parse(db.cipher.open(row.notice, noticeContext)) as N);
}

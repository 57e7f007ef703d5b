import { limits } from '../../core/limits.ts';
import { hashToken, newToken, UnsealError } from '../../platform/db/cipher.ts';
import type { Database } from '../../platform/db/database.ts';
import { placeOf } from '../../platform/db/sealed-columns.ts';

/**
 * A signed-in member of staff. `key`: the practice's key, used for every call. `noticeAt`: the page with a one-time
 * notice.
 */
export type ConsoleSession = { token: string; key: string; staff: string; noticeAt?: string };

export async function openSession(
  db: Database,
  { key, staff }: Pick<ConsoleSession, 'key' | 'staff'>,
): Promise<ConsoleSession> {
  const token = newToken();
  const tokenHash = hashToken(token);
  await db.prisma.consoleSession.create({
    data: {
      tokenHash,
      keyEnc: db.cipher.seal(key, placeOf('console_sessions.key', tokenHash)),
      staffEnc: db.cipher.seal(staff, placeOf('console_sessions.staff', tokenHash)),
      expiresAt: new Date(db.clock.now().getTime() + limits.consoleSessionMs),
    },
  });
  return { token, key, staff };
}

/** Undefined: never opened, closed, over, or sealed with a key retired since: the person signs in again. */
export async function readSession(
  db: Database,
  token: string,
): Promise<ConsoleSession | undefined> {
  const row = await db.prisma.consoleSession.findFirst({
    where: { tokenHash: hashToken(token), expiresAt: { gt: db.clock.now() } },
  });
  if (!row) return undefined;
  try {
    return {
      token,
      key: db.cipher.open(row.keyEnc, placeOf('console_sessions.key', row.tokenHash)),
      staff: db.cipher.open(row.staffEnc, placeOf('console_sessions.staff', row.tokenHash)),
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

/** Sets what the page at `path` says when this session next opens it; replaces an unread notice. */
export async function leaveNotice(
  db: Database,
  token: string,
  path: string,
  notice: object,
): Promise<void> {
  const tokenHash = hashToken(token);
  const place = placeOf('console_sessions.notice', tokenHash);
  await db.prisma.consoleSession.updateMany({
    where: { tokenHash },
    data: {
      noticeAt: path,
      noticeEnc: db.cipher.seal(JSON.stringify(notice), place),
      noticeUntil: new Date(db.clock.now().getTime() + limits.noticeMs),
    },
  });
}

/** Reads it once, whichever of two tabs is faster. Undefined: there is nothing to say. */
export async function takeNotice<N extends object>(
  db: Database,
  token: string,
  path: string,
): Promise<N | undefined> {
  const tokenHash = hashToken(token);
  const [row] = await db.prisma.$queryRaw<{ notice: string }[]>`
    UPDATE console_sessions s SET notice_at = NULL, notice_enc = NULL, notice_until = NULL
    FROM (SELECT token_hash, notice_enc FROM console_sessions
          WHERE token_hash = ${tokenHash} AND notice_at = ${path} FOR UPDATE) before
    WHERE s.token_hash = before.token_hash
    RETURNING before.notice_enc AS notice`;
  const place = placeOf('console_sessions.notice', tokenHash);
  return row && (JSON.parse(db.cipher.open(row.notice, place)) as N);
}

/** Deletes notices that nobody read: they can hold text typed about a person. */
export async function forgetNotices(db: Database): Promise<void> {
  await db.prisma.consoleSession.updateMany({
    where: {
      noticeEnc: { not: null },
      OR: [{ noticeUntil: null }, { noticeUntil: { lt: db.clock.now() } }],
    },
    data: { noticeAt: null, noticeEnc: null, noticeUntil: null },
  });
}

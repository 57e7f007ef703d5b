import { limits } from '../domain/limits.ts';
import { hashToken, newToken, UnsealError } from './cipher.ts';
import type { Database } from './database.ts';

/** A member of staff who is signed in. `key`: the practice's key, which everything is done with. */
export type ConsoleSession = { token: string; key: string; staff: string };

const keyContext = 'console_sessions.key';
const staffContext = 'console_sessions.staff';

export async function openSession(
  db: Database,
  { key, staff }: Omit<ConsoleSession, 'token'>,
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
    };
  } catch (error) {
    if (error instanceof UnsealError) return undefined;
    throw error;
  }
}

export async function closeSession(db: Database, token: string): Promise<void> {
  await db.prisma.consoleSession.deleteMany({ where: { tokenHash: hashToken(token) } });
}

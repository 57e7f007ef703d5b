import { hashToken } from '../db/cipher.ts';
import { changeConsentOfAddress, type ConsentChange } from '../db/consent-store.ts';
import { readPractice } from '../db/practice-store.ts';
import { suppressAddress } from '../db/suppression-store.ts';
import type { Database } from '../db/database.ts';
import { displayName } from '../delivery/render.ts';
import type { AnswerOrigin } from './opt-in-answer.ts';

/** One click in a mail program, or the button on our page: a stop of the address, whoever has it (RFC 8058). */

export type UnsubscribePage =
  { state: 'unknown' } | { state: 'subscribed' | 'stopped'; practice: string };

/** Looking changes nothing: mail scanners look. */
export async function viewUnsubscribe(db: Database, token: string): Promise<UnsubscribePage> {
  const link = await findLink(db, token);
  if (!link) return { state: 'unknown' };
  const practice = await practiceName(db, link.practiceId);
  const stopped = await db.prisma.suppression.count({
    where: { ...link, kind: 'stopped', liftedAt: null },
  });
  return { state: stopped > 0 ? 'stopped' : 'subscribed', practice };
}

export async function unsubscribe(
  db: Database,
  token: string,
  origin: AnswerOrigin,
): Promise<{ page: UnsubscribePage; changes: ConsentChange[] }> {
  const link = await findLink(db, token);
  if (!link) return { page: { state: 'unknown' }, changes: [] };
  const { practiceId, method, addressHash } = link;
  const at = db.clock.now();
  const reason = 'unsubscribed';
  const changes = await db.prisma.$transaction(async (sql) => {
    const changed = await changeConsentOfAddress(
      db,
      sql,
      practiceId,
      method,
      addressHash,
      () => ({ type: 'revoked', at, method, reason, address: true }),
      { via: 'unsubscribe', ip: origin.ip, userAgent: origin.userAgent },
    );
    await suppressAddress(sql, practiceId, {
      method,
      addressHash,
      kind: 'stopped',
      reason,
      since: at,
    });
    return changed;
  });
  return { page: { state: 'stopped', practice: await practiceName(db, practiceId) }, changes };
}

async function findLink(db: Database, token: string) {
  if (!/^[A-Za-z0-9_-]{20,64}$/.test(token)) return undefined;
  const link = await db.prisma.unsubscribeLink.findUnique({
    where: { tokenHash: hashToken(token) },
  });
  if (!link) return undefined;
  const { practiceId, addressHash } = link;
  return { practiceId, method: 'email' as const, addressHash };
}

async function practiceName(db: Database, practiceId: string): Promise<string> {
  const practice = await readPractice(db, practiceId);
  return practice ? displayName(practice.settings, practice.name) : '';
}

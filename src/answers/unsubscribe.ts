import { hashToken } from '../db/cipher.ts';
import type { ConsentChange } from '../db/consent-store.ts';
import { readPractice } from '../db/practice-store.ts';
import type { Database, Sql } from '../db/database.ts';
import { displayName } from '../domain/settings.ts';
import { tokensOfMail } from '../domain/unsubscribe-mail.ts';
import { barAddress, type Address } from './bar-address.ts';
import type { AnswerOrigin } from './opt-in-answer.ts';
import type { ReportResult } from './provider-report.ts';

/** One click in a mail program, or the button on our page: a stop of the address, whoever has it (RFC 8058). */

export type UnsubscribePage =
  { state: 'unknown' } | { state: 'subscribed' | 'stopped'; practice: string };

/** Looking changes nothing: mail scanners look. */
export async function viewUnsubscribe(db: Database, token: string): Promise<UnsubscribePage> {
  const link = await findLink(db.prisma, token);
  if (!link) return { state: 'unknown' };
  const practice = await practiceName(db, link.practiceId);
  const bars = await db.prisma.suppression.count({
    where: { ...link, kind: 'stopped', liftedAt: null },
  });
  return { state: bars > 0 ? 'stopped' : 'subscribed', practice };
}

export async function unsubscribe(
  db: Database,
  token: string,
  origin: AnswerOrigin,
): Promise<{ page: UnsubscribePage; changes: ConsentChange[] }> {
  const link = await findLink(db.prisma, token);
  if (!link) return { page: { state: 'unknown' }, changes: [] };
  const { ip, userAgent } = origin;
  const changes = await db.prisma.$transaction((sql) =>
    barAddress(db, sql, link, stopped, { via: 'unsubscribe', ip, userAgent }),
  );
  return { page: { state: 'stopped', practice: await practiceName(db, link.practiceId) }, changes };
}

export type UnsubscribeMail = { providerId: string; from: string; to: string[]; subject: string };

/**
 * A mail to the mailbox that our emails name. It stops the address that its token was made for, whoever the mail says it
 * is from; without a token that we gave out it changes nothing. Both places it stands in hold the same one.
 */
export async function unsubscribeByMail(
  db: Database,
  sql: Sql,
  mail: UnsubscribeMail,
  mailbox: string,
): Promise<ReportResult> {
  for (const token of tokensOfMail(mail, mailbox)) {
    const link = await findLink(sql, token);
    if (!link) continue;
    const { from, providerId } = mail;
    const evidence = { via: 'unsubscribe_mail', from, providerId };
    const changes = await barAddress(db, sql, link, stopped, evidence);
    return {
      announcements: changes.flatMap((change) => change.announcements),
      stopped: changes.map(({ contact }) => contact.ref),
    };
  }
  return { announcements: [], stopped: [] };
}

const stopped = { kind: 'stopped', reason: 'unsubscribed' } as const;

type Link = Address & { method: 'email' };

async function findLink(sql: Sql, token: string): Promise<Link | undefined> {
  if (!/^[A-Za-z0-9_-]{20,64}$/.test(token)) return undefined;
  const link = await sql.unsubscribeLink.findUnique({
    where: { tokenHash: hashToken(token) },
  });
  if (!link) return undefined;
  const { practiceId, addressHash } = link;
  return { practiceId, method: 'email', addressHash };
}

async function practiceName(db: Database, practiceId: string): Promise<string> {
  const practice = await readPractice(db, practiceId);
  return practice ? displayName(practice.settings, practice.name) : '';
}

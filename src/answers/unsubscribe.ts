import { hashToken } from '../db/cipher.ts';
import type { ConsentChange } from '../db/consent-store.ts';
import { readContact } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { ContactRef } from '../domain/ids.ts';
import { localeOf, type Locale } from '../domain/locale.ts';
import { displayName } from '../domain/settings.ts';
import { tokensOfMail } from '../domain/unsubscribe-mail.ts';
import { barAddress, type Address } from './bar-address.ts';
import type { AnswerOrigin } from './opt-in-answer.ts';
import type { ReportResult } from './provider-report.ts';

/** One click in a mail program, or the button on our page: a stop of the address for everybody who has it (RFC 8058). */

export type UnsubscribePage =
  | { state: 'unknown' }
  | {
      state: 'subscribed' | 'stopped';
      practice: string;
      supportPhone?: string;
      /** Their emails end with a link to the preferences. */
      emailFooter: boolean;
    };

/** With the language it is shown in: undefined for a token that nobody was given. */
export type LocalisedUnsubscribe = { page: UnsubscribePage; locale: Locale | undefined };

const unknown: LocalisedUnsubscribe = { page: { state: 'unknown' }, locale: undefined };

/** Looking changes nothing: mail scanners look. */
export async function viewUnsubscribe(
  db: Database,
  token: string,
  lang: Locale | undefined,
): Promise<LocalisedUnsubscribe> {
  const link = await findLink(db.prisma, token);
  if (!link) return unknown;
  const bars = await db.prisma.suppression.count({
    where: { ...link.address, kind: 'stopped', liftedAt: null },
  });
  return pageOf(db, link, bars > 0 ? 'stopped' : 'subscribed', lang);
}

export async function unsubscribe(
  db: Database,
  token: string,
  lang: Locale | undefined,
  { ip, userAgent }: AnswerOrigin,
): Promise<LocalisedUnsubscribe & { changes: ConsentChange[] }> {
  const link = await findLink(db.prisma, token);
  if (!link) return { ...unknown, changes: [] };
  const changes = await db.prisma.$transaction((sql) =>
    barAddress(db, sql, link.address, stopped, { via: 'unsubscribe', ip, userAgent }),
  );
  return { ...(await pageOf(db, link, 'stopped', lang)), changes };
}

async function pageOf(
  db: Database,
  { contact: ref }: Link,
  state: 'subscribed' | 'stopped',
  lang: Locale | undefined,
): Promise<LocalisedUnsubscribe> {
  const contact = await readContact(db.prisma, ref);
  if (!contact) return unknown;
  const { settings, name } = contact.practice;
  const { supportPhone } = settings.sender;
  return {
    page: {
      state,
      practice: displayName(settings, name),
      ...(supportPhone === undefined ? {} : { supportPhone }),
      emailFooter: settings.emailFooter,
    },
    locale: lang ?? localeOf(contact.locale),
  };
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
    const changes = await barAddress(db, sql, link.address, stopped, evidence);
    return {
      announcements: changes.flatMap((change) => change.announcements),
      stopped: changes.map(({ contact }) => contact.ref),
    };
  }
  return { announcements: [], stopped: [] };
}

const stopped = { kind: 'stopped', reason: 'unsubscribed' } as const;

type Link = { contact: ContactRef; address: Address };

async function findLink(sql: Sql, token: string): Promise<Link | undefined> {
  if (!/^[A-Za-z0-9_-]{20,64}$/.test(token)) return undefined;
  const link = await sql.unsubscribeLink.findUnique({
    where: { tokenHash: hashToken(token) },
  });
  if (!link) return undefined;
  const { practiceId, contactId, addressHash } = link;
  return {
    contact: { practiceId, contactId },
    address: { practiceId, method: 'email', addressHash },
  };
}

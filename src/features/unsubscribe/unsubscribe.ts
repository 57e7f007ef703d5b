import type { Address, ConsentChange } from '../../record/consent/consent-store.ts';
import { readContact } from '../../record/consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Evidence } from '../../ledger/store.ts';
import { readPractice } from '../../record/practices/practice-store.ts';
import { findUnsubscribeLink } from '../../record/links/unsubscribe-store.ts';
import { transaction } from '../../platform/db/transaction.ts';
import type { InboundMail } from '../../core/inbound.ts';
import { localeOf, type Locale } from '../../core/locale.ts';
import { displayName } from '../../core/settings.ts';
import { tokensOfMail } from '../../core/unsubscribe-mail.ts';
import { stopBy } from '../../record/consent/stop-author.ts';
import { currentIds } from '../../record/contacts/alias-store.ts';
import { unsubscribed } from '../../core/consent/authors.ts';
import type { AnswerOrigin } from '../opt-in/opt-in-answer.ts';
import type { ReportResult } from '../../record/consent/report-result.ts';

/**
 * One click in a mail program, or the button on our page: a stop of the address for everybody who has it (RFC 8058).
 */

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
  const link = await findLink(db, db.prisma, token);
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
  const link = await findLink(db, db.prisma, token);
  if (!link) return { ...unknown, changes: [] };
  const evidence = { via: 'unsubscribe', ip, userAgent };
  const changes = await transaction(db, (sql) => stop(db, sql, link, evidence));
  return { ...(await pageOf(db, link, 'stopped', lang)), changes };
}

async function pageOf(
  db: Database,
  { contactId, address: { practiceId } }: Link,
  state: 'subscribed' | 'stopped',
  lang: Locale | undefined,
): Promise<LocalisedUnsubscribe> {
  const contact =
    contactId === undefined ? undefined : await readContact(db.prisma, { practiceId, contactId });
  const practice = contact?.practice ?? (await readPractice(db, practiceId));
  if (!practice) return unknown;
  const { settings, name } = practice;
  const { supportPhone } = settings.sender;
  return {
    page: {
      state,
      practice: displayName(settings, name),
      ...(supportPhone === undefined ? {} : { supportPhone }),
      emailFooter: settings.emailFooter,
    },
    locale: lang ?? (contact && localeOf(contact.locale)),
  };
}

/**
 * A mail to the mailbox that our emails name. It stops the address that its token was made for, whatever its From says;
 * without a token of ours it changes nothing. Subject and recipient carry the same token.
 */
export async function unsubscribeByMail(
  db: Database,
  sql: Sql,
  mail: InboundMail,
  mailbox: string,
): Promise<ReportResult> {
  for (const token of tokensOfMail(mail, mailbox)) {
    const link = await findLink(db, sql, token);
    if (!link) continue;
    const { from, providerId } = mail;
    const evidence = { via: 'unsubscribe_mail', from, providerId };
    const changes = await stop(db, sql, link, evidence);
    return {
      announcements: changes.flatMap((change) => change.announcements),
      stopped: changes.map(({ contact }) => contact.ref),
    };
  }
  return { announcements: [], stopped: [] };
}

async function stop(
  db: Database,
  sql: Sql,
  { contactId, address }: Link,
  evidence: Evidence['fields'],
): Promise<ConsentChange[]> {
  const { practiceId } = address;
  const [author] = contactId === undefined ? [] : await currentIds(sql, practiceId, [contactId]);
  return stopBy(db, sql, author, address, unsubscribed, { ...evidence, linkOf: author });
}

/** Without a contact: it was erased, and the link still stops the address that it was made for. */
type Link = { contactId?: string; address: Address };

async function findLink(db: Database, sql: Sql, token: string): Promise<Link | undefined> {
  const link = await findUnsubscribeLink(db, sql, token);
  if (!link) return undefined;
  const { practiceId, contactId, addressHash } = link;
  return {
    ...(contactId === null ? {} : { contactId }),
    address: { practiceId, method: 'email', addressHash },
  };
}

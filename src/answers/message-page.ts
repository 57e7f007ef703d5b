import { lockContact, readContact, type ContactView } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { MessageLink } from '../db/generated/client.ts';
import { findMessageLink } from '../db/message-link-store.ts';
import { openContent } from '../db/message-store.ts';
import { limits } from '../domain/limits.ts';
import { localeOf, type Locale } from '../domain/locale.ts';
import { contentFor } from '../domain/message.ts';
import { displayName } from '../domain/settings.ts';
import { asksBirthDate, isBirthDate, typedDate } from './identity.ts';

/**
 * Where a message is read whose email was only a notice. Reading changes nothing, and is asked for again each time:
 * a person who finds the page open on a shared computer finds no session in it.
 */

type Common = { practice: string; supportPhone?: string };

/** `wrong`: the date was not the one; not why. `missing`: what was typed is no date, which costs no try. */
export type DateProblem = { type: 'missing'; typed: string } | { type: 'wrong'; triesLeft: number };

export type MessagePage =
  | { state: 'unknown' }
  | (Common & { state: 'expired' | 'locked' })
  | (Common & { state: 'asks'; problem?: DateProblem })
  | (Common & { state: 'shown'; subject?: string; text: string });

export type LocalisedMessage = { page: MessagePage; locale: Locale | undefined };

const unknown: LocalisedMessage = { page: { state: 'unknown' }, locale: undefined };

export async function viewMessage(
  db: Database,
  token: string,
  lang: Locale | undefined,
): Promise<LocalisedMessage> {
  const link = await findMessageLink(db.prisma, token);
  const contact = link && (await readContact(db.prisma, link));
  if (!contact || contact.gone) return unknown;
  const locale = lang ?? localeOf(contact.locale);
  const closed = closedPage(db, contact, link);
  if (closed) return { page: closed, locale };
  const page: MessagePage = asksBirthDate(contact)
    ? { state: 'asks', ...commonOf(contact) }
    : await shownPage(db, db.prisma, contact, link);
  return { page, locale };
}

/** With the birth date; wrong ones are counted under the contact's lock. */
export async function openMessage(
  db: Database,
  token: string,
  birthDate: string,
  lang: Locale | undefined,
): Promise<LocalisedMessage> {
  return db.prisma.$transaction(async (sql) => {
    const seen = await findMessageLink(sql, token);
    const contact = seen && (await lockContact(sql, seen));
    if (!contact || contact.gone) return unknown;
    const locale = lang ?? localeOf(contact.locale);
    // Read again under the lock: tries were counted while we waited.
    const link = await sql.messageLink.findUnique({ where: { tokenHash: seen.tokenHash } });
    if (!link) return unknown;
    const closed = closedPage(db, contact, link);
    if (closed) return { page: closed, locale };
    const date = typedDate(contact, birthDate);
    if (!asksBirthDate(contact) || isBirthDate(db, contact, date))
      return { page: await shownPage(db, sql, contact, link), locale };
    const ask = (problem: DateProblem): MessagePage => ({
      state: 'asks',
      ...commonOf(contact),
      problem,
    });
    if (date === undefined) return { page: ask({ type: 'missing', typed: birthDate }), locale };
    const after = await sql.messageLink.update({
      where: { tokenHash: link.tokenHash },
      data: { tries: { increment: 1 } },
    });
    const page = closedPage(db, contact, after);
    const triesLeft = limits.identityTries - after.tries;
    return { page: page ?? ask({ type: 'wrong', triesLeft }), locale };
  });
}

function closedPage(
  db: Database,
  contact: ContactView,
  { tries, expiresAt }: MessageLink,
): MessagePage | undefined {
  if (asksBirthDate(contact) && tries >= limits.identityTries)
    return { state: 'locked', ...commonOf(contact) };
  return expiresAt <= db.clock.now() ? { state: 'expired', ...commonOf(contact) } : undefined;
}

async function shownPage(
  db: Database,
  sql: Sql,
  contact: ContactView,
  { practiceId, messageId }: MessageLink,
): Promise<MessagePage> {
  const row = await sql.message.findUnique({
    where: { practiceId_id: { practiceId, id: messageId } },
    select: { contentEnc: true },
  });
  const content = row ? contentFor('email', openContent(db, row.contentEnc)) : undefined;
  if (!content) return { state: 'unknown' };
  const { subject, text } = content;
  return {
    state: 'shown',
    ...commonOf(contact),
    ...(subject === undefined ? {} : { subject }),
    text,
  };
}

function commonOf({ practice }: ContactView): Common {
  const { supportPhone } = practice.settings.sender;
  return {
    practice: displayName(practice.settings, practice.name),
    ...(supportPhone === undefined ? {} : { supportPhone }),
  };
}

import type { Announcement } from '../../record/consent/consent-store.ts';
import { lockContact, readContact, type ContactView } from '../../record/consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { MessageLink } from '../../platform/db/generated/client.ts';
import {
  findMessageLink,
  linkedMessage,
  type LinkedMessage,
} from '../../record/links/message-link-store.ts';
import { openContent } from '../../record/messages/message-words.ts';
import { transaction } from '../../platform/db/transaction.ts';
import { mayStillRead } from '../../core/consent/gate.ts';
import { localeOf, type Locale } from '../../core/locale.ts';
import { contentFor } from '../../core/message/message.ts';
import { displayName } from '../../core/settings.ts';
import {
  asksBirthDate,
  countWrongDate,
  isBirthDate,
  isGuessedTooOften,
  typedDate,
} from '../opt-in/identity.ts';
import type { AnswerOrigin } from '../opt-in/opt-in-answer.ts';

/**
 * Shows a message whose email was only a notice. Reading changes nothing and asks for the date each time: a person who
 * finds the page open on a shared computer finds no session in it.
 */

type Common = { practice: string; supportPhone?: string };

/** `wrong`: not the date on file, without saying why. `missing`: no valid date was typed, which costs no try. */
export type DateProblem = { type: 'missing'; typed: string } | { type: 'wrong'; triesLeft: number };

export type MessagePage =
  | { state: 'unknown' }
  /** `expired`: or closed for another reason; the page does not say which. */
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
  const link = await findMessageLink(db, db.prisma, token);
  const contact = link && (await readContact(db.prisma, link));
  if (!contact || contact.gone) return unknown;
  const locale = lang ?? localeOf(contact.locale);
  const behind = await behindLink(db, db.prisma, contact, link);
  if ('closed' in behind) return { page: behind.closed, locale };
  const page: MessagePage = asksBirthDate(contact)
    ? { state: 'asks', ...commonOf(contact) }
    : shownPage(db, contact, behind.message);
  return { page, locale };
}

/** Notices are emails, and their links have the tries of that channel. */
const noticeMethod = 'email';

/**
 * With the birth date; wrong ones are counted for the channel, under the contact's lock, whichever link they come by.
 */
export async function openMessage(
  db: Database,
  token: string,
  birthDate: string,
  lang: Locale | undefined,
  origin: AnswerOrigin,
): Promise<LocalisedMessage & { announcements: Announcement[] }> {
  const say = (said: LocalisedMessage) => ({ ...said, announcements: [] });
  return transaction(db, async (sql) => {
    const seen = await findMessageLink(db, sql, token);
    const contact = seen && (await lockContact(sql, seen));
    if (!contact || contact.gone) return say(unknown);
    const locale = lang ?? localeOf(contact.locale);
    // Read again under the lock: tries were counted while we waited.
    const link = await findMessageLink(db, sql, token);
    if (!link) return say(unknown);
    const behind = await behindLink(db, sql, contact, link);
    if ('closed' in behind) return say({ page: behind.closed, locale });
    const date = typedDate(contact, birthDate);
    if (!asksBirthDate(contact) || isBirthDate(db, contact, date))
      return say({ page: shownPage(db, contact, behind.message), locale });
    const ask = (problem: DateProblem): MessagePage => ({
      state: 'asks',
      ...commonOf(contact),
      problem,
    });
    if (date === undefined)
      return say({ page: ask({ type: 'missing', typed: birthDate }), locale });
    const counted = await countWrongDate(db, sql, contact, noticeMethod, {
      via: 'message_link',
      ...origin,
    });
    const after = await behindLink(db, sql, counted.contact, link);
    return {
      page: 'closed' in after ? after.closed : ask({ type: 'wrong', triesLeft: counted.triesLeft }),
      locale,
      announcements: counted.changes.flatMap((change) => change.announcements),
    };
  });
}

/**
 * The message, or why there is none to see: the link is too old, names another contact's message, was sent to another
 * address, or to a channel that carries nothing any more; the page does not say which. Whose it is comes first: another
 * address has tries of its own, which are not for readers of this mailbox.
 */
async function behindLink(
  db: Database,
  sql: Sql,
  contact: ContactView,
  link: MessageLink,
): Promise<{ closed: MessagePage } | { message: LinkedMessage }> {
  const common = commonOf(contact);
  const { consent, practice } = contact;
  const expired = { closed: { state: 'expired', ...common } } as const;
  const message = await linkedMessage(sql, link, consent.channels[noticeMethod]);
  if (!message) return expired;
  if (isGuessedTooOften(contact, noticeMethod)) return { closed: { state: 'locked', ...common } };
  if (link.expiresAt <= db.clock.now() || !mayStillRead(consent, noticeMethod, practice.settings))
    return expired;
  return { message };
}

function shownPage(db: Database, contact: ContactView, message: LinkedMessage): MessagePage {
  const content = contentFor('email', openContent(db, message));
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

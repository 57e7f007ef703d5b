import type { ContactView } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { Delivery } from '../db/generated/client.ts';
import { createMessageLink } from '../db/message-link-store.ts';
import { limits } from '../domain/limits.ts';
import { localeOf } from '../domain/locale.ts';
import type { MethodContent } from '../domain/message.ts';
import { displayName } from '../domain/settings.ts';
import { notice } from '../templates/notice.ts';
import type { Sending } from './render.ts';

/**
 * `emailContent: notice`: nothing of the message is in the email, not even its subject; it is read on a page of ours
 * (src/answers/message-page.ts).
 */
export async function composeNotice(
  db: Database,
  sql: Sql,
  contact: ContactView,
  delivery: Delivery,
  sending: Sending,
): Promise<MethodContent> {
  const token = await createMessageLink(db, sql, delivery, contact.consent.channels.email.epoch);
  const { settings, name } = contact.practice;
  const { supportPhone } = settings.sender;
  return notice(localeOf(contact.locale), {
    practice: displayName(settings, name),
    link: `${sending.publicUrl}/m/${token}`,
    days: limits.messageLinkMs / 86_400_000,
    ...(supportPhone === undefined ? {} : { supportPhone }),
  });
}

import type { ContactView } from '../../record/consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Delivery } from '../../platform/db/generated/client.ts';
import { createMessageLink } from '../../record/links/message-link-store.ts';
import { limits } from '../../core/limits.ts';
import { localeOf } from '../../core/locale.ts';
import type { MethodContent } from '../../core/message/message.ts';
import { displayName } from '../../core/settings.ts';
import { notice } from './render-notice.ts';
import type { Sending } from '../../templates/render.ts';

/**
 * `emailContent: notice`: nothing of the message is in the email, not even its subject; it is read on a page of ours
 * (src/features/notices/message-page.ts).
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

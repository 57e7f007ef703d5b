import { lockContact } from '../../record/consent/contact-lock.ts';
import type { Database } from '../../platform/db/database.ts';
import { askByHand } from './opt-in-store.ts';
import { requestOfToken } from '../../record/links/opt-in-request.ts';
import { transaction } from '../../platform/db/transaction.ts';
import type { Senders } from '../../templates/render.ts';
import type { ContactRef } from '../../core/ids.ts';
import { localeOf, type Locale } from '../../core/locale.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { pageOf, type LocalisedPage } from './opt-in-page.ts';

/**
 * "Send me a fresh link", on the page of an expired one: through the same throttled door as staff's own. The answer is
 * the same whether something was sent or not, and names no address: holders of an old link learn nothing by it.
 */
export async function askForFreshLink(
  db: Database,
  token: string,
  lang: Locale | undefined,
  senders: Senders,
): Promise<LocalisedPage & { wake: ContactRef[] }> {
  return transaction(db, async (sql) => {
    const request = await requestOfToken(db, sql, token);
    const contact = request && (await lockContact(sql, request));
    if (!contact) return { page: { state: 'unknown' }, locale: undefined, wake: [] };
    const locale = lang ?? localeOf(contact.locale);
    const page = await pageOf(db, sql, contact, request, locale, senders);
    if (page.state !== 'expired') return { page, locale, wake: [] };
    const { state: _state, fresh, ...common } = page;
    const method = request.method as ConsentMethod;
    // Also after a no: it is the person who asks for the link.
    if (fresh) await askByHand(db, sql, contact, [method], { via: 'page' });
    const wake = fresh ? [contact.ref] : [];
    return { page: { ...common, state: 'fresh_asked' }, locale, wake };
  });
}

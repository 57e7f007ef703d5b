import type { ContactView } from '../../record/consent/contact-lock.ts';
import type { Sql } from '../../platform/db/database.ts';
import type { ShownText } from '../../record/links/opt-in-request.ts';
import { currentTemplate } from '../../templates/template-store.ts';
import { optInValues } from './compose-opt-in.ts';
import type { Locale } from '../../core/locale.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { defaultTemplate } from '../../templates/defaults.ts';
import { renderOptInPage } from './render-opt-in.ts';

/** The full text of an opt-in as a page shows it today, for the channels that a yes there covers and for bookings. */
export async function fullTextToday(
  sql: Sql,
  asked: Pick<ContactView, 'practice' | 'consent'>,
  locale: Locale,
  question: { asks: readonly ConsentMethod[]; booking?: boolean },
): Promise<ShownText> {
  const key = { name: 'opt_in', method: 'email', locale } as const;
  const values = optInValues(asked, { ...question, link: nowhere });
  const own = await currentTemplate(sql, asked.practice.id, key);
  const rendering = renderOptInPage(own, values);
  // A yes must not rest on a practice's own words that lack a statement; the shipped words lack none.
  const safe = rendering.ok ? rendering : renderOptInPage(defaultTemplate(key), values);
  if (!safe.ok) throw new Error(`the shipped opt-in text cannot be shown: ${safe.reason}`);
  return safe.shown;
}

/** The page shows no link to itself; the text beside the link is left out. */
const nowhere = 'https://optgate.invalid/';

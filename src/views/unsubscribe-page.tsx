import type { UnsubscribePage } from '../answers/unsubscribe.ts';
import type { Locale } from '../domain/locale.ts';
import { Page } from './page.tsx';
import { toldPage } from './parts.tsx';
import { words } from './words/words.ts';

/** One button, nothing else to find (RFC 8058 asks for one click; people deserve the same). */
export function unsubscribePage(page: UnsubscribePage, locale: Locale): string {
  const { unknown, unsubscribe, otherLanguage } = words[locale];
  const elsewhere = `?lang=${otherLanguage.locale}`;
  switch (page.state) {
    case 'unknown':
      return toldPage(locale, unknown, elsewhere);
    case 'subscribed':
      return String(
        <Page title={unsubscribe.title} locale={locale} otherLanguage={elsewhere}>
          <h1 safe>{unsubscribe.heading(page.practice)}</h1>
          <form method="post">
            <button class="yes" type="submit" safe>
              {unsubscribe.button}
            </button>
          </form>
        </Page>,
      );
    case 'stopped': {
      const { title, told } = unsubscribe.stopped;
      return toldPage(locale, { title, text: told(page.practice) }, elsewhere);
    }
  }
}

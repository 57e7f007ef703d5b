import type { UnsubscribePage } from './unsubscribe.ts';
import type { Locale } from '../../core/locale.ts';
import { Page } from '../../platform/ui/page.tsx';
import { Questions, toldPage } from '../../platform/ui/parts.tsx';
import { words } from './words.ts';

/** One button, nothing else to find (RFC 8058 asks for one click; people deserve the same). */
export function unsubscribePage(page: UnsubscribePage, locale: Locale): string {
  const { unknown, unsubscribe, otherLanguage } = words[locale];
  const elsewhere = `?lang=${otherLanguage.locale}`;
  switch (page.state) {
    case 'unknown':
      return toldPage(locale, unknown, elsewhere);
    case 'subscribed':
      return String(
        <Page
          title={unsubscribe.title}
          locale={locale}
          practice={page.practice}
          otherLanguage={elsewhere}
        >
          <h1 safe>{unsubscribe.heading(page.practice)}</h1>
          <form method="post">
            <button class="yes" type="submit" safe>
              {unsubscribe.button}
            </button>
          </form>
          <Questions phone={page.supportPhone} locale={locale} />
        </Page>,
      );
    case 'stopped': {
      const { title, told, backByLink, backByPhone } = unsubscribe.stopped;
      return String(
        <Page title={title} locale={locale} practice={page.practice} otherLanguage={elsewhere}>
          <h1 safe>{title}</h1>
          <p class="done" safe>
            {told(page.practice)}
          </p>
          <p safe>{page.emailFooter ? backByLink : backByPhone}</p>
          <Questions phone={page.supportPhone} locale={locale} />
        </Page>,
      );
    }
  }
}

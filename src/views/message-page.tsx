import type { MessagePage } from '../answers/message-page.ts';
import type { Locale } from '../domain/locale.ts';
import { Page } from './page.tsx';
import { BirthDate, Paragraphs, toldPage } from './parts.tsx';
import { words } from './words/words.ts';

/** Where a message is read whose email was only a notice. Its HTML is not shown: only the text, escaped. */
export function messagePage(page: MessagePage, locale: Locale): string {
  const say = words[locale];
  const otherLanguage = `?lang=${say.otherLanguage.locale}`;
  if (page.state === 'unknown') return toldPage(locale, say.unknown, otherLanguage);
  const { practice, supportPhone } = page;
  const title = say.message.title(practice);
  const wrong = page.state === 'asks' && page.wrong;
  return String(
    <Page
      title={wrong ? `${say.birthDate.titlePrefix}${title}` : title}
      locale={locale}
      otherLanguage={otherLanguage}
    >
      <Body page={page} locale={locale} />
      {supportPhone === undefined ? '' : <p safe>{say.questions(supportPhone)}</p>}
    </Page>,
  );
}

function Body(props: {
  page: Exclude<MessagePage, { state: 'unknown' }>;
  locale: Locale;
}): JSX.Element {
  const { page, locale } = props;
  const { practice } = page;
  const say = words[locale];
  switch (page.state) {
    case 'shown':
      return (
        <>
          <h1 safe>{page.subject ?? say.message.title(practice)}</h1>
          <Paragraphs text={page.text} />
        </>
      );
    case 'asks':
      return (
        <>
          <h1 safe>{say.message.title(practice)}</h1>
          <p safe>{say.message.ask(practice)}</p>
          <form method="post">
            <BirthDate locale={locale} wrong={page.wrong} refusable={false} />
            <button class="yes" type="submit" safe>
              {say.message.show}
            </button>
          </form>
        </>
      );
    case 'locked':
      return (
        <>
          <h1 safe>{say.locked.heading}</h1>
          <p safe>{say.locked.told(practice)}</p>
        </>
      );
    case 'expired':
      return (
        <>
          <h1 safe>{say.message.expiredHeading}</h1>
          <p safe>{say.message.expired(practice)}</p>
        </>
      );
  }
}

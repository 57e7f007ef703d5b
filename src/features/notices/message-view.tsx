import type { DateProblem, MessagePage } from './message-page.ts';
import type { Locale } from '../../core/locale.ts';
import { Page } from '../../platform/ui/page.tsx';
import { BirthDate, firstDateBox } from '../../platform/ui/birth-date.tsx';
import { Paragraphs, Questions, toldPage, Wrong, wrongId } from '../../platform/ui/parts.tsx';
import { words, type Words } from './words.ts';

/** Where a message is read whose email was only a notice. Its HTML is not shown: only the text, escaped. */
export function messagePage(page: MessagePage, locale: Locale): string {
  const say = words[locale];
  const otherLanguage = `?lang=${say.otherLanguage.locale}`;
  if (page.state === 'unknown') return toldPage(locale, say.unknown, otherLanguage);
  const { practice, supportPhone } = page;
  const title = say.message.title(practice);
  const wrong = page.state === 'asks' && page.problem !== undefined;
  return String(
    <Page
      title={wrong ? `${say.birthDate.titlePrefix}${title}` : title}
      locale={locale}
      practice={practice}
      otherLanguage={otherLanguage}
    >
      <Body page={page} locale={locale} />
      <Questions phone={supportPhone} locale={locale} />
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
          {page.problem ? (
            <Wrong lines={[{ text: wrongText(page.problem, say), at: firstDateBox }]} />
          ) : (
            ''
          )}
          <h1 safe>{say.message.title(practice)}</h1>
          <p safe>{say.message.ask(practice)}</p>
          <form method="post">
            <BirthDate
              locale={locale}
              typed={page.problem?.type === 'missing' ? page.problem.typed : ''}
              refusable={false}
              problemId={page.problem ? wrongId : undefined}
            />
            <button class="yes" type="submit" safe>
              {say.message.show}
            </button>
          </form>
        </>
      );
    case 'locked':
      return (
        <>
          <h1 safe>{say.locked.title}</h1>
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

function wrongText(problem: DateProblem, { birthDate }: Words): string {
  return problem.type === 'missing' ? birthDate.missing : birthDate.wrong(problem.triesLeft);
}

import type { OptInPage } from './opt-in-page.ts';
import type { Locale } from '../../core/locale.ts';
import { callable, Sentence, textable } from '../../platform/ui/dial.tsx';
import { QuestionForm, WrongAnswer } from './question-view.tsx';
import { Page } from '../../platform/ui/page.tsx';
import { Questions, SectionOf, toldPage } from '../../platform/ui/parts.tsx';
import { words, type Words } from './words.ts';

export { askedOn } from './question-view.tsx';

/** `self`: the page's own address, relative to where it is shown; its token is in it. */
export type Place = { locale: Locale; self: string; token: string };

/**
 * The page at `/o/{token}`: the question, the answer within the first screen of a phone, and the full text below. It
 * never names them: everybody who holds the phone may read it. Works without scripts; only its forms decide.
 */
export function optInPage(page: OptInPage, place: Place): string {
  const { locale, self } = place;
  const say = words[locale];
  const elsewhere = `?lang=${say.otherLanguage.locale}`;
  // The same for every token that nobody was given: it does not repeat the token.
  if (page.state === 'unknown') return toldPage(locale, say.unknown, elsewhere);
  const title = titleOf(page, say);
  const question = 'question' in page ? page.question : undefined;
  return String(
    <Page
      title={question?.problem ? `${say.birthDate.titlePrefix}${title}` : title}
      locale={locale}
      practice={page.practice}
      otherLanguage={`${self}${elsewhere}`}
    >
      <WrongAnswer question={question} locale={locale} />
      <Body page={page} say={say} place={place} />
      {saysWhomToCall(page) ? '' : <Questions phone={page.supportPhone} locale={locale} />}
    </Page>,
  );
}

/** The full text does already. */
function saysWhomToCall(page: Known): boolean {
  const text = 'question' in page ? page.question?.shown.text : undefined;
  return page.supportPhone !== undefined && text?.includes(page.supportPhone) === true;
}

type Known = Exclude<OptInPage, { state: 'unknown' }>;

function titleOf(page: Known, say: Words): string {
  switch (page.state) {
    case 'open':
      return say.open.heading[page.method](page.practice);
    case 'accepted':
      return page.earlier ? say.accepted.earlier : say.accepted.title;
    case 'fresh_asked':
      return say.freshAsked.title;
    default:
      return say[page.state].title;
  }
}

function Body({ page, say, place }: { page: Known; say: Words; place: Place }): JSX.Element {
  const { practice } = page;
  const { locale } = place;
  switch (page.state) {
    case 'open':
      return <QuestionForm page={page} question={page.question} locale={locale} level={1} />;
    case 'accepted':
      return <Accepted page={page} say={say} place={place} />;
    case 'declined':
      return (
        <>
          <h1 safe>{say.declined.title}</h1>
          <p safe>{say.declined.told[page.method](practice)}</p>
          <details open={page.question.problem !== undefined}>
            <summary safe>{say.declined.change}</summary>
            <QuestionForm page={page} question={page.question} locale={locale} level={2} quiet />
          </details>
        </>
      );
    case 'revoked':
      return (
        <>
          <h1 safe>{say.revoked.title}</h1>
          <p>
            <Sentence text={revokedText(page, say)} />
          </p>
        </>
      );
    case 'expired':
      return (
        <>
          <h1 safe>{say.expired.title}</h1>
          {page.fresh ? (
            <form method="post" action={`${place.token}/fresh?lang=${locale}`}>
              <p safe>{say.expired.offer}</p>
              <button class="yes" type="submit" safe>
                {say.expired.button}
              </button>
            </form>
          ) : (
            <p safe>{say.expired.ask(practice)}</p>
          )}
        </>
      );
    case 'fresh_asked':
      return (
        <>
          <h1 safe>{say.freshAsked.heading}</h1>
          <p safe>{say.freshAsked.told}</p>
          <p safe>{say.freshAsked.late(practice)}</p>
          {page.method === 'email' ? <SectionOf section={say.help.inbox} /> : ''}
        </>
      );
    case 'locked':
      return (
        <>
          <h1 safe>{say.locked.title}</h1>
          <p safe>{say.locked.told(practice)}</p>
        </>
      );
  }
}

function revokedText({ method, practice, textNumber }: Known, { revoked }: Words): string {
  if (method === 'email') return revoked.told.email(practice);
  return revoked.told.sms(practice, textNumber === undefined ? undefined : textable(textNumber));
}

type AcceptedPage = Extract<OptInPage, { state: 'accepted' }>;

/** Thanks, what is still to be asked, how to stop, and where to go on to. */
function Accepted(props: { page: AcceptedPage; say: Words; place: Place }): JSX.Element {
  const { page, say, place } = props;
  const { practice, method, question } = page;
  const { accepted } = say;
  const byEmail = page.emailFooter
    ? accepted.stop.emailLink
    : accepted.stop.emailCall(
        page.supportPhone === undefined ? practice : callable(page.supportPhone),
      );
  return (
    <>
      <h1 safe>{page.earlier ? accepted.earlier : accepted.heading}</h1>
      <p class="done" safe>
        {accepted.told[method](practice)}
      </p>
      {page.alsoTexts ? (
        <p class="done" safe>
          {accepted.told.sms(practice)}
        </p>
      ) : (
        ''
      )}
      {question ? (
        <QuestionForm page={page} question={question} locale={place.locale} level={2} />
      ) : (
        ''
      )}
      {method === 'email' ? (
        <p>
          <Sentence text={byEmail} />
        </p>
      ) : (
        ''
      )}
      {method === 'sms' || page.alsoTexts ? <p safe>{accepted.stop.sms}</p> : ''}
      <Preferences token={page.preferences} say={say} place={place} />
      <Next page={page} say={say} />
    </>
  );
}

function Preferences(props: { token: string | undefined; say: Words; place: Place }): JSX.Element {
  const { token, say, place } = props;
  if (token === undefined) return <></>;
  // Beside this page, from wherever it is shown.
  const home = place.self === '' ? '..' : '../..';
  return (
    <p>
      <a href={`${home}/p/${token}?lang=${place.locale}`} safe>
        {say.accepted.preferences}
      </a>
    </p>
  );
}

/** Where the practice wants people to go on to, or how not to miss what comes. */
function Next({ page, say }: { page: AcceptedPage; say: Words }): JSX.Element {
  if (page.landingUrl !== undefined)
    return (
      <p>
        <a class="next" href={new URL(page.landingUrl).href} rel="noreferrer" safe>
          {say.accepted.goOn(page.practice)}
        </a>
      </p>
    );
  return page.method === 'email' ? <SectionOf section={say.help.inbox} /> : <></>;
}

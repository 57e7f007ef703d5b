import type { OptInPage, Question } from '../answers/opt-in-page.ts';
import type { Locale } from '../domain/locale.ts';
import { Page } from './page.tsx';
import { BirthDate, Paragraphs, SectionOf, toldPage } from './parts.tsx';
import { words, type Words } from './words/words.ts';

/** `self`: the page's own address, relative to where it is shown; its token is in it. */
export type Place = { locale: Locale; self: string; token: string };

/**
 * What the person sees at `/o/{token}`. It never names them: whoever holds the phone may read it. Works without scripts;
 * only its forms decide.
 */
export function optInPage(page: OptInPage, place: Place): string {
  const { locale, self } = place;
  const say = words[locale];
  const elsewhere = `?lang=${say.otherLanguage.locale}`;
  // The same for every token that nobody was given: it does not repeat the token.
  if (page.state === 'unknown') return toldPage(locale, say.unknown, elsewhere);
  const title = titleOf(page, say);
  const wrong = 'question' in page && page.question?.problem !== undefined;
  return String(
    <Page
      title={wrong ? `${say.birthDate.titlePrefix}${title}` : title}
      locale={locale}
      otherLanguage={`${self}${elsewhere}`}
    >
      <Body page={page} say={say} place={place} />
    </Page>,
  );
}

type Known = Exclude<OptInPage, { state: 'unknown' }>;

function titleOf(page: Known, say: Words): string {
  switch (page.state) {
    case 'open':
      return say.open.title(page.practice);
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
  const channel = say.channel[page.method];
  switch (page.state) {
    case 'open':
      return (
        <>
          <h1 safe>{say.open.heading(practice, channel)}</h1>
          <Paragraphs text={page.question.shown.text} />
          <Form question={page.question} place={place}>
            <Yes label={say.open.accept} />
            <No label={say.open.decline} />
          </Form>
        </>
      );
    case 'accepted':
      return (
        <>
          <h1 safe>{page.earlier ? say.accepted.earlier : say.accepted.heading}</h1>
          <p safe>{say.accepted.told(practice, channel)}</p>
          {page.question ? (
            <SmsToo question={page.question} practice={practice} say={say} place={place} />
          ) : (
            ''
          )}
          <p safe>{say.accepted.stop}</p>
          <Preferences token={page.preferences} say={say} place={place} />
          <Next page={page} say={say} />
          <Questions page={page} say={say} />
        </>
      );
    case 'declined':
      return (
        <>
          <h1 safe>{say.declined.heading}</h1>
          <p safe>{say.declined.told(practice, channel)}</p>
          <h2 safe>{say.declined.read}</h2>
          <Paragraphs text={page.question.shown.text} />
          <Form question={page.question} place={place}>
            <Yes label={say.declined.change} />
          </Form>
        </>
      );
    case 'revoked':
      return (
        <>
          <h1 safe>{say.revoked.heading}</h1>
          <p safe>{say.revoked.told(practice, channel)}</p>
          <Questions page={page} say={say} />
        </>
      );
    case 'expired':
      return (
        <>
          <h1 safe>{say.expired.heading}</h1>
          {page.fresh ? (
            <form method="post" action={`${place.token}/fresh?lang=${place.locale}`}>
              <p safe>{say.expired.offer}</p>
              <button class="yes" type="submit" safe>
                {say.expired.button}
              </button>
            </form>
          ) : (
            <p safe>{say.expired.ask(practice)}</p>
          )}
          <Questions page={page} say={say} />
        </>
      );
    case 'fresh_asked':
      return (
        <>
          <h1 safe>{say.freshAsked.heading}</h1>
          <p safe>{say.freshAsked.told}</p>
          <p safe>{say.freshAsked.late(practice)}</p>
          {page.method === 'email' ? <SectionOf section={say.help.inbox} /> : ''}
          <Questions page={page} say={say} />
        </>
      );
    case 'locked':
      return (
        <>
          <h1 safe>{say.locked.heading}</h1>
          <p safe>{say.locked.told(practice)}</p>
          <Questions page={page} say={say} />
        </>
      );
  }
}

/** What the answer brings along, and where it was not taken the last time. */
function Form(props: { question: Question; place: Place; children: JSX.Element[] | JSX.Element }) {
  const { question, place } = props;
  const say = words[place.locale];
  return (
    <form method="post">
      {question.problem === 'changed' ? (
        <p class="wrong" role="alert" safe>
          {say.changed}
        </p>
      ) : (
        ''
      )}
      <input type="hidden" name="seen" value={question.seen} />
      {question.birthDate ? (
        <BirthDate locale={place.locale} wrong={question.problem === 'identity'} refusable />
      ) : (
        ''
      )}
      {question.smsEnding === undefined ? '' : <AlsoSms ending={question.smsEnding} say={say} />}
      {props.children}
    </form>
  );
}

/** Consent to SMS is not bundled with that to email: a box of its own, empty until the person ticks it. */
function AlsoSms({ ending, say }: { ending: string; say: Words }): JSX.Element {
  return (
    <label class="box">
      <input type="checkbox" name="sms" value="accept" />
      <span safe>{say.open.alsoSms(ending)}</span>
    </label>
  );
}

/** Where the email said yes and nothing was said about SMS yet. */
function SmsToo(props: {
  question: Question;
  practice: string;
  say: Words;
  place: Place;
}): JSX.Element {
  const { question, practice, say, place } = props;
  const { smsEnding, ...alone } = question;
  return (
    <>
      <h2 safe>{say.accepted.smsHeading(practice, smsEnding ?? '')}</h2>
      <Paragraphs text={question.shown.text} />
      <Form question={alone} place={place}>
        <input type="hidden" name="channel" value="sms" />
        <Yes label={say.accepted.smsAccept} />
        <No label={say.accepted.smsDecline} />
      </Form>
    </>
  );
}

function Yes({ label }: { label: string }): JSX.Element {
  return (
    <button class="yes" type="submit" name="decision" value="accept" safe>
      {label}
    </button>
  );
}

/** A no needs no date of birth. */
function No({ label }: { label: string }): JSX.Element {
  return (
    <button class="no" type="submit" name="decision" value="decline" formnovalidate safe>
      {label}
    </button>
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
function Next({ page, say }: { page: Known & { state: 'accepted' }; say: Words }): JSX.Element {
  if (page.landingUrl !== undefined)
    return (
      <p>
        <a href={new URL(page.landingUrl).href} rel="noreferrer" safe>
          {say.accepted.goOn(page.practice)}
        </a>
      </p>
    );
  return page.method === 'email' ? <SectionOf section={say.help.inbox} /> : <></>;
}

function Questions({ page, say }: { page: Known; say: Words }): JSX.Element {
  return page.supportPhone === undefined ? <></> : <p safe>{say.questions(page.supportPhone)}</p>;
}

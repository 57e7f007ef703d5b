import type { AskedCode, BookingPage } from './booking-page.ts';
import type { Locale } from '../../core/locale.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { ChoosingForm } from './choosing-view.tsx';
import { Field } from '../../platform/ui/field.tsx';
import { Page } from '../../platform/ui/page.tsx';
import { Questions, SectionOf, toldPage } from '../../platform/ui/parts.tsx';
import { words, type Words } from './words.ts';

type Known = Exclude<BookingPage, { state: 'unknown' }>;

/** The page of a booking. It never names the person; works without scripts; only its forms change anything. */
export function bookingPage(page: BookingPage, locale: Locale): string {
  const say = words[locale];
  const otherLanguage = `?lang=${say.otherLanguage.locale}`;
  if (page.state === 'unknown') return toldPage(locale, say.unknown, otherLanguage);
  const title = titleOf(page, say);
  return String(
    <Page
      title={isWrong(page) ? `${say.birthDate.titlePrefix}${title}` : title}
      locale={locale}
      practice={page.practice}
      otherLanguage={otherLanguage}
    >
      <Body page={page} say={say} locale={locale} />
      <Questions phone={page.supportPhone} locale={locale} />
    </Page>,
  );
}

function isWrong(page: Known): boolean {
  if (page.state === 'choosing') return page.problems.length > 0;
  return page.state === 'proving' && page.asked.some(({ problem }) => problem !== undefined);
}

function titleOf(page: Known, { booking }: Words): string {
  if (page.state === 'choosing') return booking.choosing.title(page.practice);
  return booking[page.state === 'too_many' ? 'tooMany' : page.state].title;
}

function Body(props: { page: Known; say: Words; locale: Locale }): JSX.Element {
  const { page, say, locale } = props;
  const { booking } = say;
  switch (page.state) {
    case 'choosing':
      return <ChoosingForm page={page} locale={locale} />;
    case 'proving':
      return <Proving page={page} say={say} />;
    case 'done':
      return <Done page={page} say={say} />;
    case 'expired':
      return <Expired page={page} say={booking.expired} />;
    case 'closed':
      return <Told title={booking.closed.title} text={booking.closed.text(page.practice)} />;
    case 'too_many':
      return <Told {...booking.tooMany} />;
  }
}

function Told({ title, text }: { title: string; text: string }): JSX.Element {
  return (
    <>
      <h1 safe>{title}</h1>
      <p safe>{text}</p>
    </>
  );
}

const codes = { email: 'codeEmail', sms: 'codeSms' } as const;
const sends = { email: 'sendEmail', sms: 'sendSms' } as const;

/** The first button is the one that the Enter key of a field presses. */
function Proving(props: {
  page: Extract<BookingPage, { state: 'proving' }>;
  say: Words;
}): JSX.Element {
  const { asked, proven, practice } = props.page;
  const { booking, help } = props.say;
  const say = booking.proving;
  return (
    <>
      <h1 safe>{say.title}</h1>
      {proven.map((method) => (
        <p class="done" role="status" safe>
          {say.proven[method]}
        </p>
      ))}
      <p safe>{say.intro}</p>
      <form method="post">
        {asked.map((code) => (
          <Code code={code} say={say} />
        ))}
        <Button name="prove" label={say.button} main />
        <p safe>{say.late}</p>
        {asked.map(({ method, again }) =>
          again ? (
            <Button name={sends[method]} label={say.again[method]} />
          ) : (
            <p safe>{say.noMore[method](practice)}</p>
          ),
        )}
        {proven.length === 0 ? (
          <Button name="reopen" label={say.reopen} />
        ) : (
          asked.map(({ method }) => <Button name="finish" label={say.finish[method]} />)
        )}
      </form>
      {asked.some(({ method }) => method === 'email') ? <SectionOf section={help.inbox} /> : ''}
    </>
  );
}

function Code(props: { code: AskedCode; say: Words['booking']['proving'] }): JSX.Element {
  const { code, say } = props;
  const { method, address, problem } = code;
  return (
    <Field
      name={codes[method]}
      label={say.code[method](address)}
      type="text"
      inputmode="numeric"
      autocomplete="one-time-code"
      hint={say.hint}
      problem={problem && say.problems[problem]}
    />
  );
}

function Button(props: { name: string; label: string; main?: boolean }): JSX.Element {
  return (
    <button class={props.main ? 'yes' : 'no'} type="submit" name="do" value={props.name} safe>
      {props.label}
    </button>
  );
}

/** The agreement, advice on not missing messages, and the way on. */
function Done(props: { page: Extract<BookingPage, { state: 'done' }>; say: Words }): JSX.Element {
  const { page } = props;
  const { practice, proven, left, policy, next } = page;
  const { booking, accepted, help } = props.say;
  const say = booking.done;
  const { stop } = accepted;
  const emailStop = page.emailFooter ? stop.emailLink : stop.emailCall(practice);
  const isProven = (method: ConsentMethod): boolean => proven.includes(method);
  return (
    <>
      <h1 safe>{say.title}</h1>
      <ul>
        {proven.map((method) => (
          <li safe>{say.agreed[method](practice)}</li>
        ))}
        {left.map((method) => (
          <li safe>{say.left[method]}</li>
        ))}
        <li safe>
          {policy.url === undefined ? say.notice(practice) : say.policy(practice, policy.version)}
        </li>
      </ul>
      {isProven('email') ? <p safe>{emailStop}</p> : ''}
      {isProven('sms') ? <p safe>{stop.sms}</p> : ''}
      {isProven('email') ? <SectionOf section={help.inbox} /> : ''}
      {next === undefined ? (
        ''
      ) : (
        <p>
          <a class="next" href={new URL(next).href} rel="noreferrer" safe>
            {accepted.goOn(practice)}
          </a>
        </p>
      )}
    </>
  );
}

function Expired(props: {
  page: Extract<BookingPage, { state: 'expired' }>;
  say: Words['booking']['expired'];
}): JSX.Element {
  const { page, say } = props;
  return (
    <>
      <h1 safe>{say.title}</h1>
      <p safe>{say.text}</p>
      {page.again === undefined ? (
        <p safe>{say.ask(page.practice)}</p>
      ) : (
        <p>
          <a class="next" href={page.again} rel="noreferrer" safe>
            {say.again}
          </a>
        </p>
      )}
    </>
  );
}

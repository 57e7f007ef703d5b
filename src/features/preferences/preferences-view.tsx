import type { Done, PreferencesPage, Way } from './preferences-page.ts';
import type { Locale } from '../../core/locale.ts';
import { messageKinds } from '../../core/message/message.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { Page } from '../../platform/ui/page.tsx';
import { Sentence, textable } from '../../platform/ui/dial.tsx';
import { Paragraphs, Questions, toldPage } from '../../platform/ui/parts.tsx';
import { words, type Words } from './words.ts';

type Known = Exclude<PreferencesPage, { state: 'unknown' }>;
type Shown = Extract<PreferencesPage, { state: 'shown' }>;

/** The page at `/p/{token}`. It never names the person. Works without scripts; only its forms change anything. */
export function preferencesPage(page: PreferencesPage, locale: Locale): string {
  const say = words[locale];
  const otherLanguage = `?lang=${say.otherLanguage.locale}`;
  if (page.state === 'unknown') return toldPage(locale, say.unknown, otherLanguage);
  const { supportPhone } = page;
  return String(
    <Page
      title={titleOf(page, say)}
      locale={locale}
      practice={page.practice}
      otherLanguage={otherLanguage}
    >
      {page.state === 'shown' ? (
        <Preferences page={page} say={say} locale={locale} />
      ) : (
        <>
          <h1 safe>{say.expired.title}</h1>
          <p safe>
            {page.emailFooter
              ? say.preferences.expired(page.practice)
              : say.preferences.expiredNoLink(page.practice)}
          </p>
        </>
      )}
      <Questions phone={supportPhone} locale={locale} />
    </Page>,
  );
}

/** A program that reads pages aloud begins with the title: it says first that something was changed. */
function titleOf(page: Known, say: Words): string {
  if (page.state === 'expired') return say.expired.title;
  const title = say.preferences.title(page.practice);
  const changed = page.done !== undefined && page.done.type !== 'nothing';
  return changed ? `${say.preferences.changedPrefix}${title}` : title;
}

function Preferences(props: { page: Shown; say: Words; locale: Locale }): JSX.Element {
  const { page, say, locale } = props;
  const { practice, ways, done } = page;
  const my = say.preferences;
  return (
    <>
      <h1 safe>{my.title(practice)}</h1>
      {done === undefined ? (
        ''
      ) : (
        <p class="done" role="status" safe>
          {doneText(done, page, say)}
        </p>
      )}
      <h2 safe>{my.ways}</h2>
      {ways.length === 0 ? <p safe>{my.noWay(practice)}</p> : ''}
      {ways.map((way) => (
        <OneWay way={way} page={page} say={say} locale={locale} />
      ))}
      <Kinds page={page} say={say} />
      <h2 safe>{my.all.heading}</h2>
      <p safe>{my.all.told(practice)}</p>
      <form method="post">
        <button class="no" type="submit" name="stop" value="all" safe>
          {my.all.button}
        </button>
      </form>
    </>
  );
}

function doneText(done: Done, page: Shown, { preferences: { done: say, kinds } }: Words): string {
  switch (done.type) {
    case 'kinds':
      return say.kinds(page.declined.map((kind) => kinds.names[kind]));
    case 'stop':
      return say.stop[done.what];
    case 'again':
      return say.again[done.method];
    case 'nothing':
      return say.nothing;
  }
}

function OneWay(props: { way: Way; page: Shown; say: Words; locale: Locale }): JSX.Element {
  const { way, page, say, locale } = props;
  const { method, address, agreed } = way;
  const my = say.preferences;
  return (
    <section>
      <h3 safe>{address === undefined ? my.wayWithoutAddress[method] : my.way[method](address)}</h3>
      <p safe>
        {address === undefined
          ? my.noAddress(page.practice)
          : my.standing[way.standing](page.practice, whenOf(way, page, say, locale))}
      </p>
      {agreed === undefined ? '' : <Agreed agreed={agreed} say={say} locale={locale} />}
      {way.stoppable ? (
        <form method="post">
          <button class="no" type="submit" name="stop" value={method} safe>
            {my.stop[method]}
          </button>
        </form>
      ) : (
        ''
      )}
      {way.returnable ? (
        <form method="post">
          <button class="yes" type="submit" name="again" value={method} safe>
            {my.again[method]}
          </button>
        </form>
      ) : (
        ''
      )}
      {way.standing === 'stopped' && !way.returnable ? (
        <p>
          <Sentence text={elsewhereText(method, page, say)} />
        </p>
      ) : (
        ''
      )}
    </section>
  );
}

function elsewhereText(method: ConsentMethod, { textNumber }: Shown, say: Words): string {
  const { elsewhere } = say.preferences;
  if (method === 'email') return elsewhere.email;
  return elsewhere.sms(textNumber === undefined ? undefined : textable(textNumber));
}

/** ` on March 12, 2026 (by text message)`, as far as it is known. */
function whenOf({ at, means }: Way, page: Shown, say: Words, locale: Locale): string {
  const { timeZone } = page;
  const date = at && new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(at);
  const on = date === undefined ? '' : ` ${say.preferences.on(date)}`;
  return means === undefined ? on : `${on} (${say.preferences.means[means]})`;
}

/** In the language it was shown in, which need not be the page's (WCAG 2.2, 3.1.2). */
function Agreed(props: {
  agreed: NonNullable<Way['agreed']>;
  say: Words;
  locale: Locale;
}): JSX.Element {
  const { agreed, say, locale } = props;
  return (
    <details>
      <summary safe>{say.preferences.agreedTo}</summary>
      <div lang={agreed.locale ?? locale}>
        <Paragraphs text={agreed.text} />
      </div>
    </details>
  );
}

function Kinds({ page, say }: { page: Shown; say: Words }): JSX.Element {
  const { kinds } = say.preferences;
  return (
    <form method="post">
      <fieldset aria-describedby="kindsHint">
        <legend>
          <h2 safe>{kinds.heading}</h2>
        </legend>
        <p class="hint" id="kindsHint" safe>
          {kinds.hint}
        </p>
        {messageKinds.map((kind) => (
          <label class="box">
            <input
              type="checkbox"
              name={kind}
              value="yes"
              checked={!page.declined.includes(kind)}
            />
            <span safe>{kinds.names[kind]}</span>
          </label>
        ))}
      </fieldset>
      <button class="yes" type="submit" name="save" value="kinds" safe>
        {kinds.save}
      </button>
    </form>
  );
}

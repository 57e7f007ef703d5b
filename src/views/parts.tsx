import type { Locale } from '../domain/locale.ts';
import { paragraphsOf } from '../domain/opt-in-text.ts';
import { words, type Section, type Told } from './words/words.ts';
import { Page } from './page.tsx';

/** Pieces that several of the person's pages share. */

/** A text as its author wrote it: blank lines part paragraphs, other line ends stay. */
export function Paragraphs({ text }: { text: string }): JSX.Element {
  return (
    <>
      {paragraphsOf(text).map((paragraph) => (
        <p style="white-space: pre-line" safe>
          {paragraph}
        </p>
      ))}
    </>
  );
}

/** `wrong`: the last one was not it; the page does not say why. `refusable`: there is a no, which needs no date. */
export function BirthDate(props: {
  locale: Locale;
  wrong: boolean;
  refusable: boolean;
}): JSX.Element {
  const { locale, wrong, refusable } = props;
  const { label, hint, notForNo, wrong: message } = words[locale].birthDate;
  return (
    <>
      <label class="field" for="birthDate" safe>
        {label}
      </label>
      <p class="hint" id="birthDateHint" safe>
        {refusable ? `${hint} ${notForNo}` : hint}
      </p>
      {wrong ? (
        <p class="wrong" id="birthDateWrong" role="alert" safe>
          {message}
        </p>
      ) : (
        ''
      )}
      <input
        type="date"
        id="birthDate"
        name="birthDate"
        autocomplete="bday"
        required
        aria-describedby={wrong ? 'birthDateWrong birthDateHint' : 'birthDateHint'}
        {...(wrong ? { 'aria-invalid': 'true' } : {})}
      />
    </>
  );
}

export function SectionOf({ section }: { section: Section }): JSX.Element {
  return (
    <>
      <h2 safe>{section.heading}</h2>
      {section.lines.map((line) => (
        <p safe>{line}</p>
      ))}
    </>
  );
}

/** A page that only says something. Without `otherLanguage` it answers a POST, which a link cannot repeat. */
export function toldPage(locale: Locale, told: Told, otherLanguage?: string): string {
  return String(
    <Page
      title={told.title}
      locale={locale}
      {...(otherLanguage === undefined ? {} : { otherLanguage })}
    >
      <h1 safe>{told.title}</h1>
      <p safe>{told.text}</p>
    </Page>,
  );
}

export function helpPage(locale: Locale): string {
  const { help, otherLanguage } = words[locale];
  return String(
    <Page title={help.title} locale={locale} otherLanguage={`?lang=${otherLanguage.locale}`}>
      <h1 safe>{help.heading}</h1>
      <SectionOf section={help.inbox} />
      {help.about.map((section) => (
        <SectionOf section={section} />
      ))}
    </Page>,
  );
}

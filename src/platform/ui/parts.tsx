import type { Locale } from '../../core/locale.ts';
import { paragraphsOf } from '../../core/paragraphs.ts';
import { callable, Sentence } from './dial.tsx';
import { words, type Section, type Told } from './words.ts';
import { Page } from './page.tsx';

/** Pieces that several of the person's pages share. */

/**
 * A text as its author wrote it: blank lines separate paragraphs, other line ends stay. `phone`: becomes a link where
 * the text has it.
 */
export function Paragraphs(props: { text: string; phone?: string | undefined }): JSX.Element {
  const { text, phone } = props;
  return (
    <>
      {paragraphsOf(text).map((paragraph) =>
        phone !== undefined && paragraph.includes(phone) ? (
          <p style="white-space: pre-line">
            <Sentence text={paragraph.replace(phone, callable(phone))} />
          </p>
        ) : (
          <p style="white-space: pre-line" safe>
            {paragraph}
          </p>
        ),
      )}
    </>
  );
}

/** The element that says what is wrong with what was sent; fields refer to it. */
export const wrongId = 'wrong';

/** `at`: the id of what it is about. */
export type WrongLine = { text: string; at: string };

/** Why nothing was taken: the first thing on the page, and what a program that reads aloud begins with. */
export function Wrong(props: { lines: readonly WrongLine[]; intro?: string }): JSX.Element {
  const { lines, intro } = props;
  return (
    <div class="wrong" role="alert" id={wrongId} tabindex="-1" {...{ autofocus: true }}>
      {intro === undefined ? '' : <p safe>{intro}</p>}
      {lines.map(({ text, at }) => (
        <p>
          <a href={`#${at}`} safe>
            {text}
          </a>
        </p>
      ))}
    </div>
  );
}

/** The practice's phone, at the end of a page. */
export function Questions(props: { phone: string | undefined; locale: Locale }): JSX.Element {
  const { phone, locale } = props;
  if (phone === undefined) return <></>;
  return (
    <p class="questions">
      <Sentence text={words[locale].questions(callable(phone))} />
    </p>
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

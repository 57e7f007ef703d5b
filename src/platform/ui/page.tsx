import type { Children } from '@kitajs/html';
import type { Locale } from '../../core/locale.ts';
import { words } from './words.ts';

type PageProps = {
  title: string;
  children: Children;
  /** The language of the page. */
  locale?: Locale;
  /** Whose page it is, at its head. */
  practice?: string;
  /** Where the page in the other language is; absent: it has none. */
  otherLanguage?: string;
};

/** The frame of every page a person sees: no scripts, no outside resources, readable on a phone. */
export function Page(props: PageProps): JSX.Element {
  const { title, children, locale = 'en', practice, otherLanguage } = props;
  const other = words[locale].otherLanguage;
  return (
    <>
      {'<!doctype html>'}
      <html lang={locale}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <title safe>{title}</title>
          <style>{style}</style>
        </head>
        <body>
          <header>
            {practice === undefined ? '' : <span safe>{practice}</span>}
            {otherLanguage === undefined ? (
              ''
            ) : (
              <a href={otherLanguage} lang={other.locale} hreflang={other.locale} safe>
                {other.name}
              </a>
            )}
          </header>
          <main>{children}</main>
        </body>
      </html>
    </>
  );
}

/** Contrast of text at least 4.5:1, of borders and focus at least 3:1, in the light and in the dark (WCAG 2.2 AA). */
const style = `
  :root { color-scheme: light dark; --text: #1b2733; --ground: #fff; --page: #eef2f5; --soft: #55626e; --line: #7b8794; --link: #0b5cad; --focus: #b35900; --wrong: #b00020; --alarm: #fdf0f1; }
  * { box-sizing: border-box; }
  body { font: 1.0625rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; margin: 0; color: var(--text); background: var(--ground); overflow-wrap: anywhere; }
  header { max-width: 38rem; margin: 0 auto; padding: .6rem 1.25rem 0; display: flex; flex-wrap: wrap; justify-content: flex-end; align-items: center; gap: 0 1rem; }
  header span { margin-inline-end: auto; font-weight: 700; font-size: .95rem; color: var(--soft); }
  header a { display: inline-block; padding: .35rem 0; font-size: .95rem; }
  main { max-width: 38rem; margin: 0 auto; padding: .25rem 1.25rem 2.5rem; }
  h1 { font-size: clamp(1.25rem, 5.6vw, 1.5rem); line-height: 1.25; margin: .6rem 0 .5rem; letter-spacing: -.01em; text-wrap: balance; }
  h2 { font-size: 1.2rem; line-height: 1.3; margin: 2rem 0 .5rem; }
  h3 { font-size: 1.0625rem; line-height: 1.3; margin: 1.5rem 0 .25rem; }
  p { margin: .5rem 0; }
  .lead p { margin: .35rem 0; }
  form + .lead { margin-top: 1.25rem; }
  button { font: inherit; font-weight: 600; border-radius: .6rem; padding: .75rem 1.25rem; min-height: 3.1rem; width: 100%; cursor: pointer; margin: .6rem 0 0; }
  .yes { background: #0b5cad; color: #fff; border: 2px solid #0b5cad; }
  .no { background: transparent; color: inherit; border: 2px solid var(--line); }
  .field { display: block; font-weight: 600; margin-top: 1rem; }
  .hint { margin: 0; color: var(--soft); font-size: .95rem; }
  :is(input[type=text], input[type=email], input[type=tel]) { font: inherit; padding: .6rem; width: 100%; min-height: 3rem; border: 2px solid var(--line); border-radius: .6rem; background: var(--ground); color: inherit; }
  .date { margin: .5rem 0; }
  .boxes { display: flex; flex-wrap: wrap; gap: .25rem .75rem; margin-top: .25rem; }
  .boxes div { flex: 1 1 4rem; max-width: 7rem; }
  .boxes .bday-year { flex-grow: 1.4; }
  .box { display: flex; gap: .75rem; align-items: flex-start; padding: .75rem 0; cursor: pointer; }
  .box input { width: 1.75rem; height: 1.75rem; flex: none; margin: 0; accent-color: #0b5cad; }
  .framed { border: 2px solid var(--line); border-radius: .6rem; padding: .65rem .75rem; margin-top: .6rem; align-items: center; font-weight: 600; }
  .missing, [aria-invalid=true] { border-color: var(--wrong) !important; }
  fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
  legend { padding: 0; }
  summary { cursor: pointer; padding: .5rem 0; color: var(--link); text-decoration: underline; }
  details { margin: 1rem 0; }
  .details { margin-top: 1.75rem; border-top: 1px solid var(--line); }
  .details :is(h2, h3) { margin-top: 1rem; }
  .next { display: block; text-align: center; font-weight: 600; border: 2px solid var(--line); border-radius: .6rem; padding: .75rem 1.25rem; margin: 1.5rem 0; text-decoration: none; }
  .number { white-space: nowrap; font-weight: 600; }
  .questions { margin-top: 1.5rem; }
  .done { border-inline-start: .35rem solid var(--link); padding-inline-start: .75rem; font-weight: 600; }
  .wrong { color: var(--wrong); font-weight: 600; }
  .wrong a { color: inherit; }
  div.wrong { background: var(--alarm); border: 2px solid var(--wrong); border-radius: .6rem; padding: .25rem .9rem; margin: .75rem 0; }
  :is(button, a, input, summary, [tabindex]):focus-visible { outline: 3px solid var(--focus); outline-offset: 3px; }
  a { color: var(--link); }
  @media (min-width: 42rem) {
    body { background: var(--page); }
    header { padding: 1.5rem 0 .5rem; }
    main { background: var(--ground); border-radius: 1rem; padding: 1.25rem 2rem 2rem; margin-bottom: 3rem; box-shadow: 0 1px 3px rgb(0 0 0 / .12); }
  }
  @media (prefers-color-scheme: dark) { :root { --text: #eee; --ground: #181b1f; --page: #0e1013; --soft: #b3bcc5; --line: #8b96a1; --link: #7fb8f0; --focus: #f5a623; --wrong: #ff9b9b; --alarm: #2b1a1c; } .yes { border-color: #7fb8f0; } .box input { accent-color: #7fb8f0; } }
`;

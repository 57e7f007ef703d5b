import type { Children } from '@kitajs/html';
import type { Locale } from '../domain/locale.ts';
import { words } from './words/words.ts';

type PageProps = {
  title: string;
  children: Children;
  /** The language of the page. */
  locale?: Locale;
  /** Where the page in the other language is; absent: it has none. */
  otherLanguage?: string;
};

/** The frame of every page a person sees: no scripts, no outside resources, readable on a phone. */
export function Page({ title, children, locale = 'en', otherLanguage }: PageProps): JSX.Element {
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
          {otherLanguage === undefined ? (
            ''
          ) : (
            <nav>
              <a href={otherLanguage} lang={other.locale} hreflang={other.locale} safe>
                {other.name}
              </a>
            </nav>
          )}
          <main>{children}</main>
        </body>
      </html>
    </>
  );
}

/** Contrast of text at least 4.5:1, of borders and focus at least 3:1, in the light and in the dark (WCAG 2.2 AA). */
const style = `
  :root { color-scheme: light dark; --text: #1a1a1a; --ground: #fff; --link: #0b5cad; --focus: #b35900; --wrong: #b00020; }
  body { font: 1.125rem/1.6 system-ui, sans-serif; margin: 0; color: var(--text); background: var(--ground); overflow-wrap: anywhere; }
  nav { max-width: 38rem; margin: 0 auto; padding: .75rem 1.25rem 0; text-align: right; }
  nav a { display: inline-block; padding: .35rem; }
  main { max-width: 38rem; margin: 0 auto; padding: .75rem 1.25rem 3rem; }
  h1 { font-size: 1.5rem; line-height: 1.3; }
  h2 { font-size: 1.2rem; line-height: 1.3; margin-top: 2rem; }
  h3 { font-size: 1.125rem; line-height: 1.3; margin: 1.5rem 0 0; }
  button { font: inherit; font-weight: 600; border-radius: .5rem; padding: .9rem 1.25rem; width: 100%; cursor: pointer; }
  .yes { background: #0b5cad; color: #fff; border: 2px solid #0b5cad; margin: 1rem 0; }
  .no { background: transparent; color: inherit; border: 2px solid currentColor; }
  .field { display: block; font-weight: 600; margin-top: 1rem; }
  .hint { margin: 0; }
  :is(input[type=text], input[type=email], input[type=tel], input[type=date]) { font: inherit; padding: .6rem; width: 100%; box-sizing: border-box; border: 2px solid currentColor; border-radius: .5rem; background: transparent; color: inherit; }
  .box { display: flex; gap: .75rem; align-items: flex-start; padding: .75rem 0; }
  .box input { width: 1.75rem; height: 1.75rem; flex: none; margin: 0; }
  fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
  legend { padding: 0; }
  summary { cursor: pointer; padding: .35rem 0; }
  details { margin-bottom: 1rem; }
  .next { display: block; box-sizing: border-box; text-align: center; font-weight: 600; border: 2px solid currentColor; border-radius: .5rem; padding: .9rem 1.25rem; margin: 1.5rem 0; }
  .wrong ul { margin: 0; padding-left: 1.25rem; }
  .no + .no { margin-top: 1rem; }
  .done { border-left: .35rem solid var(--link); padding-left: .75rem; font-weight: 600; }
  .wrong { border-left: .35rem solid var(--wrong); padding-left: .75rem; font-weight: 600; }
  button:focus-visible, a:focus-visible, input:focus-visible, summary:focus-visible { outline: 3px solid var(--focus); outline-offset: 3px; }
  a { color: var(--link); }
  @media (prefers-color-scheme: dark) { :root { --text: #eee; --ground: #161616; --link: #7fb8f0; --focus: #f5a623; --wrong: #ff8a8a; } .yes { border-color: #7fb8f0; } }
`;

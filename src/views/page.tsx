import type { Children } from '@kitajs/html';

/** The frame of every page a person sees: no scripts, no outside resources, readable on a phone. */
export function Page(props: { title: string; children: Children }): JSX.Element {
  return (
    <>
      {'<!doctype html>'}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <title safe>{props.title}</title>
          <style>{style}</style>
        </head>
        <body>
          <main>{props.children}</main>
        </body>
      </html>
    </>
  );
}

const style = `
  :root { color-scheme: light dark; }
  body { font: 1.125rem/1.6 system-ui, sans-serif; margin: 0; color: #1a1a1a; background: #fff; }
  main { max-width: 38rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
  h1 { font-size: 1.5rem; line-height: 1.3; }
  button { font: inherit; font-weight: 600; border-radius: .5rem; padding: .9rem 1.25rem; width: 100%; cursor: pointer; }
  .yes { background: #0b5cad; color: #fff; border: 2px solid #0b5cad; margin: 1rem 0; }
  .no { background: transparent; color: inherit; border: 2px solid currentColor; }
  button:focus-visible, a:focus-visible { outline: 3px solid #f5a623; outline-offset: 3px; }
  a { color: #0b5cad; }
  @media (prefers-color-scheme: dark) { body { color: #eee; background: #161616; } a { color: #7fb8f0; } }
`;

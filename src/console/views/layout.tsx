import type { Children } from '@kitajs/html';
import type { Contact, SenderPart } from './shapes.ts';
import { Csrf, Refused, Said, type Done, type Problem } from './said.tsx';
import { Who } from './who.tsx';

/** The context of every page of the console. `csrf` goes into every form. */
export type Frame = {
  csrf: string;
  staff: string;
  practice: string;
  replies: ReplyCount;
  /** The fields that the practice must fill in before anybody can be asked. */
  senderMissing: readonly SenderPart[];
  done?: Done | undefined;
  problem?: Problem | undefined;
};

/** Replies that wait for staff, and how many of them may be a stop. */
export type ReplyCount = { open: number; doubtful: number };

const places = [
  ['/console', 'Contacts'],
  ['/console/replies', 'Replies'],
  ['/console/templates', 'Templates'],
  ['/console/settings', 'Settings'],
  ['/console/health', 'Health'],
  ['/console/poster', 'Poster and script'],
] as const;

type ConsoleProps = {
  title: string;
  /** The contact the page is about. */
  who?: Contact | undefined;
  frame: Frame;
  here: (typeof places)[number][0];
  children: Children;
  /** More scripts than the one that keeps pages live. */
  scripts?: string[];
};

/** The frame of the console: it works without scripts; with them it keeps itself up to date. */
export function Console(props: ConsoleProps): JSX.Element {
  const { title, who, frame, here, children, scripts = [] } = props;
  const { staff, practice, csrf, replies } = frame;
  return (
    <Document title={`${title} · ${practice}`} scripts={[...liveScripts, ...scripts]}>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="bar">
        <nav aria-label="Console">
          {places.map(([href, name]) => (
            <a href={href} {...(href === here ? { 'aria-current': 'page' } : {})}>
              <span safe>{name}</span>
              {href === '/console/replies' ? <RepliesCount replies={replies} /> : ''}
            </a>
          ))}
        </nav>
        <form method="post" action="/console/sign-out">
          <Csrf token={csrf} />
          <span class="quiet" safe>
            {staff}
          </span>
          <button class="plain">Sign out</button>
        </form>
      </header>
      <main id="main">
        <div class="head">
          <h1 safe>{title}</h1>
          <LiveBar />
        </div>
        {who === undefined ? '' : <Who contact={who} named={title !== who.name} />}
        {frame.done === undefined ? '' : <Said done={frame.done} csrf={csrf} />}
        {frame.problem ? <Refused problem={frame.problem} /> : ''}
        {children}
      </main>
    </Document>
  );
}

/** How many replies wait, beside their place: staff see one come in wherever they are. */
export function RepliesCount({ replies }: { replies: ReplyCount }): JSX.Element {
  const { open, doubtful } = replies;
  return (
    <span id="replies-count" {...liveFrom('/console/live/replies/count')}>
      {open > 0 ? (
        <>
          <span class="count" aria-hidden="true">
            {String(open)}
          </span>
          <span class="unseen" safe>
            {`, ${open} waiting for you${doubtful > 0 ? `, ${doubtful} may be a stop` : ''}`}
          </span>
        </>
      ) : (
        ''
      )}
    </span>
  );
}

const liveScripts = ['htmx', 'live', 'undo'].map((name) => `/console/assets/${name}.js`);

/** An answer that is none leaves a live part as it is: it asks again in a second. */
const htmxConfig = JSON.stringify({ noSwap: [204, 304, '4xx', '5xx'] });

export function Document(props: {
  title: string;
  scripts?: string[];
  children: Children;
}): JSX.Element {
  const { title, scripts = [], children } = props;
  return (
    <>
      {'<!doctype html>'}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <meta name="htmx-config" content={htmxConfig} />
          <title safe>{title}</title>
          <link rel="stylesheet" href="/console/assets/console.css" />
          {scripts.map((src) => (
            <script src={src} defer />
          ))}
        </head>
        <body>{children}</body>
      </html>
    </>
  );
}

/**
 * Wider than its page, it scrolls by itself, also by keyboard. `cards`: on a phone each row stands as a card, its cells
 * one under the other, named by their `data-label`.
 */
export function Table(props: {
  caption: string;
  columns: readonly string[];
  cards?: boolean;
  children: Children;
}): JSX.Element {
  const { caption, columns, cards = false, children } = props;
  return (
    <div class="scroll" role="region" aria-label={caption} tabindex="0">
      <table {...(cards ? { class: 'cards' } : {})}>
        <caption class="unseen" safe>
          {caption}
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" safe>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** Words that people get. */
export function Written(props: { subject: string | undefined; text: string }): JSX.Element {
  const { subject, text } = props;
  return (
    <>
      {subject === undefined ? (
        ''
      ) : (
        <p class="subject" safe>
          {subject}
        </p>
      )}
      <pre safe>{text}</pre>
    </>
  );
}

/** Never by colour alone: a shape and a word. */
export function LightOf({ light }: { light: 'green' | 'red' }): JSX.Element {
  return light === 'green' ? (
    <span class="light green">
      <span aria-hidden="true">●</span> Green
    </span>
  ) : (
    <span class="light red">
      <span aria-hidden="true">■</span> Red
    </span>
  );
}

/**
 * A part of a page that is fetched again every second while it is looked at. Forms that somebody may be filling in stay
 * outside of it. `post`: sends the fields inside it.
 */
export function Live(props: {
  id: string;
  from: string;
  method?: 'get' | 'post';
  children: Children;
}): JSX.Element {
  const { id, from, method = 'get', children } = props;
  return (
    <section id={id} {...liveFrom(from, method)}>
      {children}
    </section>
  );
}

const liveFrom = (from: string, method: 'get' | 'post' = 'get') => ({
  [`hx-${method}`]: from,
  'hx-trigger': 'every 1s',
  'hx-swap': 'outerMorph',
});

/** For the parts that keep themselves up to date: to pause them (WCAG 2.2.2), and to see when they are not. */
function LiveBar(): JSX.Element {
  return (
    <p id="live" class="live" hidden>
      <span class="quiet" role="status" id="live-state" />
      <button type="button" class="plain" id="pause">
        Pause updates
      </button>
    </p>
  );
}

export function Time({ iso, zone }: { iso: string; zone: string }): JSX.Element {
  return (
    <time datetime={iso} safe>
      {timeIn(zone)(iso)}
    </time>
  );
}

export function timeIn(zone: string): (iso: string) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return (iso) => format.format(new Date(iso));
}

/** Something went wrong with a whole request. */
export function refusedPage(message: string): string {
  return String(
    <Document title="That did not work · Optgate">
      <main id="main" class="narrow">
        <h1>That did not work</h1>
        <Refused problem={{ message, fields: [] }} />
        <p>
          <a href="/console">Back to the contacts</a>
        </p>
      </main>
    </Document>,
  );
}

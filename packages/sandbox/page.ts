import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ActivityLog } from './activity.ts';
import type { Faults } from './faults.ts';
import { limits } from './limits.ts';
import {
  foreignNumber,
  magicEmails,
  magicNumbers,
  trackedDomain,
  unverifiedDomain,
} from './magic.ts';
import type { Outbox } from './outbox.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import type { WebhookSender } from './webhook-sender.ts';

/**
 * The mailbox and the phone of everybody, for people. Emails are strangers' HTML: they are shown in a frame
 * that may run nothing, and everything else is set as text by the script.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  'img-src http: https: data:',
  "frame-src 'self'",
  // One-click unsubscribe posts to the service, as a mail program would.
  'form-action http: https:',
  "base-uri 'none'",
].join('; ');

export function pageRoutes(parts: {
  outbox: Outbox;
  activity: ActivityLog;
  faults: Faults;
  webhooks: WebhookSender;
}) {
  return async (app: FastifyInstance): Promise<void> => {
    app.addHook('onSend', async (_request, reply: FastifyReply) => {
      reply.headers({
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
    });
    app.get('/', async (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
    app.get('/page/script.js', async (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').send(pageScript),
    );
    app.get('/page/style.css', async (_request, reply) =>
      reply.type('text/css; charset=utf-8').send(pageStyle),
    );
    app.get('/favicon.ico', async (_request, reply) => reply.code(204).send());
    app.get<{ Querystring: { messages?: string; activities?: string } }>(
      '/page/updates',
      async (request) => {
        const { outbox, activity, faults, webhooks } = parts;
        // A page that fell behind sees the newest; the rest is in GET /outbox.
        const after = Math.max(
          Number(request.query.messages ?? 0) || 0,
          outbox.lastSeq - limits.pageEntries,
        );
        return {
          generation: outbox.generation,
          messages: [...outbox.select({ after })],
          activities: activity
            .after(Number(request.query.activities ?? 0) || 0)
            .slice(-limits.pageEntries),
          faults: faults.list(),
          webhooks: { pending: webhooks.pending, attempts: webhooks.log().slice(0, 15) },
        };
      },
    );
  };
}

const emailRows = [
  ...magicEmails.map(({ names, meaning }) => [names.join(' '), meaning] as const),
  [`sender @${unverifiedDomain}`, 'refused when it is sent (403, domain not verified)'] as const,
  [`sender @${trackedDomain}`, 'has click tracking on: a live service refuses to start'] as const,
];
const numberRows = [
  ...magicNumbers.map(({ number, meaning }) => [number, meaning] as const),
  [
    `sender ${foreignNumber}`,
    'refused when it is sent (400, not a number of this account)',
  ] as const,
];

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox: mailbox and phone</title>
<link rel="stylesheet" href="/page/style.css">
<script src="/page/script.js" defer></script>
</head>
<body>
<header class="top">
  <h1>Sandbox</h1>
  <p>What a person would have received by email and SMS. Nothing leaves this machine, and everything here is forgotten when the sandbox restarts. The last ${limits.outboxEntries.toLocaleString('en')} messages are kept.</p>
  <p id="state" class="state" role="status">Connecting …</p>
</header>
<noscript><p class="empty">This page needs JavaScript. The same is at <a href="/outbox">/outbox</a>.</p></noscript>
<main>
  <section class="pane" aria-labelledby="mailbox-title">
    <div class="bar">
      <h2 id="mailbox-title">Mailbox</h2>
      <label>of <select id="mailbox"><option value="">everybody</option></select></label>
    </div>
    <ol id="emails" class="emails" aria-label="Emails, newest first"></ol>
    <p id="no-emails" class="empty">No email yet.</p>
    <article id="email" class="email" aria-live="polite" hidden></article>
  </section>
  <section class="pane" aria-labelledby="phone-title">
    <div class="bar">
      <h2 id="phone-title">Phone</h2>
      <label>of <select id="phone"></select></label>
    </div>
    <ol id="texts" class="texts" aria-label="Messages, newest last" tabindex="0"></ol>
    <p id="no-texts" class="empty">No text message yet.</p>
    <form id="reply" class="reply" hidden>
      <p class="quick">
        <button type="button" data-text="YES">YES</button>
        <button type="button" data-text="STOP">STOP</button>
        <button type="button" data-text="HELP">HELP</button>
      </p>
      <label for="reply-text">Reply</label>
      <p class="row">
        <input id="reply-text" name="text" maxlength="1600" autocomplete="off" required>
        <button type="submit">Send</button>
      </p>
      <p id="reply-error" class="error" role="alert"></p>
    </form>
    <details>
      <summary>Write from another number</summary>
      <form id="compose" class="compose">
        <label>From <input name="from" placeholder="+1 555 123 0001" autocomplete="off" required></label>
        <label>To <input name="to" placeholder="the last sender to that number" autocomplete="off"></label>
        <label>Text <input name="text" maxlength="1600" autocomplete="off" required></label>
        <button type="submit">Send</button>
        <p class="error" role="alert"></p>
      </form>
    </details>
  </section>
</main>
<footer>
  <details>
    <summary>Addresses that make something happen</summary>
    <div class="tables">
      ${table('Email', 'Address', emailRows)}
      ${table('SMS', 'Number', numberRows)}
    </div>
    <p>STOP, END, QUIT, CANCEL, UNSUBSCRIBE and the like from a number in the US or Canada block the number they were sent to, as Plivo does by itself: later messages fail with error 200 until START, UNSTOP or YES.</p>
  </details>
  <details>
    <summary>Faults (<span id="fault-count">0</span>)</summary>
    <pre id="faults">none</pre>
    <p>Order them with <code>POST /faults</code>, end them with <code>DELETE /faults</code>.</p>
  </details>
  <details>
    <summary>Webhooks (<span id="pending">0</span> waiting)</summary>
    <pre id="webhooks">none</pre>
  </details>
</footer>
</body>
</html>
`;

function table(
  caption: string,
  firstColumn: string,
  rows: readonly (readonly [string, string])[],
): string {
  const body = rows
    .map(
      ([name, meaning]) =>
        `<tr><td><code>${escape(name)}</code></td><td>${escape(meaning)}</td></tr>`,
    )
    .join('');
  return `<table><caption>${caption}</caption><thead><tr><th scope="col">${firstColumn}</th><th scope="col">What happens</th></tr></thead><tbody>${body}</tbody></table>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reopenAddress } from '../src/record/consent/reopen-address.ts';
import { loadConfig } from '../src/platform/config/config.ts';
import { lockFirstHolders, type Address } from '../src/record/consent/consent-store.ts';
import { addressHash } from '../src/record/contacts/contact-store.ts';
import type { Sql } from '../src/platform/db/database.ts';
import { limits } from '../src/core/limits.ts';
import { open, submit, textOf } from './harness/pages.ts';
import {
  contents,
  decide,
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  registerWithConsent,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

it('unsubscribes with one click of a mail program, and not by looking', async () => {
  const ann = someone();
  await register(stack, ann, ['email']);
  await queue(stack, ann, 'hello');
  const [asked] = await optIns(stack, ann, 1);
  await decide(linkOf(asked!), 'accept');
  await until('it arrived', async () => (await contents(stack, ann, 'email')).length === 1);
  const entry = (await stack.outbox(ann.email)).at(-1) as unknown as {
    headers: Record<string, string>;
  };
  const headers = Object.fromEntries(
    Object.entries(entry.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
  const url = /<(http[^>]+\/u\/[^>]+)>/.exec(headers['list-unsubscribe'] ?? '')?.[1];
  expect(url).toBeDefined();

  for (let look = 0; look < 3; look += 1) expect((await fetch(url!)).status).toBe(200);
  expect((await lightOf(stack, ann)).light).toBe('green');
  const clicked = await fetch(url!, {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  });
  expect(clicked.status).toBe(200);
  expect((await lightOf(stack, ann)).channels.email).toMatchObject({
    state: 'revoked',
    reason: 'unsubscribed',
  });
  await queue(stack, ann, 'not any more');
  expect(await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`)).toMatchObject({
    status: 409,
    body: { error: { code: 'revoked' } },
  });
  expect(await contents(stack, ann, 'email')).toEqual(['hello']);
  expect((await fetch(`${url!.slice(0, -4)}aaaa`, { method: 'POST' })).status).toBe(404);
});

/** Somebody who agreed to email, and the link that their mail program posts to. */
async function withLink(): Promise<{ ann: Person; url: string }> {
  const ann = someone();
  await registerWithConsent(stack, ann, ['email']);
  await queue(stack, ann, 'hello');
  const [entry] = await until('it arrived', async () => {
    const entries = await stack.outbox(ann.email);
    return entries.length > 0 && entries;
  });
  return { ann, url: /<(http[^>]+)>/.exec(unsubscribeHeader(entry!))![1]! };
}

const emailOf = async (person: Person): Promise<string | undefined> =>
  (await lightOf(stack, person)).channels.email?.state;

const oneClick = 'List-Unsubscribe=One-Click';
const multipart = `--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n`;

/** What mail programs and their proxies send, or may come to send: a type, and a body. */
const bodies: [string, string | undefined, string | Uint8Array | undefined][] = [
  ['as RFC 8058 recommends', 'multipart/form-data; boundary=b', multipart],
  ['with a type in other letters', 'Multipart/Form-Data; Boundary=b', multipart],
  ['with a boundary that is not there', 'multipart/form-data; boundary=x', multipart],
  ['with no boundary', 'multipart/form-data', multipart],
  ['cut off', 'multipart/form-data; boundary=b', multipart.slice(0, 40)],
  ['urlencoded', 'application/x-www-form-urlencoded', oneClick],
  [
    'urlencoded, in capitals, with a charset',
    'APPLICATION/X-WWW-FORM-URLENCODED; Charset="UTF-8"',
    oneClick,
  ],
  ['urlencoded, with nothing', 'application/x-www-form-urlencoded', ''],
  ['plain', 'text/plain', oneClick],
  ['plain, with a charset', 'text/plain; charset=utf-8', oneClick],
  ['HTML', 'text/html', '<p>One-Click</p>'],
  ['JSON', 'application/json', '{"List-Unsubscribe":"One-Click"}'],
  ['broken JSON', 'application/json; charset=utf-8', '{"List-'],
  ['empty JSON', 'application/json', ''],
  ['bytes', 'application/octet-stream', new Uint8Array([0, 255, 254, 13, 10])],
  ['of a type that is none', 'one-click', oneClick],
  ['of an empty type', '', oneClick],
  ['of a type with an open quote', 'text/plain; charset="utf-8', oneClick],
  ['of no type', undefined, oneClick],
  ['without a body', undefined, undefined],
  ['that says no', 'application/x-www-form-urlencoded', 'List-Unsubscribe=No&decision=decline'],
  ['of half a megabyte', 'multipart/form-data; boundary=b', multipart + 'x'.repeat(512 * 1024)],
];

it.each(bodies)('unsubscribes with a POST %s', async (_name, type, body) => {
  const { ann, url } = await withLink();
  const headers = type === undefined ? [] : [['content-type', type]];
  const answer = await post(url, [['origin', 'https://mail.example'], ...headers], body);
  expect(answer).toMatchObject({ status: 200, location: undefined });
  expect(await emailOf(ann)).toBe('revoked');
});

it('unsubscribes whatever the type and the body are', async () => {
  const { ann, url } = await withLink();
  const token = fc.stringMatching(/^[!-~]{1,30}$/);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        token,
        fc.tuple(token, token).map(([a, b]) => `${a}/${b}`),
        fc.constant(''),
      ),
      fc.uint8Array({ maxLength: 300 }),
      fc.webUrl(),
      async (type, body, origin) => {
        const answer = await post(
          url,
          [
            ['content-type', type],
            ['origin', origin],
          ],
          body,
        );
        expect(answer.status).toBe(200);
      },
    ),
    { numRuns: 60 },
  );
  expect(await emailOf(ann)).toBe('revoked');
});

it('does not go on writing because a body is longer than anybody reads', async () => {
  const { ann, url } = await withLink();
  const body = Buffer.alloc(limits.ignoredBodyBytes + 8 * 1024 * 1024, 'x');
  // The rest is not read: the answer may be lost with the connection, the stop is not.
  await post(url, [['content-type', 'application/octet-stream']], body).catch(() => {});
  await until('it is stopped', async () => (await emailOf(ann)) === 'revoked');
});

it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'])(
  'is not unsubscribed by %s, whatever it brings along',
  async (method) => {
    const { ann, url } = await withLink();
    for (const query of ['', '?List-Unsubscribe=One-Click', '?_method=POST'])
      await open(url + query, {
        method,
        headers: { 'x-http-method-override': 'POST', origin: 'https://mail.example' },
        ...(['GET', 'HEAD'].includes(method) ? {} : { body: oneClick }),
      });
    expect(await emailOf(ann)).toBe('accepted');
  },
);

/** Does `meanwhile` while the contact is locked and `press` goes on as far as it can; then lets it end. */
async function besides(
  { id: contactId, email }: Person,
  press: () => Promise<unknown>[],
  meanwhile: (sql: Sql, address: Address) => Promise<unknown>,
): Promise<void> {
  const { practiceId, db } = stack;
  const address = { practiceId, method: 'email', addressHash: addressHash(db, email) } as const;
  let answered = 0;
  const pressed = await db.prisma.$transaction(async (sql) => {
    await lockFirstHolders(sql, address, [contactId]);
    await meanwhile(sql, address);
    const pressing = press();
    for (const one of pressing) void one.then(() => (answered += 1));
    await until('each waits, or is answered', async () => {
      const [row] = await db.prisma.$queryRaw<[{ waiting: number }]>`
        SELECT count(DISTINCT pid)::int AS waiting FROM pg_locks WHERE NOT granted`;
      return row.waiting + answered >= pressing.length;
    });
    return { pressing };
  });
  await Promise.all(pressed.pressing);
}

const stopsOf = async (contactId: string): Promise<number> =>
  stack.db.prisma.ledgerEntry.count({ where: { contactId, type: 'revoked' } });

it('stops once where two press at once', async () => {
  const { ann, url } = await withLink();
  const click = () => post(url, [], oneClick);
  await besides(
    ann,
    () => [click(), click()],
    async () => {},
  );
  expect([await emailOf(ann), await stopsOf(ann.id)]).toEqual(['revoked', 1]);
});

it('stops what a word opens again at the same moment', async () => {
  const { ann, url } = await withLink();
  await post(url, [], oneClick);
  await besides(
    ann,
    () => [post(url, [], oneClick)],
    (sql, address) => reopenAddress(stack.db, sql, address, { word: 'start' }, { via: 'test' }),
  );
  expect([await emailOf(ann), await stopsOf(ann.id)]).toEqual(['revoked', 2]);
});

it('answers a person who pressed the button with a page, without a link that their emails do not have', async () => {
  const { url } = await withLink();
  await stack.call('PATCH', '/v1/settings', { emailFooter: false });
  const page = await submit(url, {});
  await stack.call('PATCH', '/v1/settings', { emailFooter: true });
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(textOf(page.html)).toContain('Test Practice will not send you any more emails.');
  expect(textOf(page.html)).not.toContain('Choose what you get');
  expect(textOf((await submit(url, {})).html)).toContain('Choose what you get');
});

/** Exactly these headers and this body: `fetch` adds a type where there is none. */
function post(
  url: string,
  headers: string[][],
  body: string | Uint8Array | undefined,
): Promise<{ status: number | undefined; location: string | undefined }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST' }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        resolve({ status: answer.statusCode, location: answer.headers.location }),
      );
    });
    for (const [name, value] of headers) call.setHeader(name!, value!);
    call.on('error', reject);
    call.end(body);
  });
}

it('shows its page in the contact’s language, or in the one that is chosen', async () => {
  const ann = someone();
  await stack.call('PUT', `/v1/contacts/${ann.id}`, {
    name: 'Ann Example',
    role: 'client',
    methods: ['email'],
    email: ann.email,
    locale: 'es',
  });
  await queue(stack, ann, 'hola');
  const [asked] = await optIns(stack, ann, 1);
  const url = /<(http[^>]+)>/.exec(unsubscribeHeader(asked!))![1]!;
  const spanish = await open(url);
  expect(spanish.html).toContain('<html lang="es">');
  expect(textOf(spanish.html)).toContain('¿No quiere más correos de Test Practice?');
  const href = /<a href="([^"]*)" lang="en"/.exec(spanish.html)?.[1];
  const english = await open(new URL(href!, url).href);
  expect(textOf(english.html)).toContain('Stop emails from Test Practice?');
  const stopped = await submit(url, { 'List-Unsubscribe': 'One-Click' });
  expect(textOf(stopped.html)).toContain('Test Practice no le enviará más correos electrónicos');
  const unknown = await open(`${stack.url}/u/x`, { headers: { 'accept-language': 'es-MX' } });
  expect(unknown.status).toBe(404);
  expect(textOf(unknown.html)).toContain('Este enlace no funciona');
});

const mailbox = 'leave@in.practice.example';

describe('by mail', () => {
  let withMailbox: Stack;
  beforeAll(async () => {
    withMailbox = await startStack({ env: { UNSUBSCRIBE_MAILBOX: mailbox } });
  });
  afterAll(() => withMailbox.stop());

  /** Green, by a yes to the email; and what the header of that email offers. */
  async function subscribed(person: Person): Promise<{ to: string; subject: string }> {
    await register(withMailbox, person, ['email']);
    await queue(withMailbox, person, 'hello');
    const [asked] = await optIns(withMailbox, person, 1);
    await decide(linkOf(asked!), 'accept');
    await until('green', async () => (await lightOf(withMailbox, person)).light === 'green');
    const [, to, subject] = /<mailto:([^?>]+)\?subject=([^>]+)>/.exec(unsubscribeHeader(asked!))!;
    return { to: to!, subject: decodeURIComponent(subject!) };
  }

  async function send(mail: { from: string; to: string; subject?: string }): Promise<void> {
    expect((await withMailbox.control('/inbound', { ...mail, text: '' })).status).toBe(202);
    await until('the webhook has come', async () => {
      const answer = await fetch(`${withMailbox.sandbox.url}/webhooks`);
      return ((await answer.json()) as { pending: number }).pending === 0;
    });
  }

  const stateOf = async (person: Person) =>
    (await lightOf(withMailbox, person)).channels.email?.state;

  it('stops the address that the token was made for, once, however often the webhook comes', async () => {
    const ann = someone();
    const { to, subject } = await subscribed(ann);
    expect(to).toMatch(/^leave\+[\w-]{43}@in\.practice\.example$/);
    await withMailbox.control('/faults', { channel: 'email', kind: 'duplicate_webhook' });
    await send({ from: ann.email, to, subject });
    await fetch(`${withMailbox.sandbox.url}/faults`, { method: 'DELETE' });
    expect(await lightOf(withMailbox, ann)).toMatchObject({
      channels: { email: { state: 'revoked', reason: 'unsubscribed' } },
    });
    const { body } = await withMailbox.call<{ items: { type: string }[] }>(
      'GET',
      `/v1/contacts/${ann.id}/evidence`,
    );
    expect(body.items.filter(({ type }) => type === 'revoked')).toHaveLength(1);
  });

  it('takes the token from the subject, and from a forwarded mail', async () => {
    const [ann, bob] = [someone(), someone()];
    const { subject } = await subscribed(ann);
    await send({ from: ann.email, to: mailbox, subject });
    expect(await stateOf(ann)).toBe('revoked');
    const { to } = await subscribed(bob);
    await send({ from: 'elsewhere@forwarded.example', to });
    expect(await stateOf(bob)).toBe('revoked');
  });

  it('believes no From without a token, no made-up token, and no other mailbox', async () => {
    const ann = someone();
    const { to, subject } = await subscribed(ann);
    await send({ from: ann.email, to: mailbox, subject: 'unsubscribe' });
    await send({ from: ann.email, to: mailbox, subject: `unsubscribe ${'A'.repeat(43)}` });
    await send({ from: ann.email, to: to.replace('leave', 'other'), subject });
    expect(await stateOf(ann)).toBe('accepted');
  });

  it('is offered only where there is a mailbox', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await queue(stack, ann, 'hello');
    const [asked] = await optIns(stack, ann, 1);
    expect(unsubscribeHeader(asked!)).toMatch(/^<http[^<>]+>$/);
  });

  it.each(['nobody', 'a+b@in.example', `${'x'.repeat(21)}@in.example`])(
    'needs a mailbox that has room for the token: not %s',
    (address) => {
      expect(() => loadConfig({ UNSUBSCRIBE_MAILBOX: address })).toThrow('UNSUBSCRIBE_MAILBOX');
    },
  );
});

function unsubscribeHeader(entry: object): string {
  const { headers } = entry as { headers: Record<string, string> };
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'list-unsubscribe');
  return found?.[1] ?? '';
}

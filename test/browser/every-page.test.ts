import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { begin } from '../harness/bookings.ts';
import { openBrowser, violationsOf } from '../harness/browser.ts';
import {
  arrived,
  greenPeople,
  isOptIn,
  linkOf,
  optIns,
  queue,
  register,
  someone,
  type Person,
} from '../harness/people.ts';
import { signInTo } from '../harness/console.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** Every page there is, looked over by axe at the size of a phone; a page that is added has to be added here. */

let stack: Stack;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  stack = await startStack();
  browser = await openBrowser();
  context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-US' });
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

/** The first link of a kind in what arrived for somebody. */
async function linkIn(person: Person, kind: 'm' | 'p' | 'u'): Promise<string> {
  const link = new RegExp(String.raw`https?://\S+/${kind}/[\w-]+`);
  return until(`a link to /${kind}/`, async () => {
    const texts = (await arrived(stack, person)).filter((entry) => !isOptIn(entry));
    return texts.map(({ text }) => link.exec(text)?.[0]).find((found) => found !== undefined);
  });
}

/** Somebody with a message that waits, one with messages that left, and the notice of one that is behind a link. */
async function everyPage(): Promise<Record<string, string>> {
  const asked = someone();
  await register(stack, asked, ['email']);
  await queue(stack, asked, 'waits');
  const [optIn] = await optIns(stack, asked, 1);
  const [green] = await greenPeople(stack, 1, ['email']);
  await queue(stack, green!, 'left');
  const preferences = await linkIn(green!, 'p');
  const unsubscribe = await linkIn(green!, 'u');
  await stack.call('PATCH', '/v1/settings', { emailContent: 'notice' });
  const [noticed] = await greenPeople(stack, 1, ['email']);
  await queue(stack, noticed!, 'behind a link');
  const notice = await linkIn(noticed!, 'm');
  const contact = `/console/contacts/${asked.id}`;
  const { id } = await stack.db.prisma.message.findFirstOrThrow({ where: { contactId: asked.id } });
  return {
    '/o/:token': linkOf(optIn!),
    '/p/:token': preferences,
    '/u/:token': unsubscribe,
    '/m/:token': notice,
    '/b/:token': await begin(stack),
    '/book/:practiceId': `/book/${stack.practiceId}`,
    '/help/opt-in': '/help/opt-in',
    '/console/sign-in': '/console/sign-in',
    '/console': '/console',
    '/console/contacts/new': '/console/contacts/new',
    '/console/contacts/:contactId': contact,
    '/console/contacts/:contactId/edit': `${contact}/edit`,
    '/console/contacts/:contactId/evidence': `${contact}/evidence`,
    '/console/contacts/:contactId/erase': `${contact}/erase`,
    '/console/contacts/:contactId/stop/:method': `${contact}/stop/email`,
    '/console/contacts/:contactId/ask-again/:method': `${contact}/ask-again/email`,
    '/console/contacts/:contactId/settle/:method': `${contact}/settle/email`,
    '/console/contacts/:contactId/:act': `${contact}/opt-in`,
    '/console/contacts': '/console/contacts',
    '/console/messages/:messageId/cancel': `/console/messages/${id}/cancel`,
    '/console/messages/:messageId/:act': `/console/messages/${id}/retry`,
    '/console/replies/:replyId/:act': '/console/replies/x/handled',
    '/console/health/reinstate': '/console/health/reinstate',
    '/console/messages/:messageId': `/console/messages/${id}`,
    '/console/messages/:messageId/edit': `/console/messages/${id}/edit`,
    '/console/replies': '/console/replies',
    '/console/templates': '/console/templates',
    '/console/templates/:name/:method/:locale': '/console/templates/opt_in/email/es',
    '/console/settings': '/console/settings',
    '/console/health': '/console/health',
    '/console/poster': '/console/poster',
    '/codec': '/codec',
  };
}

it('is free of what keeps somebody from using it, and is no wider than a phone', async () => {
  const pages = await everyPage();
  const parts = /^\/(v1|docs|metrics|healthz|readyz|console\/(assets|live))(\/|$)|\.js(on)?$/;
  expect(Object.keys(pages).toSorted()).toEqual(
    stack
      .routes()
      .filter((route) => !parts.test(route))
      .toSorted(),
  );
  const found: object[] = [];
  let isSignedIn = false;
  // What the person sees, in the other language, too.
  const spanish = Object.entries(pages)
    .filter(([name]) => !name.startsWith('/console'))
    .map(([name, path]) => [name, `${path}?lang=es`]);
  for (const [name, path] of [...spanish, ...Object.entries(pages)] as [string, string][]) {
    if (name.startsWith('/console') && name !== '/console/sign-in' && !isSignedIn) {
      await signInTo(page, stack);
      isSignedIn = true;
    }
    const answer = await page.goto(new URL(path, stack.url).href);
    expect([name, answer?.status()]).toEqual([name, 200]);
    const wider = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
    const violations = await violationsOf(page);
    if (wider || violations.length > 0) found.push({ name, wider, violations });
  }
  expect(found).toEqual([]);
}, 180_000);

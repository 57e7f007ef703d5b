import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser } from '../harness/browser.ts';
import { signInTo } from '../harness/console.ts';
import {
  optIns,
  queue,
  register,
  registerWithConsent,
  reply,
  someone,
  type Person,
} from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** The parts of the console that keep themselves up to date: what they must not disturb, and what must not end them. */

let stack: Stack;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let ann: Person;
beforeAll(async () => {
  stack = await startStack();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});
beforeEach(async () => {
  ann = someone();
  await register(stack, ann, ['email']);
  context = await browser.newContext({ locale: 'en-US' });
  page = await context.newPage();
  await signInTo(page, stack);
  await page.goto(`${stack.url}/console/contacts/${ann.id}`);
});
afterEach(() => context.close());

/** A part of the page itself, not the count of replies that stands on every page. */
const isPart = (url: string): boolean => /\/console\/live\/(?!replies\/count)/.test(url);

/** Waits until the part has been fetched so many times more. */
async function refreshed(times: number): Promise<void> {
  for (let n = 0; n < times; n += 1)
    await page.waitForResponse((response) => isPart(response.url()));
}

const hasFocus = async (element: Locator): Promise<boolean> =>
  (await page.locator(':focus').and(element).count()) === 1;

/** In the page: until a live part wanted to ask so often. */
const threeTurns = `new Promise((resolve) => {
  let turns = 0;
  document.addEventListener('htmx:before:request', () => (turns += 1) === 3 && resolve(null));
})`;

const state = (): Promise<string | null> => page.locator('#live-state').textContent();

describe('a live part', () => {
  it('takes nobody’s words, focus or open form away', async () => {
    await page.getByText('Write a message').click();
    const message = page.getByLabel('Message', { exact: true });
    await message.fill('half a senten');
    await queue(stack, ann, 'from elsewhere');
    await page.locator('#standing').getByText('Message', { exact: true }).first().waitFor();
    await refreshed(2);
    await message.pressSequentially('ce');
    expect(await message.inputValue()).toBe('half a sentence');
    expect(await hasFocus(message)).toBe(true);
    const cancel = page.locator('#standing').getByRole('link', { name: 'Cancel' }).first();
    await cancel.focus();
    await refreshed(2);
    expect(await hasFocus(cancel)).toBe(true);
  });

  it('asks every second, and shows with the next answer what has changed: a contact, a message, the replies', async () => {
    const triggers = `[...document.querySelectorAll('[hx-trigger]')].map((part) => part.getAttribute('hx-trigger'))`;
    expect(await page.evaluate(triggers)).toEqual(['every 1s', 'every 1s']);
    await registerWithConsent(stack, ann, ['email']);
    await refreshed(2);
    expect(await page.locator('#standing .headline').textContent()).toContain('Green');

    const sendAt = new Date(Date.now() + 86_400_000).toISOString();
    const message = { id: `m-${ann.id}`, kind: 'ad_hoc', subject: 's', body: 'b', sendAt };
    await stack.call('POST', `/v1/contacts/${ann.id}/messages`, message);
    await page.goto(`${stack.url}/console/messages/${message.id}`);
    const standing = page.locator('#standing');
    expect(await standing.textContent()).toContain('waiting for its time');
    await stack.call('DELETE', `/v1/messages/${message.id}`);
    await refreshed(2);
    expect(await standing.textContent()).toContain('cancelled');

    await page.goto(`${stack.url}/console/templates`);
    expect(await page.locator('#replies-count').textContent()).toBe('');
    const bob = someone();
    await register(stack, bob, ['sms']);
    await queue(stack, bob, 'hello');
    await optIns(stack, bob, 1);
    await reply(stack, bob, 'Can I come a little later?');
    await until('it is kept', () => stack.db.prisma.inboundMessage.findFirst());
    for (let n = 0; n < 2; n += 1)
      await page.waitForResponse((response) => response.url().includes('/replies/count'));
    await page.getByRole('link', { name: /Replies.*1 waiting for you/ }).waitFor();
  });

  it('stays when the service does not answer, says so, and goes on by itself', async () => {
    const failing = [
      (route: { fulfill(answer: object): Promise<void> }) =>
        route.fulfill({ status: 500, body: '<h1>no</h1>' }),
      (route: { fulfill(answer: object): Promise<void> }) =>
        route.fulfill({ status: 429, body: '<h1>no</h1>' }),
      (route: { abort(): Promise<void> }) => route.abort(),
    ];
    for (const fail of failing) {
      await page.route('**/console/live/**', fail);
      await expect.poll(state, { timeout: 30_000 }).toContain('Not up to date');
      expect(await page.locator('#standing .headline').textContent()).toContain('Red');
      await page.unroute('**/console/live/**');
      await expect.poll(state, { timeout: 30_000 }).toBe('');
    }
    await queue(stack, ann, 'later');
    await page.locator('#standing').getByText('Message', { exact: true }).first().waitFor();
  });

  it('leads to the sign-in once the session is over', async () => {
    await stack.db.prisma.consoleSession.deleteMany();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('can be paused and goes on where one says so, by keyboard, also on the next page', async () => {
    const pause = page.getByRole('button', { name: 'Pause updates' });
    await pause.focus();
    await page.keyboard.press('Enter');
    expect(await state()).toContain('Paused');
    await page.goto(`${stack.url}/console`);
    const resume = page.getByRole('button', { name: 'Resume updates' });
    await resume.waitFor();
    let asked = 0;
    page.on('request', (request) => (asked += request.url().includes('/console/live/') ? 1 : 0));
    await page.evaluate(threeTurns);
    expect(asked).toBe(0);
    await resume.click();
    await refreshed(1);
    expect(await state()).toBe('');
  });

  it('of a search goes on with the search, and keeps it out of every address', async () => {
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    await page.goto(`${stack.url}/console`);
    await page.getByLabel('Name, chart number, email address or phone number').fill(ann.email);
    await page.getByRole('button', { name: 'Search' }).click();
    const found = page.getByRole('region', { name: 'Contacts found' });
    await found.getByText(ann.id).waitFor();
    await refreshed(2);
    await found.getByText(ann.id).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    for (const address of addresses) expect(decodeURIComponent(address)).not.toContain(ann.email);
    expect(stack.logLines.join('\n')).not.toContain(ann.email);
  });
});

describe('with scripts off', () => {
  it('the console does all it does: find, write, ask, cancel, record, settle', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false, locale: 'en-US' });
    const staff = await plain.newPage();
    await signInTo(staff, stack);
    await staff.getByLabel('Name, chart number, email address or phone number').fill(ann.email);
    await staff.getByRole('button', { name: 'Search' }).click();
    expect(await staff.getByRole('button', { name: 'Pause updates' }).count()).toBe(0);
    await staff.getByRole('link', { name: 'Ann Example' }).click();

    await staff.getByText('Write a message').click();
    await staff.getByLabel('Subject (email only)').fill('Hello');
    await staff.getByLabel('Message', { exact: true }).fill('not sent after all');
    await staff.getByRole('button', { name: 'Queue the message' }).click();
    await staff.getByText('The message is saved.').waitFor();
    await staff.getByRole('link', { name: 'Cancel' }).first().click();
    await staff.getByText('Ann Example will not get this message').waitFor();
    await staff.getByRole('button', { name: 'Cancel the message' }).click();
    await staff.getByText('Cancelled: Ann Example does not get this message.').waitFor();
    await staff.getByRole('button', { name: 'Undo' }).click();
    await staff.getByText('The cancelling is undone').waitFor();

    await staff.getByRole('button', { name: 'the opt-in by email' }).click();
    // The first message may have asked by itself just before.
    await staff.locator('.said, .refused').first().waitFor();
    await until('it arrived', async () => (await stack.outbox(ann.email)).length > 0);

    await staff.goto(`${stack.url}/console/contacts/${ann.id}`);
    await staff.getByText('Record a consent that was given elsewhere').click();
    const form = staff.locator('form[action$="/consents"]');
    await form.getByLabel('Channel').selectOption('email');
    await form.getByLabel('What proves it').fill('signed form in the folder');
    await form.getByRole('button').click();
    await staff.getByText('The consent is recorded.').waitFor();
    expect(await staff.locator('#standing .headline').textContent()).toContain('Green');

    await staff.getByRole('link', { name: 'Settings' }).click();
    await staff.getByLabel('Phone number for questions').fill('+1 202 555 0177');
    await staff.getByRole('button', { name: 'Save' }).click();
    await staff.getByText('The settings are saved.').waitFor();
    await staff.getByRole('link', { name: 'Replies' }).click();
    await staff.getByRole('button', { name: 'Sign out' }).click();
    await staff.getByRole('heading', { name: 'Sign in' }).waitFor();
    await plain.close();
  });
});

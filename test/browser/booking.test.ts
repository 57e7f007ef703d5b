import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codeTo } from '../harness/bookings.ts';
import { openBrowser, shoot, violationsOf } from '../harness/browser.ts';
import { lightOf, someone } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** A first booking on a phone, in a real browser: with scripts, where axe looks over every page, and without. */

let stack: Stack;
let browser: Browser;
beforeAll(async () => {
  stack = await startStack();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const phone = { viewport: { width: 390, height: 844 } };

async function check(page: Page, name: string): Promise<void> {
  expect({ name, found: await violationsOf(page) }).toEqual({ name, found: [] });
  const wider = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
  expect(wider, `${name} is wider than the phone`).toBe(false);
  await shoot(page, name);
}

it.each([
  ['with scripts', true, 'en'],
  ['with scripts off', false, 'es'],
] as const)('can be made %s', async (_how, javaScriptEnabled, locale) => {
  const ann = someone();
  const { body } = await stack.call<{ url: string }>('POST', '/v1/booking-sessions', {
    contactId: ann.id,
    locale,
  });
  const context = await browser.newContext({ ...phone, javaScriptEnabled });
  const page = await context.newPage();
  const look = async (name: string): Promise<void> => {
    if (javaScriptEnabled) await check(page, `booking-${name}`);
  };
  await page.goto(body.url);
  await look('choose');
  const press = (name: string) => page.locator(`button[value=${name}]`).click();
  await press('choose');
  await page.locator('#policyProblem').waitFor();
  await look('missing');
  await page.locator('#name').fill('Zuleika Quimby');
  for (const box of ['byEmail', 'bySms', 'policy']) await page.locator(`#${box}`).check();
  await page.locator('#email').fill(ann.email);
  await page.locator('#phone').fill(ann.phone);
  await press('choose');
  await page.locator('#codeEmail').fill(await codeTo(stack, ann.email));
  await page.locator('#codeEmail').press('Enter');
  await page.locator('.done').waitFor();
  await look('half');
  await page.goto(body.url);
  await page.locator('#codeSms').fill(await codeTo(stack, ann.phone));
  await press('prove');
  await page.locator('main ul').waitFor();
  await look('done');
  await page.reload();
  await page.locator('main ul').waitFor();
  expect((await lightOf(stack, ann)).light).toBe('green');
  await context.close();
});

it('opens in a window of its own from the button on the practice’s site', async () => {
  const context = await browser.newContext();
  const site = await context.newPage();
  await context.route('http://practice.example/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { 'content-security-policy': `script-src ${stack.url}` },
      body: `<p><script src="${stack.url}/book.js" data-practice="${stack.practiceId}" data-label="Book"></script></p>`,
    }),
  );
  await site.goto('http://practice.example/');
  const [opened] = await Promise.all([
    context.waitForEvent('page'),
    site.getByRole('link', { name: 'Book' }).click(),
  ]);
  await opened.waitForLoadState();
  expect(opened.url()).toBe(`${stack.url}/book/${stack.practiceId}`);
  await opened.locator('button[value=choose]').waitFor();
  await context.close();
});

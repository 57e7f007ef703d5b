import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvidence } from '../harness/evidence.ts';
import { openBrowser, shoot, violationsOf } from '../harness/browser.ts';
import { lightOf, linkOf, optIns, queue, someone, type Person } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** The opt-in page in a real browser: robots that press and send whatever they find, and people who answer. */

let stack: Stack;
let browser: Browser;
beforeAll(async () => {
  stack = await startStack({
    settings: {
      quietHours: null,
      sender: {
        displayName: 'Bright Smile Family Dental',
        emailFrom: 'hello@practice.example',
        smsFrom: '+12025550100',
        supportPhone: '202-555-0199',
        postalAddress: '1 Example Street, Springfield',
      },
    },
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

type Method = 'email' | 'sms';

async function asked(
  method: Method = 'email',
  extra: object = {},
): Promise<{ person: Person; link: string }> {
  const person = someone();
  await stack.call('PUT', `/v1/contacts/${person.id}`, {
    name: 'Ann Example',
    role: 'client',
    methods: [method],
    email: person.email,
    phone: person.phone,
    ...extra,
  });
  await queue(stack, person, 'hello');
  const [entry] = await optIns(stack, person, 1);
  await until('it is recorded', async () => (await stateOf(person, method)) === 'sent');
  return { person, link: linkOf(entry!) };
}

const stateOf = async (person: Person, method: Method = 'email'): Promise<string> =>
  (await lightOf(stack, person)).channels[method]!.state;

const set = (settings: object) => stack.call('PATCH', '/v1/settings', settings);

const phone = { width: 390, height: 844 };

async function visit(link: string, options: object = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: phone, locale: 'en-US', ...options });
  const page = await context.newPage();
  await page.goto(link);
  return page;
}

/** Acts of mail scanners on a page, as far as any is known, and a little more. */
const robots: Record<string, (page: Page) => Promise<void>> = {
  'presses the first button': async (page) => {
    await page.locator('button').first().click();
  },
  'presses the button that looks most like a yes, again and again': async (page) => {
    for (let press = 0; press < 4; press += 1) await page.locator('button.yes').first().click();
  },
  'sends every form as it stands': async (page) => {
    await page.evaluate('for (const form of document.forms) form.submit()');
    await page.waitForLoadState();
  },
  'sends every form by its first button': async (page) => {
    await page.evaluate('for (const form of document.forms) form.requestSubmit()');
    await page.waitForLoadState();
  },
  'presses Enter in the middle of the page': async (page) => {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
  },
  'follows every link': async (page) => {
    const links = await page.evaluate<string[]>('[...document.links].map((link) => link.href)');
    for (const link of links) if (link.startsWith('http')) await page.goto(link);
  },
};

describe('a robot that', () => {
  it.each(
    Object.keys(robots).flatMap((name) => [
      [name, true],
      [name, false],
    ]) as [string, boolean][],
  )('%s agrees to nothing (scripts on the page: %s)', async (name, javaScriptEnabled) => {
    const { person, link } = await asked();
    const page = await visit(link, { javaScriptEnabled });
    await robots[name]!(page);
    expect(await stateOf(person)).toBe('sent');
    await page.context().close();
    // The person's own answer still counts after it.
    const own = await visit(link, { javaScriptEnabled });
    await agree(own);
    expect(await stateOf(person)).toBe('accepted');
    await own.context().close();
  });

  it('presses every button refuses at most: it never agrees, and the person can', async () => {
    const { person, link } = await asked();
    const count = await (await visit(link)).locator('button').count();
    for (let n = 0; n < count; n += 1) {
      const page = await visit(link);
      const buttons = page.locator('button');
      if ((await buttons.count()) > n) await buttons.nth(n).click();
      await page.context().close();
    }
    expect(await stateOf(person)).toBe('declined');
    // The button it would press next is folded away, and needs its box as well.
    const page = await visit(link);
    await page.getByText('I changed my mind').click();
    await page.locator('button').first().click();
    expect(await stateOf(person)).toBe('declined');
    await agree(page);
    expect(await stateOf(person)).toBe('accepted');
    await page.context().close();
  });
});

async function agree(page: Page): Promise<void> {
  await page.getByLabel('I understand, and I agree').check();
  await page.getByRole('button', { name: 'Yes' }).click();
  await page.getByRole('heading', { name: 'Thank you!' }).waitFor();
}

describe('a person', () => {
  it('answers with the keyboard alone, and the ledger says what was on the screen and what was done', async () => {
    const { person, link } = await asked();
    const page = await visit(link, { javaScriptEnabled: false });
    const heading = await page.getByRole('heading', { level: 1 }).textContent();
    expect(heading).toBe('May Bright Smile Family Dental email you?');
    const reach = async (name: string): Promise<void> => {
      for (let tabs = 0; tabs < 10; tabs += 1) {
        await page.keyboard.press('Tab');
        if ((await page.locator(':focus').getAttribute('name')) === name) return;
      }
      throw new Error(`${name} is out of reach`);
    };
    await reach('agree');
    await page.keyboard.press('Space');
    await reach('decision');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Thank you!' }).waitFor();
    expect(await stateOf(person)).toBe('accepted');
    const { entries } = await readEvidence(stack.db, {
      practiceId: stack.practiceId,
      contactId: person.id,
    });
    const yes = entries.find(({ type }) => type === 'accepted')!.fields as Record<string, unknown>;
    expect(yes).toMatchObject({ via: 'page', acts: 'ticked "I agree", pressed yes' });
    expect(yes.pageAsked).toBe(
      [
        'May Bright Smile Family Dental email you?',
        'We would like to send you reminders and other messages, by email only.',
        'Email is not encrypted, so other people could read it.',
        'I understand, and I agree to emails from Bright Smile Family Dental.',
        'Yes, I agree',
        'No, do not email me',
      ].join('\n'),
    );
    await page.context().close();
  });

  it('reads why first after Yes without the box, and is one tick and one press from the end', async () => {
    const { person, link } = await asked();
    const page = await visit(link);
    await page.getByRole('button', { name: 'Yes' }).click();
    const alert = page.getByRole('alert');
    expect(await alert.textContent()).toContain('To say yes, check the box “I understand”');
    expect(await page.title()).toMatch(/^Error: /);
    expect(await page.locator(':focus').getAttribute('id')).toBe('wrong');
    expect(await page.evaluate('scrollY')).toBe(0);
    const agreeBox = page.getByLabel('I understand, and I agree');
    expect(await agreeBox.getAttribute('aria-invalid')).toBe('true');
    expect(await violationsOf(page)).toEqual([]);
    await shoot(page, 'opt-in-missing');
    await alert.getByRole('link').click();
    await agreeBox.check();
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.getByRole('heading', { name: 'Thank you!' }).waitFor();
    expect(await stateOf(person)).toBe('accepted');
    await page.context().close();
  });

  it('sees a wrong date of birth first, with the boxes under it', async () => {
    await set({ identityCheck: 'birthDate' });
    const { person, link } = await asked('email', { birthDate: '1954-03-14' });
    const page = await visit(link);
    const type = async (month: string, day: string, year: string): Promise<void> => {
      await page.getByLabel('Month').fill(month);
      await page.getByLabel('Day').fill(day);
      await page.getByLabel('Year').fill(year);
      await page.getByLabel('I understand, and I agree').check();
      // Enter in a field is the press of the first button, which is the yes.
      await page.getByLabel('Year').press('Enter');
    };
    await type('3', '15', '1954');
    const alert = page.getByRole('alert');
    expect(await alert.textContent()).toContain('That did not match.');
    expect(await alert.textContent()).toContain('4 tries left.');
    const seen = await page.locator('#wrong, #birthMonth, #birthYear').all();
    for (const element of seen) {
      const box = await element.boundingBox();
      expect(box!.y + box!.height).toBeLessThan(500);
    }
    expect(await page.evaluate('scrollY')).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await shoot(page, 'opt-in-wrong-date');
    await type('3', '14', '1954');
    await page.getByRole('heading', { name: 'Thank you!' }).waitFor();
    expect(await stateOf(person)).toBe('accepted');
    await set({ identityCheck: 'none' });
    await page.context().close();
  });

  it.each([
    [390, 844, 'en', 'none'],
    [390, 844, 'es', 'none'],
    [390, 844, 'en', 'birthDate'],
    [390, 844, 'es', 'birthDate'],
    [320, 640, 'en', 'none'],
    [320, 640, 'es', 'none'],
  ])(
    'sees yes and no on the first screen: %i x %i, %s, identity check %s',
    async (width, height, lang, identityCheck) => {
      await set({ identityCheck });
      for (const method of ['email', 'sms'] as const) {
        const { link } = await asked(method, { birthDate: '1954-03-14' });
        for (const colorScheme of ['light', 'dark']) {
          const page = await visit(`${link}?lang=${lang}`, {
            viewport: { width, height },
            colorScheme,
          });
          for (const value of ['accept', 'decline']) {
            const box = await page.locator(`button[value=${value}]`).boundingBox();
            expect(Math.round(box!.y + box!.height)).toBeLessThanOrEqual(height);
            expect(box!.height).toBeGreaterThanOrEqual(44);
          }
          expect(await violationsOf(page)).toEqual([]);
          const wider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
          expect(wider).toBe(false);
          await page.context().close();
        }
      }
      await set({ identityCheck: 'none' });
    },
  );

  it('can press the numbers: to call the practice, and to text START', async () => {
    const { person, link } = await asked('sms');
    const page = await visit(link);
    expect(await page.locator('a[href="tel:2025550199"]').count()).toBe(1);
    const inbound = { from: person.phone, text: 'STOP' };
    expect((await stack.control('/inbound', inbound)).ok).toBe(true);
    await until('it is stopped', async () => (await stateOf(person, 'sms')) === 'revoked');
    await page.reload();
    expect(await page.locator('a[href="sms:+12025550100"]').textContent()).toBe('(202) 555-0100');
    expect(await page.locator('main').textContent()).toContain('text START to (202) 555-0100.');
    await page.context().close();
  });
});

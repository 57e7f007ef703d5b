import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, shoot, violationsOf } from '../harness/browser.ts';
import { signInTo } from '../harness/console.ts';
import { queue, registerWithConsent, someone, type Person } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/**
 * The pages in a real browser: staff at the console, the person on the page behind the link and on the phone of the
 * sandbox. Every page that is reached is looked over by axe.
 */

let stack: Stack;
let browser: Browser;
let context: BrowserContext;
let staff: Page;
/** Errors of the console's own scripts. */
const problems: string[] = [];
beforeAll(async () => {
  stack = await startStack();
  browser = await openBrowser();
  context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    // Not what the machine is set to, which may be no language of the web.
    locale: 'en-US',
  });
  staff = await context.newPage();
  staff.on('pageerror', (error) => problems.push(error.message));
  await signInTo(staff, stack);
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const at = (path: string): string => `${stack.url}${path}`;

async function check(page: Page, name?: string): Promise<void> {
  const found = await violationsOf(page);
  const serious = found.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  expect({ at: page.url(), serious }).toEqual({ at: page.url(), serious: [] });
  if (name !== undefined) await shoot(page, name);
}

async function addContact(person: Person, birthDate?: string): Promise<void> {
  await staff.goto(at('/console/contacts/new'));
  await staff.getByLabel('Chart number', { exact: true }).fill(person.id);
  await staff.getByLabel('Name', { exact: true }).fill('Ann Example');
  await staff.getByLabel('Email address').fill(person.email);
  await staff.getByLabel('Mobile number').fill(person.phone);
  if (birthDate !== undefined) await staff.getByLabel('Date of birth').fill(birthDate);
  await staff.getByRole('button', { name: 'Save' }).click();
  await staff.getByText('The contact is saved.').waitFor();
}

async function writeMessage(body: string, sendAt?: string): Promise<void> {
  await staff.getByText('Write a message').click();
  if (sendAt !== undefined) await staff.getByLabel('Not before (empty: now)').fill(sendAt);
  await staff.getByLabel('Subject (email only)').fill('Hello');
  await staff.getByLabel('Message', { exact: true }).fill(body);
  await staff.getByRole('button', { name: 'Queue the message' }).click();
  await staff.getByText('The message is saved.').waitFor();
}

/** The person opens the mail in the sandbox and follows its link, as a new page. */
async function followOptIn(person: Person): Promise<Page> {
  const sandbox = await context.newPage();
  await sandbox.goto(stack.sandbox.url);
  await sandbox.locator('#mailbox').selectOption(person.email);
  await sandbox.locator('#emails button').first().click();
  const [page] = await Promise.all([
    context.waitForEvent('page'),
    sandbox.frameLocator('#email iframe').locator('a[href*="/o/"]').first().click(),
  ]);
  await page.waitForLoadState();
  await sandbox.close();
  return page;
}

async function answerByPhone(person: Person, text: string): Promise<void> {
  const sandbox = await context.newPage();
  await sandbox.goto(stack.sandbox.url);
  await until('the phone has a conversation', async () => {
    const options = await sandbox.locator('#phone option').allTextContents();
    return options.some((option) => option.startsWith(person.phone));
  });
  await sandbox.locator('#phone').selectOption(`${person.phone} with +12025550100`);
  await sandbox.getByLabel('Reply').fill(text);
  await sandbox.locator('#reply').getByRole('button', { name: 'Send' }).click();
  await sandbox.close();
}

/** A condition, not a wait: how late it may come on a busy machine. */
const patiently = { timeout: 30_000 };

const standing = (page: Page) => page.locator('#standing .headline');
const change = (settings: object) => stack.call('PATCH', '/v1/settings', settings);

describe('the main job', () => {
  it('staff register, queue and ask; the person says yes twice; the console turns green by itself', async () => {
    const ann = someone();
    await staff.goto(at('/console'));
    await check(staff);
    await addContact(ann);
    await check(staff, 'contact-new');
    // Nothing is due yet, so nobody is asked by itself.
    await writeMessage('For much later', '2030-01-07T09:00');
    await expect.poll(() => standing(staff).textContent(), patiently).toContain('Red');
    expect(await standing(staff).textContent()).toContain('not asked yet');
    for (const channel of ['email', 'text']) {
      const button = staff.getByRole('button', { name: `Send the opt-in by ${channel}` });
      expect(await button.locator('xpath=..').textContent()).toContain('Not sent yet.');
      await button.click();
      await staff.getByText('The opt-in is on its way.').waitFor();
    }
    await writeMessage('The first message');
    await writeMessage('The second message');
    await expect
      .poll(() => standing(staff).textContent())
      .toContain('Email: waiting for the answer');
    await expect
      .poll(() => standing(staff).textContent())
      .toContain('Text: waiting for the answer');
    const again = staff.getByRole('button', { name: 'Retry the opt-in by text' });
    expect(await again.locator('xpath=..').textContent()).toMatch(/Last sent \w+ \d+, \d{4}/);
    expect(await stack.outbox(ann.phone)).toHaveLength(1);
    expect(await staff.locator('#standing').textContent()).toContain('waiting until they agree to');
    await check(staff, 'contact-red');

    // Nobody reloads this page from here on.
    let reloads = 0;
    staff.on('load', () => (reloads += 1));
    const person = await followOptIn(ann);
    await check(person, 'opt-in');
    expect(await person.locator('body').textContent()).not.toContain('Ann');
    await person.getByLabel('I understand, and I agree').check();
    await person.getByRole('button', { name: 'Yes, I agree' }).click();
    await person.getByRole('heading', { name: 'Thank you!' }).waitFor();
    await check(person, 'opt-in-accepted');
    await person.close();
    await expect.poll(() => standing(staff).textContent(), patiently).toContain('Text:');
    await answerByPhone(ann, 'YES');
    await expect.poll(() => standing(staff).textContent(), patiently).toContain('Green');
    await expect
      .poll(() => staff.locator('#standing').getByText('delivered').count(), patiently)
      .toBe(2);
    expect(reloads).toBe(0);
    // In order, once; a later message waits only for its time.
    expect((await stack.outbox(ann.phone)).slice(1).map(({ text }) => text)).toEqual([
      expect.stringContaining('The first message'),
      expect.stringContaining('The second message'),
    ]);
    expect(await staff.locator('#standing').textContent()).toContain('waiting for its time');
    await check(staff, 'contact-green');
  });

  it('a failure shows why, and Retry sends it once the cause is fixed', async () => {
    const ann = { ...someone(), email: 'someone@refused.example' };
    await addContact(ann);
    await staff.getByRole('button', { name: 'opt-in by email' }).click();
    await expect
      .poll(() => staff.locator('#standing').textContent(), patiently)
      .toContain('the provider refused');
    await check(staff);
    await staff.getByRole('link', { name: 'Edit the contact' }).click();
    const { email } = someone();
    await staff.getByLabel('Email address').fill(email);
    await staff.getByRole('button', { name: 'Save' }).click();
    await staff.getByRole('button', { name: 'opt-in by email' }).click();
    await staff.getByText('The opt-in is on its way.').waitFor();
    await until('it arrived', async () => (await stack.outbox(email)).length > 0);
  });

  it('a failure that is fixed elsewhere is retried for the same address', async () => {
    await change({ identityCheck: 'birthDate' });
    try {
      const ann = someone();
      await addContact(ann);
      await staff.getByRole('button', { name: 'Send the opt-in by email' }).click();
      await expect
        .poll(() => staff.locator('#standing').textContent(), patiently)
        .toContain('no birth date to check the answer by');
      expect(await stack.outbox(ann.email)).toEqual([]);
      await staff.getByRole('link', { name: 'Edit the contact' }).click();
      await staff.getByLabel('Date of birth').fill('1980-02-29');
      await staff.getByRole('button', { name: 'Save' }).click();
      await staff.getByRole('button', { name: 'Retry the opt-in by email' }).click();
      await staff.getByText('The opt-in is on its way.').waitFor();
      await until('it arrived', async () => (await stack.outbox(ann.email)).length === 1);
    } finally {
      await change({ identityCheck: 'none' });
    }
  });

  it('an opt-in email that is unanswered for a day comes with a sentence to read out', async () => {
    const ann = someone();
    await addContact(ann);
    await staff.getByRole('button', { name: 'Send the opt-in by email' }).click();
    await until('it arrived', async () => (await stack.outbox(ann.email)).length === 1);
    await expect
      .poll(() => standing(staff).textContent(), patiently)
      .toContain('waiting for the answer');
    const sentence = staff.getByText('in Gmail look under Promotions, in Outlook under Other');
    expect(await sentence.count()).toBe(0);
    stack.time.offsetMs += 25 * 3_600_000;
    try {
      // Nobody stays signed in that long.
      await staff.getByRole('heading', { name: 'Sign in' }).waitFor();
      await signInTo(staff, stack);
      await staff.goto(at(`/console/contacts/${ann.id}`));
      await sentence.waitFor();
      await check(staff, 'contact-unanswered');
    } finally {
      stack.time.offsetMs = 0;
    }
  });

  it('asks before many held messages are released by hand', async () => {
    const ann = someone();
    await addContact(ann);
    await stack.call(
      'POST',
      `/v1/contacts/${ann.id}/messages`,
      Array.from({ length: 12 }, (_, n) => ({ kind: 'ad_hoc', subject: 's', body: `held ${n}` })),
    );
    const waive = async (channel: string) => {
      await staff.goto(at(`/console/contacts/${ann.id}`));
      await staff.getByText('Skip a channel that will never answer').click();
      const form = staff.locator('form[action$="/waivers"]');
      await form.getByLabel('Channel').selectOption(channel);
      await form.getByLabel('Why').fill('a landline');
      await form.getByRole('button').click();
    };
    await waive('sms');
    await staff.getByText('The channel is skipped.').waitFor();
    await staff.getByText('Record a consent that was given elsewhere').click();
    const form = staff.locator('form[action$="/consents"]');
    await form.getByLabel('Channel').selectOption('email');
    await form.getByLabel('What proves it').fill('signed form in the folder');
    await form.getByRole('button').click();
    await staff
      .getByRole('heading', { name: 'Send the waiting messages to Ann Example?' })
      .waitFor();
    await staff.getByText('This would send 12 waiting messages to Ann Example.').waitFor();
    await check(staff, 'let-go');
    expect(await stack.outbox(ann.email)).toHaveLength(1);
    await staff.getByRole('button', { name: 'Yes, send them' }).click();
    await staff.getByText('The consent is recorded.').waitFor();
    await until('all arrived', async () => (await stack.outbox(ann.email)).length === 13);
    const { body } = await stack.call<{ items: { fields?: { by?: string } }[] }>(
      'GET',
      `/v1/contacts/${ann.id}/evidence`,
    );
    expect(body.items.map(({ fields }) => fields?.by)).toContain('Dr. Núñez');
    await staff.getByRole('link', { name: 'Evidence' }).click();
    await check(staff, 'evidence');
  });
});

describe('the person’s page', () => {
  async function asked(birthDate?: string): Promise<{ ann: Person; page: Page }> {
    const ann = someone();
    await addContact(ann, birthDate);
    await staff.getByRole('button', { name: 'opt-in by email' }).click();
    await until('it arrived', async () => (await stack.outbox(ann.email)).length > 0);
    return { ann, page: await followOptIn(ann) };
  }

  it('takes a no, and a change of mind', async () => {
    const { ann, page } = await asked();
    await page.getByRole('button', { name: 'No, do not email me' }).click();
    await page.getByRole('heading', { name: 'You said no' }).waitFor();
    await check(page, 'opt-in-declined');
    await staff.goto(at(`/console/contacts/${ann.id}`));
    await expect.poll(() => standing(staff).textContent(), patiently).toContain('said no');
    await staff
      .getByText(/^Said no on/)
      .first()
      .waitFor();
    expect(await staff.getByRole('button', { name: 'opt-in by email' }).count()).toBe(0);
    await check(staff, 'contact-declined');
    await staff.getByRole('link', { name: 'Ask again by email…' }).click();
    await staff.getByRole('heading', { name: 'Ask again by email?' }).waitFor();
    await check(staff, 'ask-again');
    await page.getByText('I changed my mind').click();
    await page.getByLabel('I understand, and I agree').check();
    await page.getByRole('button', { name: 'Yes, I agree' }).click();
    await page.getByRole('heading', { name: 'Thank you!' }).waitFor();
    await page.close();
  });

  it('says so when the person has stopped meanwhile', async () => {
    const { ann, page } = await asked();
    await staff.goto(at(`/console/contacts/${ann.id}`));
    await staff.getByRole('link', { name: 'Stop emails…' }).click();
    await staff.getByRole('heading', { name: 'Stop emails to Ann Example?' }).waitFor();
    await check(staff, 'stop');
    await staff.getByRole('button', { name: 'Stop emails' }).click();
    await staff.getByText('Ann Example gets no more emails at p…@example.com.').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'You asked us to stop' }).waitFor();
    await check(page, 'opt-in-stopped');
    await page.close();
  });

  it('locks after five wrong dates of birth', async () => {
    await change({ identityCheck: 'birthDate' });
    try {
      const { page } = await asked('1980-02-29');
      await check(page, 'opt-in-birth-date');
      for (let n = 1; n <= 5; n += 1) {
        await page.getByLabel('Month').fill('1');
        await page.getByLabel('Day').fill(String(n));
        await page.getByLabel('Year').fill('1990');
        await page.getByLabel('I understand, and I agree').check();
        await page.getByRole('button', { name: 'Yes, I agree' }).click();
        if (n < 5) await page.getByText('That did not match.').waitFor();
      }
      await page.getByRole('heading', { name: 'This link is locked' }).waitFor();
      await check(page, 'opt-in-locked');
      await page.close();
    } finally {
      await change({ identityCheck: 'none' });
    }
  });

  it('offers a fresh link when it has expired', async () => {
    const { page } = await asked();
    stack.time.offsetMs += 40 * 24 * 3_600_000;
    try {
      await page.reload();
      await page.getByRole('heading', { name: 'This link has expired' }).waitFor();
      await check(page, 'opt-in-expired');
      await page.close();
    } finally {
      stack.time.offsetMs = 0;
    }
  });

  it('lets people choose what they get, and stop it, from any email', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['email']);
    await queue(stack, ann, 'hello');
    const [email] = await until('it arrived', async () => {
      const entries = await stack.outbox(ann.email);
      return entries.length > 0 && entries;
    });
    const linkTo = (kind: 'p' | 'u') =>
      new RegExp(String.raw`http\S+/${kind}/\S+`).exec(email!.text)![0];
    const page = await context.newPage();
    await page.goto(linkTo('p'));
    await check(page, 'preferences');
    await page.getByLabel('Bills').uncheck();
    await page.getByRole('button', { name: 'Save my choice' }).click();
    await page.getByRole('status').waitFor();
    await check(page);
    await page.goto(linkTo('u'));
    await check(page, 'unsubscribe');
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'Emails stopped' }).waitFor();
    await check(page);
    await page.close();
  });

  it('helps with a wrong link, and with finding the mail', async () => {
    const page = await context.newPage();
    expect((await page.goto(at(`/o/${'x'.repeat(43)}`)))?.status()).toBe(404);
    await check(page, 'wrong-link');
    await page.goto(at('/help/opt-in'));
    await check(page, 'help');
    await page.close();
  });
});

describe('the console', () => {
  it('shows contacts at risk first, and finds by address', async () => {
    const ann = someone();
    await addContact(ann);
    await stack.call('POST', `/v1/contacts/${ann.id}/messages`, {
      kind: 'appointment_reminder',
      subject: 's',
      body: 'b',
      sendAt: new Date(Date.now() + 24 * 3_600_000).toISOString(),
      eventAt: new Date(Date.now() + 30 * 3_600_000).toISOString(),
    });
    await staff.goto(at('/console'));
    const risk = staff.getByRole('region', { name: 'Contacts at risk' });
    await risk.getByText(ann.id).waitFor();
    await check(staff, 'contacts');
    await staff.getByLabel('Name, chart number, email address or phone number').fill(ann.phone);
    await staff.getByRole('button', { name: 'Search' }).click();
    await staff.getByRole('region', { name: 'Contacts found' }).getByText(ann.id).waitFor();
    expect(await staff.locator('tbody tr').count()).toBe(1);
  });

  it('saves settings, and says what is wrong beside what was typed', async () => {
    await staff.goto(at('/console/settings'));
    await check(staff, 'settings');
    const landing = staff.getByLabel('Where people go after agreeing');
    await landing.fill('http://plain.example');
    await staff.getByRole('button', { name: 'Save' }).click();
    await staff.getByRole('alert').getByText('begins with https://').waitFor();
    expect(await landing.inputValue()).toBe('http://plain.example');
    expect(await landing.getAttribute('aria-invalid')).toBe('true');
    await check(staff, 'settings-refused');
    await landing.fill('');
    await staff.getByLabel('Time zone', { exact: true }).selectOption('America/Chicago');
    await staff.getByLabel('Phone number for questions').fill('+1 202 555 0199');
    await staff.getByRole('button', { name: 'Save' }).click();
    await staff.getByText('The settings are saved.').waitFor();
    expect((await stack.call('GET', '/v1/settings')).body).toMatchObject({
      timeZone: 'America/Chicago',
      sender: { supportPhone: '+1 202 555 0199', smsFrom: '+12025550100' },
    });
  });

  it('refuses a template that lacks a statement, and names it; previews with segments', async () => {
    await staff.goto(at('/console/templates'));
    await check(staff, 'templates');
    await staff.getByRole('link', { name: 'Opt-in, text, English' }).click();
    await staff.getByText(/\d segments?: that is what one text costs/).waitFor();
    await check(staff, 'template');
    const text = staff.getByLabel('Text', { exact: true });
    const shipped = await text.inputValue();
    for (const [words, code] of [
      ['{{ practice }} asks: please reply YES. {{ link }}', 'risks'],
      ['Hello {{ name }}, please reply YES. {{ link }}', 'personal_field'],
    ] as const) {
      await text.fill(words);
      await staff.getByRole('button', { name: 'Save as a new version' }).click();
      await staff.getByRole('alert').getByText(code).first().waitFor();
    }
    await check(staff, 'template-refused');
    await text.fill(shipped);
    await staff.getByRole('button', { name: 'Save as a new version' }).click();
    await staff.getByText('The template is saved as a new version.').waitFor();
  });

  it('keeps replies live, with the next appointment beside a doubtful stop', async () => {
    const ann = someone();
    await addContact(ann);
    await stack.call('POST', `/v1/contacts/${ann.id}/messages`, {
      kind: 'appointment_reminder',
      subject: 's',
      body: 'b',
      eventAt: new Date(Date.now() + 30 * 3_600_000).toISOString(),
    });
    await until('the text arrived', async () => (await stack.outbox(ann.phone)).length > 0);
    await staff.goto(at('/console/replies'));
    await answerByPhone(ann, 'cancel');
    const row = staff
      .getByRole('region', { name: 'Replies that are waiting' })
      .locator('tr')
      .filter({
        hasText: ann.id,
      });
    await row.getByText('Next appointment:').waitFor();
    await check(staff, 'replies');
    await row.getByRole('button', { name: 'Mark as done' }).click();
    await staff.getByText('The reply is marked as done.').waitFor();
  });

  it('shows the practice’s health, and prints a poster', async () => {
    for (const minutesAgo of [30, 20, 10]) {
      const sampledAt = new Date(Date.now() - minutesAgo * 60_000);
      await stack.db.prisma.queueSample.create({
        data: { practiceId: stack.practiceId, at: sampledAt, queued: minutesAgo },
      });
    }
    await staff.goto(at('/console/health'));
    for (const chart of ['queue', 'days'])
      await staff.locator(`[data-chart=${chart}] canvas`).waitFor();
    await check(staff, 'health');
    await staff.goto(at('/console/poster'));
    await check(staff, 'poster');
    expect(problems).toEqual([]);
  });
});

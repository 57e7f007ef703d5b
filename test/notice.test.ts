import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../src/domain/limits.ts';
import { answer, open, submit, textOf } from './harness/pages.ts';
import {
  arrived,
  contents,
  isOptIn,
  linkOf,
  optIns,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type OutboxEntry, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await set({ emailContent: 'notice' });
});
afterAll(() => stack.stop());

const set = async (settings: object): Promise<void> => {
  expect((await stack.call('PATCH', '/v1/settings', settings)).status).toBe(200);
};

const birthDate = '1980-02-29';
const message = { kind: 'ad_hoc', subject: 'Your <b>results</b>', body: 'All is well.\n\nDr & Co' };

/** Somebody who agreed to email, and the notice that they got. */
async function notified(
  extra: object = {},
): Promise<{ person: Person; notice: OutboxEntry; link: string }> {
  const person = someone();
  await stack.call('PUT', `/v1/contacts/${person.id}`, {
    name: 'Ann Example',
    role: 'client',
    methods: ['email'],
    email: person.email,
    birthDate,
    ...extra,
  });
  await stack.call('POST', `/v1/contacts/${person.id}/messages`, message);
  const [asked] = await optIns(stack, person, 1);
  await answer(linkOf(asked!), 'accept', { birthDate });
  const [notice] = await until('the notice', async () => {
    const entries = (await arrived(stack, person)).filter((entry) => !isOptIn(entry));
    return entries.length > 0 && entries;
  });
  const link = /https?:\/\/\S+\/m\/[\w-]{32,}/.exec(notice!.text)?.[0];
  expect(link).toBeDefined();
  return { person, notice: notice!, link: link! };
}

describe('where emails carry only a notice', () => {
  it('nothing of the message is in the email, not even its subject; it is read behind the link', async () => {
    const { notice, link } = await notified();
    expect(notice.subject).toBe('You have a message from Test Practice');
    const entry = JSON.stringify((await stack.outbox(notice.to)).at(-1));
    for (const part of ['results', 'All is well', 'Ann']) expect(entry).not.toContain(part);
    for (let look = 0; look < 3; look += 1) {
      const page = await open(link);
      expect(page.status).toBe(200);
      expect(page.html).toContain('<h1>Your &lt;b>results&lt;/b></h1>');
      expect(textOf(page.html)).toContain('All is well. Dr & Co');
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    }
    expect((await open(link, { method: 'HEAD' })).status).toBe(200);
  });

  it('speaks the contact’s language', async () => {
    const { notice, link } = await notified({ locale: 'es' });
    expect(notice.subject).toBe('Tiene un mensaje de Test Practice');
    expect((await open(link)).html).toContain('<html lang="es">');
  });

  it('SMS and fax are not concerned, nor what is sent once the setting is off', async () => {
    const { person } = await notified();
    await set({ emailContent: 'full' });
    await stack.call('POST', `/v1/contacts/${person.id}/messages`, { ...message, body: 'in full' });
    await until('in full', async () =>
      (await contents(stack, person, 'email')).includes('in full'),
    );
    await set({ emailContent: 'notice' });
  });

  it('the token is stored hashed, expires after 30 days, and goes with the contact', async () => {
    const { person, link } = await notified();
    const token = link.split('/').at(-1)!;
    const row = await stack.db.prisma.messageLink.findFirstOrThrow({
      where: { contactId: person.id },
    });
    expect(JSON.stringify(row)).not.toContain(token);
    expect(row.expiresAt.getTime() - row.createdAt.getTime()).toBe(limits.messageLinkMs);
    const unknown = await open(`${stack.url}/m/${'a'.repeat(32)}`);
    expect(unknown.status).toBe(404);

    await stack.db.prisma.messageLink.update({
      where: { tokenHash: row.tokenHash },
      data: { expiresAt: stack.db.clock.now() },
    });
    const expired = await open(link);
    expect(expired.status).toBe(410);
    expect(expired.html).not.toContain('All is well');

    await stack.call('DELETE', `/v1/contacts/${person.id}`);
    expect(await open(link)).toMatchObject({ status: 404, html: unknown.html });
    expect(await stack.db.prisma.messageLink.count({ where: { contactId: person.id } })).toBe(0);
  });

  it('and the birth date is checked: a GET shows nothing, five wrong ones lock the link', async () => {
    await set({ identityCheck: 'birthDate' });
    const { link } = await notified();
    const asks = await open(link);
    expect(asks.status).toBe(200);
    expect(asks.html).not.toContain('All is well');
    expect(asks.html).toContain('autocomplete="bday-month"');
    const shown = await submit(link, { birthDate });
    expect(shown.status).toBe(200);
    expect(textOf(shown.html)).toContain('All is well');
    // It is asked for again each time.
    expect((await open(link)).html).toBe(asks.html);

    const pages = [];
    for (let n = 0; n < 4; n += 1) pages.push(await submit(link, { birthDate: `19${n}0-01-01` }));
    for (const [index, page] of pages.entries()) {
      expect(page.status).toBe(422);
      expect(textOf(page.html)).toContain(index === 3 ? '1 try left.' : `${4 - index} tries left.`);
    }
    // What is no date costs no try.
    expect(textOf((await submit(link, {})).html)).toContain('Enter the month, day, and year');
    const locked = await submit(link, { birthDate: '1950-01-01' });
    expect(locked.status).toBe(403);
    expect(await submit(link, { birthDate })).toMatchObject({ status: 403, html: locked.html });
    expect((await open(link)).status).toBe(403);
    await set({ identityCheck: 'none' });
  });
});

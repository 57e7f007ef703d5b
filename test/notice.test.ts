import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adoptLinks } from '../src/record/links/link-adopt.ts';
import { sealMessageLink } from '../src/record/links/link-seal.ts';
import { limits } from '../src/core/limits.ts';
import { answer, open, submit, textOf } from './harness/pages.ts';
import {
  arrived,
  contents,
  isOptIn,
  lightOf,
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
    // Guessed too often stays guessed too often, also where the practice asks for no dates any more.
    await stack.call('PATCH', '/v1/settings', { identityCheck: 'none' });
    expect((await submit(link, { birthDate })).status).toBe(403);
    await stack.call('PATCH', '/v1/settings', { identityCheck: 'birthDate' });
    expect((await open(link)).status).toBe(403);
    await set({ identityCheck: 'none' });
  });

  it('wrong birth dates count for the channel, whichever links they come by, and staff see it', async () => {
    await set({ identityCheck: 'birthDate' });
    try {
      const { person, link } = await notified();
      const links = [link];
      for (let n = 2; n <= 4; n += 1) {
        await stack.call('POST', `/v1/contacts/${person.id}/messages`, message);
        links.push(
          await until(`notice ${n}`, async () => {
            const found = (await arrived(stack, person)).flatMap(
              ({ text }) => /https?:\/\/\S+\/m\/[\w-]{32,}/.exec(text) ?? [],
            );
            return found[n - 1] ?? false;
          }),
        );
      }
      const guess = (n: number) =>
        submit(links[n % links.length]!, { birthDate: `19${10 + n}-01-01` });
      const answers = [];
      for (let n = 0; n < 16; n += 1) answers.push((await guess(n)).status);
      expect(answers).toEqual([...Array(4).fill(422), ...Array(12).fill(403)]);
      for (const one of links) expect((await submit(one, { birthDate })).status).toBe(403);
      expect((await lightOf(stack, person)).channels.email?.state).toBe('accepted');
      const told = async () => {
        const { body } = await stack.call<{ items: { contactId: string; meaning: string }[] }>(
          'GET',
          '/v1/inbound?handled=false',
        );
        return body.items.filter(({ contactId }) => contactId === person.id);
      };
      expect((await told()).map(({ meaning }) => meaning)).toEqual(['locked']);
      // The opt-in by hand unlocks: it is not sent, since the answer is there already.
      await stack.call('POST', `/v1/contacts/${person.id}/opt-in`, {});
      expect((await submit(links[3]!, { birthDate })).status).toBe(200);
    } finally {
      await set({ identityCheck: 'none' });
    }
  });
});

describe('the link of a notice', () => {
  const closed = async (link: string): Promise<void> => {
    for (const page of [await open(link), await submit(link, { birthDate })]) {
      expect(page.status).toBe(410);
      expect(textOf(page.html)).not.toContain('All is well');
    }
  };
  const correct = (person: Person, email: string) =>
    stack.call('PATCH', `/v1/contacts/${person.id}`, { email });

  it('shows no message but the one that its own email announced', async () => {
    const [reader, other] = [await notified(), await notified()];
    const { prisma } = stack.db;
    const [mine, theirs] = [
      await prisma.messageLink.findFirstOrThrow({ where: { contactId: reader.person.id } }),
      await prisma.messageLink.findFirstOrThrow({ where: { contactId: other.person.id } }),
    ];
    // Sealed as the service would: what is refused here is no matter of the seal.
    const set = (data: { messageId: string }) =>
      prisma.messageLink.update({
        where: { tokenHash: mine.tokenHash },
        data: { ...data, tokenEnc: sealMessageLink(stack.db, { ...mine, ...data }) },
      });
    const ofTheirs = { messageId: theirs.messageId };
    await set(ofTheirs);
    await closed(reader.link);
    await set({ messageId: mine.messageId });
    expect((await open(reader.link)).status).toBe(200);
    // Link and delivery agree, and the message is another contact's.
    const give = (contactId: string) =>
      prisma.message.updateMany({ where: { id: mine.messageId }, data: { contactId } });
    await give(other.person.id);
    await closed(reader.link);
    await give(reader.person.id);
    expect((await open(reader.link)).status).toBe(200);
    expect((await open(other.link)).status).toBe(200);
  });

  it('is closed once the address was corrected, and stays so when it comes back', async () => {
    const { person, link } = await notified();
    expect((await open(link)).status).toBe(200);
    await correct(person, someone().email);
    await closed(link);
    await correct(person, person.email);
    await closed(link);
  });

  it('is closed after a change of address also where it knows only its delivery', async () => {
    const { person, link } = await notified();
    await stack.db.prisma.messageLink.updateMany({
      where: { contactId: person.id },
      data: { epoch: null, tokenEnc: null },
    });
    await adoptLinks(stack.db);
    expect((await open(link)).status).toBe(200);
    await correct(person, someone().email);
    await closed(link);
  });

  it('brings no fresh tries of the birth date by way of another address', async () => {
    await set({ identityCheck: 'birthDate' });
    try {
      const { person, link } = await notified();
      const wrong = () => submit(link, { birthDate: '1950-01-01' });
      for (let n = 0; n < 4; n += 1) expect((await wrong()).status).toBe(422);
      await correct(person, someone().email);
      expect((await wrong()).status).toBe(410);
      const tries = async () =>
        (
          await stack.db.prisma.channel.findFirstOrThrow({
            where: { contactId: person.id, method: 'email' },
          })
        ).identityTries;
      expect(await tries()).toBe(0);
      await correct(person, person.email);
      expect((await wrong()).status).toBe(410);
      expect(await tries()).toBe(0);
    } finally {
      await set({ identityCheck: 'none' });
    }
  });

  it.each([
    [
      'staff stopped the channel',
      (id: string) => stack.call('DELETE', `/v1/contacts/${id}/consents/email`),
    ],
    [
      'staff waived the channel',
      (id: string) =>
        stack.call('POST', `/v1/contacts/${id}/waivers`, { method: 'email', reason: 'r' }),
    ],
    [
      'nobody is asked any more, and staff stopped it',
      async (id: string) => {
        await stack.call('DELETE', `/v1/contacts/${id}/consents/email`);
        await set({ optInEnabled: false });
      },
    ],
  ])('is closed after %s', async (_what, act) => {
    const { person, link } = await notified();
    try {
      await act(person.id);
      await closed(link);
    } finally {
      await set({ optInEnabled: true });
    }
  });

  it('stays open while the practice pauses its messages, and through a merge', async () => {
    const { person, link } = await notified();
    await set({ messagingEnabled: false });
    expect((await open(link)).status).toBe(200);
    await set({ messagingEnabled: true });
    const into = someone().id;
    await stack.call('PUT', `/v1/contacts/${into}`, {
      name: 'Ann Example',
      role: 'client',
      methods: ['email'],
      email: person.email,
    });
    await stack.call('POST', `/v1/contacts/${into}/consents`, {
      method: 'email',
      address: person.email,
      source: 'paper',
      obtainedAt: '2026-01-01T00:00:00Z',
      evidence: 'form',
    });
    const merged = await stack.call('POST', `/v1/contacts/${person.id}/merge`, { into });
    expect(merged.status).toBeLessThan(300);
    expect((await open(link)).status).toBe(200);
  });
});

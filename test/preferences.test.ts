import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barAddress } from '../src/record/consent/bar-address.ts';
import { addressHash } from '../src/record/contacts/contact-store.ts';
import { readEvidence } from './harness/evidence.ts';
import { limits } from '../src/core/limits.ts';
import { messageKinds, type MessageKind } from '../src/core/message/message.ts';
import { answer, open, submit, textOf, type Shown } from './harness/pages.ts';
import {
  acceptBoth,
  arrived,
  contents,
  decide,
  isOptIn,
  lightOf,
  linkOf,
  optIns,
  queue,
  reply,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type OutboxEntry, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

type Method = 'email' | 'sms' | 'fax';

const faxOf = ({ phone }: Person): string => `+1303${phone.slice(5)}`;

async function registerAs(person: Person, methods: Method[], extra: object = {}): Promise<void> {
  const { status } = await stack.call('PUT', `/v1/contacts/${person.id}`, {
    name: 'Zuleika Quimby',
    role: 'client',
    methods,
    email: person.email,
    phone: person.phone,
    fax: faxOf(person),
    ...extra,
  });
  expect([200, 201]).toContain(status);
}

/** What the link in the footer of an email opens. */
function pageIn({ text }: OutboxEntry): string {
  const link = /https?:\/\/\S+\/p\/[\w-]{32,}/.exec(text)?.[0];
  expect(link).toBeDefined();
  return link!;
}

/** Somebody who said yes, and the page of theirs that the first email leads to. */
async function agreed(
  methods: Method[] = ['email', 'sms'],
  extra: object = {},
): Promise<{ person: Person; page: string }> {
  const person = someone();
  await registerAs(person, methods, extra);
  await queue(stack, person, 'confidential');
  if (methods.includes('sms')) await acceptBoth(stack, person);
  else await decide(linkOf((await optIns(stack, person, 1))[0]!), 'accept');
  const first = await until('the first email', async () =>
    (await arrived(stack, person)).find((entry) => entry.channel === 'email' && !isOptIn(entry)),
  );
  await idle(person);
  return { person, page: pageIn(first) };
}

/** Nothing waits, and no call is under way. */
const idle = ({ id }: Person) =>
  until(`all is done for ${id}`, async () => {
    const unfinished = { contactId: id, status: { in: ['queued', 'sending'] } };
    return (await stack.db.prisma.delivery.count({ where: unfinished })) === 0;
  });

const stateOf = async (person: Person, method: 'email' | 'sms') =>
  (await lightOf(stack, person)).channels[method]?.state;

const declinedOf = async ({ id }: Person): Promise<MessageKind[]> =>
  (await stack.call<{ declinedKinds: MessageKind[] }>('GET', `/v1/contacts/${id}`)).body
    .declinedKinds;

const evidenceOf = async (person: Person) =>
  (await readEvidence(stack.db, { practiceId: stack.practiceId, contactId: person.id }))
    .entries as { type: string; method?: string; fields: Record<string, string> }[];

/** Ticks every kind but these. */
const without = (page: string, ...declined: MessageKind[]): Promise<Shown> =>
  submit(page, {
    save: 'kinds',
    ...Object.fromEntries(
      messageKinds.filter((kind) => !declined.includes(kind)).map((kind) => [kind, 'yes']),
    ),
  });

/** The kinds whose box on the page is not ticked. */
const unticked = (html: string): string[] =>
  [...html.matchAll(/<input type="checkbox" name="(\w+)"([^>]*)>/g)]
    .filter(([, , rest]) => !/\bchecked\b/.test(rest!))
    .map(([, name]) => name!);

const statusIn = (html: string): string | undefined =>
  /<p class="done" role="status">([^<]*)<\/p>/.exec(html)?.[1];

/** The states that matter, and how much has been kept of what happened. */
async function standing(person: Person): Promise<string> {
  return JSON.stringify([
    await lightOf(stack, person),
    await declinedOf(person),
    await evidenceOf(person),
    await stack.db.prisma.suppression.count(),
    await stack.db.prisma.preferenceLink.count({ where: { contactId: person.id } }),
  ]);
}

describe('the page', () => {
  it('shows for each channel what was agreed to, when and how, and names nobody', async () => {
    const { person, page } = await agreed();
    const { status, html, headers } = await open(page);
    const text = textOf(html);
    expect(status).toBe(200);
    expect(text).toContain('What Test Practice sends you');
    expect(text).toContain('Email to p…@example.com');
    expect(text).toContain(`the number ending in ${person.phone.slice(-2)}`);
    expect(text).toMatch(/You agreed on \w+ \d+, \d{4} \(on their web page\)\./);
    expect(text).toMatch(/You agreed on \w+ \d+, \d{4} \(by text message\)\./);
    expect(html.match(/<details>/g)).toHaveLength(2);
    expect(text).toMatch(/What you agreed to.*The risks.*What you agreed to.*The risks/);
    expect(html.match(/type="checkbox"/g)).toHaveLength(messageKinds.length);
    expect(unticked(html)).toEqual([]);
    for (const personal of ['Zuleika', 'Quimby', person.email, person.phone, 'confidential'])
      expect(html).not.toContain(personal);
    expect(html).not.toMatch(/<script|<img|<iframe|<link|src=| on[a-z]+=/i);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('set-cookie')).toBeNull();
  });

  it('tells a consent that was written down elsewhere, and not what staff wrote', async () => {
    const person = someone();
    await registerAs(person, ['email']);
    await stack.call('POST', `/v1/contacts/${person.id}/consents`, {
      method: 'email',
      address: person.email,
      source: 'paper',
      obtainedAt: '2026-01-15T17:00:00Z',
      evidence: 'form 12 of Zuleika',
    });
    await queue(stack, person, 'confidential');
    const [first] = await until('it arrived', async () => {
      const entries = await arrived(stack, person);
      return entries.length > 0 && entries;
    });
    const { html } = await open(pageIn(first!));
    expect(textOf(html)).toContain('You agreed on January 15, 2026 (on paper).');
    expect(html).not.toContain('form 12');
    expect(html).not.toContain('<details>');
  });

  it('speaks both languages, and says in which one a text was shown', async () => {
    const { page } = await agreed(['email'], { locale: 'es-MX' });
    const spanish = await open(page);
    expect(spanish.html).toContain('<html lang="es">');
    expect(textOf(spanish.html)).toMatch(
      /Usted aceptó el \d+ de \w+ de \d{4} \(en su página web\)/,
    );
    const href = /<a href="([^"]*)" lang="en"/.exec(spanish.html)?.[1];
    const english = await open(new URL(href!, page).href);
    expect(english.html).toContain('<html lang="en">');
    expect(english.html).toContain('<div lang="es">');
    expect(statusIn((await without(page, 'billing_reminder')).html)).toBe(
      'Guardado. No recibirá: Facturas.',
    );
    expect(statusIn((await without(`${page}?lang=en`)).html)).toBe(
      'Saved: you get every kind of message.',
    );
  });

  it('is changed by nothing but its own form, however often it is looked at', async () => {
    const { person, page } = await agreed();
    const before = await standing(person);
    for (let look = 0; look < 20; look += 1) {
      expect((await open(page)).status).toBe(200);
      expect((await open(`${page}?stop=all&save=kinds`, { method: 'HEAD' })).status).toBe(200);
    }
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      expect((await open(page, { method })).status).toBe(405);
    for (const form of [
      {},
      { stop: 'fax' },
      { again: 'all' },
      { save: 'yes' },
      { stop: 'all', save: 'kinds' },
    ]) {
      const refused = await submit(page, form);
      expect(refused.status).toBe(422);
      expect(textOf(refused.html)).toContain('That did not work');
    }
    const twice = await open(page, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'stop=email&stop=sms',
    });
    expect(twice.status).toBe(422);
    expect(await standing(person)).toBe(before);
  });
});

describe('a kind that is not wanted', () => {
  it('never leaves, on any channel; the other kinds do, in order, and all of it can be seen', async () => {
    const { person, page } = await agreed(['email', 'sms', 'fax']);
    const answer = await without(page, 'billing_reminder', 'online_form');
    expect(answer.status).toBe(200);
    expect(statusIn(answer.html)).toBe('Saved. You will not get: Bills, Forms to fill out online.');
    expect(answer.html).toContain('<title>Done: What Test Practice sends you</title>');
    expect(unticked((await open(page)).html)).toEqual(['billing_reminder', 'online_form']);
    expect(await declinedOf(person)).toEqual(['billing_reminder', 'online_form']);

    const kinds = [
      'billing_reminder',
      'ad_hoc',
      'online_form',
      'appointment_notice',
      'billing_reminder',
      'late_payment_reminder',
    ];
    const sent = await stack.call<{ messages: { id: string }[] }>(
      'POST',
      `/v1/contacts/${person.id}/messages`,
      kinds.map((kind, n) => ({
        kind,
        subject: 's',
        body: `${n}`,
        eventAt: '2036-01-07T09:00:00-05:00',
      })),
    );
    expect(sent.status).toBe(202);
    const faxes = async () =>
      (await stack.outbox(`${faxOf(person).slice(1)}@fax.example`)).map(({ text }) => text);
    await idle(person);
    for (const channel of ['email', 'sms'] as const)
      expect(await contents(stack, person, channel)).toEqual(['confidential', '1', '3', '5']);
    expect(await faxes()).toEqual(['confidential', '1', '3', '5']);

    type View = { deliveries: { status: string; reason?: string }[] };
    for (const [n, { id }] of sent.body.messages.entries()) {
      const { deliveries } = (await stack.call<View>('GET', `/v1/messages/${id}`)).body;
      expect(deliveries).toHaveLength(3);
      for (const { status, reason } of deliveries)
        if ([0, 2, 4].includes(n))
          expect({ status, reason }).toEqual({ status: 'suppressed', reason: 'kind_declined' });
        else expect(['sent', 'delivered']).toContain(status);
    }

    await without(page);
    await stack.call('POST', `/v1/contacts/${person.id}/messages`, {
      kind: 'billing_reminder',
      subject: 's',
      body: 'wanted again',
    });
    await idle(person);
    // What was passed over stays so.
    for (const channel of ['email', 'sms'] as const)
      expect((await contents(stack, person, channel)).slice(4)).toEqual(['wanted again']);
  });

  it('is kept as evidence, in the export, and through a new registration; and goes with the person', async () => {
    const { person, page } = await agreed(['email']);
    await without(page, 'late_payment_reminder', 'ad_hoc');
    await without(page, 'ad_hoc', 'late_payment_reminder');
    await registerAs(person, ['email', 'sms']);
    const declined = ['late_payment_reminder', 'ad_hoc'];
    expect(await declinedOf(person)).toEqual(declined);
    const chosen = (await evidenceOf(person)).filter(({ type }) => type === 'kinds_chosen');
    expect(chosen).toMatchObject([
      { fields: { via: 'preferences', ip: '127.0.0.1', declinedKinds: declined.join() } },
    ]);
    const { body } = await stack.call('GET', `/v1/contacts/${person.id}/export`);
    expect(body).toMatchObject({ declinedKinds: declined });

    await stack.call('DELETE', `/v1/contacts/${person.id}`);
    await registerAs(person, ['email']);
    expect(await declinedOf(person)).toEqual([]);
  });

  it('is no reason to ask for consent', async () => {
    const { person, page } = await agreed(['email']);
    await without(page, 'ad_hoc');
    await submit(page, { stop: 'email' });
    await submit(page, { again: 'email' });
    await queue(stack, person, 'not wanted');
    await stack.call('POST', `/v1/contacts/${person.id}/messages`, {
      id: `${person.id}-bill`,
      kind: 'billing_reminder',
      subject: 's',
      body: 'wanted',
      sendAt: new Date(stack.db.clock.now().getTime() + 2_000).toISOString(),
    });
    const asked = await optIns(stack, person, 2);
    const request = await stack.db.prisma.delivery.findFirstOrThrow({
      where: { contactId: person.id, purpose: 'opt_in' },
      orderBy: { createdAt: 'desc' },
    });
    const bill = await stack.db.prisma.delivery.findFirstOrThrow({
      where: { messageId: `${person.id}-bill` },
    });
    expect(request.createdAt.getTime()).toBeGreaterThanOrEqual(bill.dueAt.getTime());
    await decide(linkOf(asked[1]!), 'accept');
    await idle(person);
    expect(await contents(stack, person, 'email')).toEqual(['confidential', 'wanted']);
  });
});

describe('a stop on the page', () => {
  it('of one channel closes that one, for every contact with the address, and leaves the other open', async () => {
    const { person, page } = await agreed();
    const other = { ...someone(), phone: person.phone };
    await registerAs(other, ['sms']);
    const { status, html } = await submit(page, { stop: 'sms' });
    expect(status).toBe(200);
    expect(statusIn(html)).toBe('Text messages are stopped.');
    expect(textOf(html)).toMatch(/Stopped on \w+ \d+, \d{4} \(on this page\)/);
    expect((await lightOf(stack, person)).channels).toMatchObject({
      email: { state: 'accepted' },
      sms: { state: 'revoked', reason: 'on the preferences page' },
    });
    expect(await stateOf(other, 'sms')).toBe('revoked');
    expect((await evidenceOf(person)).at(-1)).toMatchObject({
      type: 'revoked',
      method: 'sms',
      fields: { via: 'preferences', ip: '127.0.0.1' },
    });

    await queue(stack, person, 'later');
    await until('by email', async () => (await contents(stack, person, 'email')).length === 2);
    expect(await contents(stack, person, 'sms')).toEqual(['confidential']);

    const back = await submit(page, { again: 'sms' });
    expect(statusIn(back.html)).toContain('They can text you again.');
    expect(['not_sent', 'sent']).toContain(await stateOf(person, 'sms'));
    await optIns(stack, person, 3);
    expect(await contents(stack, person, 'sms')).toEqual(['confidential']);
    await reply(stack, person, 'YES');
    await until('by sms', async () => (await contents(stack, person, 'sms')).includes('later'));
  });

  it('of everything closes every channel; the page still opens, and brings back what is wanted, after a new yes', async () => {
    const { person, page } = await agreed();
    expect(statusIn((await submit(page, { stop: 'all' })).html)).toBe(
      'Emails and text messages are stopped.',
    );
    for (const method of ['email', 'sms'] as const)
      expect(await stateOf(person, method)).toBe('revoked');
    await queue(stack, person, 'missed');
    expect((await stack.call('POST', `/v1/contacts/${person.id}/opt-in`)).status).toBe(409);

    expect((await submit(page, { again: 'email' })).status).toBe(200);
    const asked = await optIns(stack, person, 3);
    expect(await stateOf(person, 'sms')).toBe('revoked');
    expect(await contents(stack, person, 'email')).toEqual(['confidential']);
    // A new epoch of the same mailbox: the old link is still the person's.
    expect((await open(page)).status).toBe(200);
    await decide(linkOf(asked[2]!), 'accept');
    await until('it arrived', async () =>
      (await contents(stack, person, 'email')).includes('missed'),
    );
    expect(await contents(stack, person, 'sms')).toEqual(['confidential']);
  });

  it('is acknowledged once no call is under way', async () => {
    const { person, page } = await agreed();
    const sending = () =>
      stack.db.prisma.delivery.count({
        where: { contactId: person.id, method: 'sms', status: 'sending' },
      });
    await stack.control('/faults', { channel: 'sms', kind: 'delay', delayMs: 800 });
    try {
      await queue(stack, person, 'under way');
      await until('a call is under way', async () => (await sending()) === 1);
      await submit(page, { stop: 'sms' });
      expect(await sending()).toBe(0);
    } finally {
      await fetch(`${stack.sandbox.url}/faults`, { method: 'DELETE' });
    }
  });

  it('that came from the phone is the phone’s to take back, whatever is pressed here', async () => {
    const { person, page } = await agreed();
    await reply(stack, person, 'STOP');
    await until('it is stopped', async () => (await stateOf(person, 'sms')) === 'revoked');
    const { html } = await open(page);
    expect(html).not.toContain('name="again"');
    expect(textOf(html)).toMatch(
      /Stopped on .* \(by text message\).*text START to \(202\) 555-0100/,
    );
    await submit(page, { stop: 'sms' });
    await submit(page, { stop: 'all' });
    expect(statusIn((await submit(page, { again: 'sms' })).html)).toBe('Nothing was changed.');
    expect(await stateOf(person, 'sms')).toBe('revoked');
    await reply(stack, person, 'START');
    await until('it is open', async () => (await stateOf(person, 'sms')) !== 'revoked');
  });
});

describe('an address that was called dead beneath a stop', () => {
  async function deadAndStopped(method: 'email' | 'sms') {
    const { person, page } = await agreed();
    const address = {
      practiceId: stack.practiceId,
      method,
      addressHash: addressHash(stack.db, method === 'email' ? person.email : person.phone),
    };
    await submit(page, { stop: method });
    await stack.db.prisma.$transaction((sql) =>
      barAddress(stack.db, sql, address, { kind: 'unreachable', reason: 'bounced' }, {}),
    );
    return { person, page };
  }

  it('is reached where the page was opened from its own link: they are asked again', async () => {
    const { person, page } = await deadAndStopped('email');
    const before = (await optIns(stack, person, 1)).length;
    await submit(page, { again: 'email' });
    expect(await stateOf(person, 'email')).toBe('not_sent');
    await queue(stack, person, 'another one');
    await optIns(stack, person, before + 1);
  });

  it('stays so where the link came to another address, and the page says so', async () => {
    const { person, page } = await deadAndStopped('sms');
    const { html } = await open(page);
    expect(textOf(html)).toContain('Messages do not get through.');
    expect(html).not.toMatch(/name="again"[^>]*value="sms"/);
    expect(statusIn((await submit(page, { again: 'sms' })).html)).toBe('Nothing was changed.');
    expect(await stateOf(person, 'sms')).toBe('revoked');
  });
});

describe('a link', () => {
  it('is the same in every email of a while, below text and HTML; an opt-in has none', async () => {
    const { person, page } = await agreed(['email']);
    await stack.call('POST', `/v1/contacts/${person.id}/messages`, {
      kind: 'ad_hoc',
      content: { email: { subject: 's', text: 'plain', html: '<body><p>rich</p></body>' } },
    });
    await until('it arrived', async () => (await contents(stack, person, 'email')).length === 2);
    const [asked, first, second] = (await arrived(stack, person)) as (OutboxEntry & {
      html?: string;
    })[];
    expect(asked!.text).not.toMatch(/\/[pu]\//);
    expect(pageIn(first!)).toBe(page);
    expect(pageIn(second!)).toBe(page);
    expect(second!.html).toMatch(/<p>rich<\/p><p lang="en".*<\/p><\/body>$/);
    expect(second!.html).toContain(`href="${page}"`);
    const unsubscribe = /https?:\/\/\S+\/u\/[\w-]+/.exec(second!.text)?.[0];
    expect(second!.html).toContain(`href="${unsubscribe}"`);
    expect(await stack.db.prisma.preferenceLink.count({ where: { contactId: person.id } })).toBe(1);
    const row = await stack.db.prisma.preferenceLink.findFirstOrThrow({
      where: { contactId: person.id },
    });
    expect(JSON.stringify(row)).not.toContain(page.split('/').at(-1));
    const life = row.expiresAt.getTime() - row.createdAt.getTime();
    expect(life).toBeGreaterThanOrEqual(limits.preferenceLinkMs);
    expect(life).toBeLessThanOrEqual(limits.preferenceLinkMs + limits.preferenceLinkEveryMs);
  });

  it('shows and changes only whose it is', async () => {
    const [ann, bob] = [await agreed(['email']), await agreed(['email', 'sms'])];
    await without(ann.page, 'ad_hoc');
    await submit(ann.page, { stop: 'all' });
    expect(unticked((await open(bob.page)).html)).toEqual([]);
    expect(textOf((await open(bob.page)).html)).not.toContain('Stopped');
    expect(textOf((await open(ann.page)).html)).not.toContain('Text messages to');
    for (const method of ['email', 'sms'] as const)
      expect(await stateOf(bob.person, method)).toBe('accepted');
    expect(await declinedOf(bob.person)).toEqual([]);
  });

  it('that nobody was given opens one and the same page, and changes nothing', async () => {
    const { person, page } = await agreed(['email']);
    const before = await standing(person);
    const unknown = await open(`${stack.url}/p/${'a'.repeat(43)}`);
    expect(unknown.status).toBe(404);
    expect(textOf(unknown.html)).toContain('This link does not work');
    const [asked] = await optIns(stack, person, 1);
    const others = [
      'x',
      '%00',
      `${page.split('/').at(-1)!.slice(0, -1)}_`,
      linkOf(asked!).split('/').at(-1),
    ];
    for (const token of others) {
      const forged = `${stack.url}/p/${token}`;
      expect(await open(forged)).toMatchObject({ status: 404, html: unknown.html });
      expect(await submit(forged, { stop: 'all' })).toMatchObject({
        status: 404,
        html: unknown.html,
      });
      expect((await submit(forged, { save: 'kinds' })).status).toBe(404);
    }
    const spanish = await open(`${stack.url}/p/x`, { headers: { 'accept-language': 'es-MX' } });
    expect(textOf(spanish.html)).toContain('Este enlace no funciona');
    expect(await standing(person)).toBe(before);
  });

  it('that is too old, or was sent to an address of before, says how to go on and changes nothing', async () => {
    const [old, moved] = [await agreed(['email']), await agreed(['email'])];
    await stack.db.prisma.preferenceLink.updateMany({
      where: { contactId: old.person.id },
      data: { expiresAt: stack.db.clock.now() },
    });
    await registerAs({ ...moved.person, email: `new-${moved.person.email}` }, ['email']);
    const pages: string[] = [];
    for (const { person, page } of [old, moved]) {
      const before = await standing(person);
      const shown = await open(page);
      expect(shown.status).toBe(410);
      expect(textOf(shown.html)).toMatch(/expired.*newest email.*unsubscribe.*STOP/);
      expect(shown.html).not.toContain('<form');
      for (const form of [{ stop: 'all' }, { again: 'email' }, { save: 'kinds' }])
        expect((await submit(page, form)).status).toBe(410);
      expect(await standing(person)).toBe(before);
      pages.push(shown.html);
    }
    expect(pages[0]).toBe(pages[1]);

    await stack.call('DELETE', `/v1/contacts/${old.person.id}`);
    expect((await open(old.page)).status).toBe(404);
  });

  it('of a record that was merged opens the one that stays, which wants what both want', async () => {
    const { person: ann, page } = await agreed(['email']);
    const twin = { ...ann, id: someone().id };
    await registerAs(twin, ['email']);
    await stack.call('POST', `/v1/contacts/${twin.id}/consents`, {
      method: 'email',
      address: twin.email,
      source: 'phone',
      obtainedAt: '2026-01-15T17:00:00Z',
      evidence: 'x',
    });
    await queue(stack, twin, 'to the twin');
    const last = await until('it arrived', async () =>
      (await arrived(stack, ann)).find(({ text }) => text.startsWith('to the twin')),
    );
    await idle(twin);
    const twins = pageIn(last);
    expect(twins).not.toBe(page);
    await without(page, 'ad_hoc');
    await without(twins, 'billing_reminder');
    await until('no call is under way', async () => {
      const path = `/v1/contacts/${twin.id}/merge`;
      return (await stack.call('POST', path, { into: ann.id })).status === 200;
    });
    expect(await declinedOf(ann)).toEqual(['billing_reminder', 'ad_hoc']);
    expect(unticked((await open(twins)).html)).toEqual(['billing_reminder', 'ad_hoc']);
    await without(twins, 'online_form');
    expect(await declinedOf(ann)).toEqual(['online_form']);
    expect(unticked((await open(page)).html)).toEqual(['online_form']);
  });

  it('stands on the page that says thank you, also where there is no email', async () => {
    const person = someone();
    await registerAs(person, ['sms']);
    await queue(stack, person, 'confidential');
    const link = linkOf((await optIns(stack, person, 1))[0]!);
    expect((await open(link)).html).not.toContain('/p/');
    await answer(link, 'accept');
    const { html } = await open(link);
    const href = /<a href="([^"]*\/p\/[^"]*)"/.exec(html)?.[1];
    const shown = await open(new URL(href!, link).href);
    expect(shown.status).toBe(200);
    expect(textOf(shown.html)).toContain('the number ending in');
  });

  it('is not in an email where the practice does not want it; the sender and how to stop are', async () => {
    const { person } = await agreed(['email']);
    await stack.call('PATCH', '/v1/settings', { emailFooter: false });
    await queue(stack, person, 'word for word');
    await until('it arrived', async () =>
      (await arrived(stack, person)).some(
        ({ text }) =>
          text.startsWith('word for word\n\n-- \nTest Practice\n') &&
          text.includes('/u/') &&
          !text.includes('/p/'),
      ),
    );
    await stack.call('PATCH', '/v1/settings', { emailFooter: true });
  });
});

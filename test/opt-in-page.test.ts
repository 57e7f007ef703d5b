import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingStatements, practiceMark } from '../src/features/opt-in/opt-in-lint.ts';
import { answerOn } from '../packages/demo/page-answer.ts';
import { readEvidence } from './harness/evidence.ts';
import { answer, fieldsOf, open, submit, textOf } from './harness/pages.ts';
import {
  arrived,
  isOptIn,
  lightOf,
  linkOf,
  optIns,
  queue,
  reply,
  someone,
  type Person,
} from './harness/people.ts';
import { readContact } from '../src/record/consent/contact-lock.ts';
import { optInValues } from '../src/features/opt-in/compose-opt-in.ts';
import type { Channel } from '../src/core/consent/consent-state.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const set = async (settings: object): Promise<void> => {
  expect((await stack.call('PATCH', '/v1/settings', settings)).status).toBe(200);
};

async function registerAs(person: Person, methods: string[], extra: object = {}): Promise<void> {
  const { status } = await stack.call('PUT', `/v1/contacts/${person.id}`, {
    name: 'Zuleika Quimby',
    role: 'client',
    methods,
    email: person.email,
    phone: person.phone,
    ...extra,
  });
  expect([200, 201]).toContain(status);
}

/** Somebody who was asked, and the link that they were sent. */
async function asked(
  method: 'email' | 'sms' = 'email',
  extra: object = {},
): Promise<{ person: Person; link: string }> {
  const person = someone();
  await registerAs(person, [method], extra);
  await queue(stack, person, 'secret');
  const [entry] = await optIns(stack, person, 1);
  await until('it is recorded', async () => (await stateOf(person, method)) === 'sent');
  return { person, link: linkOf(entry!) };
}

async function stateOf(person: Person, method: 'email' | 'sms' = 'email'): Promise<string> {
  return (await lightOf(stack, person)).channels[method]!.state;
}

const evidenceOf = async (person: Person) =>
  (await readEvidence(stack.db, { practiceId: stack.practiceId, contactId: person.id }))
    .entries as {
    type: string;
    method?: string;
    fields: Record<string, string>;
  }[];

const expire = async (person: Person): Promise<void> => {
  const { count } = await stack.db.prisma.optInRequest.updateMany({
    where: { contactId: person.id },
    data: { expiresAt: new Date(stack.db.clock.now().getTime() - 1_000) },
  });
  expect(count).toBeGreaterThan(0);
};

describe('the page of an open opt-in', () => {
  it.each([
    ['en', 'email'],
    ['en', 'sms'],
    ['es', 'email'],
    ['es', 'sms'],
  ] as const)(
    'in %s, by %s, says all there is to know, names nobody, and runs nothing',
    async (locale, method) => {
      const { person, link } = await asked(method, { locale: locale === 'es' ? 'es-MX' : 'en' });
      const { status, html, headers } = await open(link);
      expect(status).toBe(200);
      expect(html).toContain(`<html lang="${locale}">`);
      const paragraphs = [...html.matchAll(/<p style[^>]*>([^<]*)<\/p>/g)].map(([, text]) => text);
      const text = paragraphs.join('\n\n').replaceAll('Test Practice', practiceMark);
      expect(missingStatements('page', locale, { text, link })).toEqual([]);
      for (const personal of ['Zuleika', 'Quimby', person.email, person.phone, 'secret'])
        expect(html).not.toContain(personal);
      expect(html).not.toMatch(/<script|<img|<iframe|<link|src=| on[a-z]+=/i);
      expect(html.match(/<button/g)).toHaveLength(2);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toMatch(
        /default-src 'none'.*frame-ancestors 'none'/s,
      );
      expect(headers.get('set-cookie')).toBeNull();
    },
  );

  it('changes its language by a link, and decides in either', async () => {
    const { person, link } = await asked();
    const english = await open(link);
    const href = /<a href="([^"]*)" lang="es"/.exec(english.html)?.[1];
    const there = new URL(href!, link).href;
    const spanish = await open(there);
    expect(spanish.html).toContain('<html lang="es">');
    expect(textOf(spanish.html)).toContain('Sí, acepto');
    const accepted = await answer(there, 'accept');
    expect(textOf(accepted.html)).toContain('Gracias. Aceptó recibir mensajes.');
    expect(await stateOf(person)).toBe('accepted');
    const entry = (await evidenceOf(person)).find(({ type }) => type === 'accepted');
    expect(entry?.fields).toMatchObject({
      pageLocale: 'es',
      pageVersion: 'opt_in/email/es/default-3',
      textVersion: 'opt_in/email/en/default-3',
    });
    expect(entry?.fields.pageText).toContain('Los riesgos');
  });

  it('is not decided by looking, nor by a form that says nothing, nor by other methods', async () => {
    const { person, link } = await asked();
    const before = await lightOf(stack, person);
    for (const [method, url] of [
      ['GET', link],
      ['HEAD', link],
      ['GET', `${link}?decision=accept`],
      ['HEAD', `${link}?lang=es&decision=accept`],
      ['GET', `${link}/fresh`],
      ['PUT', link],
      ['DELETE', link],
      ['OPTIONS', link],
    ])
      await open(url!, { method: method! });
    const { seen } = fieldsOf((await open(link)).html);
    for (const fields of [{}, { decision: 'yes' }, { decision: '' }, { sms: 'accept' }]) {
      expect((await submit(link, fields)).status).toBe(409);
      const { status, html, headers } = await submit(link, {
        agree: 'yes',
        ...fields,
        seen: seen!,
      });
      expect(status).toBe(422);
      expect(textOf(html)).toContain('Your answer was not saved. Please press Yes or No.');
      expect(headers.get('content-type')).toContain('text/html');
      expect(html).toContain('<html lang="en">');
    }
    const twice = await open(link, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `decision=accept&decision=decline&agree=yes&seen=${seen!}`,
    });
    expect(twice.status).toBe(422);
    expect(await lightOf(stack, person)).toEqual(before);
  });

  it('keeps as evidence the exact message, the full text and their versions, and where the yes came from', async () => {
    const { person, link } = await asked('sms');
    const { html } = await open(link);
    const { status } = await answer(link, 'accept');
    expect(status).toBe(200);
    const [sent] = await arrived(stack, person);
    const entries = await evidenceOf(person);
    // Word for word, but for what would let a reader answer in the person's place.
    const withoutKey = sent!.text
      .replace(/(?<=\/o\/)[\w-]+/, '…')
      .replace(/(?<=Reply YES )\d{4}/, '…');
    expect(withoutKey).not.toBe(sent!.text);
    const accepted = entries.find(({ type }) => type === 'accepted')!;
    expect(accepted.fields).toMatchObject({
      via: 'page',
      ip: '127.0.0.1',
      textShown: withoutKey,
      textVersion: 'opt_in/sms/en/default-3',
      pageVersion: 'opt_in/email/en/default-3',
      pageLocale: 'en',
    });
    for (const paragraph of accepted.fields.pageText!.split('\n\n'))
      // Number and address are links of their own on the page, with a space around them here.
      expect(textOf(html).replaceAll(/\s/g, '')).toContain(paragraph.replaceAll(/\s/g, ''));
    expect(entries.find(({ type }) => type === 'opt_in_sent')?.fields).toMatchObject({
      textShown: withoutKey,
      pageText: accepted.fields.pageText,
    });
  });

  it('answered by a YES is evidence of the full text too', async () => {
    const { person } = await asked('sms');
    await reply(stack, person, 'YES');
    await until('it is accepted', async () => (await stateOf(person, 'sms')) === 'accepted');
    const accepted = (await evidenceOf(person)).find(({ type }) => type === 'accepted')!;
    expect(accepted.fields).toMatchObject({ via: 'sms', pageVersion: 'opt_in/email/en/default-3' });
    expect(accepted.fields.pageText).toContain('The risks');
  });

  it('shows the text that the person was asked with, whatever the practice writes since', async () => {
    const { person, link } = await asked();
    const path = '/v1/templates/opt_in/email';
    const { body } = await stack.call<{ subject: string; text: string }>('GET', path);
    const text = `Brand new words.\n\n${body.text}`;
    expect((await stack.call('PUT', path, { subject: body.subject, text })).status).toBe(200);
    try {
      const { html } = await open(link);
      expect(html).not.toContain('Brand new words');
      const { status } = await answer(link, 'accept');
      expect(status).toBe(200);
      const accepted = (await evidenceOf(person)).find(({ type }) => type === 'accepted')!;
      expect(accepted.fields.pageVersion).toBe('opt_in/email/en/default-3');

      const later = await asked();
      expect((await open(later.link)).html).toContain('Brand new words');
      await answer(later.link, 'accept');
      const own = (await evidenceOf(later.person)).find(({ type }) => type === 'accepted')!;
      expect(own.fields).toMatchObject({
        pageVersion: 'opt_in/email/en/v1',
        textVersion: 'opt_in/email/en/v1',
      });
    } finally {
      await stack.call('DELETE', path);
    }
  });

  it('does not take an answer to words that changed under the reader', async () => {
    const { person, link } = await asked();
    const spanish = `${link}?lang=es`;
    const before = answerOn((await open(spanish)).html, 'accept');
    const path = '/v1/templates/opt_in/email?locale=es';
    const { body } = await stack.call<{ subject: string; text: string }>('GET', path);
    const text = `Palabras nuevas.\n\n${body.text}`;
    await stack.call('PUT', path, { subject: body.subject, text });
    try {
      const refused = await submit(spanish, {}, before);
      expect(refused.status).toBe(409);
      expect(textOf(refused.html)).toContain('Palabras nuevas');
      expect(await stateOf(person)).toBe('sent');
      const taken = await submit(spanish, {}, answerOn(refused.html, 'accept'));
      expect(taken.status).toBe(200);
      expect(await stateOf(person)).toBe('accepted');
    } finally {
      await stack.call('DELETE', path);
    }
  });
});

describe('after the answer', () => {
  it('a yes is thanked for, with help for other folders; a second press finds it given', async () => {
    const { person, link } = await asked();
    const thanks = await answer(link, 'accept');
    expect(textOf(thanks.html)).toContain(
      'Thank you! Test Practice can email you. You’re all set.',
    );
    expect(textOf(thanks.html)).toMatch(/Promotions.*Other/);
    for (const page of [await open(link), await answer(link, 'decline')]) {
      expect(page.status).toBe(200);
      expect(textOf(page.html)).toContain('You already agreed');
      expect(textOf(page.html)).toContain('You can stop emails at any time');
    }
    expect(textOf((await open(`${link}?lang=es`)).html)).toContain('Usted ya aceptó');
    expect(await stateOf(person)).toBe('accepted');
  });

  it('leads on to where the practice wants, over https only', async () => {
    for (const landingUrl of ['http://x.example', 'javascript:alert(1)', 'https://', 'x'])
      expect((await stack.call('PATCH', '/v1/settings', { landingUrl })).status).toBe(422);
    await set({ landingUrl: 'https://practice.example/welcome?a=1&b="2"' });
    const { link } = await asked();
    const { html } = await answer(link, 'accept');
    expect(html).toMatch(
      /<a class="next" href="https:\/\/practice\.example\/welcome\?a=1&(amp;)?b=%222%22"/,
    );
    expect(textOf(html)).not.toContain('Promotions');
    await set({ landingUrl: null });
  });

  it('a no can be changed with the same link while it is valid', async () => {
    const { person, link } = await asked();
    const declined = await answer(link, 'decline');
    expect(textOf(declined.html)).toContain('You said no');
    expect(await stateOf(person)).toBe('declined');
    const page = await open(link);
    expect(page.html.match(/<button/g)).toHaveLength(1);
    expect(textOf(page.html)).toContain('The risks');
    // Not pressed on anybody: it is folded away, and no large button.
    expect(page.html).toMatch(/<details><summary>I changed my mind<\/summary>/);
    expect(page.html).not.toContain('class="yes"');
    await answer(link, 'accept');
    expect(await stateOf(person)).toBe('accepted');
  });

  it('the page shows a stop, and no yes on it undoes the stop', async () => {
    const { person, link } = await asked('sms', { locale: 'es' });
    await reply(stack, person, 'STOP');
    await until('it is stopped', async () => (await stateOf(person, 'sms')) === 'revoked');
    for (const page of [await open(link), await answer(link, 'accept')]) {
      expect(page.status).toBe(410);
      expect(textOf(page.html)).toContain('Usted pidió no recibir más mensajes');
    }
    expect(await stateOf(person, 'sms')).toBe('revoked');
  });
});

describe('a link that nobody was given', () => {
  it('shows one and the same page, whatever it looks like, and changes nothing', async () => {
    const tokens = ['x', 'a'.repeat(32), 'b'.repeat(32), '%00', '..%2f..', 'a'.repeat(90), '<b>'];
    const pages = await Promise.all(tokens.map((token) => open(`${stack.url}/o/${token}`)));
    for (const { status, html } of pages) {
      expect(status).toBe(404);
      expect(html).toBe(pages[0]!.html);
    }
    for (const token of tokens.slice(0, 3))
      for (const path of [token, `${token}/fresh`]) {
        const posted = await answer(`${stack.url}/o/${path}`, 'accept');
        expect(posted).toMatchObject({ status: 404, html: pages[0]!.html });
      }
    const spanish = await open(`${stack.url}/o/x`, { headers: { 'accept-language': 'es-MX,es' } });
    expect(textOf(spanish.html)).toContain('Este enlace no funciona');
  });

  it('is what an erased contact’s link becomes', async () => {
    const { person, link } = await asked();
    await stack.call('DELETE', `/v1/contacts/${person.id}`);
    const { html } = await open(`${stack.url}/o/${'a'.repeat(32)}`);
    expect(await open(link)).toMatchObject({ status: 404, html });
    expect(await answer(link, 'accept')).toMatchObject({ status: 404, html });
  });
});

describe('an expired link', () => {
  it('decides nothing and offers a fresh one, that goes to the same address; soon after, no second one', async () => {
    const { person, link } = await asked();
    await expire(person);
    const page = await open(link);
    expect(page.status).toBe(410);
    expect((await answer(link, 'accept')).status).toBe(410);
    expect(await stateOf(person)).toBe('sent');
    const action = /<form method="post" action="([^"]*)"/.exec(page.html)?.[1];
    expect(page.html.match(/<button/g)).toHaveLength(1);
    const there = new URL(action!, link).href;

    // The automatic one has to count as arrived before another one makes sense.
    stack.time.offsetMs += 60_000;
    const answers = [await submit(there, {}), await submit(there, {}), await submit(there, {})];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.html).toBe(answers[0]!.html);
      expect(textOf(answer.html)).toContain('it is on its way to the same address');
      expect(answer.html).not.toContain(person.email);
    }
    const entries = await optIns(stack, person, 2);
    const back = /<a href="([^"]*)" lang="es"/.exec(answers[0]!.html)?.[1];
    expect((await open(new URL(back!, there).href)).html).toContain('Este enlace ya venció');

    await answer(linkOf(entries[1]!), 'accept');
    expect(await stateOf(person)).toBe('accepted');
    expect((await arrived(stack, person)).filter(isOptIn)).toHaveLength(2);
  });

  it('of an earlier address says the same, and sends nothing to the new one', async () => {
    const { person, link } = await asked('email', { locale: 'es' });
    const moved = { ...person, email: `new-${person.email}` };
    await registerAs(moved, ['email'], { locale: 'es' });
    await optIns(stack, moved, 1);
    stack.time.offsetMs += 60_000;
    const page = await open(link);
    expect(page.status).toBe(410);
    expect(page.html).not.toContain('<form');
    expect(textOf((await submit(`${link}/fresh`, {})).html)).toContain('a la misma dirección');
    await answer(link, 'accept');
    expect(await stateOf(moved)).toBe('sent');
    const manual = { contactId: person.id, purpose: 'opt_in', automatic: false };
    expect(await stack.db.prisma.delivery.count({ where: manual })).toBe(0);
  });

  it('answers the same when the practice sends nothing at all', async () => {
    const { person, link } = await asked();
    await expire(person);
    await set({ messagingEnabled: false });
    const fresh = await submit(`${link}/fresh`, {});
    expect(fresh.status).toBe(200);
    expect(textOf(fresh.html)).toContain('it is on its way to the same address');
    await set({ messagingEnabled: true });
    const manual = { contactId: person.id, purpose: 'opt_in', automatic: false };
    expect(await stack.db.prisma.delivery.count({ where: manual })).toBe(0);
  });
});

describe('the pages around it', () => {
  it('help in both languages', async () => {
    const english = await open(`${stack.url}/help/opt-in`);
    expect(english.status).toBe(200);
    expect(textOf(english.html)).toMatch(/Gmail.*Promotions.*Outlook.*Other/);
    const spanish = await open(`${stack.url}/help/opt-in?lang=es`);
    expect(textOf(spanish.html)).toMatch(/Gmail.*Promociones.*Outlook.*Otros/);
    expect(spanish.html).toContain('<html lang="es">');
  });

  it('say so when they are opened too often, in a page, and decide nothing then', async () => {
    const { person, link } = await asked();
    const headers = { 'x-forwarded-for': '203.0.113.77' };
    const seen = new Set<number>();
    for (let n = 0; n < 320 && !seen.has(429); n += 20)
      for (const { status } of await Promise.all(
        Array.from({ length: 20 }, () => open(link, { headers })),
      ))
        seen.add(status);
    const body = new URLSearchParams({ decision: 'accept' });
    const refused = await open(link, { method: 'POST', headers, body });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(textOf(refused.html)).toContain('Please wait a minute');
    expect(await stateOf(person)).toBe('sent');
    expect((await open(link)).status).toBe(200);
  });
});

describe('a template that lost a statement behind the API’s back', () => {
  it('is not sent: staff see the reason, and a retry goes out once it is fixed', async () => {
    const key = { practiceId: stack.practiceId, name: 'opt_in', method: 'sms', locale: 'en' };
    const last = await stack.db.prisma.template.count({ where: key });
    const ann = someone();
    await stack.db.prisma.template.create({
      data: {
        ...key,
        version: last + 1,
        body: '{{ practice }}: may we text you? Reply YES or STOP. {{ link }}',
        savedAt: stack.db.clock.now(),
      },
    });
    await registerAs(ann, ['sms']);
    await queue(stack, ann, 'held');
    await until('the reason', async () => (await lightOf(stack, ann)).channels.sms?.reason);
    expect(await lightOf(stack, ann)).toMatchObject({
      light: 'red',
      channels: { sms: { state: 'failed', reason: 'template lacks the risk statement' } },
    });
    expect(await arrived(stack, ann)).toEqual([]);
    await stack.call('DELETE', '/v1/templates/opt_in/sms');
    expect((await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`)).status).toBe(202);
    await optIns(stack, ann, 1);
  });
});

describe('a template that tells more of the link than its place', () => {
  it.each([
    ['spells it', '\n\nRef {{ link | downcase }}{% if link contains "a" %}a{% endif %}'],
    ['glues it to another address', '\n\nhttps://evil.example/?l={{ link }}'],
    [
      'glues it behind a condition',
      '\n\nhttps://evil.example/?l={% if practice %}{{ link }}{% endif %}',
    ],
  ])(
    'and %s gives way to the shipped words, and no reader learns the token',
    async (_how, more) => {
      const key = { practiceId: stack.practiceId, name: 'opt_in', method: 'email', locale: 'en' };
      const { body: shipped } = await stack.call<{ text: string; subject: string }>(
        'GET',
        '/v1/templates/opt_in/email?version=default-3',
      );
      await stack.db.prisma.template.create({
        data: {
          ...key,
          version: (await stack.db.prisma.template.count({ where: key })) + 1,
          subject: 'The subject of the practice',
          body: shipped.text + more,
          savedAt: stack.db.clock.now(),
        },
      });
      const { person, link } = await asked('email');
      await stack.call('DELETE', '/v1/templates/opt_in/email');
      const [sent] = await arrived(stack, person);
      expect(sent!.subject).toBe(shipped.subject);
      expect(sent!.text).not.toContain('evil');
      const { body: all } = await stack.call<{ optIns: { textShown: string }[] }>(
        'GET',
        `/v1/contacts/${person.id}/export`,
      );
      expect(all.optIns[0]!.textShown).toMatch(/^http\S+\/o\/…$/m);
      const token = new URL(link).pathname.slice('/o/'.length).toLowerCase();
      expect(JSON.stringify(all).toLowerCase()).not.toContain(token);
    },
  );
});

describe('an opt-in by SMS beside one by email', () => {
  it('speaks of no email, and may do so only while one that was sent waits', async () => {
    const person = someone();
    await registerAs(person, ['email', 'sms']);
    const path = `/v1/contacts/${person.id}/opt-in`;
    expect((await stack.call('POST', path, { methods: ['sms'] })).status).toBe(202);
    const [text] = await optIns(stack, person, 1);
    expect(text!.text).not.toMatch(/e-?mail|promotions/i);

    const ref = { practiceId: stack.practiceId, contactId: person.id };
    const contact = (await readContact(stack.db.prisma, ref))!;
    const now = new Date();
    const ago = (days: number): Date => new Date(now.getTime() - days * 86_400_000);
    const said = (email: Partial<Channel>): boolean => {
      const { channels } = contact.consent;
      const consent = {
        ...contact.consent,
        channels: { ...channels, email: { ...channels.email, ...email } },
      };
      const question = { link: 'https://x.example', asks: ['sms'] as const, now };
      return optInValues({ ...contact, consent }, question).emailToo;
    };
    expect(said({ state: 'sent', lastSentAt: ago(1) })).toBe(true);
    expect(said({ state: 'sent', lastSentAt: ago(3) })).toBe(false);
    for (const state of ['not_sent', 'failed', 'declined', 'revoked', 'accepted'] as const)
      expect(said({ state, lastSentAt: ago(1) })).toBe(false);
  });
});

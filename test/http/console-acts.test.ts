import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decide,
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  registerWithConsent,
  reply,
  someone,
  type Person,
} from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { signIn, Visitor } from '../harness/visitor.ts';
import { raiseDoubt } from '../../src/record/replies/doubt.ts';
import { addressHash } from '../../src/record/contacts/contact-store.ts';
import { timeIn } from '../../src/console/views/layout.tsx';

/** No dangerous press: what staff do has a name and an address on it, can be undone, and says no more than is true. */

let stack: Stack;
let staff: Visitor;
beforeAll(async () => {
  stack = await startStack();
  staff = await signIn(stack);
});
afterAll(() => stack.stop());

const pageOf = ({ id }: Person): string => `/console/contacts/${id}`;
const textIn = (html: string): string =>
  html.replaceAll(/<style>.*?<\/style>|<[^>]*>/gs, ' ').replaceAll(/\s+/g, ' ');
/** The texts of a refusal, at the top and beside the fields. */
const alertIn = (html: string): string =>
  textIn(
    [...html.matchAll(/role="alert">.*?<\/div>|class="wrong"[^>]*>[^<]*/gs)]
      .map(([part]) => part)
      .join(' '),
  );
const stateOf = async (person: Person, method: string) =>
  (await lightOf(stack, person)).channels[method]?.state;

async function named(person: Person, name: string, birthDate: string): Promise<void> {
  await stack.call('PATCH', `/v1/contacts/${person.id}`, { name, birthDate });
}

describe('a stop', () => {
  it('is asked about with person, address and consequence, and can be undone at once', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['email', 'sms']);
    await named(ann, 'Maria Garcia', '1950-04-03');
    const question = await staff.open(`${pageOf(ann)}/stop/sms`);
    const said = textIn(question.text);
    expect(said).toContain('Stop texts to Maria Garcia?');
    expect(said).toContain(`at (202) …${ann.phone.slice(-2)}, until they text START`);
    const form = await staff.form(`${pageOf(ann)}/stop/sms`, `${pageOf(ann)}/stop`);
    const done = await staff.press(`${pageOf(ann)}/stop`, form);
    expect(await stateOf(ann, 'sms')).toBe('revoked');
    expect(textIn(done.text)).toContain('Maria Garcia gets no more texts at (202)');
    expect(done.text).toMatch(/data-undo="\d+"/);
    // Said once: loaded again the page says nothing.
    expect((await staff.open(pageOf(ann))).text).not.toContain('data-undo');
    const csrf = await staff.token();
    const undone = await staff.press(`${pageOf(ann)}/restore`, { csrf, method: 'sms' });
    expect(textIn(undone.text)).toContain('The stop is undone');
    expect(await stateOf(ann, 'sms')).toBe('accepted');
    const again = await staff.press(`${pageOf(ann)}/restore`, { csrf, method: 'sms' });
    expect(textIn(again.text)).toContain('It is too late to undo this');
  });

  it('without a channel stops none', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['email', 'sms']);
    const csrf = await staff.token();
    for (const method of ['', 'fax', 'both']) {
      const { text, location } = await staff.press(`${pageOf(ann)}/stop`, { csrf, method });
      expect(location).toBe(pageOf(ann));
      expect(text).toContain('role="alert"');
    }
    expect((await lightOf(stack, ann)).light).toBe('green');
  });

  it('by staff is not called the person’s, and the yes before it stays on the page', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['sms']);
    await stack.call('DELETE', `/v1/contacts/${ann.id}/consents/sms`);
    await queue(stack, ann, 'held');
    const said = textIn((await staff.open(pageOf(ann))).text);
    expect(said).toMatch(/Stopped by staff on \w+ \d+/);
    expect(said).toContain('Consent from elsewhere on paper');
    expect(said).toContain('by texting START to (202) 555-0100');
    expect(said).not.toContain('Asked to stop');
    expect(said).not.toContain('waiting until they agree');
  });
});

describe('a message', () => {
  it('is cancelled after a question that names the receiver and the address, and comes back by Undo', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['sms']);
    await named(ann, 'Robert Miller', '1961-11-09');
    const id = `m-${ann.id}`;
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const eventAt = '2040-01-07T09:00:00-05:00';
    const words = { subject: 'Colonoscopy', body: 'See you.' };
    const message = { id, kind: 'appointment_reminder', ...words, sendAt, eventAt };
    await stack.call('POST', `/v1/contacts/${ann.id}/messages`, message);
    const at = `/console/messages/${id}`;
    const question = textIn((await staff.open(`${at}/cancel`)).text);
    expect(question).toContain(
      'Robert Miller will not get this appointment reminder about Jan 7, 2040',
    );
    const due = timeIn('America/New_York')(sendAt).replaceAll(/\s+/g, ' ');
    expect(question).toContain(`Text to (202) …${ann.phone.slice(-2)}, due ${due}`);
    expect(question).not.toMatch(/Email to|Colonoscopy|See you/);
    const statusOf = async () =>
      (await stack.call<{ status: string }>('GET', `/v1/messages/${id}`)).body.status;
    expect(await statusOf()).toBe('queued');
    const done = await staff.press(
      `${at}/cancel`,
      await staff.form(`${at}/cancel`, `${at}/cancel`),
    );
    expect(done.location).toBe(pageOf(ann));
    expect(await statusOf()).toBe('cancelled');
    const undo = /action="([^"]+)"[^>]*data-undo/.exec(done.text)![1]!;
    const back = await staff.press(undo, { csrf: await staff.token() });
    expect(textIn(back.text)).toContain('The cancelling is undone');
    expect(await statusOf()).toBe('queued');
  });
});

describe('the question whether to cancel', () => {
  it('names each way that waits, and says what has left already', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['email', 'sms']);
    const id = `m-${ann.id}`;
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const message = { id, kind: 'ad_hoc', subject: 's', body: 'b', sendAt };
    await stack.call('POST', `/v1/contacts/${ann.id}/messages`, message);
    await stack.db.prisma.delivery.updateMany({
      where: { practiceId: stack.practiceId, messageId: id, method: 'email' },
      data: { status: 'delivered' },
    });
    const said = textIn((await staff.open(`/console/messages/${id}/cancel`)).text);
    expect(said).toMatch(/Text to \(202\) …\d\d, due /);
    expect(said).toContain('Not taken back: Email to p…@example.com, which has left already');
  });
});

describe('the button that asks', () => {
  it('stands out until it was asked, and is small from then on', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const look = async (): Promise<string | undefined> =>
      /<button class="([^"]*)" name="method"/.exec((await staff.open(pageOf(ann))).text)?.[1];
    expect(await look()).toBe('main');
    const csrf = await staff.token();
    await staff.press(`${pageOf(ann)}/opt-in`, { csrf, method: 'email' });
    await until('it was asked', async () => (await stateOf(ann, 'email')) === 'sent');
    expect(await look()).toBe('plain');
  });
});

describe('after a no', () => {
  it('the page shows the author and time of the no, offers no button, and asks again only with a reason', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await queue(stack, ann, 'hello');
    const [asked] = await optIns(stack, ann, 1);
    await decide(linkOf(asked!), 'decline');
    const page = await staff.open(pageOf(ann));
    expect(textIn(page.text)).toMatch(/Said no on \w+ \d+, \d{4}.* on the email’s page/);
    expect(page.text).not.toMatch(/<button[^>]*>[^<]*the opt-in by/);
    const csrf = await staff.token();
    const pressed = await staff.press(`${pageOf(ann)}/opt-in`, { csrf, method: 'email' });
    expect(textIn(pressed.text)).toContain('They said no.');
    const again = `${pageOf(ann)}/ask-again/email`;
    const form = await staff.form(again, `${pageOf(ann)}/opt-in`);
    const empty = await staff.press(`${pageOf(ann)}/opt-in`, { ...form, reason: '  ' });
    expect(empty.location).toBe(again);
    expect(empty.text).toMatch(/<textarea id="reason"[^>]* aria-invalid="true"/);
    expect(await optIns(stack, ann, 1)).toHaveLength(1);
    const reason = 'She called and wants reminders';
    const sent = await staff.press(`${pageOf(ann)}/opt-in`, { ...form, reason });
    expect(textIn(sent.text)).toContain('The opt-in is on its way.');
    await optIns(stack, ann, 2);
    await until('asked', async () => (await stateOf(ann, 'email')) === 'sent');
    const after = textIn((await staff.open(pageOf(ann))).text);
    expect(after).toMatch(/Staff ask again after a no: “She called and wants reminders” \(Eve\)/);
    expect(after).toContain('Said no on the email’s page');
  });
});

describe('a refusal', () => {
  it('is said in words of the front desk, beside its field, with what was typed, at an address that can be loaded again', async () => {
    const wrong: [field: string, value: string, label: string][] = [
      ['phone', '12', 'Mobile number'],
      ['email', 'nobody', 'Email address'],
      ['timeZone', 'EST5', 'Time zone'],
      ['birthDate', '1880-13-40', 'Date of birth'],
    ];
    const ann = someone();
    await register(stack, ann, ['email']);
    for (const page of [`${pageOf(ann)}/edit`, '/console/contacts/new'])
      for (const [field, value, label] of wrong) {
        const action = page.endsWith('/edit') ? page : '/console/contacts';
        const form = { ...(await staff.form(page, action)), id: someone().id, name: 'Ann' };
        const refused = await staff.press(action, { ...form, [field]: value });
        expect([field, refused.status, refused.location]).toEqual([field, 200, page]);
        expect(refused.text).toMatch(new RegExp(`id="${field}"[^>]* aria-invalid="true"`));
        expect(refused.text).toContain(`<a href="#${field}">${label}</a>`);
        expect(alertIn(refused.text)).not.toMatch(/must |pattern|validation|is no |IANA|schema/);
        expect(refused.text).toContain(value);
        expect((await staff.open(page)).text).not.toContain('role="alert"');
      }
  });

  it.each([
    ['optInLead', 'tomorrow'],
    ['optInExpires', 'never'],
    ['landingUrl', 'http://plain.example'],
    ['timeZone', 'Mars/Olympus'],
    ['defaultCountry', 'Atlantis'],
    ['quietFrom', 'late'],
    ['smsFrom', '12'],
  ])('of the setting %s names it by its label', async (field, value) => {
    const action = '/console/settings';
    const form = await staff.form(action, action);
    const refused = await staff.press(action, { ...form, quiet: 'on', [field]: value });
    expect(refused.text).toMatch(new RegExp(`id="${field}"[^>]* aria-invalid="true"`));
    expect(alertIn(refused.text)).not.toMatch(/must |pattern|anyOf|schema|is no /);
  });

  it('of a press that came too soon says when it can be pressed again', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const csrf = await staff.token();
    const ask = () => staff.press(`${pageOf(ann)}/opt-in`, { csrf, method: 'email' });
    await ask();
    await until('it has left', async () => (await stateOf(ann, 'email')) === 'sent');
    const { text, location } = await ask();
    expect(location).toBe(pageOf(ann));
    expect(textIn(text)).toContain('You asked a moment ago. You can ask again in 5 minutes.');
  });

  it('leaves no address that is only for sending', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    for (const act of ['opt-in', 'messages', 'consents', 'waivers', 'stop', 'restore']) {
      const { status, headers } = await staff.open(`${pageOf(ann)}/${act}`);
      expect([act, status, headers.get('location')]).toEqual([act, 303, pageOf(ann)]);
    }
  });

  it('or a success is nothing that an address can say', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    for (const word of ['erased', 'registered', 'revoked'])
      expect((await staff.open(`${pageOf(ann)}?done=${word}`)).text).not.toContain('class="said"');
  });
});

describe('two people of one name', () => {
  it('are distinguishable on every page about them, in the lists and in the replies', async () => {
    const [one, two] = [someone(), someone()];
    for (const [person, born] of [
      [one, '1950-04-03'],
      [two, '1987-12-24'],
    ] as const) {
      await register(stack, person);
      await named(person, 'Maria Gomez', born);
      await queue(stack, person, 'hello');
      await optIns(stack, person, 2);
      await reply(stack, person, 'what is this about');
    }
    await until('both wrote', async () => {
      const ids = { in: [one.id, two.id] };
      return (await stack.db.prisma.inboundMessage.count({ where: { contactId: ids } })) === 2;
    });
    const message = await stack.db.prisma.message.findFirstOrThrow({
      where: { contactId: one.id },
    });
    for (const page of [
      pageOf(one),
      `${pageOf(one)}/edit`,
      `${pageOf(one)}/evidence`,
      `${pageOf(one)}/erase`,
      `${pageOf(one)}/stop/sms`,
      `/console/messages/${message.id}`,
      `/console/messages/${message.id}/edit`,
      `/console/messages/${message.id}/cancel`,
    ]) {
      const said = textIn((await staff.open(page)).text);
      for (const fact of ['Maria Gomez', 'born Apr 3, 1950', one.id]) expect(said).toContain(fact);
    }
    for (const page of ['/console', '/console/replies']) {
      const said = textIn((await staff.open(page)).text);
      expect(said).toMatch(new RegExp(`Maria Gomez +born Apr 3, 1950 · ${one.id}`));
      expect(said).toMatch(new RegExp(`Maria Gomez +born Dec 24, 1987 · ${two.id}`));
    }
  });
});

describe('a reply that may be a stop', () => {
  async function doubted(text: string): Promise<Person> {
    const ann = someone();
    await registerWithConsent(stack, ann, ['email', 'sms']);
    await named(ann, `Person ${ann.id}`, '1950-04-03');
    await queue(stack, ann, 'hello');
    await until('it arrived', async () => (await stack.outbox(ann.phone)).length > 0);
    await reply(stack, ann, text);
    await until('it is held', async () => (await lightOf(stack, ann)).light === 'red');
    return ann;
  }

  async function settle(ann: Person, as: string) {
    const { id } = await stack.db.prisma.inboundMessage.findFirstOrThrow({
      where: { contactId: ann.id },
    });
    return staff.press(`/console/replies/${id}/resolve`, { csrf: await staff.token(), as });
  }

  /** What happened to the texts, as the contact’s page lists it. */
  async function historyOf(person: Person): Promise<string[]> {
    const { text } = await staff.open(pageOf(person));
    const list = /<ol class="said-when" aria-label="Text:.*?<\/ol>/s.exec(text)?.[0] ?? '';
    return [...list.matchAll(/<li>.*?<\/li>/gs)].map(([line]) => textIn(line));
  }

  it('is shown first, with the person’s name and words, and on the contact’s page; one press keeps texting', async () => {
    const ann = await doubted('please do not call me at work, stop it maybe');
    const said = textIn((await staff.open('/console/replies')).text);
    expect(said.indexOf('May be a stop')).toBeLessThan(said.indexOf('Waiting for you'));
    expect(said).toContain(`Person ${ann.id}`);
    expect(textIn((await staff.open('/console')).text)).toMatch(/may be (a stop|stops)/);
    const page = textIn((await staff.open(pageOf(ann))).text);
    expect(page).toContain('On hold: a reply may be a stop');
    expect(page).toContain('Keep texting');
    const settled = await settle(ann, 'nothing');
    expect(textIn(settled.text)).toContain('Settled: we keep texting.');
    expect((await lightOf(stack, ann)).light).toBe('green');
  });

  it('about a death is settled by one press that stops every channel', async () => {
    const ann = await doubted('She passed away last month');
    expect(textIn((await staff.open(pageOf(ann))).text)).toContain(
      'They have died: stop all messages',
    );
    await settle(ann, 'all');
    expect([await stateOf(ann, 'email'), await stateOf(ann, 'sms')]).toEqual([
      'revoked',
      'revoked',
    ]);
    const stops = (await historyOf(ann)).filter((line) => line.includes('Stopped'));
    expect(stops).toHaveLength(1);
  });

  it('about a death stops also the number that they have by now, and says that it is another one', async () => {
    const ann = await doubted('She passed away last month');
    const { phone } = someone();
    await stack.call('PATCH', `/v1/contacts/${ann.id}`, { phone });
    const replies = textIn((await staff.open('/console/replies')).text);
    expect(replies).toContain(
      'This may say that the patient has died. They have another number now.',
    );
    await registerWithConsent(stack, { ...ann, phone }, ['email', 'sms']);
    expect(await stateOf(ann, 'sms')).toBe('accepted');
    const done = await settle(ann, 'all');
    expect(textIn(done.text)).toContain('Stopped: nothing more is sent, by email or text.');
    expect([await stateOf(ann, 'email'), await stateOf(ann, 'sms')]).toEqual([
      'revoked',
      'revoked',
    ]);
    const hash = addressHash(stack.db, ann.phone);
    const bars = await stack.db.prisma.suppression.findMany({ where: { addressHash: hash } });
    expect(bars.map(({ kind, liftedAt }) => [kind, liftedAt])).toEqual([['stopped', null]]);
  });

  it('from a number that is theirs no more promises no texts to it', async () => {
    const ann = await doubted('not interested');
    await stack.call('PATCH', `/v1/contacts/${ann.id}`, { phone: someone().phone });
    const done = textIn((await settle(ann, 'nothing')).text);
    expect(done).toContain('Settled. They have another number now.');
    expect(done).not.toContain('we keep texting');
  });

  it('that the practice does not have is settled on the contact’s page, with a reason', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['email', 'sms']);
    const hash = addressHash(stack.db, ann.phone);
    const at = { practiceId: stack.practiceId, method: 'sms', addressHash: hash } as const;
    await stack.db.prisma.$transaction((sql) =>
      raiseDoubt(stack.db, sql, at, 'unsure', { via: 'sms' }),
    );
    const { text } = await staff.open(pageOf(ann));
    const path = `${pageOf(ann)}/settle/sms`;
    expect(text).toContain(`href="${path}"`);
    const form = await staff.form(path, path);
    expect(textIn((await staff.press(path, { ...form, reason: ' ' })).text)).toContain('Say why');
    const done = await staff.press(path, { ...form, reason: 'called, it is theirs' });
    expect(textIn(done.text)).toContain('Settled: nothing is held there any more.');
    expect((await lightOf(stack, ann)).light).toBe('green');
  });

  it('stays on the contact’s page after a START, and is one line there, as a stop is', async () => {
    const ann = await doubted('Sorry, wrong number');
    await reply(stack, ann, 'START');
    await until('it goes on', async () => (await lightOf(stack, ann)).light === 'green');
    const page = textIn((await staff.open(pageOf(ann))).text);
    expect(page).toContain('It is their number: keep texting');
    expect(page).toContain('Nothing is held any more.');
    expect((await historyOf(ann)).join()).toContain('Said it is the wrong number by text');
    for (const text of ['STOP', 'STOP']) await reply(stack, ann, text);
    await until('both are kept', async () => {
      const stops = { contactId: ann.id, meaning: 'stop' };
      return (await stack.db.prisma.inboundMessage.count({ where: stops })) === 2;
    });
    await settle(ann, 'stop');
    const lines = await historyOf(ann);
    expect(lines.filter((line) => line.includes('Stopped'))).toHaveLength(1);
    expect(lines.join()).toContain('Said it is the wrong number by text');
  });

  it('settled by two at once has one outcome, and the second page says so', async () => {
    const ann = await doubted('wrong number');
    const both = await Promise.all([settle(ann, 'stop'), settle(ann, 'nothing')]);
    const states = await stateOf(ann, 'sms');
    expect(['revoked', 'accepted']).toContain(states);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
  });
});

it('counts a message that waits on two channels once', async () => {
  const ann = someone();
  const waiting = async () =>
    (await stack.call<{ queue: { queued: number }[] }>('GET', '/v1/statistics')).body.queue.at(-1)!
      .queued;
  await register(stack, ann);
  const before = await waiting();
  const sendAt = new Date(Date.now() + 86_400_000).toISOString();
  await stack.call('POST', `/v1/contacts/${ann.id}/messages`, {
    kind: 'ad_hoc',
    body: 'x',
    subject: 's',
    sendAt,
  });
  expect(await waiting()).toBe(before + 1);
});

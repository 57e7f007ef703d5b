import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../src/core/limits.ts';
import { readEvidence } from './harness/evidence.ts';
import { answerOn } from '../packages/demo/page-answer.ts';
import { begin, byEmail, choose, chooseHosted, codeTo, prove } from './harness/bookings.ts';
import { answer, open, submit, textOf } from './harness/pages.ts';
import {
  contents,
  isOptIn,
  arrived,
  lightOf,
  linkOf,
  optIns,
  queue,
  reply,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    settings: {
      identityCheck: 'birthDate',
      quietHours: null,
      sender: { emailFrom: 'hello@practice.example', smsFrom: '+12025550100' },
    },
  });
});
afterAll(() => stack.stop());

const birthDate = '1980-02-29';

async function registerAs(person: Person, method: string, extra: object): Promise<void> {
  const { status } = await stack.call('PUT', `/v1/contacts/${person.id}`, {
    name: 'Ann Example',
    role: 'client',
    methods: [method],
    email: person.email,
    phone: person.phone,
    ...extra,
  });
  expect([200, 201]).toContain(status);
}

async function asked(method: 'email' | 'sms' = 'email', extra: object = { birthDate }) {
  const person = someone();
  await registerAs(person, method, extra);
  await queue(stack, person, 'secret');
  const [entry] = await optIns(stack, person, 1);
  await until('it is recorded', async () => (await stateOf(person, method)) === 'sent');
  return { person, link: linkOf(entry!), text: entry!.text };
}

async function stateOf(person: Person, method: 'email' | 'sms' = 'email'): Promise<string> {
  return (await lightOf(stack, person)).channels[method]!.state;
}

describe('where the practice checks the birth date', () => {
  it('the page asks for it, takes the right one, and the ledger keeps that it was checked, not what it is', async () => {
    const { person, link } = await asked();
    const page = await open(link);
    expect(page.html).toContain('<legend class="field">Your date of birth</legend>');
    for (const part of ['Month', 'Day', 'Year']) {
      const box = new RegExp(
        `<label for="birth${part}">${part}</label><input type="text" id="birth${part}" ` +
          `name="birth${part}" inputmode="numeric" autocomplete="bday-${part.toLowerCase()}" value=""`,
      );
      expect(page.html).toMatch(box);
    }
    expect(page.html).not.toContain('1980');
    const boxes = { birthMonth: '2', birthDay: '29', birthYear: '1980' };
    const { status } = await answer(link, 'accept', boxes);
    expect(status).toBe(200);
    expect(await stateOf(person)).toBe('accepted');
    const { entries } = await readEvidence(stack.db, {
      practiceId: stack.practiceId,
      contactId: person.id,
    });
    const accepted = entries.find(({ type }) => type === 'accepted');
    expect(accepted?.fields).toMatchObject({ identity: 'birthDate' });
    expect(JSON.stringify(entries)).not.toContain('1980');
    await until('it arrived', async () => (await contents(stack, person, 'email')).length === 1);
  });

  it.each(['1980-02-29', '02/29/1980', ' 2-29-1980 '])(
    'a program may send it as one field: %s',
    async (typed) => {
      const { person, link } = await asked();
      expect((await answer(link, 'accept', { birthDate: typed })).status).toBe(200);
      expect(await stateOf(person)).toBe('accepted');
    },
  );

  it.each([
    {},
    { birthMonth: '2', birthDay: '29' },
    { birthMonth: '2', birthDay: '29', birthYear: '80' },
    { birthMonth: '2', birthDay: '30', birthYear: '1980' },
    { birthMonth: '29', birthDay: '2', birthYear: '1980' },
    { birthDate: 'nonsense' },
  ])('what is no date costs no try, and comes back as it was typed: %o', async (typed: object) => {
    const { person, link } = await asked();
    const fields = typed as Record<string, string>;
    for (let n = 0; n < 6; n += 1) {
      const page = await answer(link, 'accept', fields);
      expect(page.status).toBe(422);
      expect(textOf(page.html)).toContain('Enter the month, day, and year you were born');
      expect(textOf(page.html)).not.toContain('left');
      for (const [name, value] of Object.entries(fields))
        if (name !== 'birthDate')
          expect(page.html).toMatch(new RegExp(`name="${name}"[^>]* value="${value}"`));
      expect(page.html).toMatch(/name="agree" value="yes" checked/);
    }
    const boxes = { birthMonth: 'Feb', birthDay: '29', birthYear: '1980' };
    expect((await answer(link, 'accept', boxes)).status).toBe(200);
    expect(await stateOf(person)).toBe('accepted');
  });

  it('five wrong ones lock the link, with no hint what was wrong; an opt-in sent by hand is a new link', async () => {
    const { person, link } = await asked();
    const wrong = ['1980-02-28', '1990-02-28', '1980-03-29', '1979-02-28'];
    const pages = [];
    for (const typed of wrong) pages.push(await answer(link, 'accept', { birthDate: typed }));
    for (const [index, page] of pages.entries()) {
      expect(page.status).toBe(422);
      const left = index === 3 ? '1 try left.' : `${4 - index} tries left.`;
      expect(page.html.replace(left, '')).toBe(pages[0]!.html.replace('4 tries left.', ''));
      expect(textOf(page.html)).toContain(
        `That did not match. Please check it and try again. ${left}`,
      );
      expect(page.html).not.toContain(wrong[index]!);
      expect(page.html).toMatch(/<title>Error: /);
      expect(page.html).toMatch(/role="alert"/);
    }
    expect(await stateOf(person)).toBe('sent');

    const locked = await answer(link, 'accept', { birthDate: '1950-01-01' });
    expect(locked.status).toBe(403);
    expect(textOf(locked.html)).toContain('This link is locked');
    for (const page of [await open(link), await answer(link, 'accept', { birthDate })]) {
      expect(page).toMatchObject({ status: 403, html: locked.html });
      expect(page.html).not.toContain('<form');
    }
    await submit(`${link}/fresh`, {});
    expect((await arrived(stack, person)).filter(isOptIn)).toHaveLength(1);
    expect((await lightOf(stack, person)).channels.email).toMatchObject({
      state: 'failed',
      reason: 'the birth date was wrong 5 times',
    });

    stack.time.offsetMs += 60_000;
    expect((await stack.call('POST', `/v1/contacts/${person.id}/opt-in`)).status).toBe(202);
    const entries = await optIns(stack, person, 2);
    expect((await answer(linkOf(entries[1]!), 'accept', { birthDate })).status).toBe(200);
    expect(await stateOf(person)).toBe('accepted');
  });

  it('wrong ones count for the mailbox: an older link, once over, brings no fresh tries', async () => {
    const { person, link } = await asked();
    for (let n = 1; n <= 4; n += 1) await answer(link, 'accept', { birthDate: `1990-01-0${n}` });
    stack.time.offsetMs += 31 * 24 * 3_600_000;
    await submit(`${link}/fresh`, {});
    const fresh = linkOf((await optIns(stack, person, 2))[1]!);
    expect((await answer(fresh, 'accept', { birthDate: '1990-01-05' })).status).toBe(403);
    expect(await stateOf(person)).toBe('failed');
    stack.time.offsetMs += 3_600_000;
    for (const old of [link, fresh]) {
      expect((await open(old)).status).toBe(403);
      await submit(`${old}/fresh`, {});
    }
    expect((await arrived(stack, person)).filter(isOptIn)).toHaveLength(2);
    expect((await stack.call('POST', `/v1/contacts/${person.id}/opt-in`)).status).toBe(202);
    const byStaff = linkOf((await optIns(stack, person, 3))[2]!);
    expect((await answer(byStaff, 'accept', { birthDate })).status).toBe(200);
    expect(await stateOf(person)).toBe('accepted');
  });

  it('wrong ones are counted with those of bookings: no second way to guess', async () => {
    const { person, link } = await asked();
    for (let n = 1; n <= 4; n += 1) await answer(link, 'accept', { birthDate: `1990-01-0${n}` });
    const book = async (date: string, nth: number) => {
      const booking = await chooseHosted(stack, { ...byEmail(person), birthDate: date });
      const codeEmail = await codeTo(stack, person.email, nth);
      await submit(booking, { do: 'prove', codeEmail });
    };
    await book('1990-01-05', 1);
    expect((await open(link)).status).toBe(403);
    expect((await lightOf(stack, person)).channels.email).toMatchObject({
      state: 'failed',
      reason: 'the birth date was wrong 5 times',
    });
    await book(birthDate, 2);
    expect(await stateOf(person)).toBe('failed');
    expect((await stack.call('POST', `/v1/contacts/${person.id}/opt-in`)).status).toBe(202);
    await book(birthDate, 3);
    expect(await stateOf(person)).toBe('accepted');
  });

  it('wrong ones are not forgotten by a STOP and a START from the phone', async () => {
    const { person, link } = await asked('sms');
    for (let n = 1; n <= 5; n += 1) await answer(link, 'accept', { birthDate: `1990-01-0${n}` });
    await reply(stack, person, 'STOP');
    await until('it is stopped', async () => (await stateOf(person, 'sms')) === 'revoked');
    await reply(stack, person, 'START');
    const again = linkOf((await optIns(stack, person, 2))[1]!);
    expect((await open(again)).status).toBe(403);
    expect((await answer(again, 'accept', { birthDate })).status).toBe(403);
  });

  it('the update of the workflow asks, and unlocks nobody; the practice’s own call does', async () => {
    const { person, link } = await asked();
    for (let n = 1; n <= 5; n += 1) await answer(link, 'accept', { birthDate: `1990-01-0${n}` });
    stack.time.offsetMs += 60_000;
    // Whoever has access to Temporal can send it.
    const handle = stack.client.workflow.getHandle(stack.workflowId(person.id));
    await handle.executeUpdate('sendOptIn', { args: [{ methods: ['email'] }] });
    const entries = await optIns(stack, person, 2);
    expect((await answer(linkOf(entries[1]!), 'accept', { birthDate })).status).toBe(403);
    stack.time.offsetMs += limits.optInEveryMs;
    const body = { methods: ['email'] };
    expect((await stack.call('POST', `/v1/contacts/${person.id}/opt-in`, body)).status).toBe(202);
    const third = await optIns(stack, person, 3);
    expect((await answer(linkOf(third[2]!), 'accept', { birthDate })).status).toBe(200);
    await handle.executeUpdate('sendOptIn', { args: [{}] });
  });

  it('wrong ones in bookings lock no channel whose address was not proven; staff unlock accepted ones too', async () => {
    const { person, link } = await asked();
    await answer(link, 'accept', { birthDate });
    await registerAs(person, 'email', { birthDate, phone: undefined });
    const stranger = someone();
    const channel = (method: 'email' | 'sms') =>
      stack.db.prisma.channel.findFirstOrThrow({ where: { contactId: person.id, method } });
    const wrong = { name: 'x', policy: 'agree', birthDate: '1990-01-01' };
    const fields = { ...wrong, byEmail: 'yes', email: person.email };
    const booking = await chooseHosted(stack, { ...fields, bySms: 'yes', phone: stranger.phone });
    await prove(stack, booking, { email: person.email, phone: stranger.phone });
    expect((await channel('email')).identityTries).toBe(1);
    expect((await channel('sms')).identityTries).toBe(0);

    const asking = await stack.call('POST', `/v1/contacts/${person.id}/opt-in`);
    expect(asking).toMatchObject({ status: 409, body: { error: { code: 'already_accepted' } } });
    expect((await channel('email')).identityTries).toBe(0);
  });

  describe('a link of the practice’s scheduler for a contact that has no email', () => {
    /** Returns the contact's email afterwards. */
    async function bookAs(
      person: Person,
      guesser: Person,
      date: string,
    ): Promise<string | undefined> {
      const booking = await begin(stack, { contactId: person.id });
      await choose(booking, { ...byEmail(guesser), birthDate: date });
      await prove(stack, booking, { email: guesser.email });
      const { body } = await stack.call<{ email?: string }>('GET', `/v1/contacts/${person.id}`);
      return body.email;
    }

    it('counts wrong dates whichever mailbox they come from; the sixth adds no address, right or not', async () => {
      const { person } = await asked('sms', { birthDate, email: undefined });
      for (let n = 1; n <= 5; n += 1)
        expect(await bookAs(person, someone(), `1990-01-0${n}`)).toBeUndefined();
      const guesser = someone();
      expect(await bookAs(person, guesser, birthDate)).toBeUndefined();
      // The person's own phone is not locked by that.
      expect(await stateOf(person, 'sms')).toBe('sent');

      stack.time.offsetMs += limits.optInEveryMs;
      const asking = await stack.call('POST', `/v1/contacts/${person.id}/opt-in`);
      expect(asking.status).toBe(202);
      const own = someone();
      expect(await bookAs(person, own, birthDate)).toBe(own.email);
    });

    it('adds none while another channel is locked', async () => {
      const { person, link } = await asked('sms', { birthDate, email: undefined });
      for (let n = 1; n <= 5; n += 1) await answer(link, 'accept', { birthDate: `1990-01-0${n}` });
      expect(await bookAs(person, someone(), birthDate)).toBeUndefined();
    });

    it('adds the address at the right date', async () => {
      const { person } = await asked('sms', { birthDate, email: undefined });
      const own = someone();
      expect(await bookAs(person, someone(), '1990-01-01')).toBeUndefined();
      expect(await bookAs(person, own, birthDate)).toBe(own.email);
    });
  });

  it('wrong ones are forgotten with the address that they came from', async () => {
    const { person, link } = await asked();
    for (let n = 1; n <= 5; n += 1) await answer(link, 'accept', { birthDate: `1990-01-0${n}` });
    expect(await stateOf(person)).toBe('failed');
    const email = `new-${person.email}`;
    await stack.call('PATCH', `/v1/contacts/${person.id}`, { email });
    const [entry] = await optIns(stack, { ...person, email }, 1);
    expect((await answer(linkOf(entry!), 'accept', { birthDate })).status).toBe(200);
    expect(await stateOf(person)).toBe('accepted');
  });

  it('tries at the same moment are all counted', async () => {
    const { person, link } = await asked();
    const { html } = await open(link);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        submit(link, { birthDate: `19${10 + n}-01-01` }, answerOn(html, 'accept')),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 422)).toHaveLength(4);
    expect(statuses.filter((status) => status === 403)).toHaveLength(8);
    const channel = await stack.db.prisma.channel.findFirstOrThrow({
      where: { contactId: person.id, method: 'email' },
    });
    expect(channel.identityTries).toBe(5);
  });

  it('a no needs none', async () => {
    const { person, link } = await asked();
    expect((await answer(link, 'decline')).status).toBe(200);
    expect(await stateOf(person)).toBe('declined');
    expect((await answer(link, 'accept')).status).toBe(422);
    expect((await answer(link, 'accept', { birthDate })).status).toBe(200);
    expect(await stateOf(person)).toBe('accepted');
  });

  it('a YES by SMS is not enough, and the text does not ask for one; a NO is', async () => {
    const { person, link, text } = await asked('sms');
    expect(text).toContain('Answer at the link');
    expect(text).not.toContain('YES');
    await reply(stack, person, 'YES');
    await until(
      'it is kept',
      async () =>
        (await stack.db.prisma.inboundMessage.count({ where: { contactId: person.id } })) === 1,
    );
    expect(await stateOf(person, 'sms')).toBe('sent');
    await answer(link, 'accept', { birthDate });
    expect(await stateOf(person, 'sms')).toBe('accepted');

    const other = await asked('sms');
    await reply(stack, other.person, 'NO');
    await until('it is declined', async () => (await stateOf(other.person, 'sms')) === 'declined');
  });

  it('a contact without one is not asked: staff see why, add it and send', async () => {
    const person = someone();
    await registerAs(person, 'email', {});
    await queue(stack, person, 'secret');
    await until('the reason', async () => (await stateOf(person)) === 'failed');
    expect((await lightOf(stack, person)).reason).toContain('no birth date to check the answer by');
    expect(await arrived(stack, person)).toEqual([]);
    await stack.call('PATCH', `/v1/contacts/${person.id}`, { birthDate });
    expect((await stack.call('POST', `/v1/contacts/${person.id}/opt-in`)).status).toBe(202);
    await optIns(stack, person, 1);
  });

  it('a page whose birth date was taken from the record behaves as for a wrong one', async () => {
    const { person, link } = await asked();
    const wrong = await answer(link, 'accept', { birthDate: '1999-01-01' });
    await stack.call('PATCH', `/v1/contacts/${person.id}`, { birthDate: null });
    for (const left of ['3 tries left.', '2 tries left.', '1 try left.'])
      expect(await answer(link, 'accept', { birthDate })).toMatchObject({
        status: 422,
        html: wrong.html.replace('4 tries left.', left),
      });
    expect((await answer(link, 'accept', { birthDate })).status).toBe(403);
    expect(await stateOf(person)).toBe('failed');
  });
});

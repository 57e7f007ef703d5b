import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOn } from '../packages/demo/page-answer.ts';
import { readEvidence } from './harness/evidence.ts';
import { answer, fieldsOf, open, submit, textOf } from './harness/pages.ts';
import {
  arrived,
  contents,
  isOptIn,
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const set = async (settings: object): Promise<void> => {
  expect((await stack.call('PATCH', '/v1/settings', settings)).status).toBe(200);
};

const states = async (person: Person) => {
  const { channels } = await lightOf(stack, person);
  return { email: channels.email?.state, sms: channels.sms?.state };
};

const askAgain = (person: Person, methods?: string[]) =>
  stack.call<{ channels?: Record<string, { status: string }>; error?: { code: string } }>(
    'POST',
    `/v1/contacts/${person.id}/opt-in`,
    methods ? { methods } : undefined,
  );

async function askedByEmail(): Promise<{ person: Person; link: string }> {
  const person = someone();
  await register(stack, person);
  await queue(stack, person, 'hello');
  const [entry] = await optIns(stack, person, 1);
  await until('it is recorded', async () => (await states(person)).email === 'sent');
  expect((await arrived(stack, person)).map(({ channel }) => channel)).toEqual(['email']);
  return { person, link: linkOf(entry!) };
}

describe('consent to SMS on the email’s page', () => {
  beforeAll(() => set({ smsConsentVia: 'emailPage' }));
  afterAll(() => set({ smsConsentVia: 'sms' }));

  it('is a box of its own, empty, that shows no more of the number than its end', async () => {
    const { person, link } = await askedByEmail();
    expect((await lightOf(stack, person)).channels.sms).toMatchObject({
      state: 'not_sent',
      reason: 'asked on the email’s page',
    });
    const { html } = await open(link);
    expect(html).toMatch(/<input type="checkbox" id="sms" name="sms" value="accept"\s*\/?>/);
    expect(textOf(html)).toContain(`the number ending in ${person.phone.slice(-2)}.`);
    expect(html).not.toContain(person.phone.slice(-4));

    const { status } = await answer(link, 'accept', { sms: 'accept' });
    expect(status).toBe(200);
    expect(await states(person)).toEqual({ email: 'accepted', sms: 'accepted' });
    await until('by sms', async () => (await contents(stack, person, 'sms')).length === 1);
    expect((await arrived(stack, person)).filter((e) => e.channel === 'sms' && isOptIn(e))).toEqual(
      [],
    );

    const { entries } = await readEvidence(stack.db, {
      practiceId: stack.practiceId,
      contactId: person.id,
    });
    const yes = entries.filter(({ type }) => type === 'accepted');
    expect(yes.map(({ method }) => method)).toEqual(['email', 'sms']);
    expect(yes[1]!.fields).toMatchObject({
      via: 'page',
      numberShown: `…${person.phone.slice(-2)}`,
      pageVersion: 'opt_in/email/en/default-3',
    });
  });

  it('is not given by a yes to email; it is asked for alone then, and can be refused alone', async () => {
    const { person, link } = await askedByEmail();
    const first = answerOn((await open(link)).html, 'accept');
    const { html } = await submit(link, {}, first);
    expect(await states(person)).toEqual({ email: 'accepted', sms: 'not_sent' });
    expect(textOf(html)).toContain('Thank you! Test Practice can email you.');
    expect(textOf(html)).toContain('The risks');
    expect(fieldsOf(html).channel).toBe('sms');
    // Pressing the first button again says nothing about SMS.
    expect(await submit(link, {}, first)).toMatchObject({ status: 200 });
    expect((await states(person)).sms).toBe('not_sent');
    // Nor does its own yes without its own box.
    const { agree: _agree, ...unticked } = answerOn(html, 'accept');
    expect(await submit(link, {}, unticked)).toMatchObject({ status: 422 });
    expect((await states(person)).sms).toBe('not_sent');

    const refused = await answer(link, 'decline');
    expect(refused.status).toBe(200);
    expect(await states(person)).toEqual({ email: 'accepted', sms: 'declined' });
    await answer(link, 'accept');
    expect(await states(person)).toEqual({ email: 'accepted', sms: 'accepted' });
    expect((await open(link)).html).not.toContain('<form');
  });

  it('a no to the page is a no to both', async () => {
    const { person, link } = await askedByEmail();
    await answer(link, 'decline');
    expect(await states(person)).toEqual({ email: 'declined', sms: 'declined' });
  });

  it('is to the number that was on the page: another one needs a new question', async () => {
    const { person, link } = await askedByEmail();
    const before = answerOn((await open(link)).html, 'accept');
    await stack.call('PATCH', `/v1/contacts/${person.id}`, { phone: someone().phone });
    const refused = await submit(link, { sms: 'accept' }, before);
    expect(refused.status).toBe(409);
    expect(await states(person)).toEqual({ email: 'sent', sms: 'not_sent' });
  });

  it('is not offered for a number that said stop', async () => {
    const { person, link } = await askedByEmail();
    // Nothing was sent to the number yet: the person writes to the practice's own.
    const inbound = { from: person.phone, to: '+12025550100', text: 'STOP' };
    expect((await stack.control('/inbound', inbound)).ok).toBe(true);
    await until('it is stopped', async () => (await states(person)).sms === 'revoked');
    expect((await open(link)).html).not.toContain('name="sms"');
    await answer(link, 'accept', { sms: 'accept' });
    expect(await states(person)).toEqual({ email: 'accepted', sms: 'revoked' });
  });

  it('is asked for by email again, by hand, also when the email had said yes long ago', async () => {
    const person = someone();
    await register(stack, person, ['email']);
    await queue(stack, person, 'hello');
    const [entry] = await optIns(stack, person, 1);
    await answer(linkOf(entry!), 'accept');
    await register(stack, person);
    expect((await lightOf(stack, person)).reason).toContain('sms: asked on the email’s page');
    stack.time.offsetMs += 60_000;
    const asked = await askAgain(person, ['sms']);
    expect(asked).toMatchObject({ status: 202, body: { channels: { sms: { status: 'queued' } } } });
    const entries = await optIns(stack, person, 2);
    expect(entries.map(({ channel }) => channel)).toEqual(['email', 'email']);
    expect((await states(person)).email).toBe('accepted');
    await answer(linkOf(entries[1]!), 'accept');
    expect((await states(person)).sms).toBe('accepted');
    const nothingLeft = await askAgain(person);
    expect(nothingLeft).toMatchObject({
      status: 409,
      body: { error: { code: 'already_accepted' } },
    });
  });

  it('by hand on both channels is one email', async () => {
    const { person } = await askedByEmail();
    stack.time.offsetMs += 60_000;
    const asked = await askAgain(person);
    expect(asked.body.channels).toMatchObject({
      email: { status: 'queued' },
      sms: { status: 'in_flight' },
    });
    await optIns(stack, person, 2);
    expect((await arrived(stack, person)).every(({ channel }) => channel === 'email')).toBe(true);
  });

  it('is asked for as soon as an SMS is due, where channels open alone', async () => {
    await set({ gate: 'each' });
    const person = someone();
    await register(stack, person);
    await stack.call('POST', `/v1/contacts/${person.id}/messages`, {
      kind: 'ad_hoc',
      body: 'by sms only',
      methods: ['sms'],
    });
    const [entry] = await optIns(stack, person, 1);
    expect(entry!.channel).toBe('email');
    await answer(linkOf(entry!), 'accept', { sms: 'accept' });
    await until('by sms', async () => (await contents(stack, person, 'sms')).length === 1);
    await set({ gate: 'all' });
  });

  it('cannot be asked for without an email: the reason is shown', async () => {
    const person = someone();
    await register(stack, person, ['sms']);
    await queue(stack, person, 'held');
    const reason = 'asked only on the email’s page, and there is no email to ask in';
    expect(await lightOf(stack, person)).toMatchObject({
      light: 'red',
      reason: `sms: ${reason}`,
      channels: { sms: { state: 'not_sent', reason } },
    });
    expect(await askAgain(person)).toMatchObject({
      status: 409,
      body: { error: { code: 'sms_asked_elsewhere' } },
    });
    expect(await arrived(stack, person)).toEqual([]);
  });
});

describe('consent to SMS that is only recorded', () => {
  beforeAll(() => set({ smsConsentVia: 'recordedOnly' }));
  afterAll(() => set({ smsConsentVia: 'sms' }));

  it('is never asked for, neither by itself, by hand nor on the email’s page; recorded, it opens', async () => {
    const { person, link } = await askedByEmail();
    expect((await open(link)).html).not.toContain('name="sms"');
    await answer(link, 'accept', { sms: 'accept', channel: 'sms' });
    expect(await states(person)).toEqual({ email: 'accepted', sms: 'not_sent' });
    expect((await lightOf(stack, person)).reason).toBe(
      'sms: consent to SMS must be recorded by staff',
    );
    expect(await askAgain(person, ['sms'])).toMatchObject({
      status: 409,
      body: { error: { code: 'sms_asked_elsewhere' } },
    });
    await stack.call('POST', `/v1/contacts/${person.id}/consents`, {
      method: 'sms',
      address: person.phone,
      source: 'paper',
      obtainedAt: '2026-01-01T00:00:00Z',
      evidence: 'form 7',
    });
    await until('by sms', async () => (await contents(stack, person, 'sms')).length === 1);
    expect((await lightOf(stack, person)).light).toBe('green');
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { messageKinds } from '../../src/core/message/message.ts';
import { answerOn } from '../../packages/demo/page-answer.ts';
import { begin, both, choose } from '../harness/bookings.ts';
import { open, submit } from '../harness/pages.ts';
import {
  arrived,
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
import { formIn, signIn, type Form, type Visitor } from '../harness/visitor.ts';

/** A box or a button counts with the value that the page gave it, and with no other: not even one that looks like it. */

let stack: Stack;
let staff: Visitor;
beforeAll(async () => {
  stack = await startStack();
  staff = await signIn(stack);
});
afterAll(() => stack.stop());

/** What a program, a proxy or a wag may send in the place of these values. */
function othersThan(...own: string[]): string[] {
  const first = own[0]!;
  const alike = [first.toUpperCase(), ` ${first}`, `${first}\n`, `${first}s`, first.slice(1)];
  const usual = ['no', 'off', 'false', '0', 'null', 'yes', 'on', 'true', '1', 'agree', 'accept'];
  const any = fc.sample(fc.string({ maxLength: 8 }), { numRuns: 6, seed: 42 });
  return [...new Set([...alike, ...usual, ...any, ''])].filter((value) => !own.includes(value));
}

const stateOf = async (person: Person, method: 'email' | 'sms' = 'email') =>
  (await lightOf(stack, person)).channels[method]!.state;

async function asked(methods: string[] = ['email']): Promise<{ person: Person; link: string }> {
  const person = someone();
  await register(stack, person, methods);
  await queue(stack, person, 'secret');
  const [entry] = await optIns(stack, person, 1);
  await until('it is recorded', async () => (await stateOf(person)) === 'sent');
  return { person, link: linkOf(entry!) };
}

describe('on the opt-in page', () => {
  it('no other value of the box or of the button is a yes or a no', async () => {
    const { person, link } = await asked();
    const form = answerOn((await open(link)).html, 'accept');
    for (const [name, ...own] of [
      ['agree', 'yes', 'on'],
      ['decision', 'accept', 'decline'],
    ] as const)
      for (const value of othersThan(...own)) {
        const { status } = await submit(link, { [name]: value }, form);
        expect([name, value, status]).toEqual([name, value, 422]);
      }
    expect(await stateOf(person)).toBe('sent');
    expect((await submit(link, {}, form)).status).toBe(200);
    expect(await stateOf(person)).toBe('accepted');
  });

  it('the box counts too where a form of HTML left its value out', async () => {
    const { person, link } = await asked();
    const form = answerOn((await open(link)).html, 'accept');
    expect((await submit(link, { agree: 'on' }, form)).status).toBe(200);
    expect(await stateOf(person)).toBe('accepted');
  });

  it('no other value of the box about texts is a yes to texts', async () => {
    await stack.call('PATCH', '/v1/settings', { smsConsentVia: 'emailPage' });
    try {
      for (const sms of ['yes', 'on', 'Accept']) {
        const { person, link } = await asked(['email', 'sms']);
        const form = answerOn((await open(link)).html, 'accept');
        expect((await submit(link, { sms }, form)).status).toBe(200);
        expect([await stateOf(person), await stateOf(person, 'sms')]).toEqual([
          'accepted',
          'not_sent',
        ]);
      }
    } finally {
      await stack.call('PATCH', '/v1/settings', { smsConsentVia: 'sms' });
    }
  });
});

describe('on the preferences page', () => {
  async function preferencesOf(): Promise<{ person: Person; page: string }> {
    const person = someone();
    await registerWithConsent(stack, person, ['email']);
    await queue(stack, person, 'hello');
    const [email] = await until('the email', async () => {
      const entries = await arrived(stack, person);
      return entries.length > 0 && entries;
    });
    return { person, page: /https?:\/\/\S+\/p\/[\w-]{32,}/.exec(email!.text)![0] };
  }

  it('no other value of a button does anything, and none of a box wants a kind', async () => {
    const { person, page } = await preferencesOf();
    const before = await lightOf(stack, person);
    for (const [name, ...own] of [
      ['stop', 'all', 'email', 'sms'],
      ['again', 'email', 'sms'],
      ['save', 'kinds'],
    ] as const)
      for (const value of othersThan(...own)) {
        const { status } = await submit(page, { [name]: value });
        expect([name, value, status]).toEqual([name, value, 422]);
      }
    expect(await lightOf(stack, person)).toEqual(before);
    for (const value of othersThan('yes').slice(0, 8)) {
      const boxes = Object.fromEntries(messageKinds.map((kind) => [kind, value]));
      expect((await submit(page, { save: 'kinds', ...boxes })).status).toBe(200);
      const { body } = await stack.call<{ declinedKinds: string[] }>(
        'GET',
        `/v1/contacts/${person.id}`,
      );
      expect([value, body.declinedKinds.toSorted()]).toEqual([value, messageKinds.toSorted()]);
    }
  });
});

describe('while booking', () => {
  it('no other value of a box chooses a channel or agrees', async () => {
    const ann = someone();
    const link = await begin(stack, { contactId: ann.id });
    const { bySms: _bySms, phone: _phone, ...form } = both(ann);
    for (const [name, own] of [
      ['policy', 'agree'],
      ['byEmail', 'yes'],
    ] as const)
      for (const value of othersThan(own)) {
        const { status } = await choose(link, { ...form, [name]: value });
        expect([name, value, status]).toEqual([name, value, 422]);
      }
    for (const value of othersThan('choose', 'prove', 'sendEmail', 'sendSms', 'reopen', 'finish'))
      expect((await submit(link, { do: value })).status).toBe(422);
    expect(await stack.db.prisma.bookingCode.count()).toBe(0);
  });
});

describe('in the console', () => {
  const at = ({ id }: Person): string => `/console/contacts/${id}`;

  it('no other value settles a reply that may be a stop', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['sms']);
    await queue(stack, ann, 'hello');
    await until('the text', async () => (await arrived(stack, ann)).length > 0);
    await reply(stack, ann, 'please do not call me at work, stop it maybe');
    const doubtful = async (): Promise<boolean> =>
      'doubtful' in (await lightOf(stack, ann)).channels.sms!;
    await until('it is doubtful', doubtful);
    const { text } = await staff.open(at(ann));
    const action = /action="(\/console\/replies\/[^"]+\/resolve)"/.exec(text)![1]!;
    const form = formIn(text, action);
    for (const as of [...othersThan('stop', 'all', 'yes', 'nothing'), ['nothing', 'nothing']]) {
      expect((await staff.press(action, { ...form, as })).text).toContain('role="alert"');
      expect([as, await doubtful()]).toEqual([as, true]);
    }
  });

  it('no other value says yes to sending what was held', async () => {
    const ann = someone();
    await register(stack, ann, ['email', 'sms']);
    await stack.call('POST', `/v1/contacts/${ann.id}/consents`, {
      method: 'email',
      address: ann.email,
      source: 'paper',
      obtainedAt: '2026-01-01T00:00:00Z',
      evidence: 'form',
    });
    await queue(stack, ann, ...Array.from({ length: limits.releasedUnasked + 1 }, String));
    const action = `${at(ann)}/waivers`;
    const form = { csrf: await staff.token(), method: 'sms', reason: 'landline' };
    for (const confirmed of othersThan('yes')) {
      const { text } = await staff.press(action, { ...form, confirmed });
      expect([confirmed, text.includes('Send the waiting messages to Ann')]).toEqual([
        confirmed,
        true,
      ]);
    }
    expect((await lightOf(stack, ann)).queued).toBe(limits.releasedUnasked + 1);
  });

  it('no other value switches anything on or off', async () => {
    const action = '/console/settings';
    const form: Form = await staff.form(action, action);
    const { body: before } = await stack.call('GET', '/v1/settings');
    for (const name of ['messagingEnabled', 'optInEnabled', 'confirmationSms', 'quiet'])
      for (const value of [...othersThan('on').slice(0, 8), ['on', 'on']]) {
        const { text } = await staff.press(action, { ...form, [name]: value });
        expect([name, value, text.includes('role="alert"')]).toEqual([name, value, true]);
      }
    expect((await stack.call('GET', '/v1/settings')).body).toEqual(before);
  });
});

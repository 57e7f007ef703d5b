import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { arrived, isOptIn, lightOf, register, someone, type Person } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { formIn, signIn, type Visitor } from '../harness/visitor.ts';

/** Messages held for long that would all leave at once need a confirmation first, whatever opens the gate. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());
const standard = { gate: 'all', optInEnabled: true, messagingEnabled: true };
afterEach(async () => {
  await stack.call('PATCH', '/v1/settings', standard);
});

async function held(count: number, methods = ['email', 'sms']): Promise<Person> {
  const ann = someone();
  await register(stack, ann, methods);
  const messages = Array.from({ length: count }, (_, n) => ({
    kind: 'ad_hoc',
    subject: 's',
    body: `held ${n}`,
  }));
  expect((await stack.call('POST', `/v1/contacts/${ann.id}/messages`, messages)).status).toBe(202);
  return ann;
}

const consentOf = (ann: Person, method: 'email' | 'sms') => ({
  method,
  address: method === 'email' ? ann.email : ann.phone,
  source: 'paper',
  obtainedAt: '2026-01-01T00:00:00Z',
  evidence: 'form',
});

/** At most ten may go. */
async function carefully(method: string, path: string, body?: object) {
  const headers = { 'optgate-release-at-most': String(limits.releasedUnasked) };
  const { status, body: answer } = await stack.call<{ error?: { code: string; message: string } }>(
    method,
    path,
    body,
    headers,
  );
  return { status, code: answer?.error?.code, message: answer?.error?.message };
}

const refused = (count: number) => ({
  status: 409,
  code: 'releases_many',
  message: `This would let ${count} held messages go.`,
});

const contentOf = async (ann: Person): Promise<number> =>
  (await arrived(stack, ann)).filter((entry) => !isOptIn(entry)).length;

const { releasedUnasked: few } = limits;

describe('a change that would let many held messages go is refused, and changes nothing', () => {
  it('a consent that opens the gate; ten may go', async () => {
    const [ten, eleven] = [await held(few, ['email']), await held(few + 1, ['email'])];
    const before = await lightOf(stack, eleven);
    const path = `/v1/contacts/${eleven.id}/consents`;
    expect(await carefully('POST', path, consentOf(eleven, 'email'))).toEqual(refused(few + 1));
    expect((await lightOf(stack, eleven)).channels).toEqual(before.channels);
    const other = await carefully(
      'POST',
      `/v1/contacts/${ten.id}/consents`,
      consentOf(ten, 'email'),
    );
    expect(other.status).toBe(201);
    await until('they arrived', async () => (await contentOf(ten)) === few);
    expect(await contentOf(eleven)).toBe(0);
    expect((await stack.call('POST', path, consentOf(eleven, 'email'))).status).toBe(201);
    await until('they arrived', async () => (await contentOf(eleven)) === few + 1);
  });

  it('a consent that opens only its own channel, where each opens alone', async () => {
    await stack.call('PATCH', '/v1/settings', { gate: 'each' });
    const ann = await held(few + 1);
    const path = `/v1/contacts/${ann.id}/consents`;
    expect(await carefully('POST', path, consentOf(ann, 'email'))).toEqual(refused(few + 1));
  });

  it('not a consent that opens nothing yet', async () => {
    const ann = await held(few + 1);
    const path = `/v1/contacts/${ann.id}/consents`;
    expect((await carefully('POST', path, consentOf(ann, 'email'))).status).toBe(201);
    expect(await carefully('POST', path, consentOf(ann, 'sms'))).toEqual(refused(few + 1));
  });

  it('a waiver of the last channel that held, and a channel that is no longer used', async () => {
    const ann = await held(few + 1);
    const contact = `/v1/contacts/${ann.id}`;
    await stack.call('POST', `${contact}/consents`, consentOf(ann, 'email'));
    const waiver = { method: 'sms', reason: 'a landline' };
    expect(await carefully('POST', `${contact}/waivers`, waiver)).toEqual(refused(few + 1));
    expect(await carefully('PATCH', contact, { methods: ['email'] })).toEqual(refused(few + 1));
    const whole = { name: 'Ann', role: 'client', methods: ['email'], email: ann.email };
    expect(await carefully('PUT', contact, whole)).toEqual(refused(few + 1));
    expect((await lightOf(stack, ann)).channels.sms?.state).not.toBe('waived');
    expect(await contentOf(ann)).toBe(0);
  });

  it('a switch of the practice: nobody is asked any more, sending is on again', async () => {
    const ann = await held(few + 1, ['email']);
    const answer = await carefully('PATCH', '/v1/settings', { optInEnabled: false });
    expect(answer).toMatchObject({ status: 409, code: 'releases_many' });
    expect((await stack.call('GET', '/v1/settings')).body).toMatchObject({ optInEnabled: true });
    expect((await carefully('PATCH', '/v1/settings', { confirmationSms: false })).status).toBe(200);

    await stack.call('PATCH', '/v1/settings', { messagingEnabled: false });
    await stack.call('POST', `/v1/contacts/${ann.id}/consents`, consentOf(ann, 'email'));
    const on = await carefully('PATCH', '/v1/settings', { messagingEnabled: true });
    expect(on).toMatchObject({ status: 409, code: 'releases_many' });
    expect(await contentOf(ann)).toBe(0);
  });

  it('a reinstatement', async () => {
    const ann = await held(few + 1, ['email']);
    const suspend = (suspendedReason: string | null) =>
      stack.db.prisma.practice.update({
        where: { id: stack.practiceId },
        data: { suspendedReason },
      });
    await suspend('too many complaints');
    await stack.call('POST', `/v1/contacts/${ann.id}/consents`, consentOf(ann, 'email'));
    const again = await carefully('POST', '/v1/practice/reinstatement');
    expect(again).toMatchObject({ status: 409, code: 'releases_many' });
    expect(await contentOf(ann)).toBe(0);
    await suspend(null);
  });

  it('a limit that is no number is a bad request', async () => {
    const ann = await held(1, ['email']);
    const { status } = await stack.call(
      'POST',
      `/v1/contacts/${ann.id}/consents`,
      consentOf(ann, 'email'),
      { 'optgate-release-at-most': 'some' },
    );
    expect(status).toBe(400);
    expect(await contentOf(ann)).toBe(0);
  });
});

describe('the console', () => {
  let staff: Visitor;
  beforeAll(async () => {
    staff = await signIn(stack);
  });

  it('asks first where a channel is taken from a contact, and a yes does it', async () => {
    const ann = await held(few + 1);
    await stack.call('POST', `/v1/contacts/${ann.id}/consents`, consentOf(ann, 'email'));
    const action = `/console/contacts/${ann.id}/edit`;
    const form = await staff.form(action, action);
    const asked = await staff.open(action, { ...form, methods: 'email' });
    expect(asked.text).toContain('Send the waiting messages to Ann Example?');
    expect(asked.text).toContain(`${few + 1} waiting messages`);
    expect(await contentOf(ann)).toBe(0);
    const done = await staff.open(action, formIn(asked.text, action));
    expect(done.headers.get('location')).toContain(`/console/contacts/${ann.id}`);
    await until('they arrived', async () => (await contentOf(ann)) === few + 1);
  });

  it('asks first where the practice asks nobody any more', async () => {
    const ann = await held(few + 1, ['email']);
    const action = '/console/settings';
    const { optInEnabled, ...form } = await staff.form(action, action);
    expect(optInEnabled).toBe('on');
    const asked = await staff.open(action, form);
    expect(asked.text).toContain('Send the waiting messages?');
    expect(await contentOf(ann)).toBe(0);
    await staff.open(action, formIn(asked.text, action));
    await until('they arrived', async () => (await contentOf(ann)) === few + 1);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { endPauses } from '../../src/record/practices/provider-rate-store.ts';
import {
  contents,
  lightOf,
  optIns,
  queue,
  register,
  registerWithConsent,
  someone,
  type Person,
} from '../harness/people.ts';
import {
  documentedBounce,
  documentedFailure,
  plivoMmsForm,
  plivoSmsForm,
  plivoStatusForm,
  resendEmailEvent,
  resendSuppression,
  type Form,
} from '../unit/providers/provider-bodies.ts';
import { lastDelivery, postPlivo, postResend } from '../harness/signed-webhooks.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** What a provider reports, by its documented bodies and signatures, through the whole service. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  // Nothing is reported but what a test reports.
  await stack.control('/faults', { kind: 'lose_webhook' });
});
afterAll(() => stack.stop());
beforeEach(() => endPauses(stack.db));

type Shown = { status: string; waitingFor?: string; reason?: string };
type Method = 'email' | 'sms';

async function deliveriesOf({ id }: Person): Promise<Shown[]> {
  const { body } = await stack.call<{ items: { deliveries: Shown[] }[] }>(
    'GET',
    `/v1/contacts/${id}/messages`,
  );
  return body.items.map(({ deliveries }) => deliveries[0]!);
}
const shown = async (person: Person): Promise<Shown> => (await deliveriesOf(person))[0]!;

/** Somebody who agreed, and was sent one message of which nothing is reported yet. */
async function sent(
  method: Method,
): Promise<{ person: Person } & Awaited<ReturnType<typeof lastDelivery>>> {
  const person = someone();
  await registerWithConsent(stack, person, [method]);
  await queue(stack, person, 'one');
  return { person, ...(await lastDelivery(stack, person.id, method)) };
}
const emailEvent = (
  { id, providerId }: { id: string; providerId: string },
  type: string,
  details?: Record<string, unknown>,
  at?: string,
) => resendEmailEvent(type, { emailId: providerId, deliveryId: id }, details, at);
const statusForm = ({ providerId }: { providerId: string }, status: string, more: Form = {}) =>
  plivoStatusForm(status, { MessageUUID: providerId, ...more });
const inbound = (person: Person, form: Form): Promise<number> =>
  postPlivo(stack, 'inbound', {
    ...form,
    From: person.phone.slice(1),
    MessageUUID: randomUUID(),
  });

const refusals: Record<Method, (one: Awaited<ReturnType<typeof sent>>) => Promise<number>> = {
  email: (one) => postResend(stack, emailEvent(one, 'email.failed', documentedFailure)),
  sms: (one) =>
    postPlivo(stack, one.status, statusForm(one, 'failed', { ErrorCode: '900', Sequence: '2' })),
};

describe.each(['email', 'sms'] as const)('%s that the account could not send', (method) => {
  it('waits for the provider, and leaves once more, before what came after it', async () => {
    const one = await sent(method);
    expect(await refusals[method](one)).toBe(200);
    expect(await shown(one.person)).toMatchObject({
      status: 'queued',
      waitingFor: 'provider',
      reason: expect.stringContaining('the provider asks to wait'),
    });
    // The whole account waits: nobody else is sent anything either, once the workers have seen it.
    await new Promise((resolve) => setTimeout(resolve, limits.pauseSeenMs));
    await queue(stack, one.person, 'two');
    const other = someone();
    await registerWithConsent(stack, other, [method]);
    await queue(stack, other, 'other');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await contents(stack, one.person, method)).toEqual(['one']);
    expect(await contents(stack, other, method)).toEqual([]);

    await endPauses(stack.db);
    await queue(stack, one.person, 'three');
    await until(
      'all arrived',
      async () => (await contents(stack, one.person, method)).length === 4,
    );
    expect(await contents(stack, one.person, method)).toEqual(['one', 'one', 'two', 'three']);
    const keys = (await stack.outbox())
      .filter(({ to }) => to === one.person.email)
      .map((entry) => (entry as { idempotencyKey?: string }).idempotencyKey);
    // Under the old key the provider would have sent nothing.
    if (method === 'email') expect(new Set([keys[0], keys[1]]).size).toBe(2);
    const statuses = await until('all are settled', async () => {
      const all = (await deliveriesOf(one.person)).map(({ status }) => status);
      return !all.includes('sending') && all;
    });
    expect(statuses).toEqual(['sent', 'sent', 'sent']);
    // It has a new call: what is said again of the old one changes nothing.
    expect(await refusals[method](one)).toBe(method === 'email' ? 200 : 404);
    expect((await shown(one.person)).status).toBe('sent');
  });

  it('is not sent again when it is said to have arrived after all', async () => {
    const one = await sent(method);
    await refusals[method](one);
    const arrived =
      method === 'email'
        ? postResend(stack, emailEvent(one, 'email.delivered'))
        : postPlivo(stack, one.status, statusForm(one, 'delivered', { Sequence: '3' }));
    expect(await arrived).toBe(200);
    expect((await shown(one.person)).status).toBe('delivered');
  });

  it('is not sent again by an undone cancelling when it is said to have arrived after all', async () => {
    const one = await sent(method);
    await refusals[method](one);
    const row = await stack.db.prisma.delivery.findUniqueOrThrow({ where: { id: one.id } });
    await stack.call('DELETE', `/v1/messages/${row.messageId}`);
    await (method === 'email'
      ? postResend(stack, emailEvent(one, 'email.delivered'))
      : postPlivo(stack, one.status, statusForm(one, 'delivered', { Sequence: '3' })));
    await stack.call('POST', `/v1/messages/${row.messageId}/restore`, {});
    expect((await shown(one.person)).status).toBe('delivered');
  });

  it('is not sent again when an attempt before the last one is said to have arrived', async () => {
    const one = await sent(method);
    await refusals[method](one);
    await stack.db.prisma.delivery.update({
      where: { id: one.id },
      data: { earlierIds: [one.providerId, 'the next attempt'] },
    });
    await (method === 'email'
      ? postResend(stack, emailEvent(one, 'email.delivered'))
      : postPlivo(stack, one.status, statusForm(one, 'delivered', { Sequence: '3' })));
    expect((await shown(one.person)).status).toBe('delivered');
  });

  it('is held where the person stopped meanwhile', async () => {
    const one = await sent(method);
    await refusals[method](one);
    await stack.call('DELETE', `/v1/contacts/${one.person.id}/consents/${method}`);
    expect(await shown(one.person)).toMatchObject({
      status: 'queued',
      waitingFor: `consent:${method}`,
    });
  });

  it('changes nothing when it is said twice', async () => {
    const one = await sent(method);
    await Promise.all([refusals[method](one), refusals[method](one), refusals[method](one)]);
    expect((await shown(one.person)).status).toBe('queued');
    const row = await stack.db.prisma.delivery.findUniqueOrThrow({ where: { id: one.id } });
    expect(row.earlierIds).toEqual([one.providerId]);
  });
});

it('an opt-in that the account could not send is a reason that staff see, until it leaves again', async () => {
  const person = someone();
  await register(stack, person, ['email']);
  await queue(stack, person, 'later');
  await optIns(stack, person, 1);
  const one = await lastDelivery(stack, person.id, 'email');
  await postResend(stack, emailEvent(one, 'email.failed', documentedFailure));
  expect((await lightOf(stack, person)).channels.email).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('daily_quota'),
  });
  expect((await stack.db.prisma.delivery.findUniqueOrThrow({ where: { id: one.id } })).status).toBe(
    'queued',
  );
  await endPauses(stack.db);
  await stack.call('POST', `/v1/contacts/${person.id}/opt-in`, {});
  await optIns(stack, person, 2);
  await until('sent', async () => (await lightOf(stack, person)).channels.email?.state === 'sent');
});

describe('an email', () => {
  it.each([
    ['permanent', 'failed', 'failed'],
    ['Transient', 'failed', 'accepted'],
    [undefined, 'failed', 'accepted'],
  ])('bounced as %s: the delivery is %s, the channel %s', async (type, status, state) => {
    const one = await sent('email');
    await postResend(
      stack,
      emailEvent(one, 'email.bounced', { bounce: { type, subType: 'General' } }),
    );
    expect((await shown(one.person)).status).toBe(status);
    expect((await lightOf(stack, one.person)).channels.email?.state).toBe(state);
  });

  it('bounced late at an address that was corrected since leaves the new address open', async () => {
    const one = await sent('email');
    await postResend(stack, emailEvent(one, 'email.bounced', { bounce: { type: 'Transient' } }));
    const corrected = { ...one.person, email: `new.${one.person.email}` };
    await registerWithConsent(stack, corrected, ['email']);
    const row = await stack.db.prisma.delivery.findUniqueOrThrow({ where: { id: one.id } });
    await stack.call('POST', `/v1/messages/${row.messageId}/retry`, {});
    await until('sent again', async () => (await shown(corrected)).status === 'sent');
    await postResend(stack, emailEvent(one, 'email.bounced', { bounce: { type: 'Permanent' } }));
    expect((await lightOf(stack, corrected)).channels.email?.state).toBe('accepted');
  });

  it('that arrived later than it failed has arrived; an older word changes nothing', async () => {
    const [late, early] = [await sent('email'), await sent('email')];
    for (const one of [late, early])
      await postResend(
        stack,
        emailEvent(one, 'email.bounced', { bounce: { type: 'Transient' } }, '2026-11-22T10:00:00Z'),
      );
    const delivered = 'email.delivered';
    await postResend(stack, emailEvent(late, delivered, undefined, '2026-11-22T10:00:01Z'));
    await postResend(stack, emailEvent(early, delivered, undefined, '2026-11-22T09:59:59Z'));
    expect((await shown(late.person)).status).toBe('delivered');
    expect((await shown(early.person)).status).toBe('failed');
  });

  it('is read in any spelling of its media type', async () => {
    for (const type of [
      'application/json; charset=utf-8',
      'Application/JSON',
      'APPLICATION/JSON;charset=UTF-8',
    ]) {
      const one = await sent('email');
      expect(await postResend(stack, emailEvent(one, 'email.delivered'), type)).toBe(200);
      expect((await shown(one.person)).status).toBe('delivered');
    }
  });
});

describe('the suppression list', () => {
  it('closes an address, in any letter case, for every contact with it, and removing it opens nothing', async () => {
    const ann = someone();
    const bob = { ...someone(), email: ann.email };
    for (const person of [ann, bob]) await registerWithConsent(stack, person, ['email']);
    const address = ann.email.toUpperCase();
    expect(await postResend(stack, resendSuppression('suppression.added', address))).toBe(200);
    const state = async (person: Person) => (await lightOf(stack, person)).channels.email;
    for (const person of [ann, bob])
      expect(await state(person)).toMatchObject({
        state: 'revoked',
        reason: 'on the provider’s block list',
      });
    expect(await postResend(stack, resendSuppression('suppression.removed', address))).toBe(200);
    expect((await state(ann))?.state).toBe('revoked');
  });

  it('says nothing of an address that nobody has', async () => {
    const event = resendSuppression('suppression.added', 'nobody@people.example', 'bounce');
    expect(await postResend(stack, event)).toBe(200);
  });
});

describe('an SMS', () => {
  it('that is undelivered and then delivered has arrived, where that is the later word', async () => {
    const [late, early] = [await sent('sms'), await sent('sms')];
    for (const one of [late, early])
      await postPlivo(stack, one.status, statusForm(one, 'undelivered', { Sequence: '4' }));
    expect((await shown(late.person)).status).toBe('failed');
    await postPlivo(stack, late.status, statusForm(late, 'delivered', { Sequence: '5' }));
    await postPlivo(stack, early.status, statusForm(early, 'delivered', { Sequence: '3' }));
    expect((await shown(late.person)).status).toBe('delivered');
    expect((await shown(early.person)).status).toBe('failed');
    await postPlivo(stack, late.status, statusForm(late, 'undelivered', { Sequence: '6' }));
    expect((await shown(late.person)).status).toBe('delivered');
  });

  it.each([
    ['rejected', '10', 'failed', 'accepted'],
    ['Undelivered', '30', 'failed', 'accepted'],
    ['failed', '50', 'failed', 'failed'],
    ['undelivered', '70', 'failed', 'failed'],
    ['failed', '200', 'failed', 'revoked'],
    ['undelivered', '900', 'failed', 'accepted'],
    ['read', '', 'delivered', 'accepted'],
  ])('%s %s: the delivery is %s, the channel %s', async (status, ErrorCode, is, state) => {
    const one = await sent('sms');
    expect(await postPlivo(stack, one.status, statusForm(one, status, { ErrorCode }))).toBe(200);
    expect((await shown(one.person)).status).toBe(is);
    expect((await lightOf(stack, one.person)).channels.sms?.state).toBe(state);
  });

  it('that never left for a trouble of the carrier waits, and the others go on', async () => {
    const one = await sent('sms');
    const form = statusForm(one, 'failed', { ErrorCode: '300', Sequence: '2' });
    expect(await postPlivo(stack, one.status, form)).toBe(200);
    expect(await shown(one.person)).toMatchObject({ status: 'queued', waitingFor: 'provider' });
    await sent('sms');
  });

  it('is read in any spelling of its media type', async () => {
    for (const type of [
      'Application/X-WWW-Form-UrlEncoded; charset=UTF-8',
      'APPLICATION/X-WWW-FORM-URLENCODED',
      'application/x-www-form-urlencoded;charset=utf-8',
    ]) {
      const one = await sent('sms');
      expect(await postPlivo(stack, one.status, statusForm(one, 'delivered'), type)).toBe(200);
      expect((await shown(one.person)).status).toBe('delivered');
    }
  });
});

describe('what a person sends', () => {
  const stateOf = async (person: Person) => (await lightOf(stack, person)).channels.sms?.state;
  const agreed = async (): Promise<Person> => {
    const person = someone();
    await registerWithConsent(stack, person, ['sms']);
    return person;
  };

  it('STOP in an MMS stops', async () => {
    const person = await agreed();
    expect(await inbound(person, plivoMmsForm('STOP'))).toBe(200);
    expect(await stateOf(person)).toBe('revoked');
  });

  it('YES in an MMS without a picture accepts', async () => {
    const person = someone();
    await register(stack, person, ['sms']);
    await queue(stack, person, 'later');
    await optIns(stack, person, 1);
    expect(await inbound(person, plivoMmsForm('YES', 0))).toBe(200);
    expect(await stateOf(person)).toBe('accepted');
  });

  it('what Plivo understood as a stop stops, in any language, and is not answered twice', async () => {
    const person = await agreed();
    const form = plivoSmsForm('ARRET', { MessageIntent: 'optout' });
    expect(await inbound(person, form)).toBe(200);
    expect(await stateOf(person)).toBe('revoked');
    const answers = { contactId: person.id, purpose: 'answer' };
    expect(await stack.db.prisma.delivery.count({ where: answers })).toBe(0);
  });

  it('a picture without words is shown to staff as one', async () => {
    const person = await agreed();
    expect(await inbound(person, plivoMmsForm('', 2))).toBe(200);
    const { body } = await stack.call<{ items: object[] }>('GET', '/v1/inbound?handled=false');
    expect(body.items).toContainEqual(
      expect.objectContaining({
        contactId: person.id,
        text: '',
        mediaCount: 2,
        meaning: 'unclear',
      }),
    );
    expect(await stateOf(person)).toBe('accepted');
  });

  it('a text of 15 parts is kept whole', async () => {
    const person = await agreed();
    const long = `${'one more word '.repeat(160)}end`;
    expect(await inbound(person, plivoSmsForm(long))).toBe(200);
    const { body } = await stack.call<{ items: object[] }>('GET', '/v1/inbound?handled=false');
    expect(body.items).toContainEqual(
      expect.objectContaining({ contactId: person.id, text: long }),
    );
  });

  it('is read in any spelling of its media type', async () => {
    const person = await agreed();
    const url = 'Application/X-WWW-Form-UrlEncoded; Charset=UTF-8';
    const form = {
      ...plivoSmsForm('STOP'),
      From: person.phone.slice(1),
      MessageUUID: randomUUID(),
    };
    expect(await postPlivo(stack, 'inbound', form, url)).toBe(200);
    expect(await stateOf(person)).toBe('revoked');
  });
});

it('what nobody documents is acknowledged, changes nothing, and is counted by its word alone', async () => {
  const counted = async (provider: string): Promise<number> => {
    const text = await (await fetch(`${stack.url}/metrics`)).text();
    const line = new RegExp(`webhooks_not_understood_total\\{provider="${provider}"\\} (\\d+)`);
    return Number(line.exec(text)?.[1] ?? 0);
  };
  const before = { resend: await counted('resend'), plivo: await counted('plivo') };
  const [email, sms] = [await sent('email'), await sent('sms')];
  expect(await postResend(stack, emailEvent(email, 'email.vanished', documentedBounce))).toBe(200);
  expect(await postPlivo(stack, sms.status, statusForm(sms, 'evaporated'))).toBe(200);
  const code = statusForm(sms, 'failed', { ErrorCode: '777' });
  expect(await postPlivo(stack, 'inbound', plivoSmsForm('YES', { From: '' }))).toBe(200);
  for (const one of [email, sms]) expect((await shown(one.person)).status).toBe('sent');
  expect(await postPlivo(stack, sms.status, code)).toBe(200);
  expect((await shown(sms.person)).reason).toBe('the provider reported: failed 777');
  expect(await counted('resend')).toBe(before.resend + 1);
  expect(await counted('plivo')).toBe(before.plivo + 3);
  const log = stack.logLines.join('');
  expect(log).toContain('email.vanished');
  expect(log).toContain('evaporated');
  expect(log).not.toContain(email.person.email);
});

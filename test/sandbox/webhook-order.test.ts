import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../packages/sandbox/limits.ts';
import { email, numbers, startHarness, until } from './harness.ts';
import type { Harness, ReceivedWebhook } from './harness.ts';

/**
 * The order of webhooks: a person's wait for nothing else, a message's only for each other. Judged by positions, never
 * by a clock.
 */

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.stop());

const isReply = ({ path }: ReceivedWebhook) => path.endsWith('/inbound');
const reply = (text: string, from = numbers.person) =>
  harness.control('POST', '/inbound', { from, to: numbers.clinic, text });

test('a YES comes before the 3,000 status reports that were under way', async () => {
  const { service, plivo, serviceUrl } = harness;
  service.answerMs = 400;
  for (let sent = 0; sent < 1_000; sent += 50)
    await Promise.all(
      Array.from({ length: 50 }, () =>
        plivo.messages.create(numbers.clinic, numbers.other, 'Hi', { url: `${serviceUrl}/s/1` }),
      ),
    );
  await until(async () => (await harness.control('GET', '/webhooks')).body.pending > 2_000, 20_000);
  const before = service.webhooks.length;
  await reply('YES');
  await until(() => service.webhooks.some(isReply), 20_000);
  // What was on its way to the service when the person wrote, and no more.
  const position = service.webhooks.findIndex(isReply);
  expect(position - before).toBeLessThanOrEqual(2 * limits.webhooksAtOnce);
  expect((await harness.control('GET', '/webhooks')).body.pending).toBeGreaterThan(1_500);
});

describe('within a line nothing overtakes', () => {
  test('the reports of one message come as it went', async () => {
    const { service, plivo, serviceUrl } = harness;
    service.answerMs = 30;
    for (let n = 0; n < 40; n += 1)
      await plivo.messages.create(numbers.clinic, numbers.person, 'Hi', {
        url: `${serviceUrl}/s/${n}`,
      });
    await harness.resend.emails.send(email);
    await until(() => service.webhooks.length === 40 * 3 + 2);
    for (let n = 0; n < 40; n += 1)
      expect(
        service.webhooks.filter(({ path }) => path === `/s/${n}`).map(({ form }) => form.Status),
      ).toEqual(['queued', 'sent', 'delivered']);
    expect(
      service.webhooks
        .filter(({ path }) => path === '/webhooks/resend')
        .map(({ body }) => JSON.parse(body).type),
    ).toEqual(['email.sent', 'email.delivered']);
  });

  test('the replies of one person come as they were written, and nobody waits for another', async () => {
    const { service } = harness;
    service.answerMs = 100;
    const words = Array.from({ length: 6 }, (_, n) => `word ${n}`);
    for (const word of words) await reply(word);
    await reply('YES', numbers.other);
    await until(() => service.webhooks.length === words.length + 1);
    const texts = service.webhooks.map(({ form }) => form.Text ?? '');
    expect(texts.filter((text) => text !== 'YES')).toEqual(words);
    expect(texts.indexOf('YES')).toBeLessThanOrEqual(2);
  });

  test('a repeat waits its time, and holds nobody up meanwhile', async () => {
    const { service } = harness;
    service.status = 503;
    await reply('first');
    await until(() => service.webhooks.length === 1);
    service.status = 200;
    await reply('second');
    await until(() => service.webhooks.length === 3);
    expect(service.webhooks.map(({ form }) => form.Text).toSorted()).toEqual([
      'first',
      'first',
      'second',
    ]);
  });
});

describe('what a person sends is written as Plivo documents it', () => {
  const inbound = async (body: object) => {
    const { status } = await harness.control('POST', '/inbound', {
      from: numbers.person,
      to: numbers.clinic,
      ...body,
    });
    expect(status).toBe(202);
    return (await until(() => harness.service.webhooks.find(isReply))).form;
  };

  test('an SMS: Text, and an intent where Plivo understood one', async () => {
    expect(await inbound({ text: ' Stop ' })).toMatchObject({
      Type: 'sms',
      Text: ' Stop ',
      MessageIntent: 'optout',
    });
  });

  test('an MMS: Body and no Text, the media counted from 1, no intent', async () => {
    const form = await inbound({
      text: 'STOP',
      mediaUrls: ['https://m.example/1', 'https://m.example/2'],
    });
    expect(form).toMatchObject({
      Type: 'mms',
      Body: 'STOP',
      MediaCount: '2',
      Media1: 'https://m.example/1',
      Media2: 'https://m.example/2',
      MessageIntent: '',
    });
    expect(form).not.toHaveProperty('Text');
  });

  test('a text that the phone made an MMS has no media', async () => {
    expect(await inbound({ text: 'YES', mms: true })).toMatchObject({
      Body: 'YES',
      MediaCount: '0',
    });
  });

  test('an intent can be given: then Plivo has blocked the number, whatever the word', async () => {
    expect(await inbound({ text: 'ARRET', intent: 'optout' })).toMatchObject({
      MessageIntent: 'optout',
    });
    await harness.plivo.messages.create(numbers.clinic, numbers.person, 'Hi', {
      url: `${harness.serviceUrl}/s/1`,
    });
    const failed = await until(() =>
      harness.service.webhooks.find(({ form }) => form.Status === 'failed'),
    );
    expect(failed.form.ErrorCode).toBe('200');
  });

  test.each([
    { text: 'x', mms: 'yes' },
    { text: 'x', mediaUrls: 'https://m.example' },
    { text: 'x', mediaUrls: Array.from({ length: 11 }, () => 'https://m.example') },
    { text: 'x', intent: 'stop' },
  ])('%j is refused', async (body) => {
    const call = { from: numbers.person, to: numbers.clinic, ...body };
    expect((await harness.control('POST', '/inbound', call)).status).toBe(422);
  });
});

describe('forced events', () => {
  test('an address on the suppression list is named, and no email', async () => {
    const forced = await harness.control('POST', '/events', {
      type: 'suppression.added',
      email: 'Anna@people.example',
    });
    expect(forced.status).toBe(202);
    const [event] = await until(() => {
      const found = harness.emailEvents('suppression.added');
      return found.length > 0 && found;
    });
    expect(event?.data).toMatchObject({
      email: 'Anna@people.example',
      origin: 'manual',
      source_id: null,
    });
  });

  test.each([
    [{ type: 'failed' }, 'email.failed', { failed: { reason: 'reached_daily_quota' } }],
    [{ type: 'failed', reason: 'x_y' }, 'email.failed', { failed: { reason: 'x_y' } }],
    [{ type: 'scheduled' }, 'email.scheduled', {}],
    [
      { type: 'bounced', bounceType: 'Undetermined' },
      'email.bounced',
      { bounce: { type: 'Undetermined' } },
    ],
  ])('%j of an email', async (event, type, data) => {
    const { data: sent } = await harness.resend.emails.send({ ...email, to: 'a@silent.example' });
    await harness.control('POST', '/events', { id: sent?.id, ...event });
    const [found] = await until(() => {
      const all = harness.emailEvents(type);
      return all.length > 0 && all;
    });
    expect(found?.data).toMatchObject(data);
  });

  test.each(['rejected', 'read'])('%s of an SMS', async (type) => {
    const { messageUuid } = await harness.plivo.messages.create(
      numbers.clinic,
      '+15005550000',
      'x',
      {
        url: `${harness.serviceUrl}/s/1`,
      },
    );
    await harness.control('POST', '/events', { id: [messageUuid].flat()[0], type });
    const { form } = await until(() =>
      harness.service.webhooks.find(({ form: { Status } }) => Status === type),
    );
    expect(form.ErrorCode).toBe(type === 'rejected' ? '1000' : '');
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Client } from 'plivo';
import { numbers, startHarness, until } from './harness.ts';
import type { Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await harness.control('DELETE', '/outbox');
  await harness.control('DELETE', '/faults');
});

const { clinic, person } = numbers;

let token = 0;
/** Sends an SMS with a status URL of its own; `statuses` is what was called back so far. */
async function send(to: string, text = 'Hello', from = clinic) {
  token += 1;
  const path = `/webhooks/plivo/status/${token}`;
  const answer = await harness.plivo.messages.create(from, to, text, {
    url: harness.serviceUrl + path,
    method: 'POST',
    log: false,
  });
  const callbacks = () => harness.service.webhooks.filter((webhook) => webhook.path === path);
  return {
    id: answer.messageUuid[0] ?? '',
    callbacks,
    statuses: () => callbacks().map(({ form }) => form.Status),
  };
}

describe('the real Plivo SDK against the sandbox', () => {
  test('sends, calls back in steps, and looks up', async () => {
    const sent = await send(person);
    expect(await harness.outbox('?channel=sms')).toMatchObject([
      { id: sent.id, channel: 'sms', to: person, from: clinic, text: 'Hello', headers: {} },
    ]);
    await until(() => sent.statuses().length === 3);
    const delivered = sent.callbacks().find(({ form }) => form.Status === 'delivered');
    // Plivo writes numbers without `+`.
    expect(delivered?.form).toMatchObject({
      MessageUUID: sent.id,
      From: '15550100000',
      To: '15551230001',
      Sequence: '3',
      Units: '1',
      ErrorCode: '',
    });
    expect(sent.statuses().toSorted()).toEqual(['delivered', 'queued', 'sent']);
    // `log: false` masks the number.
    expect(await harness.plivo.messages.get(sent.id)).toMatchObject({
      messageState: 'delivered',
      toNumber: '155XXXXX001',
    });
    const listed = (await harness.plivo.messages.list({
      to_number: person,
    })) as unknown as object[];
    expect(listed[0]).toMatchObject({ messageUuid: sent.id });
  });

  test.each([
    ['+15005550030', ['queued', 'sent', 'undelivered'], '30'],
    ['+15005550050', ['queued', 'failed'], '50'],
    ['+15005550200', ['queued', 'failed'], '200'],
    ['+15005550900', ['queued', 'failed'], '900'],
    ['+15005551000', ['queued', 'sent', 'undelivered'], '1000'],
  ])('%s: %j with error %s, and nothing arrives', async (to, statuses, errorCode) => {
    const sent = await send(to);
    await until(() => sent.statuses().length === statuses.length);
    expect(sent.statuses().toSorted()).toEqual(statuses.toSorted());
    expect(sent.callbacks().map(({ form }) => form.ErrorCode)).toContain(errorCode);
    expect(await harness.outbox()).toEqual([]);
  });

  test.each([
    ['+15005550001', 400],
    ['+15005550403', 403],
    ['12', 400],
  ])('%s is refused: %i', async (to, status) => {
    await expect(harness.plivo.messages.create(clinic, to, 'Hello')).rejects.toMatchObject({
      status,
    });
  });

  test.each([
    ['a foreign sender', '+15005559999', person, 'Hello', {}],
    ['no sender', 'x'.repeat(20), person, 'Hello', {}],
    ['too long in GSM-7', clinic, person, 'x'.repeat(1_601), {}],
    ['too long in UCS-2', clinic, person, 'ж'.repeat(738), {}],
    ['no URL', clinic, person, 'Hello', { url: 'somewhere' }],
    ['an unknown log option', clinic, person, 'Hello', { log: 'maybe' }],
    ['another type', clinic, person, 'Hello', { type: 'mms' }],
  ])('%s is refused: 400', async (_name, from, to, text, options) => {
    await expect(harness.plivo.messages.create(from, to, text, options)).rejects.toMatchObject({
      status: 400,
    });
    expect(await harness.outbox()).toEqual([]);
  });

  test('several destinations: an id each, the invalid ones named', async () => {
    const answer = await harness.plivo.messages.create(clinic, [person, '12', numbers.other], 'Hi');
    expect(answer.messageUuid).toHaveLength(2);
    expect(answer).toMatchObject({ invalid_number: ['12'] });
    expect(await harness.outbox()).toHaveLength(2);
  });

  test('wrong credentials, unknown messages and routes', async () => {
    const url = `${harness.baseUrls.plivo}/v1/Account/MASANDBOX00000000000`;
    const stranger = new Client('MASANDBOX00000000000', 'wrong', { url });
    await expect(stranger.messages.create(clinic, person, 'Hi')).rejects.toMatchObject({
      status: 401,
    });
    await expect(harness.plivo.messages.get('no-such-id')).rejects.toMatchObject({ status: 404 });
    await expect(harness.plivo.numbers.list()).rejects.toMatchObject({ status: 404 });
  });
});

describe('Plivo’s own opt-out', () => {
  test('STOP reaches the service, blocks the pair with error 200, and START undoes it', async () => {
    const stopper = '+15551239999';
    await send(stopper, 'Hello');
    const inbound = await harness.control('POST', '/inbound', { from: stopper, text: ' stop ' });
    expect(inbound).toMatchObject({ status: 202, body: { from: stopper, to: clinic } });
    const received = await until(() =>
      harness.service.webhooks.find(({ form }) => form.MessageUUID === inbound.body.id),
    );
    expect(received).toMatchObject({
      path: '/webhooks/plivo/inbound',
      form: { From: '15551239999', To: '15550100000', Text: ' stop ', Type: 'sms' },
    });

    const blocked = await send(stopper, 'You cannot get this');
    await until(() => blocked.statuses().includes('failed'));
    expect(blocked.callbacks().at(-1)?.form).toMatchObject({ ErrorCode: '200' });
    // Another sender is not blocked, another person neither.
    await send(stopper, 'From elsewhere', '+15550100099');
    await send(person, 'Hello');
    expect((await harness.outbox()).map(({ text }) => text)).toEqual([
      'Hello',
      'From elsewhere',
      'Hello',
    ]);

    await harness.control('POST', '/inbound', { from: stopper, to: clinic, text: 'Unstop' });
    await send(stopper, 'Welcome back');
    expect((await harness.outbox()).at(-1)?.text).toBe('Welcome back');
  });

  test.each(['please stop', 'Stop it!', 'REVOKE', 'opt out'])('%s does not block', async (text) => {
    await harness.control('POST', '/inbound', { from: numbers.other, to: clinic, text });
    await send(numbers.other, text);
    expect((await harness.outbox()).map((entry) => entry.text)).toEqual([text]);
  });

  test('a number outside the US and Canada is not blocked', async () => {
    await harness.control('POST', '/inbound', { from: '+4915112345678', to: clinic, text: 'STOP' });
    await send('+4915112345678', 'Hallo');
    expect(await harness.outbox()).toHaveLength(1);
  });
});

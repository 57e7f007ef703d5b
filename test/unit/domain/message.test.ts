import { describe, expect, it } from 'vitest';
import {
  appointmentKinds,
  contentFor,
  deliveryStatuses,
  messageKinds,
  messageStatus,
  messageStatusOrder,
  schedule,
} from '../../../src/core/message/message.ts';
import { minutesAgo, now } from './example-consent.ts';

const later = minutesAgo(-60);
const muchLater = minutesAgo(-120);

describe('the times of a message', () => {
  it.each([
    ['now, if it names no time', {}, now],
    ['at its time', { sendAt: later }, later],
    ['now, if its time has passed', { sendAt: minutesAgo(5) }, now],
    ['now, if its time is now', { sendAt: now }, now],
  ])('leaves %s', (_when, timing, dueAt) => {
    expect(schedule('ad_hoc', timing, now)).toEqual({ dueAt, warnings: [] });
  });

  it.each([
    ['appointment_notice', later],
    ['appointment_reminder', later],
    ['billing_reminder', undefined],
    ['late_payment_reminder', undefined],
    ['online_form', undefined],
    ['ad_hoc', undefined],
  ] as const)('%s expires when its event begins only if it is about an appointment', (kind, at) => {
    expect(schedule(kind, { eventAt: later }, now).notAfter).toEqual(at);
    expect(schedule(kind, { eventAt: later, notAfter: muchLater }, now).notAfter).toEqual(
      muchLater,
    );
    expect(appointmentKinds.has(kind)).toBe(at !== undefined);
  });

  it('warns of what could leave after the appointment', () => {
    expect(schedule('appointment_notice', {}, now).warnings).toEqual(['no_expiry']);
    expect(schedule('appointment_notice', { eventAt: later }, now).warnings).toEqual([]);
    expect(schedule('appointment_notice', { notAfter: later }, now).warnings).toEqual([]);
    expect('notAfter' in schedule('ad_hoc', {}, now)).toBe(false);
  });

  it('knows the kinds of the contract, in its order', () => {
    expect(messageKinds).toEqual([
      'appointment_notice',
      'appointment_reminder',
      'billing_reminder',
      'late_payment_reminder',
      'online_form',
      'ad_hoc',
    ]);
  });
});

describe('the status of a message', () => {
  const order = [
    'sending',
    'queued',
    'unknown',
    'failed',
    'suppressed',
    'expired',
    'cancelled',
    'sent',
    'delivered',
  ] as const;
  const pairs = order.flatMap((first, index) =>
    order.slice(index).map((second) => [first, second] as const),
  );

  it.each(pairs)('is %s beside %s', (first, second) => {
    expect(messageStatus([{ status: second }, { status: first }])).toBe(first);
    expect(messageStatus([{ status: first }, { status: second }])).toBe(first);
  });

  it('is queued while nobody could be assigned', () => {
    expect(messageStatus([])).toBe('queued');
  });

  it('takes every status that a delivery can have', () => {
    expect(messageStatusOrder.toSorted()).toEqual(deliveryStatuses.toSorted());
  });
});

describe('what leaves on a method', () => {
  const sms = { text: 'Short' };
  it.each([
    ['the text for that method', { body: 'Long', content: { sms } }, sms],
    [
      'the body, where the method has no text of its own',
      { body: 'Long', content: { email: { subject: 's', text: 't' } } },
      { text: 'Long' },
    ],
    [
      'the body with its subject',
      { subject: 'Hello', body: 'Long' },
      { subject: 'Hello', text: 'Long' },
    ],
    ['the body alone', { body: 'Long' }, { text: 'Long' }],
    ['nothing, where there is neither', { subject: 'Hello', content: {} }, undefined],
  ])('is %s', (_what, message, expected) => {
    expect(contentFor('sms', message)).toStrictEqual(expected);
  });
});

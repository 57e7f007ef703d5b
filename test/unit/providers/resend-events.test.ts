import { describe, expect, test } from 'vitest';
import { parseResendEvent } from '../../../src/channels/email/resend/events.ts';
import { waits } from '../../../src/channels/waits.ts';
import {
  documentedBounce,
  documentedFailure,
  documentedSuppression,
  resendEmailEvent,
  resendSuppression,
} from './provider-bodies.ts';

/** Every event that https://resend.com/docs/webhooks/event-types documents, and what is read from its documented body. */

const ids = { emailId: '56761188-7520-42d8-8898-ff6fc54ce618', deliveryId: 'd-1' };
const order = Date.parse('2026-11-22T23:41:12.126Z');
const event = (type: string, details?: Record<string, unknown>) =>
  resendEmailEvent(type, ids, details);
const reported = (report: object) => ({
  kind: 'report',
  deliveryId: 'd-1',
  report: { providerId: ids.emailId, order, ...report },
});
const bounce = (type: unknown, subType?: unknown) =>
  event('email.bounced', { bounce: { type, subType, message: 'anna@people.example is unknown' } });
const failed = (reason: unknown) => event('email.failed', { failed: { reason } });

describe('events about an email', () => {
  test.each([
    ['email.sent', event('email.sent'), { kind: 'sent' }],
    ['email.delivered', event('email.delivered'), { kind: 'delivered' }],
    ['email.complained', event('email.complained'), { kind: 'complained', reason: 'complaint' }],
    [
      'email.bounced, as documented',
      event('email.bounced', documentedBounce),
      { kind: 'unreachable', reason: 'bounced (Permanent/Suppressed)' },
    ],
    [
      'email.failed, as documented',
      event('email.failed', documentedFailure),
      {
        kind: 'not_taken',
        reason: 'the provider asks to wait: daily_quota',
        waitMs: waits.dailyQuotaMs,
        account: true,
      },
    ],
    [
      'email.suppressed, as documented',
      event('email.suppressed', documentedSuppression),
      { kind: 'blocked', reason: 'on the provider’s block list' },
    ],
  ])('%s', (_name, body, report) => {
    expect(parseResendEvent(body)).toEqual(reported(report));
  });

  test.each([
    ['Permanent', 'General', 'unreachable', 'bounced (Permanent/General)'],
    ['permanent', 'general', 'unreachable', 'bounced (Permanent/general)'],
    ['PERMANENT', undefined, 'unreachable', 'bounced (Permanent)'],
    [' Permanent ', undefined, 'unreachable', 'bounced (Permanent)'],
    ['Transient', 'MailboxFull', 'failed', 'bounced (Transient/MailboxFull)'],
    ['transient', undefined, 'failed', 'bounced (Transient)'],
    ['Undetermined', undefined, 'failed', 'bounced (Undetermined)'],
    ['UNDETERMINED', undefined, 'failed', 'bounced (Undetermined)'],
    ['Temporary', undefined, 'failed', 'bounced (Temporary)'],
    [undefined, undefined, 'failed', 'bounced'],
    [7, null, 'failed', 'bounced'],
    ['no such mailbox: anna@people.example', undefined, 'failed', 'bounced'],
  ])('a bounce of type %j, %j is %s: %s', (type, subType, kind, reason) => {
    expect(parseResendEvent(bounce(type, subType))).toEqual(reported({ kind, reason }));
  });

  test.each([undefined, null, 'Permanent', []])(
    'a bounce whose object is %j is a failure',
    (one) => {
      expect(parseResendEvent(event('email.bounced', { bounce: one }))).toEqual(
        reported({ kind: 'failed', reason: 'bounced' }),
      );
    },
  );

  test.each([
    ['reached_daily_quota', 'daily_quota'],
    ['reached_monthly_quota', 'monthly_quota'],
    ['daily_quota_exceeded', 'daily_quota'],
    ['monthly_quota_exceeded', 'monthly_quota'],
    ['REACHED_DAILY_QUOTA', 'daily_quota'],
    ['Reached monthly quota', 'monthly_quota'],
    ['rate_limit_exceeded', 'rate_limit'],
    ['rate_limited', 'rate_limit'],
    ['too_many_requests', 'rate_limit'],
    ['invalid_api_key', 'credentials'],
    ['api_key_revoked', 'credentials'],
    ['account_suspended', 'credit'],
    ['sending_limit_reached', 'daily_quota'],
    ['monthly_limit_reached', 'monthly_quota'],
    ['team suspended', 'credit'],
    ['temporary_provider_unavailable', 'unavailable'],
    ['internal_server_error', 'unavailable'],
  ])('email.failed for %s returns the message to waiting: %s', (reason, kind) => {
    expect(parseResendEvent(failed(reason))).toMatchObject({
      report: {
        kind: 'not_taken',
        reason: `the provider asks to wait: ${kind}`,
        account: kind !== 'unavailable',
      },
    });
  });

  test.each([
    ['invalid_recipient', 'invalid_recipient'],
    ['domain_not_verified', 'domain_not_verified'],
    ['unauthorized', 'unauthorized'],
    ['unauthorized_sender', 'unauthorized_sender'],
    ['unauthorized_from_address', 'unauthorized_from_address'],
    ['Unauthorised', 'Unauthorised'],
    ['not_authorized', 'not_authorized'],
    ['domain_suspended', 'domain_suspended'],
    ['domain_rate_limited', 'domain_rate_limited'],
    ['sender_quota', 'sender_quota'],
    ['too_many_attachments', 'too_many_attachments'],
    ['size_limit_reached', 'size_limit_reached'],
    ['mailbox_over_quota', 'mailbox_over_quota'],
    ['recipient_rate_limited', 'recipient_rate_limited'],
    ['No mailbox anna@people.example', undefined],
    ['', undefined],
    [undefined, undefined],
    [{ text: 'x' }, undefined],
  ])('email.failed for %j is a failure of this message', (reason, word) => {
    expect(parseResendEvent(failed(reason))).toEqual(
      reported({ kind: 'failed', ...(word === undefined ? {} : { reason: word }) }),
    );
  });

  test('nothing that a provider wrote in prose is passed on', () => {
    for (const body of [bounce('Permanent', 'anna@people.example'), failed('anna@people.example')])
      expect(JSON.stringify(parseResendEvent(body))).not.toContain('anna');
  });

  test('it is found by its tag, an object or a list, or by its id alone', () => {
    const tags = (value: unknown, more = {}) =>
      parseResendEvent(event('email.delivered', { tags: value, ...more }));
    const list = [
      { name: 'category', value: 'x' },
      { name: 'delivery_id', value: 'd-1' },
    ];
    expect(tags(list)).toMatchObject({ deliveryId: 'd-1' });
    expect(tags(list, { email_id: undefined })).toMatchObject({ deliveryId: 'd-1' });
    for (const none of [undefined, null, {}, [], 'x', { delivery_id: 7 }])
      expect(tags(none)).not.toHaveProperty('deliveryId');
    expect(tags(undefined, { email_id: undefined })).toEqual({
      kind: 'unknown',
      type: 'email.delivered',
    });
  });

  test('a time that is none gives it no place in the order', () => {
    const { report } = parseResendEvent({ ...event('email.sent'), created_at: 'soon' }) as {
      report: object;
    };
    expect(report).not.toHaveProperty('order');
  });

  test('the type is read in any letter case', () => {
    expect(parseResendEvent(event('Email.Delivered'))).toEqual(reported({ kind: 'delivered' }));
  });
});

describe('the team’s suppression list', () => {
  test.each([
    ['manual', 'stopped'],
    ['complaint', 'stopped'],
    ['bounce', 'unreachable'],
    ['Bounce', 'unreachable'],
    ['something new', 'stopped'],
  ])('an address added because of %s is %s', (origin, as) => {
    expect(
      parseResendEvent(resendSuppression('suppression.added', 'steve@people.example', origin)),
    ).toEqual({
      kind: 'barred',
      address: 'steve@people.example',
      as,
      reason: 'on the provider’s block list',
    });
  });

  test('an address removed from it opens nothing', () => {
    expect(
      parseResendEvent(resendSuppression('suppression.removed', 'steve@people.example')),
    ).toEqual({ kind: 'nothing', type: 'suppression.removed' });
  });

  test.each([undefined, 7, '', 'steve'])('an address that is %j is not understood', (email) => {
    const body = resendSuppression('suppression.added', email as string);
    expect(parseResendEvent(body)).toEqual({ kind: 'unknown', type: 'suppression.added' });
  });
});

test('a mail to us is read, and one without a sender is not understood', () => {
  const data = {
    email_id: '56761188-7520-42d8-8898-ff6fc54ce618',
    created_at: '2026-02-22T23:41:11.894719+00:00',
    from: 'Acme <onboarding@resend.dev>',
    to: ['delivered@resend.dev'],
    bcc: [],
    cc: [],
    received_for: ['forward@example.com'],
    message_id: '<111-222-333@email.example.com>',
    subject: 'Sending this example',
    attachments: [],
  };
  expect(parseResendEvent({ type: 'email.received', data })).toEqual({
    kind: 'mail',
    mail: {
      providerId: data.email_id,
      from: data.from,
      to: data.to,
      subject: data.subject,
    },
  });
  expect(parseResendEvent({ type: 'email.received', data: { ...data, from: undefined } })).toEqual({
    kind: 'unknown',
    type: 'email.received',
  });
});

describe('what changes nothing', () => {
  test.each(
    (
      'email.scheduled email.delivery_delayed contact.created contact.updated contact.deleted contact.topics.updated ' +
      'domain.created domain.updated domain.deleted topic.created topic.updated topic.deleted inbox.created ' +
      'inbox.thread.created inbox.email.received inbox.draft.sent'
    ).split(' '),
  )('%s is known', (type) => {
    expect(parseResendEvent(event(type))).toEqual({ kind: 'nothing', type });
  });

  test.each(['email.clicked', 'email.opened'])('%s says that links are rewritten', (type) => {
    expect(parseResendEvent(event(type))).toEqual({ kind: 'tracked', type });
  });

  test.each([
    [{ type: 'email.vanished', data: {} }, 'email.vanished'],
    [{ type: 'anna@people.example' }, 'no word'],
    [{ type: 'constructor', data: { email_id: 'x' } }, 'constructor'],
    [{ type: '__proto__' }, '__proto__'],
    [null, 'no word'],
    ['text', 'no word'],
    [[], 'no word'],
  ])('%j is not understood, and only its word is kept', (input, type) => {
    expect(parseResendEvent(input)).toEqual({ kind: 'unknown', type });
  });
});

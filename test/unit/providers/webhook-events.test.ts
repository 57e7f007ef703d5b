import { describe, expect, test } from 'vitest';
import {
  parsePlivoInbound,
  parsePlivoStatus,
  parseResendEvent,
  parseResendInboundEmail,
} from '../../../src/providers/webhook-events.ts';

describe('Resend', () => {
  const at = '2026-01-02T03:04:05.000Z';
  const event = (type: string, data: object = {}) => ({
    type,
    created_at: at,
    data: {
      email_id: 'email-1',
      to: ['anna@people.example'],
      tags: { delivery_id: 'd-1' },
      ...data,
    },
  });
  const parsed = (kind: string, more = {}) => ({
    kind,
    providerId: 'email-1',
    deliveryId: 'd-1',
    at: new Date(at),
    ...more,
  });

  test.each([
    ['email.sent', 'sent'],
    ['email.delivered', 'delivered'],
    ['email.delivery_delayed', 'delayed'],
    ['email.complained', 'complained'],
  ])('%s is %s', (type, kind) => {
    expect(parseResendEvent(event(type))).toEqual(parsed(kind));
  });

  test.each([
    ['Permanent', true],
    ['Transient', false],
    ['Undetermined', false],
    [undefined, false],
  ])('a bounce of type %s: permanent %s', (type, permanent) => {
    const bounce = { type, subType: 'General', message: 'anna@people.example does not exist' };
    const result = parseResendEvent(event('email.bounced', { bounce }));
    expect(result).toMatchObject({ kind: 'bounced', permanent });
    expect(JSON.stringify(result)).not.toContain('anna');
  });

  test('reasons are classifications, never prose', () => {
    expect(
      parseResendEvent(event('email.failed', { failed: { reason: 'reached_daily_quota' } })),
    ).toEqual(parsed('failed', { reason: 'reached_daily_quota' }));
    expect(
      parseResendEvent(
        event('email.failed', { failed: { reason: 'No mailbox anna@people.example' } }),
      ),
    ).toEqual(parsed('failed'));
    expect(
      parseResendEvent(
        event('email.suppressed', {
          suppressed: { type: 'OnAccountSuppressionList', message: 'x' },
        }),
      ),
    ).toEqual(parsed('suppressed', { reason: 'OnAccountSuppressionList' }));
  });

  test('an email without our tag has no delivery id', () => {
    expect(parseResendEvent(event('email.delivered', { tags: undefined }))).not.toHaveProperty(
      'deliveryId',
    );
  });

  test.each([
    [event('email.clicked'), 'email.clicked'],
    [event('email.opened'), 'email.opened'],
    [event('domain.created'), 'domain.created'],
    [{ type: 'email.delivered', data: {} }, 'email.delivered'],
    [{ type: 'anna@people.example' }, 'unknown'],
    [{ type: 'constructor', data: { email_id: 'x' } }, 'constructor'],
    [null, 'unknown'],
    ['text', 'unknown'],
    [[], 'unknown'],
  ])('%j is ignored', (input, type) => {
    expect(parseResendEvent(input)).toEqual({ kind: 'ignored', type });
  });

  test('a mail to us', () => {
    const data = {
      email_id: 'e',
      from: 'a@p.example',
      to: ['u@c.example'],
      subject: 'unsubscribe',
    };
    expect(parseResendInboundEmail({ type: 'email.received', data })).toEqual({
      providerId: 'e',
      from: 'a@p.example',
      to: ['u@c.example'],
      subject: 'unsubscribe',
    });
    expect(parseResendInboundEmail({ type: 'email.sent', data })).toBeUndefined();
    expect(parseResendInboundEmail({ type: 'email.received' })).toBeUndefined();
  });
});

describe('Plivo', () => {
  test('statuses', () => {
    expect(
      parsePlivoStatus({ MessageUUID: 'm', Status: 'Undelivered', ErrorCode: '30', Sequence: '3' }),
    ).toEqual({ providerId: 'm', status: 'undelivered', errorCode: 30, sequence: 3 });
    for (const nothing of ['', '0', '000'])
      expect(parsePlivoStatus({ MessageUUID: 'm', Status: 'sent', ErrorCode: nothing })).toEqual({
        providerId: 'm',
        status: 'sent',
      });
    expect(parsePlivoStatus({ MessageUUID: 'm', Status: 'read' })).toBeUndefined();
    expect(parsePlivoStatus({ Status: 'sent' })).toBeUndefined();
    expect(parsePlivoStatus({ MessageUUID: ['m', 'n'], Status: 'sent' })).toBeUndefined();
  });

  test('inbound messages: numbers get their +, short codes stay, the text is untouched', () => {
    const params = { MessageUUID: 'm', From: '15551230001', To: '15550100000', Text: ' Sí \n' };
    expect(parsePlivoInbound(params)).toEqual({
      providerId: 'm',
      from: '+15551230001',
      to: '+15550100000',
      text: ' Sí \n',
    });
    expect(parsePlivoInbound({ ...params, From: '+4915112345678', To: '12345' })).toMatchObject({
      from: '+4915112345678',
      to: '12345',
    });
    expect(parsePlivoInbound({ ...params, Text: '' })).toMatchObject({ text: '' });
    expect(parsePlivoInbound({ ...params, From: '' })).toBeUndefined();
    expect(parsePlivoInbound({})).toBeUndefined();
  });
});

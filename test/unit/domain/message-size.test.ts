import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.ts';
import { checkMessage, type MessageInput } from '../../../src/core/message/message-schema.ts';
import { readSignalMessage } from '../../../src/core/signals/signal-message.ts';
import type { Method } from '../../../src/core/method.ts';

const most = limits.emailBytes;
const x = (bytes: number): string => 'x'.repeat(bytes);
const email = { subject: 's', text: 'See you' };
const sms = { text: 'See you' };
const message = (given: Partial<MessageInput>): MessageInput => ({ kind: 'ad_hoc', ...given });

const problemsOf = (given: Partial<MessageInput>, assigned: Method[] = ['email']) =>
  checkMessage(message(given), assigned).map(({ code, path, count }) => [code, path, count]);

describe('the size of a message', () => {
  it.each<[string, Partial<MessageInput>]>([
    ['an email of the largest size', { subject: 's', body: x(most) }],
    ['one whose HTML has the rest', { content: { email: { ...email, html: x(most - 7) } } }],
    ['one beside a text', { content: { email: { subject: 's', text: x(most) }, sms } }],
    ['one beside a fax', { content: { email: { ...email, html: x(most - 7) }, fax: email } }],
    [
      'the largest on two methods',
      { content: { email: { subject: 's', text: x(most) }, fax: { subject: 's', text: x(most) } } },
    ],
  ])('may be %s', (_what, given) => {
    expect(problemsOf(given)).toEqual([]);
    expect(problemsOf({ ...given, methods: ['email'] })).toEqual([]);
  });

  it.each<[string, Partial<MessageInput>, string, number]>([
    ['an email', { subject: 's', body: x(most + 1) }, '/body', most + 1],
    [
      'an email of other letters',
      { subject: 's', body: 'é'.repeat(most / 2 + 1) },
      '/body',
      most + 2,
    ],
    [
      'an email with its HTML',
      { content: { email: { ...email, html: x(most) } } },
      '/content/email',
      most + 7,
    ],
    [
      'a fax that it does not want',
      { content: { email, fax: { subject: 's', text: 'é'.repeat(most - 1) } } },
      '/content/fax',
      2 * most - 2,
    ],
    [
      'a text that it does not want',
      { content: { email, sms: { text: 'é'.repeat(most - 1) } } },
      '/content/sms',
      2 * most - 2,
    ],
    [
      'a body that nothing is left for',
      { body: 'é'.repeat(most - 1), content: { email, sms, fax: email } },
      '/body',
      2 * most - 2,
    ],
    [
      'what it says on all methods together',
      {
        body: x(most),
        content: { email: { subject: 's', text: x(most) }, sms, fax: email },
      },
      '/content',
      2 * most + 14,
    ],
  ])('is too large because of %s', (_what, given, path, count) => {
    expect(problemsOf(given)).toEqual([['email_too_large', path, count]]);
    expect(problemsOf({ ...given, methods: ['email'] })).toEqual([
      ['email_too_large', path, count],
    ]);
  });

  it('of an email that is not wanted counts as well', () => {
    const given = {
      methods: ['sms' as const],
      content: { sms, email: { ...email, html: x(most) } },
    };
    expect(problemsOf(given, ['sms'])).toEqual([['email_too_large', '/content/email', most + 7]]);
  });
});

describe('a signal', () => {
  it.each<[string, object]>([
    [
      'a method that it does not want',
      { methods: ['sms'], content: { sms, fax: { ...email, text: x(33_000) } } },
    ],
    ['a body that nothing is left for', { body: x(33_000), content: { email, sms, fax: email } }],
  ])('is refused because of %s', (_what, given) => {
    expect(readSignalMessage({ messageId: 'm', kind: 'ad_hoc', ...given })).toEqual({
      ok: false,
      problem: expect.stringContaining(`a signal may carry ${limits.signalBodyBytes}`) as string,
    });
  });

  it.each<[string, object]>([
    ['a method that nobody has', { content: { sms, pager: { text: 'x' } } }],
    ['a part that nobody reads', { body: 'x', attachment: x(100) }],
  ])('is refused because of %s', (_what, given) => {
    expect(readSignalMessage({ messageId: 'm', kind: 'ad_hoc', ...given }).ok).toBe(false);
  });
});

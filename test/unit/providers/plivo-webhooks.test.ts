import { describe, expect, test } from 'vitest';
import { parsePlivoInbound } from '../../../src/channels/sms/plivo/inbound.ts';
import { parsePlivoStatus } from '../../../src/channels/sms/plivo/status.ts';
import { plivoMmsForm, plivoSmsForm, plivoStatusForm } from './provider-bodies.ts';

/** Every field, status and error code that Plivo documents (provider-bodies.ts names the pages). */

const { MessageUUID: providerId } = plivoStatusForm('sent');
const reportOf = (status: string, more = {}) => parsePlivoStatus(plivoStatusForm(status, more));
const report = (more: object) => ({ kind: 'report', report: { providerId, order: 1, ...more } });

describe('statuses', () => {
  test.each([
    ['queued', 'sent'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
    ['Delivered', 'delivered'],
    ['SENT', 'sent'],
  ])('%s is %s', (status, kind) => {
    expect(reportOf(status)).toEqual(report({ kind }));
  });

  test.each(['undelivered', 'failed', 'rejected', 'REJECTED'])('%s is a failure', (status) => {
    expect(reportOf(status)).toEqual(
      report({
        kind: 'failed',
        reason: `the provider reported: ${status.toLowerCase()} 1000`,
      }),
    );
  });

  test.each(['', '0', '000', 'none'])('a failure without a code (%j) is one', (ErrorCode) => {
    expect(reportOf('failed', { ErrorCode })).toEqual(
      report({ kind: 'failed', reason: 'the provider reported: failed' }),
    );
  });

  test('an arrival with an error code has arrived', () => {
    expect(reportOf('delivered', { ErrorCode: '30' })).toEqual(report({ kind: 'delivered' }));
  });

  test.each(['accepted', 'expired', '', '12025550143'])('%j is not understood', (status) => {
    expect(reportOf(status)).toMatchObject({ kind: 'unknown' });
    expect(JSON.stringify(reportOf(status))).not.toContain('2025550143');
  });

  test('what Plivo leaves out is left out', () => {
    expect(parsePlivoStatus({ Status: 'sent' })).toEqual({
      kind: 'report',
      report: { kind: 'sent' },
    });
    expect(parsePlivoStatus({ Status: ['sent', 'failed'] })).toMatchObject({ kind: 'unknown' });
  });
});

describe('error codes (https://plivo.com/docs/messaging/troubleshooting/error-codes)', () => {
  const wait = (word: string) => `the provider asks to wait: ${word}`;
  test.each([
    [10, 'failed'],
    [30, 'failed'],
    [40, 'failed'],
    [50, 'unreachable'],
    [60, 'failed'],
    [70, 'unreachable'],
    [90, 'failed'],
    [100, 'failed'],
    [110, 'failed'],
    [200, 'blocked'],
    [201, 'failed'],
    [420, 'failed'],
    [450, 'failed'],
    [1000, 'failed'],
  ])('%i: %s, wherever it stopped', (code, kind) => {
    for (const status of ['undelivered', 'failed', 'rejected'])
      expect(reportOf(status, { ErrorCode: String(code) })).toEqual(
        report({
          kind,
          reason: code === 200 ? 'STOP' : `the provider reported: ${status} ${code}`,
        }),
      );
  });

  test.each([
    [900, 'credit', true],
    [20, '20', false],
    [80, '80', false],
    [300, '300', false],
  ])('%i: it never left, and waits', (code, word, account) => {
    for (const status of ['failed', 'rejected'])
      expect(reportOf(status, { ErrorCode: String(code) })).toMatchObject({
        report: { kind: 'not_taken', reason: wait(word), account },
      });
    // A carrier had it: it may still arrive.
    expect(reportOf('undelivered', { ErrorCode: String(code) })).toMatchObject({
      report: { kind: 'failed', reason: `the provider reported: undelivered ${code}` },
    });
  });

  test('a code that nobody documented is a failure, and said to be unknown', () => {
    expect(reportOf('failed', { ErrorCode: '777' })).toEqual({
      ...report({ kind: 'failed', reason: 'the provider reported: failed 777' }),
      unknownWord: 'error 777',
    });
  });
});

describe('what a person sends', () => {
  const sms = {
    providerId: plivoSmsForm('').MessageUUID,
    from: '+12025550143',
    to: '+12025550100',
    mediaCount: 0,
    stoppedByProvider: false,
    freedByProvider: false,
  };

  test('an SMS: the words in Text, untouched', () => {
    expect(parsePlivoInbound(plivoSmsForm(' Sí \n'))).toEqual({ ...sms, text: ' Sí \n' });
  });

  test('an MMS: the words in Body', () => {
    expect(parsePlivoInbound(plivoMmsForm('STOP'))).toEqual({
      ...sms,
      text: 'STOP',
      mediaCount: 1,
    });
  });

  const both = { ...plivoSmsForm('YES'), Body: 'YES' };
  test.each([
    ['an MMS without a picture', plivoMmsForm('STOP', 0), 'STOP', 0],
    ['Type in capitals', plivoMmsForm('STOP', 1, { Type: 'MMS' }), 'STOP', 1],
    ['no Type at all', { ...plivoMmsForm('STOP'), Type: '' }, 'STOP', 1],
    ['Type says sms, the words are in Body', plivoMmsForm('STOP', 0, { Type: 'sms' }), 'STOP', 0],
    ['Type says mms, the words are in Text', plivoSmsForm('STOP', { Type: 'mms' }), 'STOP', 0],
    ['both, the same', both, 'YES', 0],
    ['both, different', { ...both, Body: 'STOP' }, 'YES\nSTOP', 0],
    ['both, one of them empty', { ...both, Body: ' ' }, 'YES', 0],
    ['a picture without words', plivoMmsForm('', 2), '', 2],
    ['no words and no picture', plivoSmsForm(''), '', 0],
    ['a picture that is not counted', plivoMmsForm('x', 1, { MediaCount: '' }), 'x', 1],
    ['pictures counted from 0', plivoMmsForm('x', 1, { Media0: 'https://m' }), 'x', 2],
    ['a count that makes no sense', plivoMmsForm('x', 0, { MediaCount: '999999' }), 'x', 100],
  ])('%s', (_name, form, text, mediaCount) => {
    expect(parsePlivoInbound(form)).toMatchObject({ text, mediaCount });
  });

  test('a text of 2,500 characters is kept whole', () => {
    const long = `${'word '.repeat(500)}STOP`;
    expect(parsePlivoInbound(plivoSmsForm(long))?.text).toBe(long);
  });

  test.each([
    ['optout', 'optout'],
    ['OptOut', 'optout'],
    ['optin', 'optin'],
    ['HELP', 'help'],
    ['', undefined],
    ['other', undefined],
  ])('MessageIntent %j is %s', (MessageIntent, intent) => {
    expect(parsePlivoInbound(plivoSmsForm('ARRET', { MessageIntent }))?.intent).toBe(intent);
  });

  test.each([
    ['Plivo says so, whatever the word', plivoSmsForm('ARRET', { MessageIntent: 'optout' }), true],
    ['… in an MMS as well', plivoMmsForm('x', 1, { MessageIntent: 'optout' }), true],
    ['its own word, where it says nothing', plivoSmsForm(' Stop '), true],
    ['… in an MMS it is not documented to read it', plivoMmsForm('STOP'), false],
    ['it understood something else', plivoSmsForm('STOP', { MessageIntent: 'help' }), false],
    ['a word that only we know', plivoSmsForm('REVOKE'), false],
    ['a sentence', plivoSmsForm('please stop'), false],
    ['a short code', plivoSmsForm('STOP', { To: '12345' }), false],
    ['a person elsewhere', plivoSmsForm('STOP', { From: '4915112345678' }), false],
  ])('does Plivo itself stop it? %s: %s', (_name, form, stopped) => {
    expect(parsePlivoInbound(form)?.stoppedByProvider).toBe(stopped);
  });

  test.each([
    ['Plivo says so', plivoSmsForm('x', { MessageIntent: 'optin' }), true],
    ['its own word, where it says nothing', plivoSmsForm(' unstop '), true],
    ['… in an MMS it is not documented to read it', plivoMmsForm('START'), false],
    ['a sentence', plivoSmsForm('start again'), false],
    ['a person elsewhere', plivoSmsForm('START', { From: '4915112345678' }), false],
  ])('does Plivo itself free it? %s: %s', (_name, form, freed) => {
    expect(parsePlivoInbound(form)?.freedByProvider).toBe(freed);
  });

  test('numbers get their +, short codes stay', () => {
    expect(
      parsePlivoInbound(plivoSmsForm('x', { From: '+4915112345678', To: '12345' })),
    ).toMatchObject({ from: '+4915112345678', to: '12345' });
  });

  test.each([
    ['no sender', plivoSmsForm('x', { From: '' })],
    ['no recipient', plivoSmsForm('x', { To: ' ' })],
    ['no id', plivoSmsForm('x', { MessageUUID: '' })],
    ['another network', plivoSmsForm('YES', { Type: 'whatsapp' })],
    ['nothing', {}],
  ])('%s: no text of a person', (_name, form) => {
    expect(parsePlivoInbound(form)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { ChannelState } from '../../../src/core/consent/consent-state.ts';
import { deliveryReasons, deliveryStatuses } from '../../../src/core/message/message.ts';
import { methods } from '../../../src/core/method.ts';
import { redReason } from '../../../src/console/views/say.ts';
import { meaningOf } from '../../../src/console/views/replies.tsx';
import { whyNotSent } from '../../../src/console/views/why-not-sent.ts';

const timeOf = (): string => 'Monday at 9';
const delivery = { method: 'sms', status: 'queued', dueAt: '2026-11-25T09:00:00Z' } as const;

describe('what a reply did', () => {
  const receivedAt = '2026-11-25T09:00:00Z';

  it.each(['yes', 'no'])('says that a %s counted only where it changed something', (meaning) => {
    expect(meaningOf({ meaning, receivedAt, handledAt: receivedAt })).toContain('Counted');
    expect(meaningOf({ meaning, receivedAt })).toContain('may not count');
    const later = '2026-11-25T10:00:00Z';
    expect(meaningOf({ meaning, receivedAt, handledAt: later })).toContain('may not count');
  });
});

describe('why a message has not arrived', () => {
  it('names the practice’s own details where they keep people from being asked', () => {
    const known = { channels: { sms: { state: 'not_sent', reason: 'sender_missing' } as const } };
    const waiting = [{ ...delivery, waitingFor: 'consent:sms' }];
    expect(whyNotSent({ deliveries: waiting }, timeOf, known)).toBe(
      'Text: waiting until your practice’s details are filled in, so that we can ask about texts.',
    );
  });

  it('is one sentence for whatever it waits for (contract, `waitingFor`)', () => {
    const waits = [
      'consent:email',
      'consent:sms',
      'due',
      'quiet_hours',
      'practice_off',
      'provider',
      'earlier_message',
      'method',
      'doubtful_stop',
    ];
    const sentences = waits.map((waitingFor) =>
      whyNotSent({ deliveries: [{ ...delivery, waitingFor }] }, timeOf),
    );
    expect(new Set(sentences).size).toBe(waits.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^Text: [^.;]+\.$/);
    for (const waitingFor of ['registration', 'method'])
      expect(whyNotSent({ deliveries: [], waitingFor }, timeOf)).toMatch(/^Waiting [^.]+\.$/);
  });

  it('is one sentence for a message on several ways, which names together what waits for the same', () => {
    const [email, sms] = (['email', 'sms'] as const).map((method) => ({
      ...delivery,
      method,
      waitingFor: 'consent:sms',
    }));
    expect(whyNotSent({ deliveries: [email!, sms!] }, timeOf)).toBe(
      'Email and text: waiting until they agree to texts.',
    );
    const arrived = { ...email!, status: 'delivered' as const };
    expect(whyNotSent({ deliveries: [arrived, sms!] }, timeOf)).toBe(
      'Text: waiting until they agree to texts.',
    );
    const failed = { ...email!, status: 'failed' as const, reason: 'no email address' };
    expect(whyNotSent({ deliveries: [failed, sms!] }, timeOf)).toBe(
      'Email: failed (no email address), so fix the cause and press Retry; Text: waiting until they agree to texts.',
    );
  });

  it('is said for every status but the last, on every channel, with the reason where there is one', () => {
    for (const status of deliveryStatuses)
      for (const method of methods) {
        const deliveries = [{ ...delivery, status, method, reason: 'because' }];
        const why = whyNotSent({ deliveries }, timeOf);
        if (status === 'delivered') expect(why).toBe('');
        else expect(why).toMatch(/^(Email|Text|Fax): [^.]+\.$/);
        if (['failed', 'unknown', 'cancelled', 'suppressed'].includes(status))
          expect(why).toContain('(because)');
      }
  });

  it('is true in every state of the channel: nobody waits for an answer to a question that is not asked', () => {
    const why = (state: ChannelState): string =>
      whyNotSent({ deliveries: [{ ...delivery, waitingFor: 'consent:sms' }] }, timeOf, {
        channels: { sms: { state } },
        smsFrom: '+14155550100',
      });
    expect(why('revoked')).toBe(
      'Text: held because texts are stopped, and only they can start them again by texting START to (415) 555-0100, or with a new consent on paper.',
    );
    const email = { ...delivery, method: 'email' as const, waitingFor: 'consent:email' as const };
    const channels = { email: { state: 'revoked' as const } };
    expect(whyNotSent({ deliveries: [email] }, timeOf, { channels })).toContain(
      'on their preferences page if they stopped them there or by the link in an email, or with',
    );
    expect(why('declined')).toContain('nobody asks again automatically');
    const states = ['not_sent', 'sent', 'declined', 'revoked', 'failed', 'waived'] as const;
    expect(new Set(states.map(why)).size).toBe(states.length);
  });

  it.each(deliveryReasons)('never shows the word %s to staff, but a sentence', (reason) => {
    const deliveries = [{ ...delivery, status: 'cancelled' as const, reason }];
    expect(whyNotSent({ deliveries }, timeOf)).toMatch(/^Text: cancelled \([a-z]+ [a-z ]+\)\.$/);
    expect(whyNotSent({ deliveries }, timeOf)).not.toContain(reason);
  });
});

describe('why a contact is red', () => {
  it.each([
    ['messaging_off', 'Sending is switched off for the practice.'],
    ['practice_suspended: complaints', 'Sending is suspended: complaints.'],
    ['email: waiting for the answer', 'Email: waiting for the answer.'],
    ['sms: revoked (STOP); email: not sent', 'Text: they texted STOP. Email: not asked yet.'],
    ['sms: revoked (by staff)', 'Text: stopped by staff.'],
    ['sms: declined', 'Text: said no.'],
    [undefined, ''],
  ])('%s', (reason, sentence) => {
    expect(redReason(reason)).toBe(sentence);
  });
});

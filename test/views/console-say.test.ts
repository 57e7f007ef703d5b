import { describe, expect, it } from 'vitest';
import { deliveryStatuses } from '../../src/domain/message.ts';
import { methods } from '../../src/domain/method.ts';
import { redReason, whyNotSent } from '../../src/views/console/say.ts';

const timeOf = (): string => 'Monday at 9';
const delivery = { method: 'sms', status: 'queued', dueAt: '2026-11-25T09:00:00Z' } as const;

describe('why a message has not arrived', () => {
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
      'registration',
    ];
    const sentences = waits.map((waitingFor) => whyNotSent({ ...delivery, waitingFor }, timeOf));
    expect(new Set(sentences).size).toBe(waits.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^Text: [^.]+\.$/);
  });

  it('is said for every status but the last, on every channel, with the reason where there is one', () => {
    for (const status of deliveryStatuses)
      for (const method of methods) {
        const why = whyNotSent({ ...delivery, status, method, reason: 'because' }, timeOf);
        if (status === 'delivered') expect(why).toBe('');
        else expect(why).toMatch(/^(Email|Text|Fax): .+\.$/);
        if (['failed', 'unknown', 'cancelled', 'suppressed'].includes(status))
          expect(why).toContain('(because)');
      }
  });
});

describe('why a contact is red', () => {
  it.each([
    ['messaging_off', 'Sending is switched off for the practice.'],
    ['practice_suspended: complaints', 'Sending is suspended: complaints.'],
    ['email: waiting for the answer', 'Email: waiting for the answer.'],
    ['sms: revoked (STOP); email: not sent', 'Text: revoked (STOP). Email: not asked yet.'],
    [undefined, ''],
  ])('%s', (reason, sentence) => {
    expect(redReason(reason)).toBe(sentence);
  });
});

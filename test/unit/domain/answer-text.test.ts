import { SegmentedMessage } from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { answerKinds, answerText, hiddenCodesText } from '../../../src/core/answer-text.ts';
import { locales } from '../../../src/core/locale.ts';

const practice = { name: 'Riverside Family Clinic', supportPhone: '+1 202 555 0177' };

describe.each(locales)('in %s', (locale) => {
  it.each(answerKinds)(
    '%s names who writes, and fits into two segments of plain letters',
    (kind) => {
      for (const from of [practice, { name: practice.name }]) {
        const text = answerText(kind, from, locale);
        expect(text).toMatch(/^Riverside Family Clinic: /);
        const sms = new SegmentedMessage(text);
        expect(sms.getEncodingName()).toBe('GSM-7');
        expect(sms.segmentsCount).toBeLessThanOrEqual(2);
      }
    },
  );

  it('says how to undo a stop, how to settle a doubt, and how to stop after a help, a question and a confirmation', () => {
    expect(answerText('stopped', practice, locale)).toContain('START');
    for (const kind of ['doubtful', 'wrong_person', 'deceased', 'paused'] as const)
      expect(answerText(kind, practice, locale)).toMatch(/STOP.*START|START.*STOP/);
    for (const kind of ['help', 'which', 'use_link', 'restarted', 'confirmation'] as const)
      expect(answerText(kind, practice, locale)).toContain('STOP');
    expect(answerText('confirmation', practice, locale)).toMatch(/HELP|AYUDA/);
  });

  it('asks for a plain yes or no, and says what to do after a no', () => {
    expect(answerText('asked_again', practice, locale)).toMatch(/(YES|SI)\b.*\bNO\b/);
    expect(answerText('declined', practice, locale)).toMatch(/YES|SI/);
    expect(answerText('not_read', practice, locale)).toContain(practice.supportPhone);
  });

  it('tells the codes that no text showed, by when each text was sent, in plain letters', () => {
    for (let month = 0; month < 12; month += 1) {
      const sentAt = new Date(Date.UTC(2026, month, 3, 19, 5));
      const told = hiddenCodesText(
        [
          { code: '4821', sentAt },
          { code: '0007', sentAt: new Date(sentAt.getTime() + 3_600_000) },
        ],
        locale,
        'America/Phoenix',
      );
      const sms = new SegmentedMessage(`${answerText('which', practice, locale)}${told}`);
      expect(sms.getEncodingName()).toBe('GSM-7');
      expect(sms.segmentsCount).toBeLessThanOrEqual(2);
      if (month === 10)
        expect(told).toBe(
          {
            en: ' For our text of Nov 3, 12:05 PM: YES 4821. For our text of Nov 3, 1:05 PM: YES 0007.',
            es: ' Para nuestro mensaje del 3 nov, 12:05: SI 4821. Para nuestro mensaje del 3 nov, 13:05: SI 0007.',
          }[locale],
        );
    }
    expect(hiddenCodesText([], locale, 'America/Phoenix')).toBe('');
  });
});

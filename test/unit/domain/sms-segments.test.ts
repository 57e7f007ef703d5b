import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { countSegments } from '../../../src/core/sms-segments.ts';
import { cases } from '../generated.ts';

const counted = (text: string) => {
  const { segmentsCount, encodingName, numberOfCharacters } = new SegmentedMessage(text);
  return { count: segmentsCount, encoding: encodingName, characters: numberOfCharacters };
};

const gsm = [...'aZ09 @£$¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\n\r^{}\\[~]|€\f'];
const others = [...'“’漢ê😀🇩🇪\u0301\u200d👩'];

describe('the segments of an SMS', () => {
  it('are those of the library for a text of the alphabet of old phones, however long', () => {
    const text = fc.array(fc.constantFrom(...gsm), { maxLength: 2_000, size: 'max' });
    fc.assert(
      fc.property(text, (letters) => {
        expect(countSegments(letters.join(''))).toEqual(counted(letters.join('')));
      }),
      cases(200),
    );
  });

  it('are those of the library for any other text that may be short enough', () => {
    const text = fc.array(fc.constantFrom(...gsm, ...others), { maxLength: 330, size: 'max' });
    fc.assert(
      fc.property(text, (letters) => {
        expect(countSegments(letters.join(''))).toEqual(counted(letters.join('')));
      }),
      cases(200),
    );
  });

  it.each([
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['a'.repeat(1_530), 10],
    ['a'.repeat(1_531), 11],
    [`${'a'.repeat(159)}€`, 2],
    ['漢'.repeat(670), 10],
    ['漢'.repeat(671), 11],
  ])('%# are as many as a phone puts together', (text, count) => {
    expect(countSegments(text).count).toBe(count);
    expect(counted(text).count).toBe(count);
  });

  it('of a text that is much too long are too many, and are counted at once', () => {
    expect(countSegments('a'.repeat(1_530_000)).count).toBe(10_000);
    expect(countSegments('漢'.repeat(670_000)).count).toBe(10_000);
  });
});

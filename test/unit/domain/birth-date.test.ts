import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxesOf, joinBoxes, readBirthDate } from '../../../src/core/birth-date.ts';

describe('a date of birth', () => {
  it.each([
    ['3', '14', '1954', '1954-03-14'],
    ['03', '4', '1954', '1954-03-04'],
    [' 3 ', ' 14 ', ' 1954 ', '1954-03-14'],
    ['March', '14', '1954', '1954-03-14'],
    ['mar.', '14', '1954', '1954-03-14'],
    ['enero', '1', '1954', '1954-01-01'],
    ['Dic', '31', '1954', '1954-12-31'],
    ['2', '29', '1980', '1980-02-29'],
  ])('is read from three boxes: %s %s %s', (month, day, year, date) => {
    expect(readBirthDate(joinBoxes({ month, day, year }), 'US')).toBe(date);
  });

  it.each([
    ['', '', ''],
    ['3', '', '1954'],
    ['3', '14', '54'],
    ['3', '14', '19544'],
    ['13', '1', '1954'],
    ['2', '30', '1954'],
    ['0', '1', '1954'],
    ['x', '1', '1954'],
    ['3', '1-4', '1954'],
  ])('is none: %s/%s/%s', (month, day, year) => {
    expect(readBirthDate(joinBoxes({ month, day, year }), 'US')).toBeUndefined();
  });

  it.each([
    ['1954-03-14', 'US', '1954-03-14'],
    ['3/14/1954', 'US', '1954-03-14'],
    [' 3-14-1954 ', 'US', '1954-03-14'],
    ['14.3.1954', 'DE', '1954-03-14'],
    ['14/3/1954', 'US', undefined],
    ['nonsense', 'US', undefined],
    ['', 'US', undefined],
  ])('is read from one field in the order of the country: %s (%s)', (text, country, date) => {
    expect(readBirthDate(text, country)).toBe(date);
  });

  it('of any day comes back from its boxes as it was typed', () => {
    const days = fc.date({
      min: new Date('1880-01-01'),
      max: new Date('2030-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(days, (date) => {
        const [year, month, day] = date.toISOString().slice(0, 10).split('-') as [
          string,
          string,
          string,
        ];
        const typed = { month: String(Number(month)), day: String(Number(day)), year };
        expect(boxesOf(joinBoxes(typed))).toEqual(typed);
        expect(readBirthDate(joinBoxes(typed), 'US')).toBe(`${year}-${month}-${day}`);
      }),
    );
  });

  it('whatever was typed, reading it throws nothing and fills the boxes with no more than was typed', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (month, day, year) => {
        const text = joinBoxes({ month, day, year });
        readBirthDate(text, 'US');
        for (const box of Object.values(boxesOf(text))) expect(box.length).toBeLessThanOrEqual(12);
      }),
    );
  });
});

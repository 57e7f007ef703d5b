import { isCalendarDate } from './calendar-date.ts';

/** A date of birth as people type it: in three boxes, or in one field in their country's order. */

export type TypedDate = { month: string; day: string; year: string };

/** Characters of one box that are read: the longest month's name is shorter. */
const boxCharacters = 12;

/** Three boxes as one text, which `readBirthDate` reads and `boxesOf` takes apart again; all empty: an empty text. */
export function joinBoxes({ month, day, year }: TypedDate): string {
  const boxes = [year, month, day].map((box) =>
    box.trim().replaceAll('-', ' ').slice(0, boxCharacters),
  );
  return boxes.every((box) => box === '') ? '' : boxes.join('-');
}

/** The values to put back into the boxes; a text that does not have three parts fills none. */
export function boxesOf(text: string): TypedDate {
  const [year = '', month = '', day = '', ...more] = text.split('-');
  return more.length > 0 || !text.includes('-')
    ? { month: '', day: '', year: '' }
    : { month, day, year };
}

/** `YYYY-MM-DD`; undefined: it is no day that there is, or its year is not written out. */
export function readBirthDate(given: string, country: string): string | undefined {
  const text = given.trim().slice(0, 40);
  const date = fromIso(text) ?? fromOneField(text, country);
  return date !== undefined && isCalendarDate(date) ? date : undefined;
}

function fromIso(text: string): string | undefined {
  const [, year, month, day] = /^(\d{4})-([^-]+)-(\d{1,2})$/.exec(text) ?? [];
  return year === undefined ? undefined : dateOf(year, monthNumber(month!), day!);
}

function fromOneField(text: string, country: string): string | undefined {
  const [, first, second, year] = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  return country === 'US' ? dateOf(year, first, second!) : dateOf(year, second, first!);
}

function dateOf(year: string, month: string | undefined, day: string): string | undefined {
  if (month === undefined) return undefined;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/**
 * By their first letters, in English and Spanish: people write "March", "mar" and "marzo" where a number is asked for.
 */
const monthNames = [
  ['jan', 'ene'],
  ['feb'],
  ['mar'],
  ['apr', 'abr'],
  ['may'],
  ['jun'],
  ['jul'],
  ['aug', 'ago'],
  ['sep', 'set'],
  ['oct'],
  ['nov'],
  ['dec', 'dic'],
];

function monthNumber(text: string): string | undefined {
  const month = text.trim().toLowerCase();
  if (/^\d{1,2}$/.test(month)) return month;
  if (!/^[a-z]{3,10}\.?$/.test(month)) return undefined;
  const index = monthNames.findIndex((names) => names.includes(month.slice(0, 3)));
  return index === -1 ? undefined : String(index + 1);
}

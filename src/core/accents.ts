/**
 * Accents and other combining marks in a row. Normalising sorts them, in a time that grows with the square of their
 * number: 256,000 take a minute, in which nobody else is answered. Unicode's Stream-Safe Text Format (UAX #15, section
 * 13) allows thirty, far more than any language writes.
 */
export const marksInARow = 30;

const tooMany = new RegExp(`\\p{M}{${marksInARow + 1}}`, 'u');
const full = new RegExp(`\\p{M}{${marksInARow}}(?=\\p{M})`, 'gu');
/** Ends a row of marks, and is not seen. */
const graphemeJoiner = '\u034f';

/** Whether more marks follow each other than any language writes. */
export function hasTooManyMarks(text: string): boolean {
  return tooMany.test(text);
}

/** The only way to normalise text here: in linear time, whatever the text is. Longer rows of marks are parted. */
export function normalised(text: string, form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): string {
  return text.replaceAll(full, `$&${graphemeJoiner}`).normalize(form);
}

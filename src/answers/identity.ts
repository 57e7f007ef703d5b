import { equalSecrets } from '../db/cipher.ts';
import type { ContactView } from '../db/contact-lock.ts';
import { openDetails } from '../db/contact-store.ts';
import type { Database } from '../db/database.ts';

/** `identityCheck: birthDate`: a link proves who has the mailbox or the phone, not who they are (45 CFR 164.312(d)). */

export function asksBirthDate({ practice }: ContactView): boolean {
  return practice.settings.identityCheck === 'birthDate';
}

/**
 * Whether that is the contact's birth date. Where none is on file every date is wrong, in the same time and with the
 * same answer: the page must not tell a stranger what the practice knows. Staff are told before anybody is asked
 * (src/delivery/compose-opt-in.ts).
 */
export function isBirthDate(db: Database, contact: ContactView, given: unknown): boolean {
  const known = openDetails(db, contact)?.birthDate;
  const country = contact.practice.settings.defaultCountry;
  const read = typeof given === 'string' ? readDate(given, country) : undefined;
  const same = equalSecrets(read ?? 'none given', known ?? 'none known');
  return same && known !== undefined;
}

/** `YYYY-MM-DD`, as a date field sends it; browsers without one send what was typed, in the country's order. */
export function readDate(given: string, country: string): string | undefined {
  const text = given.trim().slice(0, 40);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const [, first, second, year] = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$/.exec(text) ?? [];
  if (first === undefined || second === undefined) return undefined;
  const [month, day] = country === 'US' ? [first, second] : [second, first];
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

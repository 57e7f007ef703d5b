import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { asDialledToday } from './address.ts';

/**
 * Whose number it is, whichever way it came in: from the practice, from a booking, as the sender of a text, in a report.
 * Carriers and address books write some numbers in two ways, and a STOP that comes in the other one is a STOP all the
 * same. Everything that is looked up by an address is looked up by this; what is sent goes to the number as it was given.
 *
 * Returns the same form for both ways; email addresses, short codes and what is no number stay as they are.
 */
export function subscriberOf(address: string): string {
  if (!/^\+\d{7,17}$/.test(address)) return address;
  const parsed = parsePhoneNumberFromString(address);
  const number = parsed?.isPossible() ? parsed.number : (asDialledToday(address) ?? address);
  for (const [older, today] of otherForms)
    if (older.test(number)) return number.replace(older, today);
  return number;
}

const otherForms: readonly (readonly [RegExp, string])[] = [
  // Argentina: a mobile number has a 9 when it is called from abroad, and is often reported without. Area and number
  // together (ten digits, and no area begins with 9) are given to one subscriber only.
  [/^\+54(?=[1-8]\d{9}$)/, '+549'],
  // Brazil: mobile numbers, which began with 6 to 9 behind the area's two digits, got a 9 before them by 2016; networks
  // still report some without.
  [/^\+55([1-9]\d)(?=[6-9]\d{7}$)/, '+55$19'],
];

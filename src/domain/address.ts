import {
  getCountryCallingCode,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js';
import { domainToASCII } from 'node:url';

/**
 * One written form per address, so that comparing and hashing mean something: reformatting a number voids no consent.
 */

/**
 * Lower case, domain in ASCII. Undefined when it cannot be an address (RFC 5321: local part ≤ 64, path ≤ 254 octets).
 * The local part is folded too: no large provider distinguishes case, and a person's "Ann@" and "ann@" are one inbox.
 */
export function normaliseEmail(input: string): string | undefined {
  const trimmed = input.trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1) return undefined;
  const local = trimmed.slice(0, at).toLowerCase();
  const domain = domainToASCII(trimmed.slice(at + 1).toLowerCase());
  if (!/^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/.test(local)) return undefined;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return undefined;
  if (!/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(domain))
    return undefined;
  const address = `${local}@${domain}`;
  return address.length <= 254 ? address : undefined;
}

/**
 * E.164. Undefined when it cannot be a number; `country` applies to numbers written without +.
 * Length and shape are checked, not whether the range is in use: number plans grow faster than any list of them
 * (libphonenumber's own advice), and the provider's refusal is shown where it matters.
 */
export function normalisePhone(input: string, country: string): string | undefined {
  // A number that brings letters or an extension is not one that can be texted.
  if (input.length > 40) return undefined;
  const parsed = parsePhoneNumberFromString(input, {
    defaultCountry: country as CountryCode,
    extract: false,
  });
  return parsed && !parsed.ext && parsed.isPossible() ? parsed.number : undefined;
}

/** Whether an E.164 number is reached by the country's own calling code; the US and Canada share theirs. */
export function hasCallingCodeOf(number: string, country: string): boolean {
  return number.startsWith(`+${getCountryCallingCode(country as CountryCode)}`);
}

/** Enough of an address for its owner to know it by, and no more: `a…@example.com`, or the end of a number. */
export function maskedEmail(address: string): string {
  return `${address.slice(0, 1)}…${address.slice(address.lastIndexOf('@'))}`;
}

export function endingOf(number: string): string {
  return number.slice(-2);
}

import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js';
import {
  parsePhoneNumberFromString as parseWithTypes,
  type NumberType,
} from 'libphonenumber-js/max';
import { domainToASCII } from 'node:url';
import { normalised } from './accents.ts';
import { limits } from './limits.ts';
import { channelRules, type Method } from './method.ts';

/**
 * One written form per address, so that comparing and hashing mean something: reformatting a number voids no consent.
 */

export type AddressReading = { ok: true; address: string } | { ok: false; problem: string };

const refused = (problem: string): AddressReading => ({ ok: false, problem });

/** Marks that come along when an address is copied from a page or an address book; none is seen. */
const marks = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/** Pasted text without the marks, spaces or link scheme around the address. */
function pasted(input: string, scheme: RegExp): { text: string; link: boolean } {
  const bare = input.replaceAll(marks, '').replaceAll(/\s+/gu, ' ').trim();
  const text = bare.replace(scheme, '');
  return { text: text.trim(), link: text !== bare };
}

/** Decodes the % escapes of a link; returns it unchanged where they are no UTF-8. */
function decoded(link: string): string {
  try {
    return decodeURIComponent(link);
  } catch {
    return link;
  }
}

/** As Japanese and Chinese keyboards write ASCII (U+FF01 to U+FF5E), and the small @. */
function halfWidth(text: string): string {
  return text.replaceAll(/[\uff01-\uff5e\ufe6b]/gu, (character) => normalised(character, 'NFKC'));
}

/** The longest domain (RFC 1035, 2.3.4). Turning letters beyond ASCII into it costs the square of their number. */
const domainOctets = 253;

/**
 * Lower case, domain in ASCII. Refused when it cannot be an address (RFC 5321: local part ≤ 64, path ≤ 254 octets), or
 * none that the provider takes: it knows no letters beyond ASCII before the @ (RFC 6531).
 * The local part is folded too: no large provider distinguishes case, and a person's "Ann@" and "ann@" are one inbox.
 */
export function readEmail(input: string): AddressReading {
  const none = refused('is no email address');
  if (input.length > limits.addressTyped) return none;
  const { text, link } = pasted(input, /^mailto:/i);
  const trimmed = halfWidth(link ? decoded(text.replace(/\?.*$/s, '')) : text).trim();
  const at = trimmed.lastIndexOf('@');
  if (at < 1) return none;
  const local = trimmed.slice(0, at).toLowerCase();
  const written = trimmed.slice(at + 1);
  if (written.length > domainOctets) return none;
  const domain = domainToASCII(written.toLowerCase());
  if (/[^\p{ASCII}]/u.test(local) && !/[\s\p{Cc}]/u.test(local))
    return refused('has letters before the @ that email providers do not take; only ASCII is');
  if (!/^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/.test(local)) return none;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return none;
  if (!/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(domain))
    return none;
  const address = `${local}@${domain}`;
  return address.length <= 254 ? { ok: true, address } : none;
}

/** The address of `readEmail`; undefined where it refuses. */
export function normaliseEmail(input: string): string | undefined {
  const read = readEmail(input);
  return read.ok ? read.address : undefined;
}

/** Reads an address of the channel, as somebody typed it. `country` applies to numbers written without +. */
export function readAddress(method: Method, input: string, country: string): AddressReading {
  switch (channelRules[method].address) {
    case 'mailbox':
      return readEmail(input);
    case 'number':
      return readPhone(input, country);
  }
}

/** The address of `readAddress`; undefined where it refuses. */
export function normaliseAddress(
  method: Method,
  input: string,
  country: string,
): string | undefined {
  const read = readAddress(method, input, country);
  return read.ok ? read.address : undefined;
}

/** Kinds of numbers that cost the sender or the caller extra, or that are nobody's telephone. */
const refusedTypes: Readonly<Partial<Record<NonNullable<NumberType>, string>>> = {
  PREMIUM_RATE: 'is a premium-rate number',
  SHARED_COST: 'is a shared-cost number',
  UAN: 'is a company’s access number, not a person’s',
  PAGER: 'is a pager',
  VOICEMAIL: 'is a voice mailbox',
};

/**
 * E.164; `country` applies to numbers written without +. Length and shape are checked, not whether the range is in use:
 * number plans grow faster than any list of them (libphonenumber's own advice), and the provider's refusal is shown
 * where it matters. Refuses, with the reason, numbers with an extension and the kinds of `refusedTypes`.
 */
export function readPhone(input: string, country: string): AddressReading {
  const none = refused('is no phone number');
  if (input.length > limits.addressTyped) return none;
  const { text, link } = pasted(input, /^(?:tel|sms|callto):(?:\/\/)?/i);
  const written = link ? decoded(text.replace(/\?.*$/s, '')) : text;
  // A number that brings letters or an extension is not one that can be texted.
  if (written.length > 40) return none;
  const parsed = parsePhoneNumberFromString(written, {
    defaultCountry: country as CountryCode,
    extract: false,
  });
  if (!parsed) return none;
  if (parsed.ext) return refused('has an extension');
  const number = parsed.isPossible() ? parsed.number : asDialledToday(parsed.number);
  if (number === undefined) return none;
  const problem = refusedKind(number);
  return problem === undefined ? { ok: true, address: number } : refused(problem);
}

/** Why nothing may be sent to an address of the channel, whenever it was registered; undefined: it may. */
export function unsendableReason(method: Method, address: string): string | undefined {
  switch (channelRules[method].address) {
    case 'mailbox':
      return undefined;
    case 'number': {
      const problem = refusedKind(address);
      return problem === undefined ? undefined : `the number ${problem}`;
    }
  }
}

function refusedKind(number: string): string | undefined {
  // 900 is set aside for premium rates as a whole, though libphonenumber knows only the ranges in use.
  if (number.startsWith('+1900')) return refusedTypes.PREMIUM_RATE;
  const type = parseWithTypes(number)?.getType();
  return type && refusedTypes[type];
}

/**
 * Mexico: mobile numbers had a 1, and 044, 045 or 01 when dialled within the country, until 2019; address books and
 * WhatsApp still write them so. Google's library drops it (its metadata for MX, nationalPrefixForParsing), the smaller
 * one used here does not. Only for numbers that are none otherwise.
 */
export function asDialledToday(number: string): string | undefined {
  const national = /^\+52(?:1|044|045|01)(\d{10})$/.exec(number)?.[1];
  const today = national && parsePhoneNumberFromString(`+52${national}`);
  return today && today.isPossible() ? today.number : undefined;
}

/** The number of `readPhone`; undefined where it refuses. */
export function normalisePhone(input: string, country: string): string | undefined {
  const read = readPhone(input, country);
  return read.ok ? read.address : undefined;
}

/** Territories that cost the same as at home, though they are countries of their own in the number plan. */
const sameTariff: Readonly<Record<string, readonly string[]>> = {
  US: ['CA', 'PR'],
  CA: ['US', 'PR'],
};

/**
 * Whether an E.164 number is of one of these countries, by its number plan and not by its calling code: +1 is also
 * Jamaica and twenty more, whose texts cost many times as much. A number that no plan knows is of the country only
 * where no other shares the calling code.
 */
export function isNumberOf(number: string, countries: readonly string[]): boolean {
  const among = new Set(countries.flatMap((country) => [country, ...(sameTariff[country] ?? [])]));
  const parsed = parseWithTypes(number);
  if (!parsed) return false;
  if (parsed.country !== undefined) return among.has(parsed.country);
  return parsed.getPossibleCountries().every((country) => among.has(country));
}

/** Enough of an address for its owner to know it by, and no more: `a…@example.com`, or the last two digits of a number. */
export function maskedAddress(method: Method, address: string): string {
  switch (channelRules[method].address) {
    case 'mailbox':
      return `${address.slice(0, 1)}…${address.slice(address.lastIndexOf('@'))}`;
    case 'number':
      return address.slice(-2);
  }
}

/** Two letters that numbers can be of. */
export function isCountry(code: string): boolean {
  return isSupportedCountry(code);
}

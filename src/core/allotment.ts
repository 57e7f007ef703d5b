import { normalised } from './accents.ts';
import { normalisePhone, readEmail } from './address.ts';
import { limits } from './limits.ts';
import { foldedLine, nameProblem } from './one-line.ts';
import type { Sender } from './settings.ts';

/**
 * The senders that a practice may use. The installation's accounts at the providers serve all practices, so only the
 * operator knows whose a name, an address, a number or a fax gateway is: the operator allots them, and a practice uses
 * its allotment.
 */

export const senderKinds = ['displayName', 'emailFrom', 'smsFrom', 'faxGateway'] as const;
export type SenderKind = (typeof senderKinds)[number];

export type Allotment = {
  /** Names beside the practice's own, which the operator gave it: a person knows by it who asks, and who writes. */
  displayName: string[];
  /** Addresses; an entry without @ is a domain, and means each of its addresses (not those of its subdomains). */
  emailFrom: string[];
  /** E.164, or short codes: this practice's alone. */
  smsFrom: string[];
  /** Numbers that other practices were allotted too. */
  sharedSmsFrom: string[];
  /** Domains of email-to-fax gateways. */
  faxGateway: string[];
};

/** The kind of sender that each field of an allotment holds. */
export const allottedKinds = {
  displayName: 'displayName',
  emailFrom: 'emailFrom',
  smsFrom: 'smsFrom',
  sharedSmsFrom: 'smsFrom',
  faxGateway: 'faxGateway',
} as const satisfies Record<keyof Allotment, SenderKind>;

export const nothingAllotted: Allotment = {
  displayName: [],
  emailFrom: [],
  smsFrom: [],
  sharedSmsFrom: [],
  faxGateway: [],
};

const domainShape =
  /^(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;
const shortCode = /^\d{3,6}$/;

/** Normalises a typed sender; undefined: it is no sender of that kind. `country`: of numbers without +. */
export function readSender(kind: SenderKind, typed: string, country: string): string | undefined {
  switch (kind) {
    case 'displayName':
      return readName(typed);
    case 'emailFrom':
      return typed.includes('@') ? readMailbox(typed) : domainOf(typed);
    case 'smsFrom':
      return readNumber(typed, country);
    case 'faxGateway':
      return domainOf(typed);
  }
}

function readName(typed: string): string | undefined {
  const name = foldedLine(typed);
  const fits = name.length <= limits.displayNameCharacters;
  return fits && nameProblem(typed) === undefined ? name : undefined;
}

/** Whether people would read two names as one: capitals and spaces tell no practices apart. */
export function isSameName(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => foldedLine(normalised(name, 'NFKC')).toLowerCase());
  return a === b;
}

function domainOf(typed: string): string | undefined {
  const domain = typed.trim().toLowerCase();
  return domainShape.test(domain) ? domain : undefined;
}

/** A number, or a short code. */
export function readNumber(typed: string, country: string): string | undefined {
  const number = typed.trim();
  return shortCode.test(number) ? number : normalisePhone(number, country);
}

/**
 * The address of one mailbox, bare or as `Any Name <a@b.example>`; undefined where it is none, or more than one. A name
 * in it is never shown, but anything in it that looks like a second address or a new line was meant as one.
 */
export function readMailbox(typed: string): string | undefined {
  if (/\p{Cc}/u.test(typed)) return undefined;
  const named = /^("(?:[^"\\]|\\.)*"|[^"<>@,;]*)<([^<>]*)>\s*$/.exec(typed);
  const read = readEmail(named?.[2] ?? typed);
  return read.ok ? read.address : undefined;
}

/**
 * The parts of a sender that were not allotted. Absent ones are not the practice's own, and need not be.
 * `practiceName`: the name that the operator gave the practice.
 */
export function notAllotted(
  sender: Sender,
  allotment: Allotment,
  practiceName: string,
): SenderKind[] {
  const { displayName, emailFrom, smsFrom, faxGateway } = sender;
  const domain = emailFrom?.slice(emailFrom.lastIndexOf('@') + 1);
  const allotted: Record<SenderKind, boolean> = {
    displayName: [practiceName, ...allotment.displayName].some((name) =>
      isSameName(name, displayName ?? ''),
    ),
    emailFrom: [emailFrom, domain].some(
      (one) => one !== undefined && allotment.emailFrom.includes(one),
    ),
    smsFrom: [...allotment.smsFrom, ...allotment.sharedSmsFrom].includes(smsFrom ?? ''),
    faxGateway: allotment.faxGateway.includes(faxGateway ?? ''),
  };
  return senderKinds.filter((kind) => sender[kind] !== undefined && !allotted[kind]);
}

/** The options of `npm run admin -- practice senders` by which each is allotted. */
export const senderOption = {
  displayName: '--display-name',
  emailFrom: '--email',
  smsFrom: '--sms',
  faxGateway: '--fax',
} as const;

/** Tells a practice how to get a sender that it was not allotted. */
export function askTheOperator(practiceId: string, kind: SenderKind): string {
  const example = {
    displayName: '"NAME"',
    emailFrom: 'ADDRESS or DOMAIN',
    smsFrom: 'NUMBER',
    faxGateway: 'DOMAIN',
  }[kind];
  return `is not allotted to this practice; ask the operator for it (npm run admin -- practice senders --practice ${practiceId} ${senderOption[kind]} ${example})`;
}

/** The message about a malformed sender. */
export const malformedSender: Record<SenderKind, string> = {
  displayName: 'is no name on one line',
  emailFrom: 'is no email address',
  smsFrom: 'is no phone number',
  faxGateway: 'is no domain',
};

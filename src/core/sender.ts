import { normaliseEmail } from './address.ts';
import type { ConsentMethod } from './method.ts';
import { foldedLine, linesProblem } from './one-line.ts';
import { displayName, type Settings } from './settings.ts';

/**
 * The identity a practice writes as. The name is always its own; only the address or number may be the installation's,
 * for a practice that has none. Bad values from before the settings refused them are made harmless here: one bad field
 * must not make every message fail.
 */

/** The installation's senders, for a practice without its own (`EMAIL_FROM`, `SMS_FROM`). */
export type Senders = {
  emailFrom?: string;
  smsFrom?: string;
  /**
   * Nobody is asked from the number that is lent: a live service whose operator did not say that practices share it.
   */
  asksFromOwnNumber?: true;
};

/** The parts of `settings.sender` without which no opt-in is sent, as `details` and `senderMissing` name them. */
export const senderFields = [
  'displayName',
  'supportPhone',
  'postalAddress',
  'emailFrom',
  'smsFrom',
] as const;
export type SenderField = (typeof senderFields)[number];

/** The field with the sender of a channel's requests. */
const senderFieldOf: Record<ConsentMethod, SenderField> = { email: 'emailFrom', sms: 'smsFrom' };

/** The channel's reason, the status of an opt-in that was not queued, and the error code: one word everywhere. */
export const senderMissing = 'sender_missing';

type Practice = { name: string; settings: Pick<Settings, 'sender'> };

/** The missing parts of a practice's identity: an opt-in must say who asks, where they are, and their phone. */
export function missingIdentity({ name, settings: { sender } }: Practice): SenderField[] {
  const present: Record<'displayName' | 'supportPhone' | 'postalAddress', boolean> = {
    displayName: displayName({ sender }, name) !== '',
    supportPhone: foldedLine(sender.supportPhone ?? '') !== '',
    postalAddress: foldedLine(sender.postalAddress ?? '') !== '',
  };
  return senderFields.filter(
    (field) => field in present && !present[field as keyof typeof present],
  );
}

/** Digits of the shortest local number; a shorter one is an emergency or service number, and no front desk. */
const phoneDigitsAtLeast = 7;
/** `1-800-DENTIST`. */
const vanityNumber = /^\+?1?\W*[2-9]\d{2}[^A-Za-z\d]*(?:[A-Z\d][^A-Za-z\d]*){7,}$/;

/** Why people could not call it; undefined: they can. Spaces, words and an extension stay as they were typed. */
export function supportPhoneProblem(phone: string): string | undefined {
  const digits = phone.replaceAll(/\D/g, '').length;
  const isNumber = digits >= phoneDigitsAtLeast || vanityNumber.test(phone.trim());
  return linesProblem(phone) ?? (isNumber ? undefined : 'is no phone number');
}

/** Why no letter would arrive there (16 CFR 316.2(p): a street address or a post office box); undefined: it may. */
export function postalAddressProblem(address: string): string | undefined {
  const words = foldedLine(address).split(' ');
  const isPlace = words.length >= 2 && /\d/.test(address) && /\p{L}{2}/u.test(address);
  return linesProblem(address) ?? (isPlace ? undefined : 'is no postal address');
}

/** The missing parts of the identity, and of the senders for requests by the given methods. */
export function missingSender(
  practice: Practice,
  senders: Senders,
  methods: readonly ConsentMethod[],
): SenderField[] {
  const { settings } = practice;
  return [
    ...missingIdentity(practice),
    ...methods.flatMap((method): SenderField[] => {
      if (asksFrom(settings, senders, method) !== undefined) return [];
      return [senderFieldOf[method]];
    }),
  ];
}

/**
 * The sender of requests. A number that several practices share costs each of them something (docs/going-live.md), so
 * nobody new is asked from it by accident; people who agreed before still get their messages from it.
 */
export function asksFrom(
  settings: Pick<Settings, 'sender'>,
  senders: Senders,
  method: ConsentMethod,
): string | undefined {
  switch (method) {
    case 'email':
      return sendsFrom(settings, senders, method);
    case 'sms':
      return senders.asksFromOwnNumber
        ? settings.sender.smsFrom
        : sendsFrom(settings, senders, method);
  }
}

/** The bare address or the number; undefined: neither the practice nor the installation has one. */
export function sendsFrom(
  settings: Pick<Settings, 'sender'>,
  senders: Senders,
  method: ConsentMethod,
): string | undefined {
  switch (method) {
    case 'email':
      return addressIn(settings.sender.emailFrom) ?? addressIn(senders.emailFrom);
    case 'sms':
      return settings.sender.smsFrom ?? senders.smsFrom;
  }
}

/** `a@b.example` of itself or of `Any Name <a@b.example>`; undefined when it holds no address. */
export function addressIn(mailbox: string | undefined): string | undefined {
  if (mailbox === undefined) return undefined;
  const bracketed = /<([^<>]*)>\s*$/.exec(mailbox)?.[1];
  return normaliseEmail(bracketed ?? mailbox);
}

/**
 * RFC 5322, 3.4: a name as a quoted string, so that commas, dots, `@` and colons in it mean nothing. Double quotes
 * become single ones and angle brackets round ones, because providers read them as the address even where they are
 * quoted. Letters beyond ASCII stay: the provider encodes them.
 */
export function mailbox(address: string, name: string): string {
  const quotable = foldedLine(name)
    .replaceAll('"', "'")
    .replaceAll('\\', '/')
    .replaceAll('<', '(')
    .replaceAll('>', ')');
  return quotable === '' ? address : `"${quotable}" <${address}>`;
}

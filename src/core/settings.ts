import type { Method } from './method.ts';
import type { MessageKind } from './message/message.ts';
import { foldedLine, withoutEncodedWords } from './one-line.ts';

/** A practice's settings; the first value in each comment is the default (contract, "Practice"). */
export type Settings = {
  messagingEnabled: boolean;
  optInEnabled: boolean;
  /** `all`: nothing leaves before every assigned channel said yes; `each`: channels open alone. */
  gate: 'all' | 'each';
  /** The scope of a revocation after the first opening. */
  onRevoke: 'channel' | 'contact';
  /** ISO 8601 duration: how long before the first due message the opt-in goes out. */
  optInLead: string;
  /** ISO 8601 duration: how long an opt-in link works. */
  optInExpires: string;
  landingUrl: string | null;
  /** The policy that people agree to when they book; `version` is kept with each agreement. */
  privacyPolicy: { url: string; version: string } | null;
  identityCheck: 'none' | 'birthDate';
  smsConsentVia: 'sms' | 'emailPage' | 'recordedOnly';
  emailContent: 'full' | 'notice';
  /** A yes to texts is confirmed by a text (CTIA, 5.1.2.1). Off: only the messages themselves show that it arrived. */
  confirmationSms: boolean;
  /**
   * Emails with content end in a link to the person’s preferences; the sender and how to stop are there in any case.
   */
  emailFooter: boolean;
  timeZone: string;
  defaultCountry: string;
  /** Countries beside `defaultCountry` whose numbers the public booking page texts: ISO 3166-1, two letters. */
  bookingCountries: string[];
  quietHours: { from: string; to: string; methods: Method[]; kinds: MessageKind[] } | null;
  retention: Retention;
  sender: Sender;
};

/** How long what is finished is kept (src/core/retention.ts); null: for ever. */
export type Retention = {
  /** Messages and all that was sent of them, requests that were answered, codes. */
  messages: string | null;
  /** Replies that staff have dealt with. */
  replies: string | null;
};

export type Sender = {
  /** The name in From, before text messages and on pages; absent: the practice’s name. */
  displayName?: string;
  /** A bare address, one that was allotted (src/core/allotment.ts). Absent: the installation’s `EMAIL_FROM`. */
  emailFrom?: string;
  replyTo?: string;
  /**
   * E.164 or a short code, allotted; other practices have it only where the operator says so: replies are routed by it.
   */
  smsFrom?: string;
  supportPhone?: string;
  postalAddress?: string;
  /** Domain of the email-to-fax gateway, allotted; a fax to +1… leaves as an email to `1…@faxGateway`. */
  faxGateway?: string;
};

/** The name that people know the practice by, on one line: its display name, or its name where it has none. */
export function displayName(settings: Pick<Settings, 'sender'>, practiceName: string): string {
  const name = foldedLine(settings.sender.displayName ?? '') || foldedLine(practiceName);
  return withoutEncodedWords(name);
}

export const defaultSettings: Settings = {
  messagingEnabled: true,
  optInEnabled: true,
  gate: 'all',
  onRevoke: 'channel',
  optInLead: 'PT0S',
  optInExpires: 'P30D',
  landingUrl: null,
  privacyPolicy: null,
  identityCheck: 'none',
  smsConsentVia: 'sms',
  emailContent: 'full',
  confirmationSms: false,
  emailFooter: true,
  timeZone: 'America/New_York',
  defaultCountry: 'US',
  bookingCountries: [],
  quietHours: {
    from: '21:00',
    to: '08:00',
    methods: ['sms'],
    kinds: ['billing_reminder', 'late_payment_reminder'],
  },
  retention: { messages: null, replies: null },
  sender: {},
};

/** How long before a message is due its person is asked, in ms. */
export function optInLeadMs({ optInLead }: Pick<Settings, 'optInLead'>): number {
  return durationMs(optInLead) ?? 0;
}

/** ISO 8601 duration of weeks, days, hours, minutes, seconds to ms; undefined when it is none. */
export function durationMs(duration: string): number | undefined {
  const match = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (!match || /^P$|T$/.test(duration)) return undefined;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return ((((weeks! * 7 + days!) * 24 + hours!) * 60 + minutes!) * 60 + seconds!) * 1_000;
}

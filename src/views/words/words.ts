import type { Done, Means, Standing } from '../../answers/preferences-page.ts';
import type { Locale } from '../../domain/locale.ts';
import type { MessageKind } from '../../domain/message.ts';
import type { ConsentMethod } from '../../domain/method.ts';
import type { BookingWords } from './booking.ts';
import { english } from './en.ts';
import { spanish } from './es.ts';

/** What the person's pages say, apart from the practice's own text. Plain words, short sentences. */
export type Words = {
  /** The other language, in that language. */
  otherLanguage: { locale: Locale; name: string };
  channel: Record<ConsentMethod, string>;
  questions: (phone: string) => string;
  unknown: Told;
  tooMany: Told;
  notUnderstood: Told;
  unavailable: Told;
  open: {
    title: (practice: string) => string;
    heading: (practice: string, channel: string) => string;
    accept: string;
    decline: string;
    alsoSms: (ending: string) => string;
  };
  birthDate: {
    label: string;
    hint: string;
    /** Beside `hint`, where there is a no. */
    notForNo: string;
    wrong: string;
    titlePrefix: string;
  };
  changed: string;
  accepted: {
    title: string;
    heading: string;
    /** In place of title and heading, for whoever comes back. */
    earlier: string;
    told: (practice: string, channel: string) => string;
    stop: string;
    preferences: string;
    goOn: (practice: string) => string;
    smsHeading: (practice: string, ending: string) => string;
    smsAccept: string;
    smsDecline: string;
  };
  declined: {
    title: string;
    heading: string;
    told: (practice: string, channel: string) => string;
    read: string;
    change: string;
  };
  revoked: { title: string; heading: string; told: (practice: string, channel: string) => string };
  expired: {
    title: string;
    heading: string;
    offer: string;
    button: string;
    ask: (practice: string) => string;
  };
  freshAsked: { title: string; heading: string; told: string; late: (practice: string) => string };
  locked: { title: string; heading: string; told: (practice: string) => string };
  message: {
    title: (practice: string) => string;
    ask: (practice: string) => string;
    show: string;
    expiredHeading: string;
    expired: (practice: string) => string;
  };
  unsubscribe: {
    title: string;
    heading: (practice: string) => string;
    button: string;
    stopped: { title: string; told: (practice: string) => string };
  };
  preferences: {
    title: (practice: string) => string;
    /** Before the title, once something was changed. */
    changedPrefix: string;
    expired: (practice: string) => string;
    ways: string;
    noWay: (practice: string) => string;
    /** `address`: what is shown of it. */
    way: Record<ConsentMethod, (address: string) => string>;
    wayWithoutAddress: Record<ConsentMethod, string>;
    noAddress: (practice: string) => string;
    /** `when`: empty, or with a space before it. */
    standing: Record<Standing, (practice: string, when: string) => string>;
    on: (date: string) => string;
    means: Record<Means, string>;
    agreedTo: string;
    stop: Record<ConsentMethod, string>;
    again: Record<ConsentMethod, string>;
    /** How to come back where this page cannot bring it about. */
    elsewhere: Record<ConsentMethod, string>;
    kinds: { heading: string; hint: string; names: Record<MessageKind, string>; save: string };
    all: { heading: string; told: (practice: string) => string; button: string };
    done: {
      kinds: (declined: readonly string[]) => string;
      stop: Record<Extract<Done, { type: 'stop' }>['what'], string>;
      again: Record<ConsentMethod, string>;
      nothing: string;
    };
  };
  booking: BookingWords;
  help: {
    title: string;
    heading: string;
    inbox: Section;
    about: Section[];
  };
};

/** A page of a heading and a paragraph. */
export type Told = { title: string; text: string };

export type Section = { heading: string; lines: string[] };

export const words: Record<Locale, Words> = { en: english, es: spanish };

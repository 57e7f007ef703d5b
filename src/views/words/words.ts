import type { Done, Means, Standing } from '../../answers/preferences-page.ts';
import type { Locale } from '../../domain/locale.ts';
import type { MessageKind } from '../../domain/message.ts';
import type { ConsentMethod } from '../../domain/method.ts';
import type { BookingWords } from './booking.ts';
import { english } from './en.ts';
import { spanish } from './es.ts';

/** The words of the person's pages, apart from the practice's own text. Plain words, short sentences. */
export type Words = {
  /** The other language, in that language. */
  otherLanguage: { locale: Locale; name: string };
  /** `phone`, here and below: a number that can be pressed (`callable`, `textable`). */
  questions: (phone: string) => string;
  unknown: Told;
  tooMany: Told;
  notUnderstood: Told;
  unavailable: Told;
  open: {
    /** Title and heading. */
    heading: Record<ConsentMethod, (practice: string) => string>;
    /** The request, on this channel alone; `plain`: where a box asks about text messages beside it. */
    about: Record<ConsentMethod, string>;
    aboutPlain: string;
    risk: Record<ConsentMethod, string>;
    /** The link to the full text, and its heading. */
    readFirst: string;
    details: string;
    agree: Record<ConsentMethod, (practice: string) => string>;
    alsoSms: (ending: string) => string;
    accept: string;
    decline: Record<ConsentMethod, string>;
  };
  /** Why an answer was not taken. */
  problems: { changed: string; unanswered: string; agree: string };
  birthDate: {
    label: string;
    hint: string;
    month: string;
    day: string;
    year: string;
    /** Beside `hint`, where there is a no. */
    notForNo: string;
    missing: string;
    wrong: (triesLeft: number) => string;
    titlePrefix: string;
  };
  accepted: {
    title: string;
    heading: string;
    /** In place of title and heading, for a person who comes back. */
    earlier: string;
    told: Record<ConsentMethod, (practice: string) => string>;
    /** How to stop; by email only where their emails carry the link. */
    stop: { emailLink: string; emailCall: (practice: string) => string; sms: string };
    preferences: string;
    goOn: (practice: string) => string;
    smsHeading: (practice: string, ending: string) => string;
    smsAccept: string;
  };
  declined: {
    title: string;
    told: Record<ConsentMethod, (practice: string) => string>;
    /** The button that opens the question again. */
    change: string;
  };
  revoked: {
    title: string;
    /** `number`: where to text START. */
    told: {
      email: (practice: string) => string;
      sms: (practice: string, number: string | undefined) => string;
    };
  };
  expired: {
    title: string;
    offer: string;
    button: string;
    ask: (practice: string) => string;
  };
  freshAsked: { title: string; heading: string; told: string; late: (practice: string) => string };
  locked: { title: string; told: (practice: string) => string };
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
    stopped: {
      title: string;
      told: (practice: string) => string;
      /** How to come back: with the link that their emails carry, or only by phone. */
      backByLink: string;
      backByPhone: string;
    };
  };
  preferences: {
    title: (practice: string) => string;
    /** Before the title, once something was changed. */
    changedPrefix: string;
    /** Where their newest email has a link that works; and where emails carry none. */
    expired: (practice: string) => string;
    expiredNoLink: (practice: string) => string;
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
    elsewhere: { email: string; sms: (number: string | undefined) => string };
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

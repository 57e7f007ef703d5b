import type { Locale } from '../../domain/locale.ts';
import type { ConsentMethod } from '../../domain/method.ts';
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
    told: (practice: string, channel: string) => string;
    stop: string;
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

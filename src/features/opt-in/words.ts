import type { Locale } from '../../core/locale.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { words as pages, type PageWords } from '../../platform/ui/words.ts';
import { english } from './words.en.ts';
import { spanish } from './words.es.ts';

/** The words of the opt-in page, and of pages that say the same: an expired link, a locked one. */
export type OptInWords = {
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
};

export type Words = PageWords & OptInWords;

export const words: Record<Locale, Words> = {
  en: { ...pages.en, ...english },
  es: { ...pages.es, ...spanish },
};

import type { ChoiceProblem } from './booking-choice.ts';
import type { CodeProblem } from './booking-page.ts';
import type { ConsentMethod } from '../../core/method.ts';
import type { Locale } from '../../core/locale.ts';
import type { Told } from '../../platform/ui/words.ts';
import { words as optIn, type Words as OptInWords } from '../opt-in/words.ts';
import { english } from './words.en.ts';
import { spanish } from './words.es.ts';

/** The words of the pages of a first booking. `address`: just enough for its owner to recognise it. */
export type BookingWords = {
  choosing: {
    /** Title and heading. */
    title: (practice: string) => string;
    intro: string;
    name: string;
    methods: string;
    method: Record<ConsentMethod, string>;
    /** Under the box. */
    methodHint: Record<ConsentMethod, string>;
    address: Record<ConsentMethod, string>;
    /** Where the scheduler gave one. */
    known: Record<ConsentMethod, (address: string) => string>;
    read: string;
    policy: string;
    /** With a link, or about what every practice under HIPAA has. */
    agree: (practice: string) => string;
    agreeNotice: (practice: string) => string;
    open: string;
    newTab: string;
    button: string;
    /** Above what was wrong. */
    wrong: string;
    problems: Record<ChoiceProblem, string>;
  };
  proving: {
    title: string;
    intro: string;
    code: Record<ConsentMethod, (address: string) => string>;
    hint: string;
    problems: Record<CodeProblem, string>;
    button: string;
    proven: Record<ConsentMethod, string>;
    late: string;
    again: Record<ConsentMethod, string>;
    noMore: Record<ConsentMethod, (practice: string) => string>;
    finish: Record<ConsentMethod, string>;
    reopen: string;
  };
  done: {
    title: string;
    agreed: Record<ConsentMethod, (practice: string) => string>;
    left: Record<ConsentMethod, string>;
    policy: (practice: string, version: string) => string;
    notice: (practice: string) => string;
  };
  expired: { title: string; text: string; again: string; ask: (practice: string) => string };
  closed: { title: string; text: (practice: string) => string };
  tooMany: Told;
};

export type Words = OptInWords & { booking: BookingWords };

export const words: Record<Locale, Words> = {
  en: { ...optIn.en, booking: english },
  es: { ...optIn.es, booking: spanish },
};

import type { Locale } from '../../core/locale.ts';
import { english } from './words.en.ts';
import { spanish } from './words.es.ts';

/** The words that all of the person's pages share, apart from the practice's own text. Plain words, short sentences. */
export type PageWords = {
  /** The other language, in that language. */
  otherLanguage: { locale: Locale; name: string };
  /** `phone`, here and below: a number that can be pressed (`callable`, `textable`). */
  questions: (phone: string) => string;
  unknown: Told;
  tooMany: Told;
  notUnderstood: Told;
  unavailable: Told;
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

export const words: Record<Locale, PageWords> = { en: english, es: spanish };

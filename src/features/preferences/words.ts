import type { Locale } from '../../core/locale.ts';
import type { MessageKind } from '../../core/message/message.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { words as optIn, type Words as OptInWords } from '../opt-in/words.ts';
import type { Done, Means, Standing } from './preferences-page.ts';
import { english } from './words.en.ts';
import { spanish } from './words.es.ts';

/** The words of the page where a person chooses messages and channels. */
export type PreferencesWords = {
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

export type Words = OptInWords & { preferences: PreferencesWords };

export const words: Record<Locale, Words> = {
  en: { ...optIn.en, preferences: english },
  es: { ...optIn.es, preferences: spanish },
};

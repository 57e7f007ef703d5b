import type { Locale } from '../../core/locale.ts';
import { words as pages, type PageWords } from '../../platform/ui/words.ts';

/** The words of the page behind the unsubscribe link of an email. */
type UnsubscribeWords = {
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

const english: UnsubscribeWords = {
  title: 'Stop emails?',
  heading: (practice) => `Stop emails from ${practice}?`,
  button: 'Stop these emails',
  stopped: {
    title: 'Emails stopped',
    told: (practice) => `${practice} will not send you any more emails.`,
    backByLink:
      'To get emails again, use the link “Choose what you get” in one of their emails, or call them.',
    backByPhone: 'To get emails again, please call them.',
  },
};

const spanish: UnsubscribeWords = {
  title: '¿Cancelar los correos?',
  heading: (practice) => `¿No quiere más correos de ${practice}?`,
  button: 'No quiero más correos',
  stopped: {
    title: 'Ya no recibirá correos',
    told: (practice) => `${practice} no le enviará más correos electrónicos.`,
    backByLink:
      'Para volver a recibirlos, use el enlace “Elija lo que recibe” de uno de sus correos o llame al consultorio.',
    backByPhone: 'Para volver a recibirlos, llame al consultorio.',
  },
};

export type Words = PageWords & { unsubscribe: UnsubscribeWords };

export const words: Record<Locale, Words> = {
  en: { ...pages.en, unsubscribe: english },
  es: { ...pages.es, unsubscribe: spanish },
};

import type { Locale } from '../../core/locale.ts';
import { words as optIn, type Words as OptInWords } from '../opt-in/words.ts';

/** The words of the page that shows one message to the person it is for. */
type NoticeWords = {
  title: (practice: string) => string;
  ask: (practice: string) => string;
  show: string;
  expiredHeading: string;
  expired: (practice: string) => string;
};

const english: NoticeWords = {
  title: (practice) => `A message from ${practice}`,
  ask: (practice) => `Enter your date of birth to read the message from ${practice}.`,
  show: 'Show the message',
  expiredHeading: 'This link has expired',
  expired: (practice) => `Please call ${practice}, or ask them to send the message again.`,
};

const spanish: NoticeWords = {
  title: (practice) => `Un mensaje de ${practice}`,
  ask: (practice) => `Escriba su fecha de nacimiento para leer el mensaje de ${practice}.`,
  show: 'Mostrar el mensaje',
  expiredHeading: 'Este enlace ya venció',
  expired: (practice) => `Llame a ${practice} o pida que le envíe el mensaje otra vez.`,
};

export type Words = OptInWords & { message: NoticeWords };

export const words: Record<Locale, Words> = {
  en: { ...optIn.en, message: english },
  es: { ...optIn.es, message: spanish },
};

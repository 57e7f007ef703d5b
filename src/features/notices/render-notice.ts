import type { Locale } from '../../core/locale.ts';
import type { MethodContent } from '../../core/message/message.ts';

/** The email of a practice that keeps content out of email: it announces a message and links to it. */

export type NoticeValues = { practice: string; link: string; days: number; supportPhone?: string };

export function notice(locale: Locale, values: NoticeValues): MethodContent {
  return words[locale](values);
}

const words: Record<Locale, (values: NoticeValues) => MethodContent> = {
  en: ({ practice, link, days, supportPhone }) => ({
    subject: `You have a message from ${practice}`,
    text: [
      `${practice} has a message for you. Read it here:\n${link}`,
      `The link works for ${days} days.`,
      ...(supportPhone === undefined ? [] : [`Questions? Call ${supportPhone}.`]),
    ].join('\n\n'),
  }),
  es: ({ practice, link, days, supportPhone }) => ({
    subject: `Tiene un mensaje de ${practice}`,
    text: [
      `${practice} tiene un mensaje para usted. Léalo aquí:\n${link}`,
      `El enlace funciona durante ${days} días.`,
      ...(supportPhone === undefined ? [] : [`¿Preguntas? Llame al ${supportPhone}.`]),
    ].join('\n\n'),
  }),
};

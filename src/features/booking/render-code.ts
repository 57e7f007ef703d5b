import type { Locale } from '../../core/locale.ts';
import { oneLine } from '../../templates/one-line.ts';

/**
 * The message with a code: the sender, the code, and advice for a receiver who did not ask for one. The receiver may be
 * a stranger with a mistyped number, so it names nobody and says nothing else. The SMS keeps to letters of the GSM
 * alphabet, as answers do (src/core/answer-text.ts), and fits into one segment with a name of ordinary length.
 */

export type CodeValues = { practice: string; code: string; minutes: number };

export function codeEmail(locale: Locale, values: CodeValues): { subject: string; text: string } {
  return words[locale].email({ ...values, practice: oneLine(values.practice) });
}

export function codeSms(locale: Locale, values: CodeValues): string {
  return words[locale].sms({ ...values, practice: oneLine(values.practice) });
}

type Words = {
  email: (values: CodeValues) => { subject: string; text: string };
  sms: (values: CodeValues) => string;
};

const words: Record<Locale, Words> = {
  en: {
    email: ({ practice, code, minutes }) => ({
      subject: `Your code for ${practice}`,
      text: [
        `Your code for ${practice}:`,
        code,
        `It works for ${minutes} minutes. Enter it on the page that asked for it, and give it to nobody.`,
        'If you did not ask for it, ignore this email: nothing will happen.',
      ].join('\n\n'),
    }),
    sms: ({ practice, code, minutes }) =>
      `${practice}: your code is ${code}. It works for ${minutes} minutes. If you did not ask for it, ignore this text. Reply STOP for no more texts.`,
  },
  es: {
    email: ({ practice, code, minutes }) => ({
      subject: `Su código para ${practice}`,
      text: [
        `Su código para ${practice}:`,
        code,
        `Funciona durante ${minutes} minutos. Escríbalo en la página que lo pidió y no se lo dé a nadie.`,
        'Si no lo pidió usted, ignore este correo: no pasará nada.',
      ].join('\n\n'),
    }),
    sms: ({ practice, code, minutes }) =>
      `${practice}: su clave es ${code}. Sirve ${minutes} minutos. Si usted no la ha pedido, ignore este mensaje. STOP cancela todo.`,
  },
};

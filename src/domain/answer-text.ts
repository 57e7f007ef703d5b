import type { Locale } from './locale.ts';

/**
 * What is answered to a person's reply. No answer names the person, says why they are written to, or advertises
 * (47 CFR 64.1200(a)(12)); each names who writes. Only letters of the GSM alphabet (no á, í, ó, ú): one other letter
 * more than halves what fits into a segment.
 */

export type AnswerKind =
  /** An opt-out that the provider did not answer itself. */
  | 'stopped'
  /** The same where it may have been meant otherwise: how to undo it. */
  | 'stopped_doubtful'
  /** CTIA Messaging Principles, 5.1.3: who writes, whom to ask, how to stop. */
  | 'help'
  /** A YES that could be meant for several requests. */
  | 'which'
  /** A YES with a code of none of them. Does not say what was wrong, or whose any code is. */
  | 'wrong_code'
  /** Where a YES by SMS does not say enough about who says it. */
  | 'use_link'
  /** After an opt-in (CTIA Messaging Principles, 5.1.2.1). */
  | 'confirmation';

/** Who writes: all practices that the reply was for. They share the number, or the answer could be none of theirs. */
export type AnswerFrom = readonly { name: string; supportPhone?: string }[];

export function answerText(kind: AnswerKind, from: AnswerFrom, locale: Locale): string {
  const names = from.map(({ name }) => name).join(', ');
  return `${names}: ${words[locale][kind](phonesOf(from))}`;
}

type Words = Record<AnswerKind, (phones: string) => string>;

const words: Record<Locale, Words> = {
  en: {
    stopped: () => 'you are unsubscribed and will get no more texts from us.',
    stopped_doubtful: (phones) =>
      `we understood that you want no more texts, and stopped. If you did not mean that, reply START.${phones && ` Questions? Call ${phones}.`}`,
    help: (phones) =>
      `for help ${phones ? `call ${phones}` : 'contact us directly'}. Reply STOP to get no more texts. Msg & data rates may apply.`,
    which: () =>
      'we sent more than one request to this number. Please reply YES and the 4-digit code in the text that you agree to. Reply STOP to refuse all.',
    wrong_code: () =>
      'that code fits no open request. Please reply YES and the 4-digit code in our text, or only YES if it has none.',
    use_link: () => 'to say yes, please open the link in our text. Reply STOP to refuse.',
    confirmation: () =>
      'you agreed to get texts from us. Msg frequency varies. Msg & data rates may apply. Reply HELP for help, STOP to stop.',
  },
  es: {
    stopped: () => 'se dio de baja y no le enviaremos mas mensajes.',
    stopped_doubtful: (phones) =>
      `entendimos que no quiere recibir mensajes y dejamos de enviarlos. Si no es lo que quiso decir, responda START.${phones && ` ¿Preguntas? Llame al ${phones}.`}`,
    help: (phones) =>
      `para recibir ayuda ${phones ? `llame al ${phones}` : 'comuniquese con nosotros'}. Responda STOP para no recibir mensajes. Pueden aplicarse tarifas de mensajes y datos.`,
    which: () =>
      'enviamos varias solicitudes a este numero. Responda SI y el codigo de 4 cifras del mensaje que acepta. Responda STOP para rechazarlas todas.',
    wrong_code: () =>
      'ese codigo no es de ninguna solicitud abierta. Responda SI y el codigo de 4 cifras del mensaje, o solo SI si no tiene codigo.',
    use_link: () => 'para aceptar, abra el enlace de nuestro mensaje. Responda STOP para rechazar.',
    confirmation: () =>
      'usted acepta recibir mensajes nuestros. La frecuencia varia. Pueden aplicarse tarifas de mensajes y datos. Responda AYUDA para ayuda, STOP para no recibirlos.',
  },
};

/** With more than one practice each number has its name. */
function phonesOf(from: AnswerFrom): string {
  const known = from.flatMap(({ name, supportPhone }) =>
    supportPhone === undefined ? [] : [{ name, supportPhone }],
  );
  return known
    .map(({ name, supportPhone }) =>
      from.length === 1 ? supportPhone : `${supportPhone} (${name})`,
    )
    .join(', ');
}

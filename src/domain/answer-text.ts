import type { Doubt } from './doubt.ts';
import type { Locale } from './locale.ts';

/**
 * What is answered to a person's reply. No answer names the person, says why they are written to, or advertises
 * (47 CFR 64.1200(a)(12)); each names who writes. Only letters of the GSM alphabet (no á, í, ó, ú): one other letter
 * more than halves what fits into a segment.
 */

export const answerKinds = [
  /** An opt-out that the provider did not answer itself: it is done, and how to undo it. */
  'stopped',
  /** A reply that may be a stop: how to stop, and how to go on. */
  'doubtful',
  /** From somebody who says that they are not the person. */
  'wrong_person',
  /** From somebody who says that the person has died. */
  'deceased',
  /** START: texts may come again, or go on. */
  'restarted',
  /** A NO to our request. */
  'declined',
  /** What is neither a yes nor a no while a request is open. */
  'asked_again',
  /** To a text that staff do not read at once: the phone to call. */
  'not_read',
  /** CTIA Messaging Principles, 5.1.3: who writes, where to ask, how to stop. */
  'help',
  /** A YES that could be meant for several requests. */
  'which',
  /** A YES with a code of none of them. Does not say what was wrong, or whose any code is. */
  'wrong_code',
  /** A YES from a number that somebody else may have: why it does not count yet, and how to go on. */
  'paused',
  /** Where a YES by SMS does not say enough about who says it. */
  'use_link',
  /** After an opt-in (CTIA Messaging Principles, 5.1.2.1). */
  'confirmation',
] as const;
export type AnswerKind = (typeof answerKinds)[number];

/** What is said to a reply that raises a doubt, and to no other. */
export const answerToDoubt = {
  unsure: 'doubtful',
  wrong_person: 'wrong_person',
  deceased: 'deceased',
} as const satisfies Record<Doubt, AnswerKind>;

/** Said at most once a day to one number: said again it is no news. */
export const saidOnceADay: ReadonlySet<AnswerKind> = new Set(['asked_again', 'not_read', 'paused']);

/** Who writes: all practices that the reply was for. They share the number, or the answer could be none of theirs. */
export type AnswerFrom = readonly { name: string; supportPhone?: string }[];

export function answerText(kind: AnswerKind, from: AnswerFrom, locale: Locale): string {
  const names = from.map(({ name }) => name).join(', ');
  return `${names}: ${words[locale][kind](phonesOf(from))}`;
}

type Words = Record<AnswerKind, (phones: string) => string>;

const words: Record<Locale, Words> = {
  en: {
    stopped: () =>
      'you are unsubscribed and will get no more texts from us. Changed your mind? Reply START.',
    doubtful: (phones) =>
      `we have paused our texts to you. Reply STOP for no more texts, or START to keep getting them.${phones && ` Questions? Call ${phones}.`}`,
    wrong_person: (phones) =>
      `sorry about that. We have paused our texts to this number. Reply STOP to end them, or START if they are for you.${phones && ` Questions? Call ${phones}.`}`,
    deceased: (phones) =>
      `thank you for telling us. We have paused our texts. Reply STOP to end them, or START to keep getting them.${phones && ` Questions? Call ${phones}.`}`,
    restarted: () => 'thank you. You can get texts from us again. Reply STOP to end them.',
    declined: (phones) =>
      `you said no, so we will not text you. Changed your mind? Reply YES.${phones && ` Questions? Call ${phones}.`}`,
    asked_again: (phones) =>
      `to agree, reply YES. To refuse, reply NO.${phones && ` Questions? Call ${phones}.`}`,
    not_read: (phones) =>
      `texts to this number are not read right away. Please call ${phones || 'us'}.`,
    help: (phones) =>
      `for help ${phones ? `call ${phones}` : 'contact us directly'}. Reply STOP to get no more texts. Msg & data rates may apply.`,
    which: () =>
      'we sent more than one request to this number. Please reply YES and the 4-digit code in the text that you agree to. Reply STOP to refuse all.',
    wrong_code: () =>
      'that code fits no open request. Please reply YES and the 4-digit code in our text, or only YES if it has none.',
    paused: (phones) =>
      `we have paused our texts to this number, so a YES does not count yet. Reply START if they are for you, or STOP to end them.${phones && ` Questions? Call ${phones}.`}`,
    use_link: () => 'to say yes, please open the link in our text. Reply STOP to refuse.',
    confirmation: () =>
      'you agreed to get texts from us. Msg frequency varies. Msg & data rates may apply. Reply HELP for help, STOP to stop.',
  },
  // Words with á, í, ó or ú are worded around: without the accent they would look misspelt, as a scam does.
  es: {
    stopped: () =>
      'se dio de baja y no le enviaremos otros mensajes. Si cambia de idea, responda START.',
    doubtful: (phones) =>
      `pausamos nuestros mensajes. Responda STOP para no recibirlos, o START para seguir recibiendo mensajes.${phones && ` ¿Preguntas? Llame al ${phones}.`}`,
    wrong_person: (phones) =>
      `disculpe la molestia. Pausamos los mensajes a su celular. Responda STOP para no recibirlos, o START si son para usted.${phones && ` ¿Preguntas? Llame al ${phones}.`}`,
    deceased: (phones) =>
      `gracias por avisarnos. Pausamos nuestros mensajes. Responda STOP para no recibirlos, o START para seguir recibiendo mensajes.${phones && ` ¿Preguntas? Llame al ${phones}.`}`,
    restarted: () =>
      'gracias. Puede recibir nuestros mensajes de nuevo. Responda STOP para no recibirlos.',
    declined: (phones) =>
      `usted dijo que no, y no le enviaremos mensajes. Si cambia de idea, responda SI.${phones && ` ¿Preguntas? Llame al ${phones}.`}`,
    asked_again: (phones) =>
      `para aceptar responda SI. Para rechazar responda NO.${phones && ` ¿Preguntas? Llame al ${phones}.`}`,
    not_read: (phones) =>
      `nadie lee estos mensajes de inmediato. Por favor ${phones ? `llame al ${phones}` : 'hable con nosotros'}.`,
    help: (phones) =>
      `para recibir ayuda ${phones ? `llame al ${phones}` : 'hable con nosotros'}. Responda STOP para no recibir mensajes. Pueden aplicarse tarifas de mensajes y datos.`,
    which: () =>
      'le enviamos varias solicitudes. Responda SI y la clave de 4 cifras del mensaje que acepta. Responda STOP para rechazarlas todas.',
    wrong_code: () =>
      'esa clave no es de ninguna solicitud abierta. Responda SI y la clave de 4 cifras del mensaje, o solo SI si no tiene clave.',
    paused: (phones) =>
      `pausamos los mensajes a su celular y por eso su SI no cuenta. Responda START si son para usted, o STOP para no recibirlos.${phones && ` ¿Preguntas? Llame al ${phones}.`}`,
    use_link: () => 'para aceptar, abra el enlace de nuestro mensaje. Responda STOP para rechazar.',
    confirmation: () =>
      'usted acepta recibir mensajes nuestros. La frecuencia puede variar. Pueden aplicarse tarifas de mensajes y datos. Responda AYUDA para recibir ayuda, STOP para no recibirlos.',
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

import { DateTime } from 'luxon';
import type { Doubt } from './consent/doubt.ts';
import type { Locale } from './locale.ts';

/**
 * Answers to a person's reply. No answer names the person, says why the practice writes to them, or advertises (47 CFR
 * 64.1200(a)(12)); each names the practice. Only letters of the GSM alphabet (no á, í, ó, ú): one other letter more
 * than halves the capacity of a segment.
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
  /** The same where another contact with the number agreed: texts about that one go on. */
  'declined_one',
  /** The reply is neither a yes nor a no while a request is open. */
  'asked_again',
  /** To a text that staff do not read at once: the phone to call. */
  'not_read',
  /** CTIA Messaging Principles, 5.1.3: the sender, where to ask, how to stop. */
  'help',
  /** A YES that could be meant for several requests, or for a message. */
  'which',
  /** A YES with a code that fits no request. Does not say what was wrong, or whose any code is. */
  'wrong_code',
  /** A YES from a number that somebody else may have: why it does not count yet, and how to go on. */
  'paused',
  /** A YES by SMS that does not identify the person well enough. */
  'use_link',
  /** After an opt-in (CTIA Messaging Principles, 5.1.2.1). */
  'confirmation',
] as const;
export type AnswerKind = (typeof answerKinds)[number];

/** The answers to replies that raise a doubt, and to no others. */
export const answerToDoubt = {
  unsure: 'doubtful',
  wrong_person: 'wrong_person',
  deceased: 'deceased',
} as const satisfies Record<Doubt, AnswerKind>;

/** Said at most once a day to one number: said again it is no news. */
export const saidOnceADay: ReadonlySet<AnswerKind> = new Set(['asked_again', 'not_read', 'paused']);

/**
 * The practice that writes. Another one that sends from the same number is never named: it may be nobody's business.
 */
export type AnswerFrom = { name: string; supportPhone?: string };

export function answerText(
  kind: AnswerKind,
  { name, supportPhone = '' }: AnswerFrom,
  locale: Locale,
): string {
  return `${name}: ${words[locale][kind](supportPhone)}`;
}

/** A request whose text showed no code, as the person can find it on the phone: by when it was sent there. */
export type HiddenCode = { code: string; sentAt: Date };

/** Said behind `which`: the codes that no text has shown. `zone`: the person's, as far as it is known. */
export function hiddenCodesText(
  codes: readonly HiddenCode[],
  locale: Locale,
  zone: string,
): string {
  return codes
    .map((one) => ` ${hiddenCode[locale](one.code, DateTime.fromJSDate(one.sentAt, { zone }))}`)
    .join('');
}

/** No am and pm in Spanish: they would come with a space that is no letter of the GSM alphabet. */
const hiddenCode: Record<Locale, (code: string, at: DateTime) => string> = {
  en: (code, at) =>
    `For our text of ${at.toFormat('LLL d, h:mm a', { locale: 'en-US' })}: YES ${code}.`,
  es: (code, at) =>
    `Para nuestro mensaje del ${at.toFormat('d LLL, H:mm', { locale: 'es' })}: SI ${code}.`,
};

type Words = Record<AnswerKind, (phone: string) => string>;

const words: Record<Locale, Words> = {
  en: {
    stopped: () =>
      'you are unsubscribed and will get no more texts from us. Changed your mind? Reply START.',
    doubtful: (phone) =>
      `we have paused our texts to you. Reply STOP for no more texts, or START to keep getting them.${phone && ` Questions? Call ${phone}.`}`,
    wrong_person: (phone) =>
      `sorry about that. We have paused our texts to this number. Reply STOP to end them, or START if they are for you.${phone && ` Questions? Call ${phone}.`}`,
    deceased: (phone) =>
      `thank you for telling us. We have paused our texts. Reply STOP to end them, or START to keep getting them.${phone && ` Questions? Call ${phone}.`}`,
    restarted: () => 'thank you. You can get texts from us again. Reply STOP to end them.',
    declined: (phone) =>
      `you said no, so we will not text you. Changed your mind? Reply YES.${phone && ` Questions? Call ${phone}.`}`,
    declined_one: () =>
      'you said no to this request. Texts that you agreed to before go on. Reply STOP to end them all.',
    asked_again: (phone) =>
      `to agree, reply YES. To refuse, reply NO.${phone && ` Questions? Call ${phone}.`}`,
    not_read: (phone) =>
      `texts to this number are not read right away. Please call ${phone || 'us'}.`,
    help: (phone) =>
      `for help ${phone ? `call ${phone}` : 'contact us directly'}. Reply STOP to get no more texts. Msg & data rates may apply.`,
    which: () =>
      'we cannot tell which of our texts you mean. Please reply YES and the 4-digit code in the text that you agree to. Reply STOP to refuse all.',
    wrong_code: () =>
      'that code fits no open request. Please reply YES and the 4-digit code in our text, or only YES if it has none.',
    paused: (phone) =>
      `we have paused our texts to this number, so a YES does not count yet. Reply START if they are for you, or STOP to end them.${phone && ` Questions? Call ${phone}.`}`,
    use_link: () => 'to say yes, please open the link in our text. Reply STOP to refuse.',
    confirmation: () =>
      'you agreed to get texts from us. Msg frequency varies. Msg & data rates may apply. Reply HELP for help, STOP to stop.',
  },
  // Words with á, í, ó or ú are worded around: without the accent they would look misspelt, as a scam does.
  es: {
    stopped: () =>
      'se dio de baja y no le enviaremos otros mensajes. Si cambia de idea, responda START.',
    doubtful: (phone) =>
      `pausamos nuestros mensajes. Responda STOP para no recibirlos, o START para seguir recibiendo mensajes.${phone && ` ¿Preguntas? Llame al ${phone}.`}`,
    wrong_person: (phone) =>
      `disculpe la molestia. Pausamos los mensajes a su celular. Responda STOP para no recibirlos, o START si son para usted.${phone && ` ¿Preguntas? Llame al ${phone}.`}`,
    deceased: (phone) =>
      `gracias por avisarnos. Pausamos nuestros mensajes. Responda STOP para no recibirlos, o START para seguir recibiendo mensajes.${phone && ` ¿Preguntas? Llame al ${phone}.`}`,
    restarted: () =>
      'gracias. Puede recibir nuestros mensajes de nuevo. Responda STOP para no recibirlos.',
    declined: (phone) =>
      `usted dijo que no, y no le enviaremos mensajes. Si cambia de idea, responda SI.${phone && ` ¿Preguntas? Llame al ${phone}.`}`,
    declined_one: () =>
      'usted dijo que no a esta solicitud. Los mensajes que acepta desde antes siguen. Responda STOP para no recibir ninguno.',
    asked_again: (phone) =>
      `para aceptar responda SI. Para rechazar responda NO.${phone && ` ¿Preguntas? Llame al ${phone}.`}`,
    not_read: (phone) =>
      `nadie lee estos mensajes de inmediato. Por favor ${phone ? `llame al ${phone}` : 'hable con nosotros'}.`,
    help: (phone) =>
      `para recibir ayuda ${phone ? `llame al ${phone}` : 'hable con nosotros'}. Responda STOP para no recibir mensajes. Pueden aplicarse tarifas de mensajes y datos.`,
    which: () =>
      'no sabemos a qué mensaje responde. Responda SI y la clave de 4 cifras del mensaje que acepta. Responda STOP para rechazar todos.',
    wrong_code: () =>
      'esa clave no es de ninguna solicitud abierta. Responda SI y la clave de 4 cifras del mensaje, o solo SI si no tiene clave.',
    paused: (phone) =>
      `pausamos los mensajes a su celular y por eso su SI no cuenta. Responda START si son para usted, o STOP para no recibirlos.${phone && ` ¿Preguntas? Llame al ${phone}.`}`,
    use_link: () => 'para aceptar, abra el enlace de nuestro mensaje. Responda STOP para rechazar.',
    confirmation: () =>
      'usted acepta recibir mensajes nuestros. La frecuencia puede variar. Pueden aplicarse tarifas de mensajes y datos. Responda AYUDA para recibir ayuda, STOP para no recibirlos.',
  },
};

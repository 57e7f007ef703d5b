import { normalised } from '../../core/accents.ts';
import type { Locale } from '../../core/locale.ts';

/**
 * The statements that a person must have read before their yes counts (HIPAA Omnibus Rule 2013: warned, and still
 * wanting it; CTIA: who asks, and how to stop). Each statement is looked for in the text as the person will see it, by
 * words that a sentence about it can hardly do without. It is a safety net against a lost paragraph, not a judgement of
 * the wording.
 */
export const statementCodes = [
  'who_asks',
  'where_stored',
  'how_transmitted',
  'risks',
  'rights',
  'laws',
  'how_to_stop',
  'link',
] as const;
export type StatementCode = (typeof statementCodes)[number];

/**
 * Where the text is read: the email and the page hold all of it; an SMS has room for who asks, the risk, how to stop
 * and the link to the rest.
 */
export type OptInPlace = 'email' | 'page' | 'sms';

const needed: Record<OptInPlace, readonly StatementCode[]> = {
  email: statementCodes,
  page: statementCodes.filter((code) => code !== 'link'),
  sms: ['who_asks', 'risks', 'how_to_stop', 'link'],
};

/** "template lacks …": shown to staff when one is missing. */
export const statementNames: Record<StatementCode, string> = {
  who_asks: 'who asks for permission',
  where_stored: 'where health information is stored',
  how_transmitted: 'how messages are transmitted and who can access them',
  risks: 'the risk statement',
  rights: 'the person’s rights',
  laws: 'the laws that protect the person',
  how_to_stop: 'how to stop later',
  link: 'the link',
};

/**
 * Stands for the practice's name in a text that is linted: a practice called "Risk & Law" has stated neither. Nobody
 * writes this character (Unicode, private use).
 */
export const practiceMark = '\uE000';

/**
 * The statements that a text lacks, in the order of `statementCodes`; `text` as the person sees it, but for the mark.
 */
export function missingStatements(
  place: OptInPlace,
  locale: Locale,
  { text, link }: { text: string; link: string },
  says: Finder = createFinder(),
): StatementCode[] {
  const told = text.replaceAll(link, ' ');
  // An SMS is one paragraph. Elsewhere a statement must be within one paragraph, or words of two would add up to a
  // third.
  const paragraphs = place === 'sms' ? [told] : distinct(told);
  const words = place === 'sms' ? { ...full[locale], ...brief[locale] } : full[locale];
  return needed[place].filter((code) => {
    if (code === 'link') return !text.includes(link);
    if (code === 'how_to_stop' && place === 'sms') return !/\bSTOP\b/.test(told);
    return !paragraphs.some((paragraph) => words[code].every((word) => says(paragraph, word)));
  });
}

/**
 * Recommended besides the required statements: carriers ask for frequency and rates where people agree to texts (CTIA,
 * 10DLC campaigns), and a careful reader wants to know how to tell a genuine message. Older templates are sent without
 * them; saving one returns a warning.
 */
export const recommendedCodes = ['frequency', 'rates', 'how_to_verify'] as const;
export type RecommendedCode = (typeof recommendedCodes)[number];

export const recommendedNames: Record<RecommendedCode, string> = {
  frequency: 'how often texts come',
  rates: 'that message and data rates may apply',
  how_to_verify: 'how to check that it is genuine',
};

/** `byText`: a yes here is about text messages too. */
export function missingRecommended(
  place: OptInPlace,
  locale: Locale,
  { text, link, byText }: { text: string; link: string; byText: boolean },
  says: Finder = createFinder(),
): RecommendedCode[] {
  const paragraphs = distinct(text.replaceAll(link, ' '));
  return recommendedCodes.filter((code) => {
    const isAsked = code === 'how_to_verify' ? place === 'email' : byText;
    const words = recommended[locale][code];
    return isAsked && !words.every((word) => paragraphs.some((told) => says(told, word)));
  });
}

/** Whether a paragraph has a word. */
export type Finder = (paragraph: string, word: RegExp) => boolean;

/**
 * Looks for each word in a paragraph once, however often it is asked: a template is read as it is shown in each of
 * nearly two hundred cases, and most of its paragraphs are the same in all of them.
 */
export function createFinder(): Finder {
  const known = new Map<string, { told: string; has: Map<RegExp, boolean> }>();
  return (paragraph, word) => {
    const read = known.get(paragraph) ?? { told: plain(paragraph), has: new Map() };
    known.set(paragraph, read);
    const has = read.has.get(word) ?? word.test(read.told);
    read.has.set(word, has);
    return has;
  };
}

function distinct(text: string): string[] {
  return [...new Set(text.split(/\n\s*\n/))];
}

/** Lower case, without accents: `Información` is `informacion`. */
function plain(text: string): string {
  return normalised(text, 'NFKD').replace(/\p{M}/gu, '').replaceAll('’', "'").toLowerCase();
}

type Words = Record<Exclude<StatementCode, 'link'>, readonly RegExp[]>;

const unencrypted: Record<Locale, RegExp> = {
  en: /(\b(not|never|without|no)|n't) (be |being |always |fully )?(encrypt\w*|secured?)\b|\b(unencrypted|unsecured?|insecure)\b/,
  es: /\b(sin (cifra\w*|encripta\w*)|no ([a-z]+ ){0,2}(cifrad\w*|encriptad\w*|segur\w*))\b/,
};

const others: Record<Locale, RegExp> = {
  en: /\b(others?|someone|somebody|anyone|anybody|third part(y|ies)|strangers?|intercept\w*|wrong (person|address|number))\b/,
  es: /\b(otr[ao]s?|alguien|cualquiera|tercer[ao]s|extran[ao]s|intercept\w*|(persona|direccion) equivocada|numero equivocado)\b/,
};

const full: Record<Locale, Words> = {
  en: {
    who_asks: [/\uE000/, /\b(permission|consent|may we|would like|asks (you|for)|agree\w*)\b/],
    where_stored: [
      /\b(stor(e|es|ed|age)|keeps?|kept|held|saves?|saved)\b/,
      /\b(records?|systems?|databases?|servers?|charts?|files?|computers?|cloud|compan(y|ies)|providers?)\b/,
    ],
    how_transmitted: [
      /\b(sen[dt]s?|transmit\w*|transmission|travels?|travell?ing|deliver\w*|(pass|go)(es)? (over|through))\b/,
      /\b(internet|networks?|carriers?)\b/,
      /\b(access\w*|opens?|reads?|views?|sees?|seen)\b/,
    ],
    risks: [/\brisks?\b/, unencrypted.en, others.en],
    rights: [
      /\b(rights?|free to|(may|can) (say no|refuse|decline)|do(es)? not have to|do(es)?n't have to)\b/,
      /\b(say no|refuse|decline|choose|change your mind|withdraw|revoke|at any time|depend|affect)\b/,
    ],
    laws: [
      /\b(hipaa|laws?|statutes?|regulations?)\b/,
      /\b(protect\w*|privacy|confidential\w*|hipaa)\b/,
    ],
    how_to_stop: [
      /\b(stop|unsubscribe|opt[- ]out)\b/,
      /\b(reply|links?|text|call|press|button|tell|write|email)\b/,
    ],
  },
  es: {
    who_asks: [
      /\uE000/,
      /\b(permisos?|permite|consentimiento|desea|quisiera|quiere|pide|solicita|podemos|acept\w*)\b/,
    ],
    where_stored: [
      /\b(guard\w*|almacen\w*|conserv\w*|archiv\w*|mantien\w*)\b/,
      /\b(registros?|sistemas?|expedientes?|historial(es)?|bases? de datos|servidor(es)?|computador\w*|nube|empresas?|companias?|proveedor(es)?)\b/,
    ],
    how_transmitted: [
      /\b(envi\w*|transmit\w*|transmision|viaj\w*|circul\w*|mand\w*|pasan?)\b/,
      /\b(internet|red|redes|operador\w*)\b/,
      /\b(acced\w*|acceso|abr(a|e|an|en|ir)|lee|leen|leer\w*|ver|vea|vean)\b/,
    ],
    risks: [/\briesgos?\b/, unencrypted.es, others.es],
    rights: [
      /\b(derechos?|puede (decir que no|negarse|rechazar\w*)|no esta obligad[ao])\b/,
      /\b(decir que no|negarse|rechaz\w*|elegir|cambiar de opinion|retirar\w*|revocar\w*|en cualquier momento|depende|afecta)\b/,
    ],
    laws: [
      /\b(hipaa|ley|leyes|normas?|reglamentos?)\b/,
      /\b(proteg\w*|proteccion|privacidad|confidencial\w*|hipaa)\b/,
    ],
    how_to_stop: [
      /\b(stop|dejar de|parar|cancelar|darse de baja|no recibir)\b/,
      /\b(respond\w*|enlaces?|llam\w*|escrib\w*|boton|pulse)\b/,
    ],
  },
};

/** In an SMS there is no room to call a risk a risk. */
const brief: Record<Locale, Pick<Words, 'risks'>> = {
  en: { risks: [unencrypted.en, others.en] },
  es: { risks: [unencrypted.es, others.es] },
};

const recommended: Record<Locale, Record<RecommendedCode, readonly RegExp[]>> = {
  en: {
    frequency: [/\b(freq\w*|how often|\d+ (texts?|messages?|msgs?) (a|per) (day|week|month))\b/],
    rates: [/\b(rates?|fees|charges?)\b/, /\b(msgs?|messages?|texts?|data)\b/],
    how_to_verify: [
      /\b(not sure|is it (really )?us|genuine|really from|check|verify)\b/,
      /\bcall\b/,
    ],
  },
  es: {
    frequency: [/\b(frecuencia|con que frecuencia|\d+ mensajes (al|por) (dia|semana|mes))\b/],
    rates: [/\b(tarifas?|cargos?|costos?)\b/, /\b(msjs?|mensajes?|datos)\b/],
    how_to_verify: [
      /\b(no esta segur[oa]|no sabe si|comprobar|verificar|de verdad)\b/,
      /\bllam\w*/,
    ],
  },
};

import { isAnswer, isKnown } from './lexicon.ts';
import { isMediaReaction, isReaction } from './reactions.ts';
import { sentencesOf } from './words.ts';

/**
 * Step 2 of reading a reply: separates the person's own words from the phone's additions. Quotations of our own text
 * say STOP and YES, and none of it is the person's word.
 */
export type TypedText = {
  /** The person's own words; empty: they typed nothing. */
  typed: string;
  /** A phone's "Liked “…”" and nothing else. */
  reaction: boolean;
};

export function typedText(plain: string): TypedText {
  const own = withoutSignature(withoutQuotedLines(plain));
  if (isMediaReaction(own)) return { typed: '', reaction: true };
  const quotation = quotationIn(own);
  if (!quotation) return { typed: withoutInstructions(own), reaction: false };
  const { before, quoted, after } = quotation;
  if (
    after === '' &&
    isReaction(before) &&
    (/\p{L}{2}/u.test(before) || sentencesOf(quoted).flatMap(({ words }) => words).length > 3)
  )
    return { typed: '', reaction: true };
  // Words in quotation marks may be the person's own ("I said \"stop\""); ours are long, or give instructions.
  if (!isOurs(quoted)) return { typed: withoutInstructions(own), reaction: false };
  const typed = `${before}\n${after}`.trim();
  return saysNothing(typed) ? { typed: '', reaction: true } : { typed, reaction: false };
}

/** In whichever language a phone is set to: a few words around our text that are no answer to it. */
function saysNothing(around: string): boolean {
  const words = sentencesOf(around).flatMap((sentence) => sentence.words);
  return (
    words.length <= mostAround &&
    words.every(({ text }) => !isAnswer(text) && !asksOrTells.has(text))
  );
}

/** A person's words about our text: "what does “…” mean", "it says “…”". */
const asksOrTells = new Set(
  'what why how who whats it says said say i this that is dice que porque esto son es mean means means got sent read understand dont cant'.split(
    ' ',
  ),
);

const mostAround = 7;

/** "> …", "On Monday, Demo Practice wrote: …", a forwarded message: everything from there on is not the person's. */
function withoutQuotedLines(text: string): string {
  const own = text.split('\n').filter((line) => !/^\s*>/.test(line));
  // ">STOP": a mark before the person's own word.
  if (wordsIn(own.join(' ')) === 0 && wordsIn(text) <= shortQuotation)
    return text.replaceAll(/^ *>+/gm, '');
  const from = own.findIndex((line, at) => at > 0 && beginsQuotation.test(line));
  return (from < 0 ? own : own.slice(0, from)).join('\n');
}

function wordsIn(text: string): number {
  // Some pictures are letters to Unicode (ℹ).
  return text.replaceAll(/\p{Extended_Pictographic}/gu, ' ').match(/\p{L}+/gu)?.length ?? 0;
}

/** Words: a quotation of ours has more. */
const shortQuotation = 3;

const beginsQuotation =
  /^\s*(on .{4,100} wrote:|el .{4,100} escribi[oó]:|-{2,}\s*(original message|forwarded message|mensaje original|mensaje reenviado).*|begin forwarded message:|(from|de|sent|enviado):\s.*)\s*$/i;

/** "Sent from my iPhone", "-- Jane": a phone or a mail program added it. */
function withoutSignature(text: string): string {
  return text
    .replace(/\n\s*--\s*\n[^]{0,300}$/, '')
    .replace(signOff, (whole, name: string) => (name.split(' ').some(isWord) ? whole : ''))
    .replace(
      /(?<=^|\n|\s\s|[.!?]\s)(sent (from|via|with) (my |the )?\w[^\n]{0,60}|get outlook for \w+|enviado (desde|con) (mi |el )?\w[^\n]{0,60})\s*$/i,
      '',
    )
    .trim();
}

/** "Thanks,", and a name on the next line. */
const signOff =
  /\n\s*(?:thanks|thank you|many thanks|regards|best|best regards|sincerely|respectfully|gracias|atentamente|saludos),?[ \t]*\n\s*(\p{Lu}\p{Ll}+(?: \p{Lu}[\p{L}.]*){0,3})\s*$/iu;

function isWord(name: string): boolean {
  return isKnown(name.toLowerCase());
}

/** Characters: a quotation in apostrophes is longer than a word that has them ("'til"). */
const quotedWithApostrophes = 20;

type Quotation = { before: string; quoted: string; after: string };

/** The longest text between quotation marks; one without an end was cut off. */
function quotationIn(text: string): Quotation | undefined {
  // Some phones quote with apostrophes.
  const apostrophe = text.search(/(?<=^|\s)'/);
  const long = apostrophe >= 0 && text.length - apostrophe >= quotedWithApostrophes + 2;
  const mark = text.includes('"') ? '"' : long && text.endsWith("'") ? "'" : undefined;
  if (mark === undefined) return undefined;
  const from = mark === '"' ? text.indexOf('"') : apostrophe;
  const to = text.lastIndexOf(mark);
  const closed = to > from;
  return {
    before: text.slice(0, from),
    quoted: closed ? text.slice(from + 1, to) : text.slice(from + 1),
    after: closed ? text.slice(to + 1) : '',
  };
}

const longQuotation = 60;

function isOurs(quoted: string): boolean {
  return quoted.length >= longQuotation || instructionsIn(quoted) > 0;
}

/**
 * Instructions from our texts, as a phone copies them without any mark. A person who wants to stop may well write one
 * such phrase ("text STOP to end"); two of them are a copy of a text of ours or of another business.
 */
const instructions =
  /\b(reply|text|txt|send|responda|responde|conteste|envie|envia)\s+(yes|no|stop|start|help|si|sí|ayuda|alto)(\s+(or|o)\s+(yes|no|stop|si|sí))?(\s+(\d{4}))?((\s+(to|and|for|para|y))(\s+[\p{L}-]+){1,4})?|\b(stop|help|yes|ayuda|alto)\s+(ends?|cancels?|for|para|cancela|termina)\s+[^.\n]{1,30}|\bm(sg|essage)s? (&|and) data rates\b[^.\n]*|\bmay we text you\b[^.\n]*|\bpodemos enviarle\b[^.\n]*/giu;

function instructionsIn(text: string): number {
  return text.match(instructions)?.length ?? 0;
}

function withoutInstructions(text: string): string {
  return instructionsIn(text) < 2 ? text : text.replaceAll(instructions, '\n').trim();
}

import { foreignStop } from './foreign-stops.ts';
import {
  countInstructions,
  onlySaysStop,
  repeatsStop,
  withoutInstructions,
} from './instructions.ts';
import { isAnswer } from './lexicon.ts';
import { holdsStop } from './own-stop.ts';
import { around, quotationsIn, type Quotation } from './quotations.ts';
import { isMediaReaction, isReaction } from './reactions.ts';
import { withoutSignature } from './signatures.ts';
import { sentencesOf } from './words.ts';

/**
 * Step 2 of reading a reply: separates the person's own words from the phone's additions. Quotations of our own text
 * say STOP and YES, and none of it is the person's word. Only what is certainly not theirs is set aside: what holds a
 * stop beyond an instruction stays, whatever it looks like.
 */
export type TypedText = {
  /** The person's own words; empty: they typed nothing. */
  typed: string;
  /** A phone's "Liked “…”", or our text among the few words of `typed`. */
  reaction: boolean;
  /** The same with copies of instructions, by which a machine is known. */
  full: string;
  /** That, without longer quotations: what a machine said may be quoted by a person. */
  outside: string;
  /** "Text stop, text stop": too much for a stop that somebody quotes. */
  repeated: boolean;
};

export function typedText(plain: string): TypedText {
  const own = withoutSignature(withoutQuotedLines(plain));
  const quotations = quotationsIn(own);
  if (isMediaReaction(own) || isReactionTo(own, quotations)) return words('', true);
  const alone = around(own, quotations).every((piece) => wordsIn(piece) === 0);
  // Words in quotation marks may be the person's own ("I said \"stop\"").
  const ours = quotations.filter(({ quoted }) => isOurs(quoted, alone));
  if (ours.length > 0) {
    const typed = around(own, ours).join('\n').trim();
    const short = ours.every(({ quoted }) => wordsIn(quoted) <= shortQuotation);
    return {
      ...words(typed, saysNothing(typed) && !(short && wordsIn(typed) > 0)),
      // "You promise “STOP ends all texts” but it does not": an order of ours alone is quoted to say something of it.
      repeated: ours.every(({ quoted }) => onlySaysStop(quoted)),
    };
  }
  // Two instructions are a copy of a text of ours or of another business; one is a person's as well.
  return countInstructions(own) < 2
    ? { ...words(own), full: own, outside: told(own), repeated: own === '' && onlySaysStop(plain) }
    : {
        ...words(withoutInstructions(own)),
        full: own,
        outside: told(own),
        repeated: repeatsStop(own),
      };
}

/** Without what a person quotes of a machine: "“You have been unsubscribed” you said". */
function told(own: string): string {
  const long = quotationsIn(own).filter(({ quoted }) => wordsIn(quoted) > shortQuotation);
  const outside = around(own, long).join('\n');
  return wordsIn(outside) > 0 ? outside : own;
}

const words = (typed: string, reaction = false): TypedText => ({
  typed,
  full: typed,
  outside: typed,
  reaction,
  repeated: false,
});

/** A phone's word for a reaction before each quotation, and nothing behind the last. */
function isReactionTo(own: string, quotations: readonly Quotation[]): boolean {
  const last = quotations.at(-1);
  if (last === undefined || own.slice(last.to).trim() !== '') return false;
  const before = around(own, quotations).slice(0, -1);
  return (
    (before.every((piece) => isReaction(piece.trim())) || isReaction(own.slice(0, last.from))) &&
    // A phone writes one line: above it are the person's words.
    before.every((piece) => !piece.trim().includes('\n')) &&
    !foreignStop(before.join(' ')) &&
    !quotations.some(isPersons) &&
    (/\p{L}{2}/u.test(before[0]!) ||
      sentencesOf(quotations[0]!.quoted).flatMap(({ words }) => words).length > 3)
  );
}

/** No text of ours says "stop texting me", or STOP and nothing else; what has no end may go on in other words. */
function isPersons({ quoted, closed }: Quotation): boolean {
  return (
    (!closed || ofOneself.test(quoted) || wordsIn(quoted) <= shortQuotation) && holdsStop(quoted)
  );
}

/** Words: a text of ours has more. */
const shortQuotation = 3;

const ofOneself = /\b(i|me|my|us|yo|mi)\b/i;

/** In whichever language a phone is set to: a few words around our text that are no answer to it. */
function saysNothing(outside: string): boolean {
  const said = sentencesOf(outside).flatMap((sentence) => sentence.words);
  return (
    said.length <= mostAround && said.every(({ text }) => !isAnswer(text) && !asksOrTells.has(text))
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
  const lines = text.split('\n');
  const unmarked = text.replaceAll(/^ *>+/gm, '');
  const own = lines.filter((line) => !/^\s*>/.test(line));
  const quoted = unmarked.split('\n').filter((_, at) => /^\s*>/.test(lines[at]!));
  const isTheirs =
    quoted.length > 0 &&
    (holdsStop(quoted.join('\n')) ||
      // ">STOP": a mark before the person's own word.
      (wordsIn(own.join(' ')) === 0 && !isCopy(unmarked)));
  // With its marks: a quotation alone agrees to nothing.
  if (isTheirs) return text;
  const from = own.findIndex((line, at) => at > 0 && beginsQuotation.test(line));
  return (from < 0 || holdsStop(own.slice(from).join('\n')) ? own : own.slice(0, from)).join('\n');
}

function wordsIn(text: string): number {
  // Some pictures are letters to Unicode (ℹ).
  return text.replaceAll(/\p{Extended_Pictographic}/gu, ' ').match(/\p{L}+/gu)?.length ?? 0;
}

const beginsQuotation =
  /^\s*(on .{4,100} wrote:|el .{4,100} escribi[oó]:|-{2,}\s*(original message|forwarded message|mensaje original|mensaje reenviado).*|begin forwarded message:|(from|de|sent|enviado):\s.*)\s*$/i;

function isCopy(text: string): boolean {
  return countInstructions(text) > 0;
}

/** Characters: what people quote of themselves is shorter. */
const longQuotation = 60;

/** `alone`: there is nothing else, so it is what the person wanted to say, unless it gives instructions. */
function isOurs(quoted: string, alone: boolean): boolean {
  return (isCopy(quoted) || (!alone && quoted.length >= longQuotation)) && !holdsStop(quoted);
}

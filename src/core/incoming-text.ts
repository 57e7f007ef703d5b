import { hasTooManyMarks, marksInARow, normalised } from './accents.ts';

/**
 * Rules for incoming texts, by HTTP or as raw signals. Text that PostgreSQL or a provider would refuse later is refused
 * now; text that can be fixed without changing its meaning is fixed.
 *
 * - `text`: paragraphs. Line ends of every system become `\n`.
 * - `line`: one line. Line breaks and tabs become one space, the ends are trimmed.
 * - `value`: a template's value, which may be empty and may have lines.
 * - `code`: everything that is no prose (ids, dates, addresses of pages): taken as it is, or not at all.
 */
export type TextKind = 'text' | 'line' | 'value' | 'code';

export type CleanText = { ok: true; text: string } | { ok: false; problem: string };

/** Control characters other than tab and the line ends; nobody can read them, and PostgreSQL has no NUL. */
const control = /[^\P{Cc}\t\n\v\f\r\u0085]/u;
const anyControl = /\p{Cc}/u;
/** A half of a surrogate pair is no character (Unicode 3.9, D75), a noncharacter is not for interchange (23.7). */
const noCharacter = /\p{Cs}|\p{Noncharacter_Code_Point}/u;
/**
 * U+E000 to U+F8FF and planes 15 and 16 mean something only where one font is (Unicode 23.5): elsewhere they are boxes.
 */
const privateUse = /\p{Co}/u;
const direction = /\p{Bidi_Control}/u;
/** Of line ends only the one that others become. */
const spelledControl = /[^\P{Cc}\t\n]|[\u2028\u2029]/u;
/** CR LF, and the other line ends (Unicode 5.8). */
const lineEnds = /\r\n|[\r\n\v\f\u0085\u2028\u2029]/gu;
const seen = /[^\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Plain text, which needs no check: the usual case. */
const plain = /^[\x20-\x7e]*$/;

/** Whether nothing of it can be seen: spaces and characters of no width, in any number. */
export function isBlank(text: string): boolean {
  return !seen.test(text);
}

/**
 * UTF-16 units of the longest spelling of a character that cleaning makes one of: four, where accents are written one
 * by one (UAX #15, section 3). Leaves room for spaces at the ends, too.
 */
const unitsPerCharacter = 4;

/**
 * The text as it is stored: whole characters only, accents composed (NFC), so that é is one and counts as one. `most`:
 * characters that its field takes. What is far too long is refused before any other look at it; of the rest, the
 * field's own rule judges the cleaned text.
 */
export function cleanText(given: string, kind: TextKind, most: number): CleanText {
  if (given.length > most * unitsPerCharacter) return tooLong(most);
  const unfit = unfitCharacter(given);
  if (unfit !== undefined) return refused(unfit);
  if (kind === 'code')
    return anyControl.test(given) ? refused(hasControl) : { ok: true, text: given };
  if (hasTooManyMarks(given)) return refused(`has more than ${marksInARow} accents in a row`);
  const text = plain.test(given) ? given : composed(given);
  const shaped = kind === 'line' ? oneLine(text) : text;
  // Empty is the schema's to judge.
  if (kind !== 'value' && given !== '' && isBlank(shaped)) return refused('is blank');
  return { ok: true, text: shaped };
}

const hasControl = 'has a control character';

/** What no text may hold, wherever it comes from; undefined: nothing of that. */
function unfitCharacter(text: string): string | undefined {
  if (plain.test(text)) return undefined;
  if (noCharacter.test(text)) return 'has a character that is none';
  if (privateUse.test(text)) return 'has a private-use character, which others cannot see';
  return control.test(text) ? hasControl : undefined;
}

/**
 * What a template may not write either, whose quotations can spell any character (`{{ "\u202e" }}`). Marks that turn
 * the direction of what follows may come with somebody's name; nobody has a reason to spell one.
 */
export function unfitToSpell(text: string): string | undefined {
  if (plain.test(text)) return undefined;
  if (spelledControl.test(text)) return hasControl;
  return unfitCharacter(text) ?? (direction.test(text) ? 'has a direction mark' : undefined);
}

function composed(text: string): string {
  return normalised(text.replace(/^\ufeff/, '').replaceAll(lineEnds, '\n'), 'NFC');
}

function oneLine(text: string): string {
  // Each run of spaces is looked at once: a pattern that may begin anywhere in it costs the square of its length.
  return text.replaceAll(/\s+/gu, (run) => (/[\t\n]/.test(run) ? ' ' : run)).trim();
}

/** `most`: characters that its field takes. */
export function tooLong(most: number): CleanText {
  return refused(`has more than ${most} characters`);
}

function refused(problem: string): CleanText {
  return { ok: false, problem };
}

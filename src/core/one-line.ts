/** Texts that people typed and that must fit into one line: a name in a header, an address in a sentence. */

/** Line breaks, controls, invisible direction marks, halves of letters, private use: nothing that a name needs. */
const unprintable =
  /[\p{Cc}\p{Co}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Folds text into one line: line breaks and invisible characters become spaces, and several become one. */
export function foldedLine(value: string): string {
  return value.replaceAll(unprintable, ' ').replaceAll(/\s+/g, ' ').trim();
}

/** RFC 2047: mail programs read `=?utf-8?q?Beta?=` as `Beta`, which is not the name that was checked. */
export function withoutEncodedWords(line: string): string {
  return line.replaceAll('=?', '= ?');
}

/** Why a text cannot be a name in a mail's From; undefined: it can. */
export function nameProblem(name: string): string | undefined {
  if (foldedLine(name) === '') return 'must not be blank';
  if (name.search(unprintable) >= 0) return 'must be one line without control characters';
  if (withoutEncodedWords(name) !== name) return 'must not contain =?';
  return /[<>]/.test(name) ? 'must not contain < or >' : undefined;
}

/** The same for a text of several lines, such as a postal address. */
export function linesProblem(text: string): string | undefined {
  if (foldedLine(text) === '') return 'must not be blank';
  const isBroken = text.replaceAll(/\r?\n|\t/g, ' ').search(unprintable) >= 0;
  return isBroken ? 'must not contain control characters' : undefined;
}

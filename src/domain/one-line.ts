/** Texts that people typed and that must fit into one line: a name in a header, an address in a sentence. */

/** Line breaks, controls, invisible direction marks, halves of letters, private use: nothing that a name needs. */
const unprintable =
  /[\p{Cc}\p{Co}\p{Zl}\p{Zp}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** One line: what breaks it, or cannot be seen, is a space, and several are one. */
export function foldedLine(value: string): string {
  return value.replaceAll(unprintable, ' ').replaceAll(/\s+/g, ' ').trim();
}

/** Why a text cannot be a name in a mail's From; undefined: it can. */
export function nameProblem(name: string): string | undefined {
  if (foldedLine(name) === '') return 'must not be blank';
  if (name.search(unprintable) >= 0) return 'must be one line without control characters';
  return /[<>]/.test(name) ? 'must not contain < or >' : undefined;
}

/** As `nameProblem`, for what may have several lines, such as a postal address. */
export function linesProblem(text: string): string | undefined {
  if (foldedLine(text) === '') return 'must not be blank';
  const isBroken = text.replaceAll(/\r?\n|\t/g, ' ').search(unprintable) >= 0;
  return isBroken ? 'must not contain control characters' : undefined;
}

import { normalised } from './accents.ts';

/** Words of one name that are kept for finding it: nobody has more, and a list in place of a name is none. */
const mostWords = 10;

/** The words of a name as people look for it: without accents, case or punctuation. */
export function nameWords(name: string): string[] {
  const plain = normalised(name, 'NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return [...new Set(plain.match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, mostWords);
}

/** Letters that two forms of one name begin with: Ann and Annie, Marg and Margaret. */
const alike = 3;

/** Whether words that somebody gives as their name may be this name: one of them is in it, or a form of one. */
export function mayBeName(given: readonly string[], name: string): boolean {
  const words = nameWords(name);
  const isForm = (one: string, other: string): boolean =>
    one === other || (one.length >= alike && other.startsWith(one));
  return given.some((one) => words.some((other) => isForm(one, other) || isForm(other, one)));
}

import { normalised } from './accents.ts';

/** Words of one name that are kept for finding it: nobody has more, and a list in place of a name is none. */
const mostWords = 10;

/** The words of a name as people look for it: without accents, case or punctuation. */
export function nameWords(name: string): string[] {
  const plain = normalised(name, 'NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return [...new Set(plain.match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, mostWords);
}

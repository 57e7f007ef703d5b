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

/** Before a surname. Of "Mr. Smith" nothing says which of the Smiths it is. */
const titles = new Set(
  'mr mrs ms mx miss dr sr sra srta don dona senor senora senorita doctor doctora'.split(' '),
);

/**
 * Whether the words that a person gives as their name may be this name. Relatives share a surname, so a given name has to
 * be among them: the first of the name's words, or of three and more the second, or a form of one. Of several words the
 * last has to fit too: "Ann Jones" is another Ann than Ann Smith.
 */
export function mayBeName(given: readonly string[], name: string): boolean {
  const [surname, first] = name.split(',', 2);
  // "Smith, Ann"
  const words = nameWords(first === undefined ? name : `${first} ${surname}`);
  const said = given.filter((word) => !titles.has(word));
  const [begins, ends] = [said[0], said.at(-1)];
  if (begins === undefined || ends === undefined) return false;
  const givenNames = words.slice(0, words.length < 3 || said.length < given.length ? 1 : 2);
  return (
    givenNames.some((word) => isForm(begins, word)) &&
    (said.length === 1 || words.some((word) => isForm(ends, word) || word.startsWith(ends)))
  );
}

function isForm(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short === long || (short.length >= alike && long.startsWith(short));
}

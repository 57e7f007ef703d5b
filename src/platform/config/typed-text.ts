/**
 * How people type: in words, or along the keys of a keyboard. Each of the two models shares out a probability of 1 among
 * all texts, so values that are drawn at random from an alphabet come out `n` bits shorter than chance less than once in
 * 2^n times, however good or bad the model is. Words of English and Spanish come out far shorter.
 */

/** Returns how many bits the better of two models saves, over characters drawn at random. */
export function bitsSaved(text: string): number {
  const characters = Array.from(text);
  // Nobody who draws at random draws from more than these; for others the models say nothing.
  if (characters.some((character) => !printable.test(character))) return 0;
  const byChance = characters.length * Math.log2(alphabetOf(text));
  // One bit says which of the two it is.
  return byChance - 1 - Math.min(asWords(characters), asWalk(characters));
}

const printable = /^[\x20-\x7e]$/;

/** Characters of the smallest alphabet that it may be drawn from. */
function alphabetOf(text: string): number {
  const others = new Set(text.replaceAll(/[0-9A-Za-z]/g, '')).size;
  const letters = (any: RegExp, beyondHex: RegExp): number =>
    any.test(text) ? (beyondHex.test(text) ? 26 : 6) : 0;
  return Math.max(
    (/[0-9]/.test(text) ? 10 : 0) + letters(/[a-z]/, /[g-z]/) + letters(/[A-Z]/, /[G-Z]/) + others,
    2,
  );
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz ';

/**
 * How rare each letter is behind each: a row for the letter before (the last for none), a digit of base 36 for each
 * letter after (the last for the end of a word), in half bits. Counted over English and Spanish words.
 */
const rarity = [
  'la89nd9i9gd796nbi686cdehak8',
  '7igh5ooe7cl5ih5jo89b7oio8oc',
  '7mbo5ko78o99oo4kk9f6aonogo9',
  '7gkb4ffj7kkefh8fnb9hbiioco3',
  '9g97ccdjdhk9a6ebe66ahcfaej5',
  '7kfh78oj4olbol6ko7h88ooobo6',
  '8iko4ec98oldf9agm78c9ikoko4',
  '5jhf4ooo7oohgj5fobf9colkdo5',
  'aa888baojig8a47dga77k9ohofe',
  '5kkk3kkkbkkkkk5fkk6k6kkkkkd',
  'aggh3cje6oodg9fkoo7kdojogo4',
  '7eha5djo6oj7kk7fki99adko8n6',
  '49jo4mlo6nmfbf77om9oboooio7',
  '9i877d6ialddfd9gkf75bdjocl5',
  'eca9fbdidob985a9k6998baegj8',
  '5igd5oic9oo7kl79o5c89iomdo9',
  'llllllllhll8llllllll0lllllb',
  '7gda4fbk7ncdac7gmb99cfioao6',
  '9lbi6gka8ndfcj9bhi869ldleo3',
  '7jdj5hj76ondfi8fo88bbjfoao5',
  'a9bb6gdn9on795g9o676hjogilc',
  '6ooo2ooo4oooko7ooooofoooooc',
  '5kjg6ko66ooff76oo99hkoooho6',
  '9m8m7eib8mmfgmc5mhh3mmhfcm6',
  'cegk9gohaolaca87lc9bgfgoih2',
  '5i9i4iii9iiiii5eiiiieiiibi5',
  '7a7889cbaed99aa7e878bdajfko',
].map((row) => {
  const bits = Array.from(row, (digit) => Number.parseInt(digit, 36) / 2);
  const all = Math.log2(bits.reduce((sum, bit) => sum + 2 ** -bit, 0));
  return bits.map((bit) => bit + all);
});

const none = alphabet.length - 1;
/** Characters that can be typed and are no letters, and all of them. */
const [nonLetters, keys] = [43, 95];

/** The bits that a writer of words needs: letters by the one before, the same mark between words, few capitals. */
function asWords(characters: readonly string[]): number {
  let bits = 0;
  let [before, capital, mark] = [none, false, ''];
  for (const character of characters) {
    const letter = alphabet.indexOf(character.toLowerCase());
    if (character === ' ' || letter === -1) {
      bits += before === none ? 1 : rarity[before]![none]! + 1;
      bits += character === mark ? 1 : 1 + Math.log2(nonLetters);
      [before, mark] = [none, character];
      continue;
    }
    const isCapital = character !== character.toLowerCase();
    // Words may follow each other without a mark.
    const [inside, first] = [rarity[before]![letter]!, rarity[none]![letter]!];
    if (before === none) bits += first + 2;
    else {
      bits -= Math.log2(2 ** -inside + 2 ** -(rarity[before]![none]! + 1 + first));
      bits += caseBits(isCapital === capital);
    }
    [before, capital] = [letter, isCapital];
  }
  return bits;
}

/** Sixteen letters in a row have the case of the one before them. */
function caseBits(isSame: boolean): number {
  return -Math.log2(isSame ? 15 / 16 : 1 / 16);
}

const keyboard = ['1234567890-=', 'qwertyuiop[]', "asdfghjkl;'", 'zxcvbnm,./'];
type Key = { row: number; column: number };
const places = new Map<string, Key>(
  keyboard.flatMap((row, index) =>
    Array.from(row, (key, column): [string, Key] => [key, { row: index, column }]),
  ),
);

/** Of what somebody types along a keyboard: further in the same direction, to a key beside, or anywhere. */
const [further, beside, anywhere] = [0.55, 0.3, 0.15];

/** The bits that somebody needs who goes along the keys, in any direction. */
function asWalk(characters: readonly string[]): number {
  let bits = 0;
  let before: { place: Key | undefined; isCapital: boolean; step: string } | undefined;
  for (const character of characters) {
    const place = places.get(character.toLowerCase());
    const isCapital = character !== character.toLowerCase();
    const from = before?.place;
    const [down, right] =
      from && place ? [place.row - from.row, place.column - from.column] : [9, 9];
    const isBeside = Math.abs(down) <= 1 && Math.abs(right) <= 1;
    const step = isBeside ? `${down} ${right}` : '';
    const isFurther = isBeside && step === before?.step;
    const near = (isFurther ? further : 0) + (isBeside ? beside / 9 : 0);
    bits -= Math.log2(near * 2 ** -caseBits(isCapital === before?.isCapital) + anywhere / keys);
    before = { place, isCapital, step };
  }
  return bits;
}

import { normalised } from '../../../core/accents.ts';
import { limits } from '../../../core/limits.ts';

/**
 * Step 1 of reading a reply: the same text, whatever phone, keyboard and carrier it came through.
 *
 * Accents are composed (NFC), curly quotation marks and apostrophes become straight, and invisible characters
 * (zero-width, soft hyphens, direction marks) are removed, and so are blanks beyond two. A word with letters of another
 * script that look like Latin ones is read as it looks.
 */

export function plainText(received: string): string {
  const text =
    received.length <= limits.replyCharacters
      ? received
      : `${received.slice(0, limits.replyCharacters / 2)}\n${received.slice(-limits.replyCharacters / 2)}`;
  return (
    normalised(text, 'NFC')
      .replaceAll(/[\p{L}\p{M}]+/gu, asItLooks)
      .replaceAll(/[‘’‚‛ʼ`´′]/gu, "'")
      .replaceAll(/[“”„‟″«»「」『』]/gu, '"')
      .replaceAll(/[\u00AD\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\0]/gu, '')
      .replaceAll(/[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\t]/gu, ' ')
      // Some gateways escape a line break: the two characters.
      .replaceAll(/\r\n?|[\u2028\u2029\u0085]|\\n/gu, '\n')
      // Blanks say nothing, and thousands of them make each later pattern try as many ways.
      .replaceAll(/ {3,}/g, '  ')
      .replaceAll(/ *\n */g, '\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim()
  );
}

/** As it was written, where a letter of it looks like none of ours: "стоп" is Russian. */
function asItLooks(word: string): string {
  if (!otherLetter.test(word)) return word;
  const letters = Array.from(word, (letter) => looksLike.get(letter) ?? letter);
  return letters.some((letter) => otherLetter.test(letter)) ? word : letters.join('');
}

const otherLetter = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** Cyrillic and Greek letters that look like Latin ones (Unicode Technical Standard 39, "Confusable Detection"). */
const looksLike = new Map(
  'АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX аa еe ѕs іi јj оo рp сc уy хx ԁd ԛq ԝw ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX οo'
    .split(' ')
    .map((pair) => [pair.charAt(0), pair.charAt(1)]),
);

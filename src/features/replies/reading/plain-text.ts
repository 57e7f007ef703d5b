import { normalised } from '../../../domain/accents.ts';
import { limits } from '../../../domain/limits.ts';

/**
 * Step 1 of reading a reply: the same text, whatever phone, keyboard and carrier it came through.
 *
 * Accents are composed (NFC), curly quotation marks and apostrophes become straight, and invisible characters
 * (zero-width, soft hyphens, direction marks) are removed, and so are blanks beyond two.
 */

export function plainText(received: string): string {
  const text =
    received.length <= limits.replyCharacters
      ? received
      : `${received.slice(0, limits.replyCharacters / 2)}\n${received.slice(-limits.replyCharacters / 2)}`;
  return (
    normalised(text, 'NFC')
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

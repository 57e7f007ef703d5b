import { foldedLine } from './one-line.ts';

/**
 * The longest message that Plivo takes, in characters of its encoding (Plivo, "Character encoding": 1,600 in GSM 03.38,
 * 737 with any letter outside it).
 */
const mostCharacters = { gsm: 1_600, unicode: 737 };

/** GSM 03.38; those in `doubled` count twice. */
const gsm =
  /^[\n\r !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà^{}\\[~\]|€]*$/;
const doubled = /[\^{}\\[~\]|€]/g;

/**
 * A text message as the person gets it: it begins with the sender's name (CTIA Messaging Principles, 5.1), unless it
 * does so already. The words themselves are never changed. The limit of ten segments is on the words; a text so long
 * that the provider would refuse it with the name goes without, rather than not at all.
 */
export function smsAsSent(practice: string, text: string): string {
  const name = foldedLine(practice);
  const begins = foldedLine(text).toLowerCase().startsWith(name.toLowerCase());
  if (name === '' || begins) return text;
  const named = `${name}: ${text}`;
  return fits(named) ? named : text;
}

function fits(text: string): boolean {
  if (!gsm.test(text)) return text.length <= mostCharacters.unicode;
  return text.length + (text.match(doubled)?.length ?? 0) <= mostCharacters.gsm;
}

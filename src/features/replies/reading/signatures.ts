import { findDoubt } from './doubt-rules.ts';
import { isKnown } from './lexicon.ts';
import { holdsStop } from './own-stop.ts';
import { classes, tag } from './tag.ts';
import { sentencesOf } from './words.ts';

/**
 * Signatures that a phone or a mail program adds, and a name at the end. A closed list: "Sent with no consent" is a
 * person's own word.
 */
const device =
  'iphone|ipad|ipod|mac|macbook|imac|apple watch|android|galaxy|samsung|pixel|google|motorola|moto|lg|htc|nokia|oneplus|xiaomi|redmi|huawei|sony|xperia|blackberry|tcl|verizon|at&t|att|t-mobile|tmobile|sprint|tracfone|cricket|metropcs|metro|boost|xfinity|straight talk|yahoo|aol|gmail|outlook|hotmail|proton|protonmail|icloud|thunderbird|mail|email|correo|mobile|m[oó]vil|phone|cell|cellphone|smartphone|smart phone|tablet|tableta|laptop|handheld|celular|tel[eé]fono|tel[eé]fono inteligente|wireless|windows';
/** Model numbers and the words between: "the Samsung Galaxy S21, an AT&T 5G smartphone". */
const more = `${device}|device|dispositivo|app|network|on|for|an?|the|my|with|de|mi|con|para|en|un|pro|max|plus|ultra|mini|note|edge|fold|flip|se|air|ios|live|lte|[345]g|[a-z]{0,3}\\d{1,4}[a-z+]{0,2}`;
const sent = new RegExp(
  `(?<=^|\\n|\\s\\s|[.!?]\\s)(?:(?:sent|enviado) (?:from|via|with|using|by|desde|con|por) (?:(?:my|the|an?|mi|el|un) )?(?:${device})(?: \\p{L}{3,9}(?= \\d|,))?(?:[,.;]? (?:${more})){0,8}|get outlook for \\w+|obt[eé]n outlook para \\w+)[.!]?\\s*$`,
  'iu',
);

/** Below a line of two hyphens. */
const below = /\n\s*--\s*\n([^]{0,300})$/;

/** "Thanks,", and a name on the next line. */
const signOff =
  /\n\s*(?:thanks|thank you|many thanks|regards|best|best regards|sincerely|respectfully|gracias|atentamente|saludos),?[ \t]*\n\s*(\p{Lu}\p{Ll}+(?: \p{Lu}[\p{L}.]*){0,3})\s*$/iu;

export function withoutSignature(text: string): string {
  return text
    .replace(below, (whole, signature: string) => (isSilent(signature) ? '' : whole))
    .replace(signOff, (whole, name: string) =>
      name.split(' ').some((word) => isKnown(word.toLowerCase())) || holdsStop(name) ? whole : '',
    )
    .replace(sent, '')
    .trim();
}

/** Names, titles and numbers: no word of it may be an answer to us. */
function isSilent(signature: string): boolean {
  const sentences = sentencesOf(signature).map(tag);
  return (
    sentences.every(({ letters }) => named.test(letters)) &&
    !findDoubt(
      sentences.map(({ plain }) => plain),
      signature,
    ) &&
    !holdsStop(signature)
  );
}

const named = classes('^(other|comma|and|prep|digits|code|number|iam|call|visit|topic)*$');

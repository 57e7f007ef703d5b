import { classes, type Tagged } from './tag.ts';

/** Pictures that forbid or refuse, and those of a phone and its messages beside them. */
const forbids = /🛑|⛔|🚫|❌|✖|✋|🤚|👎|🙅|📵|🔕|🔇|🖕/u;
const ofTexts = /📱|📲|💬|📩|📨|✉|📧|🔔/u;

/** What surrounds a picture without a meaning of its own: its colour and sex, and marks that are no question. */
const around = /[\s.,!\p{Emoji_Modifier}\p{M}\u200D♀♂]/gu;

const namesTexts = classes('^(texts|contact|me|comma)*$');

/** Whether a reply is a picture that forbids, alone or beside a word for texts: "🚫", "❌ texts". */
export function isStopPicture(sentences: readonly Tagged[], typed: string): boolean {
  if (!forbids.test(typed) || !sentences.every(({ letters }) => namesTexts.test(letters)))
    return false;
  const others = new RegExp(`${forbids.source}|${ofTexts.source}|${around.source}`, 'gu');
  return typed.replaceAll(/[\p{L}\p{N}]/gu, '').replaceAll(others, '') === '';
}

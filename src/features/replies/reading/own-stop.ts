import { foreignStop } from './foreign-stops.ts';
import { withoutInstructions } from './instructions.ts';
import { bareCancel, clearStop } from './stop-rules.ts';
import { tag } from './tag.ts';
import { sentencesOf } from './words.ts';

/**
 * Whether somebody asks to stop in these words, apart from instructions to their reader. Nothing that does is set aside
 * as a signature, a quotation or a copy of our text: what looks like one may be typed.
 */
export function holdsStop(text: string): boolean {
  const sentences = sentencesOf(withoutInstructions(text)).map(tag);
  return (
    foreignStop(text) ||
    sentences.some((sentence) => clearStop(sentence) !== undefined || bareCancel([sentence]))
  );
}

import { createHash } from 'node:crypto';
import { featuresOf, isWeighed } from '../../src/features/replies/reading/likeness.ts';
import { plainText } from '../../src/features/replies/reading/plain-text.ts';
import { tag } from '../../src/features/replies/reading/tag.ts';
import { typedText } from '../../src/features/replies/reading/typed-text.ts';
import { sentencesOf } from '../../src/features/replies/reading/words.ts';
import type { Labelled, VerdictKind } from './corpus.ts';

/** The corpus as the last step of the reader sees it (`likeness.ts`): what its weights are made from. */

/** A reply: for each of its sentences that has more than a word, what is weighed. */
export type Example = { verdict: VerdictKind; sentences: readonly ReadonlySet<string>[] };

export function exampleOf({ verdict, text }: Labelled): Example {
  const { typed } = typedText(plainText(text));
  const sentences = sentencesOf(typed).map(tag).filter(isWeighed);
  return { verdict, sentences: sentences.map(featuresOf) };
}

/**
 * Tells whether the weights were made from these examples. It changes with a reply, a label, and with a word that came to
 * belong to another class: its weight would be that of the old one.
 */
export function fingerprint(examples: readonly Example[]): string {
  const hash = createHash('sha256');
  for (const { verdict, sentences } of examples)
    hash.update(`${verdict}\t${sentences.map((features) => [...features].join('|')).join('\t')}\n`);
  return hash.digest('hex').slice(0, 16);
}

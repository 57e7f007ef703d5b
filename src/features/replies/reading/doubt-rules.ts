import type { Doubt } from '../../../core/consent/doubt.ts';
import { deceased, diedElsewhere } from './doubt-deceased.ts';
import { refused, refusedElsewhere } from './doubt-refused.ts';
import { unwelcome } from './doubt-unwelcome.ts';
import { wrongElsewhere, wrongPerson } from './doubt-wrong-person.ts';

/**
 * Step 7 of reading a reply: whatever says that the number should perhaps not be texted, without a request to stop. The
 * phrases work on words as a dictionary has them (no accents, no apostrophes).
 */
type DoubtRule = { name: string; doubt: Doubt; patterns: readonly RegExp[] };

const rules: readonly DoubtRule[] = [
  { name: 'deceased', doubt: 'deceased', patterns: deceased },
  { name: 'wrong person', doubt: 'wrong_person', patterns: wrongPerson },
  { name: 'unwelcome', doubt: 'unsure', patterns: unwelcome },
  { name: 'refused', doubt: 'unsure', patterns: refused },
];

/** Whether somebody has died, in any sentence. */
export function speaksOfDeath(plainSentences: readonly string[]): boolean {
  return plainSentences.some((sentence) => saysOf(sentence, 'deceased', deceased));
}

/** Capitalised after "I'm not" or "no soy": a name. In capitals throughout, nothing tells one. */
const deniesName =
  /\b(?:i'?m not|i am not|this is not|this (?:isn|ain)'?t|that (?:isn|ain)'?t|it'?s not|that'?s not|not|no soy|no es|este no es)\s+(?:(?:mrs?|ms|dr)\b\.?|el se[nñ]or|la se[nñ]ora)?\s*(\p{L}+)/giu;

export type FoundDoubt = { rule: string; doubt: Doubt };

export function findDoubt(
  plainSentences: readonly string[],
  typed: string,
): FoundDoubt | undefined {
  for (const { name, doubt, patterns } of rules)
    if (
      plainSentences.some(
        (sentence) => !onlyAsks.test(sentence) && saysOf(sentence, doubt, patterns),
      )
    )
      return { rule: name, doubt };
  return deniesAName(typed) ? { rule: 'not this name', doubt: 'wrong_person' } : undefined;
}

/** The same words in contexts where nobody is wrong or dead at this number, or refuses a text. */
const elsewhere: Partial<Record<Doubt, RegExp>> = {
  wrong_person: wrongElsewhere,
  deceased: diedElsewhere,
  unsure: refusedElsewhere,
};

function saysOf(sentence: string, doubt: Doubt, patterns: readonly RegExp[]): boolean {
  return !elsewhere[doubt]?.test(sentence) && patterns.some((pattern) => pattern.test(sentence));
}

/** Asks for the sender, with a doubt only in the words around it: "new phone, who is this", "is this a scam?" */
const onlyAsks =
  /\b(new phone|dont know this number|dont recognize this number|dont have (this|your|the) number( saved)?|help)\b.*\bwho('?s| is| are)? (this|dis|that|you)\b|^(hi |hello |hola )?(is|are) (this|these|it|you) (a )?(scam|spam|fraud|phishing)s?$|^es (un |una )?(estafa|fraude|spam)$|^de quien es este (numero|telefono)$/;

function deniesAName(typed: string): boolean {
  return [...typed.matchAll(deniesName)].some((match) => {
    const [whole, name] = match;
    const rest = typed.slice(match.index + whole.length);
    return (
      /^\p{Lu}\p{Ll}+$/u.test(name!) &&
      !ordinaryCapitals.test(name!) &&
      /^(\s+\p{Lu}\p{Ll}+)?\s*([.,;!\n]|$)/u.test(rest)
    );
  });
}

const ordinaryCapitals =
  /^(I|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|Thanks?|Gracias|Yes|No|Ok|Okay|Mexican|Spanish|English|Stop)$/;

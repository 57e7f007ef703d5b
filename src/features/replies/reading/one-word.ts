import type { Verdict } from '../verdict.ts';
import { contradictsYes } from './answer-rules.ts';
import { isSpanishKeyword, keywordOf, misspeltKeyword } from './keywords.ts';
import { classes, type Tagged } from './tag.ts';

/** A reply that is one known word, spelt right or wrong. */
export function readWord(whole: string, typed: string): Verdict | undefined {
  const known = keywordOf(whole);
  const locale = isSpanishKeyword(whole) ? { locale: 'es' as const } : {};
  switch (known) {
    case 'stop':
      return { kind: 'stop', rule: 'keyword', ...locale };
    case 'cancel':
      return { kind: 'stop', rule: 'keyword', maybeVisit: true, ...locale };
    case 'doubtful':
      return { kind: 'doubtful_stop', rule: 'near a keyword', doubt: 'unsure' };
    case 'help':
      return { kind: known, rule: 'keyword', ...locale };
    case 'start':
      return contradictsYes(typed)
        ? { kind: 'unclear', rule: 'start in doubt', ...locale }
        : { kind: 'start', rule: 'keyword', ...locale };
    case 'yes':
      return contradictsYes(typed)
        ? { kind: 'unclear', rule: 'yes in doubt', ...locale }
        : { kind: 'yes', rule: 'keyword', ...locale };
    case 'no':
      return /[?？¿]/.test(typed)
        ? { kind: 'unclear', rule: 'no in doubt' }
        : { kind: 'no', rule: 'keyword' };
    case undefined:
  }
  const misspelt = misspeltKeyword(whole);
  switch (misspelt?.kind) {
    case 'stop':
      return { kind: 'stop', rule: 'misspelt keyword' };
    case 'cancel':
      return { kind: 'stop', rule: 'misspelt keyword', maybeVisit: true };
    case 'doubtful':
      return { kind: 'doubtful_stop', rule: 'misspelt keyword', doubt: 'unsure' };
    case undefined:
      return undefined;
  }
}

/** "Hello, unsubscribbe, thank you": one word that counts, right or wrong, among courtesies. */
export function courteousStop(sentences: readonly Tagged[]): Verdict | undefined {
  const core = sentences.flatMap(({ letters, words }) =>
    words.filter((_, at) => !courtesy.test(letters[at]!)).flat(),
  );
  if (core.length > 2 || core[0] === undefined) return undefined;
  const verdict = readWord(core.map(({ text }) => text).join(' '), '');
  // "Thank you, Alta": a name. At its beginning every sentence has a capital.
  if (verdict?.kind === 'doubtful_stop')
    return core[0] !== sentences[0]?.words[0]?.[0] && /^\p{Lu}\p{Ll}/u.test(core[0].written)
      ? undefined
      : verdict;
  return verdict?.kind === 'stop' ? verdict : undefined;
}
const courtesy = classes('comma|okay');

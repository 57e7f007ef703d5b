import { speaksAgainstTexts } from './reading/against-texts.ts';
import { machineIn, type Machine } from './reading/automatic.ts';
import {
  asksForHelp,
  codeIn,
  codesIn,
  contradictsYes,
  isPlainNo,
  isPlainYes,
  nameIn,
} from './reading/answer-rules.ts';
import { withoutCourtesies } from './reading/courtesies.ts';
import { findDoubt, speaksOfDeath } from './reading/doubt-rules.ts';
import { isDespair } from './reading/emergency.ts';
import { foreignStop } from './reading/foreign-stops.ts';
import { resemblesStop } from './reading/likeness.ts';
import { withoutMachineWords } from './reading/machine-words.ts';
import { courteousStop, readWord } from './reading/one-word.ts';
import { isStopPicture } from './reading/stop-pictures.ts';
import { plainText } from './reading/plain-text.ts';
import {
  asksToStart,
  isWholeStart,
  speaksOfMistakenStop,
  stopsOverMistake,
} from './reading/start-rules.ts';
import { bareCancel, clearStop, possibleStop } from './reading/stop-rules.ts';
import { classes, tag, type Tagged } from './reading/tag.ts';
import { typedText, type TypedText } from './reading/typed-text.ts';
import { clausesOf, sentencesOf, type Sentence } from './reading/words.ts';
import type { ReceivedText, Verdict } from './verdict.ts';

/**
 * Reads the meaning of a reply: one pipeline, each step pure (docs/replies.md).
 *
 *   received → plain text → the person's own words → words → classes of words → rules → verdict
 *
 * The order of the rules is the order of harm: a missed stop texts somebody who said no; so does a false yes; every
 * other mistake costs staff a look. So a stop is looked for first, in every sentence; a yes and a start only in the
 * whole. Never throws, whatever the text is.
 */
export function readReply({ text, intent }: ReceivedText): Verdict {
  const plain = plainText(text);
  const own = typedText(plain);
  const sentences = tagged(own.typed);
  const spanish = sentences.filter(({ locale }) => locale === 'es').length > sentences.length / 2;
  const verdict: Verdict = {
    ...(spanish ? { locale: 'es' } : {}),
    ...held(plain, own, meaning(own, sentences)),
  };
  // The provider has blocked the number already: whatever we read, no text reaches it.
  if (intent === 'optout' && verdict.kind !== 'stop')
    return { kind: 'stop', rule: 'provider', ...(spanish ? { locale: 'es' } : {}) };
  return verdict;
}

const tagged = (typed: string): Tagged[] => sentencesOf(typed).map(tag);
const plainOf = (sentences: readonly Tagged[]): string[] => sentences.map(({ plain }) => plain);

/**
 * A stop that no rule can read, but that would be overlooked: in another language, said again and again, or as a word by
 * itself between others. Looked for in all that was received, whatever was set aside or read first.
 */
function held(plain: string, { typed, repeated }: TypedText, verdict: Verdict): Verdict {
  if (verdict.kind === 'stop' || verdict.kind === 'doubtful_stop') return verdict;
  if (repeated) return { kind: 'doubtful_stop', rule: 'repeats a stop', doubt: 'unsure' };
  const clauses = clausesOf(sentencesOf(plain));
  // "Un-stop" is one.
  if (clauses.some(isLoneStop) && (verdict.kind !== 'start' || clauses.length > 1))
    return { kind: 'doubtful_stop', rule: 'a word by itself', doubt: 'unsure' };
  if (verdict.kind === 'unclear' && beginsWithKeyword.test(typed))
    return { kind: 'doubtful_stop', rule: 'a word in capitals', doubt: 'unsure' };
  return foreignStop(typed)
    ? { kind: 'doubtful_stop', rule: 'another language', doubt: 'unsure' }
    : verdict;
}

/** "STOP doctor": written as the carriers' word is, in a reply that is not all in capitals. */
const beginsWithKeyword =
  /^[^\p{L}?¿]*(?:please )?(?:STOP|STOPALL|STOP ALL|UNSUBSCRIBE|QUIT|OPTOUT|OPT OUT|REVOKE|ALTO|PARAR|BAJA)\b(?=[^?¿]*\p{Ll}[^?¿]*$)/u;

/** A part of a sentence that is a keyword and nothing else. To cancel may be about a visit, and the rest decides. */
function isLoneStop(clause: Sentence): boolean {
  const verdict = isInstruction(clause) ? undefined : courteousStop([tag(clause)]);
  return verdict?.kind === 'stop' && verdict.maybeVisit === undefined;
}

/** "To opt out, text STOP." */
function isInstruction({ words: [first] }: Sentence): boolean {
  return instructs.has(first!.text);
}
const instructs = new Set(
  'to para reply text txt send type responda responde conteste envie envia escriba'.split(' '),
);

function meaning(
  { typed, full, outside, reaction }: TypedText,
  sentences: readonly Tagged[],
): Verdict {
  const machine = machineIn(outside);
  if (sentences.length === 0)
    return machine ? { kind: 'automatic', rule: 'automatic' } : wordless(typed, reaction);
  const plain = plainOf(sentences);
  const whole = plain.join(' ');
  if (reaction)
    return stop(sentences, plain) ?? doubt(sentences, plain, typed) ?? wordless('', reaction);
  return (
    readWord(whole, typed) ??
    courteousStop(sentences) ??
    despair(sentences) ??
    (machine && machine !== 'phrase' ? besideMachine(full, machine) : undefined) ??
    plainYes(sentences, typed) ??
    (isWholeStart(sentences, typed) && !bareCancel(sentences) && !onlyStops(sentences)
      ? { kind: 'start', rule: 'start again' }
      : undefined) ??
    (machine ? besideMachine(full, machine) : undefined) ??
    stop(sentences, plain) ??
    doubt(sentences, plain, typed) ??
    stopPicture(sentences, typed) ??
    (speaksOfMistakenStop(plain)
      ? { kind: 'doubtful_stop', rule: 'stop in doubt', doubt: 'unsure' }
      : undefined) ??
    // "Start? No thanks": nothing is lifted, and it answers no question of ours.
    (asksToStart(plain) ? startInDoubt(sentences) : undefined) ??
    overlooked(sentences, whole, typed)
  );
}

function startInDoubt(sentences: readonly Tagged[]): Verdict {
  return speaksAgainstTexts(sentences)
    ? { kind: 'doubtful_stop', rule: 'start refused', doubt: 'unsure' }
    : { kind: 'unclear', rule: 'start in doubt' };
}

/** For a person to read at once; a stop in another sentence holds. "Make it stop" is part of it. */
function despair(sentences: readonly Tagged[]): Verdict | undefined {
  if (!isDespair(sentences)) return undefined;
  const others = sentences.filter((sentence) => !isDespair([sentence]));
  return stop(others, plainOf(others))
    ? { kind: 'doubtful_stop', rule: 'emergency', doubt: 'unsure' }
    : { kind: 'unclear', rule: 'emergency' };
}

/** Nobody looks at what a machine wrote, so only where nothing else in it may be a person's stop, doubt or refusal. */
function besideMachine(text: string, machine: Machine): Verdict {
  const left = withoutMachineWords(text);
  const sentences = left.split('\n').flatMap(tagged);
  const plain = plainOf(sentences);
  const found = stop(sentences, plain) ?? doubt(sentences, plain, left);
  if (!found && clausesOf(sentencesOf(left)).some(isLoneStop))
    return { kind: 'doubtful_stop', rule: 'stop beside a machine', doubt: 'unsure' };
  if (found)
    return found.kind === 'stop' && machine === 'certain'
      ? { kind: 'doubtful_stop', rule: 'stop beside a machine', doubt: 'unsure' }
      : found;
  return sentences.some(
    (sentence) =>
      forbids(sentence) ||
      isPlainNo([sentence], sentence.plain) ||
      // "I'm driving, and you keep texting": a person.
      (machine === 'phrase' && /\b(you keep|enough|hate|block|ever)\b/.test(sentence.plain)),
  )
    ? { kind: 'unclear', rule: 'refusal beside a machine' }
    : { kind: 'automatic', rule: machine === 'phrase' ? 'automatic' : 'machine' };
}

/** "Do not deliver": an order of somebody's, whatever it is about. */
const forbids = ({ letters }: Tagged): boolean => beginsWithNot.test(letters);
const beginsWithNot = classes('(^|comma|and|but)you?(not|never|nomore)');

/** What no rule has read of the whole: once more without the courtesies at the ends of its sentences. */
function overlooked(sentences: readonly Tagged[], whole: string, typed: string): Verdict {
  const spoken = sentencesOf(typed);
  const bare = spoken.map(withoutCourtesies);
  const isBare = bare.every((sentence, at) => sentence === spoken[at]);
  const between = isBare ? [] : bare.map(tag);
  const isFirst = bare[0]?.words[0] === spoken[0]?.words[0];
  return (
    betweenCourtesies(between, typed, isFirst ? undefined : bare[0]) ??
    answer(sentences, whole) ??
    unread(sentences, between)
  );
}

/** A stop, or a doubt, that courtesies kept the rules from. `behind`: the sentence that a courtesy begins. */
function betweenCourtesies(
  sentences: readonly Tagged[],
  typed: string,
  behind: Sentence | undefined,
): Verdict | undefined {
  if (sentences.length === 0) return undefined;
  const plain = plainOf(sentences);
  const word = readWord(plain.join(' '), typed);
  // "Thank you, Alta": a name. At its beginning every sentence has a capital.
  const isNamed = behind !== undefined && /^\p{Lu}\p{Ll}/u.test(behind.words[0]!.written);
  if (word?.kind === 'stop' || (word?.kind === 'doubtful_stop' && !isNamed)) return word;
  return stop(sentences, plain) ?? doubt(sentences, plain, typed);
}

/** No rule read it. It may still look like a stop: then it is held, and the person is asked. */
function unread(sentences: readonly Tagged[], between: readonly Tagged[]): Verdict {
  if (speaksAgainstTexts([...sentences, ...between]))
    return { kind: 'doubtful_stop', rule: 'against texts', doubt: 'unsure' };
  return resemblesStop(sentences)
    ? { kind: 'doubtful_stop', rule: 'resembles a stop', doubt: 'unsure' }
    : { kind: 'unclear', rule: 'none' };
}

function wordless(typed: string, reaction: boolean): Verdict {
  if (reaction) return { kind: 'reaction', rule: 'reaction' };
  return stopPicture([], typed) ?? { kind: 'unclear', rule: 'no words' };
}

function stopPicture(sentences: readonly Tagged[], typed: string): Verdict | undefined {
  return isStopPicture(sentences, typed)
    ? { kind: 'doubtful_stop', rule: 'stop sign', doubt: 'unsure' }
    : undefined;
}

function stop(sentences: readonly Tagged[], plain: readonly string[]): Verdict | undefined {
  if (bareCancel(sentences)) return { kind: 'stop', rule: 'cancel', maybeVisit: true };
  for (const sentence of sentences) {
    const rule = clearStop(sentence);
    // "He passed away, do not text": the death is the news for the practice.
    if (rule === 'do not contact' && speaksOfDeath(plain)) continue;
    if (rule !== undefined) return { kind: 'stop', rule };
    if (stopsOverMistake(sentence.plain)) return { kind: 'stop', rule: 'stop, and why' };
  }
  return undefined;
}

/** "I texted stop by mistake" speaks of a stop; "start texting me? No, stop." asks for one. */
function onlyStops(sentences: readonly Tagged[]): boolean {
  return sentences.some(
    (sentence) => !mistaken.test(sentence.letters) && clearStop(sentence) !== undefined,
  );
}
const mistaken = classes('mistake');

function doubt(
  sentences: readonly Tagged[],
  plain: readonly string[],
  typed: string,
): Verdict | undefined {
  const found = findDoubt(plain, typed);
  if (found) return { kind: 'doubtful_stop', ...found };
  const agrees = sentences.some(({ letters }) => saysYes.test(letters));
  for (const sentence of sentences) {
    const rule = possibleStop(sentence, agrees);
    if (rule !== undefined) return { kind: 'doubtful_stop', rule, doubt: 'unsure' };
  }
  return undefined;
}

/** "It was a mistake to say yes" agrees to nothing. */
const saysYes = classes('(?<!say comma?)yes');

function plainYes(sentences: readonly Tagged[], typed: string): Verdict | undefined {
  if (!isPlainYes(sentences)) return undefined;
  // "I want my reminders back" ends a stop; "yes, start again" answers.
  const plain = sentences.map((sentence) => sentence.plain);
  if (asksToStart(plain) && !plain.some((words) => /\b(yes|y|si)\b/.test(words))) return undefined;
  if (contradictsYes(typed)) return { kind: 'unclear', rule: 'yes in doubt' };
  if (codesIn(sentences).length > 1) return { kind: 'unclear', rule: 'yes in doubt' };
  const [code, name] = [codeIn(sentences), nameIn(sentences)];
  return {
    kind: 'yes',
    rule: 'plain yes',
    ...(code === undefined ? {} : { code }),
    ...(name.length === 0 ? {} : { name }),
  };
}

function answer(sentences: readonly Tagged[], whole: string): Verdict | undefined {
  if (isPlainNo(sentences, whole)) {
    const code = codeIn(sentences);
    return { kind: 'no', rule: 'plain no', ...(code === undefined ? {} : { code }) };
  }
  if (asksForHelp(sentences.map(({ plain }) => plain)))
    return { kind: 'help', rule: 'asks who writes' };
  return undefined;
}

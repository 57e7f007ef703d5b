import { needsNoContact } from './needless.ts';
import {
  askedOfOneself,
  besideYes,
  clear,
  doubtful,
  negatedStop,
  partial,
  stopOfOther,
  wordAlone,
} from './stop-patterns.ts';
import { asksPlainly, mayAsk } from './plain-stops.ts';
import { classes, type Tagged } from './tag.ts';

/**
 * Step 6 of reading a reply: is there a request to stop? Phrases that only sound like one are struck out first; then the
 * rules of stop-patterns.ts look for verb × negation × object.
 */

/** The rule that a clear request to stop follows; undefined: there is none. */
export function clearStop(sentence: Tagged): string | undefined {
  return (
    clearlyAsked(sentence) ??
    clearlyAskedWhen(sentence) ??
    (asksPlainly(sentence.plain) ? 'stop, in plain words' : undefined)
  );
}

/** "Opt me out by Friday": said of the list or the number, a day is no visit. "No me contacten, ok" is said of everything. */
function clearlyAskedWhen(sentence: Tagged): string | undefined {
  const asked = withoutDay(sentence);
  const found = asked && clearlyAsked(asked);
  if (found === undefined || ofTheList.has(found)) return found;
  const behind = sentence.words.slice(asked!.words.length).flat();
  return behind.every(({ text }) => /^(ok|okay)$/.test(text)) ? found : undefined;
}

const ofTheList = new Set([
  'opt out',
  'remove me',
  'remove from list',
  'take me off',
  'number off',
]);

function clearlyAsked(sentence: Tagged): string | undefined {
  const letters = struck(sentence);
  if (partial.test(letters)) return undefined;
  // "Wrong number, stop": a clause may say it all.
  const clauses = [letters, ...letters.split(joints)];
  if (needsNoContact(sentence, clauses)) return 'need not contact';
  return [wordAlone, ...clear].find(
    ({ name, pattern }) =>
      reported[name]?.test(sentence.plain) !== true &&
      clauses.some((clause) => pattern.test(clause)),
  )?.name;
}

/** What happened is no order, though it is made of the same words: "I deleted your text", "no he recibido ni un texto". */
const reported: Readonly<Record<string, RegExp>> = {
  'end texts':
    /\b(i|we|accidentally|accidently)( (accidentally|accidently|just|already|have|may have|must have|think i))* (deleted|erased|cleared)\b|\b(borre|elimine|perdi)\b/,
  'no more texts':
    /\b(no|ni)( me| nos)? (ha|han|he|hemos|habia|tengo|tenemos|veo|llego|llegaron|recibi|recibimos)\b.*\b(ningun|ninguno|ni un|un|uno)\b/,
};

const joints = classes('(comma|and|but)+');

/** The rule by which a request to stop is possible; undefined: nothing hints at one. `agrees`: the reply says yes. */
export function possibleStop(sentence: Tagged, agrees = false): string | undefined {
  const letters = struck(sentence);
  if (mayAsk(sentence.plain)) return 'stop, in other words';
  // "Does STOP cancel my visit?" asks about the effect.
  if (sentence.question && aboutStop.test(letters)) return undefined;
  if (thanksForReminder(sentence)) return undefined;
  const find = (of: string): string | undefined =>
    (agrees ? besideYes : doubtful).find(({ pattern }) => pattern.test(of))?.name;
  const asked = withoutDay(sentence);
  return (
    find(letters) ?? (asked && (find(struck(asked)) ?? clearlyAsked(asked))) ?? optedOut(sentence)
  );
}

/** "Unsubscribe me doctor", "unsubscribe from Dr. Lee's office": of the practice, so of its texts. */
function optedOut({ plain }: Tagged): string | undefined {
  return ofThePractice.test(plain) ? 'opt out' : undefined;
}
const ofThePractice =
  /\b(unsubscribe|opt|optout) (me |us |my number )?(out )?((of|from) )?((the|your|this|my) )?(dr|doctor|doc|nurse|office|clinic|practice|dentist)\b|^(please )?(stop|quit|end|alto) (dr|doctor|doc|nurse|doctora|office|clinic)( \w+)?$/;

/** Without the day at its end, "today", "by Friday", "hoy mismo", and an "ok" behind it; undefined: it has neither. */
function withoutDay(sentence: Tagged): Tagged | undefined {
  const { words, letters } = sentence;
  const last = (end: number): string => words[end - 1]?.map(({ text }) => text).join(' ') ?? '';
  let end = words.length;
  while (end > 1 && /^(ok|okay)$/.test(last(end))) end -= 1;
  if (last(end) === 'mismo') end -= 1;
  if (days.has(last(end))) {
    end -= 1;
    // A visit's day, and a visit: "remove me from Thursday", "I'll stop by tomorrow".
    if (
      /^(from|for|of|de|del|para)$/.test(last(end)) ||
      /^stop by$/.test(`${last(end - 1)} ${last(end)}`)
    )
      return undefined;
    if (/^(by|on|this|el|esta)$/.test(last(end))) end -= 1;
  }
  return end === words.length || end < 1
    ? undefined
    : { ...sentence, words: words.slice(0, end), letters: letters.slice(0, end) };
}

const days = new Set(
  (
    'today|tonight|tomorrow|now|this week|monday|tuesday|wednesday|thursday|friday|saturday|sunday' +
    '|hoy|hoy mismo|manana|ahora|esta semana|lunes|martes|miercoles|jueves|viernes|sabado|domingo'
  ).split('|'),
);

/** "No, thank you for reminding me": a courtesy, though it says no, and names a reminder. */
export function thanksForReminder({ plain }: Tagged): boolean {
  return thanks.test(plain);
}
const thanks =
  /^((oh|ay|hi|hola) )?(no|nope|nah) ((thank (you|u)|thanks|thx|ty)( so much| very much| again)? for (remind\w*|the (reminder|heads up)|letting)|(muchas |mil )?gracias (a (usted|ustedes|uds) )?por (record\w+|avis\w+|el (aviso|recordatorio)))\b/;

const aboutStop = classes('^(comma|and|okay)*(ask|aux|why|if|be|other|i aux)');

const cancels = classes('^(comma|no|okay|you|and)* cancel (it|me|comma|okay|more|number|cancel)*$');

/** Cancels without an object: the law counts the word as a stop, and people cancel visits with it. */
export function bareCancel(sentences: readonly Tagged[]): boolean {
  return (
    sentences.some(({ letters }) => cancels.test(letters)) &&
    sentences.every(({ letters }) => letters === '' || cancels.test(letters))
  );
}

/** Whether it has a phrase that only sounds like a request to stop. */
export function soundsLikeStop(sentence: Tagged): boolean {
  return struck(sentence) !== sentence.letters;
}

const other = classes('other');
function struck({ letters }: Tagged): string {
  const gap = letterOfOther;
  return letters
    .replaceAll(negatedStop, gap)
    .replaceAll(askedOfOneself, gap)
    .replaceAll(stopOfOther, gap);
}
const letterOfOther = other.source;

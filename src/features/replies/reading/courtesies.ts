import { comma, type Sentence, type Word } from './words.ts';

/**
 * Courtesies, and "for now", around what a sentence says: "Delete my number today, thank you", "sorry, that isn't me".
 * Rules that look at the end or the beginning of a sentence would overlook what is between them.
 */

const list = (text: string): readonly (readonly string[])[] =>
  text
    .split('|')
    .map((phrase) => phrase.trim().split(/\s+/))
    .toSorted((one, other) => other.length - one.length);

const either = `please | pls | plz | plse | thanks | thank you | thank u | thankyou | thx | thnx | thnks | tnx | ty | tysm | sorry | sry
  | im sorry | i m sorry | i am sorry | so sorry | apologies | my apologies | ok | okay | k | kk | alright | lol | haha | jaja | sir | maam | madam
  | mam | guys | folks | everyone | yall
  | por favor | porfavor | porfa | favor | gracias | muchas gracias | mil gracias | perdon | disculpe | disculpen | disculpa
  | lo siento | bueno | oiga | oigan`;

const before =
  list(`${either} | hi | hello | helo | hey | hiya | hi there | hello there | hey there | good morning | good afternoon
  | good evening | good day | excuse me | well | so | um | uh | actually | listen | look | just | hola | buenas | buenos dias
  | buen dia | buenas tardes | buenas noches | favor de | mire | mira | pues | doctor | doc
  | doctora | senor | senora | senorita | miss | bro | dude | man`);

const behind =
  list(`${either} | so much | very much | a lot | again | in advance | anyway | bye | goodbye | bye bye | cheers | regards
  | best | take care | god bless | god bless you | have a good day | have a nice day | have a great day | have a good one
  | have a blessed day | adios | saludos | bendiciones | buen dia | que tenga buen dia | de antemano | y gracias | and thank you
  | and thanks | too | as well | though | already | ya | now | ahora | right now | right away | at once | immediately | asap | a s a p
  | for now | for the time being | for a while | for a bit | at this time | until further notice | por ahora | por el momento
  | por lo pronto | de inmediato | inmediatamente | lo antes posible | cuanto antes | ahorita | if you can | if possible
  | when you can | if you would | if you dont mind | si es posible | si puede | si pueden`);

/** Undefined: nothing was around it, or nothing is left. */
export function withoutCourtesies(sentence: Sentence): Sentence | undefined {
  const { words } = sentence;
  let [from, to] = [0, words.length];
  for (;;) {
    const length = words[from]?.text === comma ? 1 : lengthAt(words, from, to, before);
    // "Thank you for the reminder", "sorry for the delay": it says what for.
    if (length === 0 || /^(for|por|about|to)$/.test(words[from + length]?.text ?? '')) break;
    from += length;
  }
  for (;;) {
    const length = words[to - 1]?.text === comma ? 1 : lengthBefore(words, from, to, behind);
    if (length === 0) break;
    to -= length;
  }
  if (from >= to || to - from === words.length) return undefined;
  return { ...sentence, words: words.slice(from, to) };
}

type Phrases = readonly (readonly string[])[];

function lengthAt(words: readonly Word[], from: number, to: number, phrases: Phrases): number {
  const found = phrases.find(
    (phrase) =>
      from + phrase.length <= to && phrase.every((text, at) => words[from + at]!.text === text),
  );
  return found?.length ?? 0;
}

function lengthBefore(words: readonly Word[], from: number, to: number, phrases: Phrases): number {
  const found = phrases.find(
    (phrase) =>
      to - phrase.length >= from &&
      phrase.every((text, at) => words[to - phrase.length + at]!.text === text),
  );
  return found?.length ?? 0;
}

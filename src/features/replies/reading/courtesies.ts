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

const either = `${comma} | please | pls | plz | plse | thanks | thank you | thank u | thankyou | thx | thnx | thnks | tnx | ty | tysm | sorry | sry
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

/** The same sentence where nothing is around it, or nothing else is left. */
export function withoutCourtesies(sentence: Sentence): Sentence {
  const { words } = sentence;
  let [from, to] = [0, words.length];
  for (;;) {
    const found = before.find((phrase) => from + phrase.length <= to && isAt(words, from, phrase));
    // "Thank you for the reminder", "sorry for the delay": it says what for.
    if (!found || /^(for|por|about|to)$/.test(words[from + found.length]?.text ?? '')) break;
    from += found.length;
  }
  for (;;) {
    const found = behind.find(
      (phrase) => to - phrase.length >= from && isAt(words, to - phrase.length, phrase),
    );
    if (!found) break;
    to -= found.length;
  }
  const isBare = from >= to || to - from === words.length;
  return isBare ? sentence : { ...sentence, words: words.slice(from, to) };
}

function isAt(words: readonly Word[], from: number, phrase: readonly string[]): boolean {
  return phrase.every((text, at) => words[from + at]!.text === text);
}

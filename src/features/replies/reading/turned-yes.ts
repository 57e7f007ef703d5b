import { classes, type Tagged } from './tag.ts';

/**
 * A yes that something harmless by itself turns into a question, an unfinished sentence or talk of a yes. Each of these
 * words is passed over as a filler elsewhere ("yes, and thank you"), so the words themselves are looked at.
 */
export function isTurned(sentences: readonly Tagged[]): boolean {
  const whole = sentences.map(({ plain }) => plain).join(' ');
  return (
    isOtherY(whole) ||
    sentences.some(
      ({ plain, letters }) =>
        turns.some((pattern) => pattern.test(plain)) ||
        (speaksOfYes(plain, letters) && !saysYes.some((pattern) => pattern.test(plain))),
    )
  );
}

const turns: readonly RegExp[] = [
  // A yes to a visit, or a confirmation of it
  /\b(today|tomorrow|tonight|(mon|tues|wednes|thurs|fri|satur|sun)day|confirm(ed|o|ado|ada)?|confirming|noon|\d{1,2} ?(am|pm)|hoy|manana|lunes|martes|miercoles|jueves|viernes|sabado|domingo)\b/,
  // "Sí, ¿para qué?" without its marks, and "sí, tú", which mocks
  /\b(para|pa|por|a|de|con) que$|^(y |pero |ok )*(por|para|pa) que\b/,
  // "Why yes" agrees; "why a yes" and "so why yes" ask.
  /^why (?!yes\b)|\S why\b/,
  // Broken off: "yes the", "si usted", "sí y"
  /\b(the|your|my|an?|any|some|many|of|and|or|so|then|el|la|los|las|un|una|mi|mis|su|sus|tu|le|les|lo|que|para|por|de|o|con|ustedes|usted)$|\bsi y$/,
  // Not what was asked for
  /\b(spam|scam|junk|fraud|basura|estafa)\b/,
  // Of whose yes? "Your yes", "la sí"
  /^(your|the|an?|any|some|many|much|of(?! course)|to) (\w+ )?(yes|y|consent|agreement|permission|agree|accept|allow)\b/,
  /^(la|lo|el|los|las|le|les|tu|su|mis?|sus|una?|ustedes|usted|para)( \w+)? si\b|^(y|que) si\b/,
  /^si (ustedes|usted|tu|el|ella|esto|eso) (esta|estan|es|son|fue|era)\b/,
  // "Si quiere" leaves it to us, or tells of somebody else.
  /\bsi( \w+)? (quiere[ns]?|gusta[ns]?)\b|^quiere[ns]?\b|\bwants\b/,
];

/**
 * "Y" is a yes alone, with a code or with courtesies. Beside anything else it is "why" in a hurry ("y u text me"), or the
 * Spanish "and".
 */
function isOtherY(whole: string): boolean {
  return (
    holdsY.test(whole) && !isY.test(whole) && !(fullYes.test(whole) && !beginsWithY.test(whole))
  );
}

const holdsY = /\by+\b/;
const fullYes = /\b(yes|yess|si|agree|consent)\b/;
const beginsWithY = /^((ok|okay|hi|hello|hey|hola|please) )*y+\b/;
const isY =
  /^((ok|okay|hi|hello|hey|hola|please) )*y+( (y+|yes|please|pls|plz|plse|thanks|thank you|thank u|thankyou|thx|ty|tysm|tks|thank you very much|thanks so much|so much|sir|maam|por favor|gracias|\d{4}))*$/;

/** Before the yes, and of a text that came: "she said yes", "yes, sent". */
function speaksOfYes(plain: string, letters: string): boolean {
  return saying.test(letters) || told.test(plain);
}

const saying = classes('say .*yes');
const told =
  /(?<!\b(be|being|get|getting) )\b(sent|texted|messaged|wrote|replied|mandado|enviado)\b/;

/** "I say yes", as dictated too; but "I have to say yes" and "who said yes" only speak of one. */
const saysYes: readonly RegExp[] = [
  /^say yes( please| thanks| thank you)*$/,
  /^((ok|okay) )?(i|we) ((already|just|did) )?(say|said)\b(?! (say|said|i|she|he)\b)/,
  /^((hey|ok|okay|siri|alexa|google|please) )*((i|we|im|i am) )?((already|just) )?(reply|replied|replying|answer|answered|answering|texted|text back|sent|tell (them|her|him))\b/,
  /^(digo|dije|contesto|respondo|responde|contesta|diles?|digales?)\b/,
  /\b((my|the) answer is yes|(mi|la) respuesta es si)\b/,
];

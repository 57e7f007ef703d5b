import { agrees } from './agreement.ts';
import { givenNames } from './given-names.ts';
import { nameMark } from './phrases.ts';
import { thanksForReminder } from './stop-rules.ts';
import { classes, oneAfterAnother, type Tagged } from './tag.ts';
import type { Word } from './words.ts';

/**
 * Step 8 of reading a reply: an answer to the question whether the person may be texted, a call for
 * help. A yes is made of phrases that are spelled out (agreement.ts), so that a contradiction, a question or a condition is
 * no yes, in whatever words.
 */

/** Pictures that go with a yes. Any other, and any that contradicts it, makes the yes unclear. */
const kind =
  /[👍👌🙂😊😀😃😄😁☺🙏❤🧡💛💚💙💜🩷🩵🤍🖤🤎💕💖💗💓💞💟❣🥰😍😘🤗✅✔☑💯🎉🎊👏🙌💪😇🤝👋🌸🌹🌺🌻🌼🌷💐⭐🌟✨☀🌞😂🤣😎🤠🫶✌🤟🫡🤙👊🙋😉😌😋🤩🥳😅🆗🐾🍀🦋🌈]/u;
const picture = /\p{Extended_Pictographic}/gu;
const sad = /[:;=8]['’]?-?[([{\\/|]|>:|-_-|¯|\^o\)/;

/** Letters of another script: words that no list of ours holds. */
const otherScript = /(?!\p{Script=Latin})\p{L}/u;

export function contradictsYes(typed: string): boolean {
  if (otherScript.test(typed.replaceAll(picture, ''))) return true;
  // "Yes $1000": a sum is no code.
  if (/\p{Sc}|%/u.test(typed)) return true;
  // Marks of a question that no keyboard here has, and a word that is masked: "yes a**hole".
  if (/[‽؟⸮⁇⁈⁉]|\p{L}\*+\p{L}|\p{L}\*{2}/u.test(typed)) return true;
  // "Sí, mandé los mensajes" tells what was done; without its accent it would be an order.
  if (/(?<!\p{L})(mandé|envié|activé|reactivé|reanudé)(?! (stop|alto|baja))(?!\p{L})/iu.test(typed))
    return true;
  // "> YES" quotes somebody.
  if (/[?？¿]|^\s*[>＞»]/m.test(typed) || sad.test(typed.replaceAll(/https?:\S+/g, '')))
    return true;
  return (typed.match(picture) ?? []).some((mark) => !kind.test(mark) && !/[©®™‼ℹ]/u.test(mark));
}

/** The whole reply is a plain yes, perhaps with the writer's name ("Yes, this is Margaret"). */
export function isPlainYes(sentences: readonly Tagged[]): boolean {
  const names = new Set(nameIn(sentences));
  return agrees(
    sentences.map(({ plain }) =>
      plain
        .split(' ')
        .map((word) => (names.has(word) ? nameMark : word))
        .join(' '),
    ),
  );
}

/** "This is Margaret Smith", "soy Juan", ", Margaret": a name says nothing against a yes. */
const named = classes(
  '((iam|be|i|it be|i be|from) other+ prep? other*|comma other+|^other+ (?=comma? no(comma|$)))',
  'g',
);
const otherAlone = classes('^other+$');

const withoutName = (sentence: Tagged): string => setNameAside(sentence).letters;

/** The words of the name that the writer gives: of another person than was asked, they are nobody's yes. */
export function nameIn(sentences: readonly Tagged[]): string[] {
  return sentences.flatMap((sentence) => setNameAside(sentence).name);
}

function setNameAside(sentence: Tagged): { letters: string; name: string[] } {
  const name: string[] = [];
  const aside = (from: number, found: string): string => {
    const to = from + found.length;
    if (!isName(sentence, from, to)) return found;
    name.push(...unknownWords(sentence, from, to).map(({ text }) => text));
    return '';
  };
  const { letters } = sentence;
  const left = otherAlone.test(letters)
    ? aside(0, letters)
    : letters.replaceAll(named, (found: string, ...rest: unknown[]) =>
        aside(rest.find((value) => typeof value === 'number') ?? 0, found),
      );
  return { letters: left, name };
}

function unknownWords({ letters, words }: Tagged, from: number, to: number): Word[] {
  return words
    .slice(from, to)
    .filter((_, at) => other.test(letters[from + at]!))
    .flat();
}

const introduced = classes('^(iam|be|i|it|from)');

/** Two words with capitals, or one that is introduced or known; at most five with what leads to them. */
function isName(sentence: Tagged, from: number, to: number): boolean {
  const { letters } = sentence;
  const unknown = unknownWords(sentence, from, to);
  if (to - from > 5) return false;
  // In a title every word has one: "Yes This Is Ridiculous".
  const written = sentence.words.flat();
  const isTitle = written.length > 2 && written.every((word) => /^[^\p{Ll}]/u.test(word.written));
  if (isTitle) return unknown.some(({ text }) => givenNames.has(text));
  // "It's Carol", but "it's Urgent".
  if (/^its?$/.test(sentence.words[from]![0]!.text))
    return unknown.some(({ text }) => givenNames.has(text));
  const capitals = unknown.every(({ written }) => /^\p{Lu}(\p{Ll}[\p{L}'’-]*)?$/u.test(written));
  const isIntroduced = unknown.length > 1 || introduced.test(letters.slice(from, to));
  return (isIntroduced && capitals) || unknown.every(({ text }) => givenNames.has(text));
}
const other = classes('other');

/** The different codes that are written. */
export function codesIn(sentences: readonly Tagged[]): string[] {
  const written = sentences
    .flatMap(({ words }) => words.flat().map(({ text }) => text))
    .filter((text) => /^\d{4}$/.test(text));
  return [...new Set(written)];
}

/** The one code. */
export function codeIn(sentences: readonly Tagged[]): string | undefined {
  const codes = codesIn(sentences);
  return codes.length === 1 ? codes[0] : undefined;
}

const refusal = classes(
  `^(okay|comma|i|and|code|say|but|fine)*(?=.)${oneAfterAnother('no i? not (agree|want|aux|be)? comma?|no (comma|no|i|and|code|say|but|okay|fine)*|i? (not|never|didnt|amnot) want* (agree|consent|want) (comma|$)|(i|want|aux|comma)* decline (comma|$)')}$`,
);
const refusals =
  /^(no )?((i )?(decline|refuse)|(id |i would |i )?(rather|prefer) not( to)?|not (at this time|now|right now|today)|no (not )?(now|right now|at this time|today)|i (said|say) no|hard no|((no|nope|absolutely not|no way)( and)? )?never( again)?|absolutely not|no way|nah im good|no im good|im good|nunca|mejor no|prefiero no|preferiria no|por ahora no|ahora no|ahorita no|en este momento no|no (me gustaria|quiero|quisiera|deseo|acepto|autorizo|estoy de acuerdo|doy permiso)|para nada|de ninguna manera|no por ahora|no por el momento|declino|rechazo|nel|negativo)( (thanks|thank you|please|gracias|muchas gracias|por favor))*$/;

export function isPlainNo(sentences: readonly Tagged[], plain: string): boolean {
  if (sentences.some(({ question }) => question)) return false;
  if (notSure.test(plain) || sentences.some(thanksForReminder)) return false;
  if (courteous.test(plain) && harmlessBeside(sentences)) return true;
  if (withReason.test(plain)) return true;
  const letters = sentences.map((sentence) => withoutName(sentence)).join('');
  return refusal.test(letters) || refusals.test(plain.replace(/^(hi|hello|hola|sorry|ok) /, ''));
}

/** "No thank you, …": the refusal stands, whatever the reason, unless it speaks of a visit or asks for something. */
const courteous =
  /^(hi |hello |hola |sorry |oh |please |ah )*(no|nope|nah) (but |pero )?(thanks|thank you|thank u|thankyou|thx|ty|gracias|muchas gracias|mil gracias)\b/;
const speaksOf = classes('visit|care|if|ask|how|why|help|yes|start|call');
function harmlessBeside(sentences: readonly Tagged[]): boolean {
  return sentences.every(({ letters }) => !speaksOf.test(letters) && letters.length <= 20);
}

const withReason =
  /^(sorry )?(no|nope|nah) (i |im |ill |id |we |were |well |my |it |its |it is |that |thats |i am |i will |i do |i would )*(already |always |can |just |rather |usually )*(think im |think i am )?(remember|keep track|have a calendar|keep a (paper |wall )?calendar|write it down|fine (as is|without)|good without|ok without|okay without|dont (need|trust|feel|like|use|believe)|do not (need|trust|feel|like|use)|wont be necessary|isnt (needed|necessary)|not (needed|necessary)|rather not|soon not)\b(?! (it is|its|the pills|to come|coming|a ride|an? appointment))[\w ]{0,60}$/;
const notSure =
  /^(no (lo )?se|no not no|no (thats|that is) (all|it)|no eso es todo|no es todo)( (thanks|thank you|gracias))?$/;

const askedForHelp =
  /^(i |hi |hello |please |pls |can you |could you |can someone |por favor |hola )*(need |want |send |necesito |quiero |me |me (puede|pueden) )*(some |more |mas )*(help|info|information|ayuda|informacion|assist|assistance|support|hepl|hlep|hlp|heelp|halp|alluda|ayuad|ayudar|ayudeme|ayudame|ayudenme|representative|agent|operator)( (me|us|please|pls|plz|por favor|porfa|porfavor|porfis|needed|help|out))*$/;
const who = '(who|whos|who s|hoo|whose|who is|who are|who r|who was|who am i)';
const asks: readonly RegExp[] = [
  new RegExp(
    `\\b${who} (the (hell|heck|fuck|f|devil) |in the world |on earth |tf |exactly |be |iz |is |are |am i )*(this|dis|dat|that|you|u|texting|messaging|sending|writing|it|contacting|asking|talking|speaking|texted|sent|messaged|wrote|contacted|number)\\b`,
  ),
  /\b(who ?dis|whodis|who this|may i ask who|who do you (represent|work for)|what company|(what|which) (practice|office|clinic|doctor|business|dr)\b.{0,12}(is|this|are|you)?|do i know you|have we met|identify yourself|what number is this|where is this from|new phone who|prove who you are)\b/,
  /\b(what|whats|wat|wats|wut) (is |iz |are |was )?(this|these|that|dis)( text| message)?( (about|abt|for|regarding|number|text|message|mean|supposed to be))?$|\bwhat (does|do) (this|that|it|you) mean\b|^what (is|are) (this|these|that) (all )?about$|\bwhat (am i|are we|did i) (even )?(sign|signing|signed) up (for|to)\b/,
  /^(i )?(dont|do not|didnt) (understand|get it|get this|follow)( this| it| that| the| your)*( question| message| text| what this is)?$|^(sorry )?(im |i am )?(so |very |a little |kinda |a bit )?confused( (by|about) (this|that|it|the text|your text|your message))?$|^whose (office|number|text|message|practice)( is this)?$|\bwho (is|are) (demo|the|dr|doctor) \w+( practice| clinic| office)?$|^what is (demo|the) (practice|clinic|office)( \w+)?$|^(please )?explain( this| please)*$|^how does (this|it) work$|\bwhat (do|should|am) i (supposed to )?(do|say|reply|put|text)\b( with this| here| now)?$/,
  /\b(is this|are you|is it|this is) (really )?(real|legit|legitimate|a scam|fake|a robot|a bot|automated|a person|human|the (clinic|dentist|doctor|office|practice)|a real|dr|doctor|for real|from my doctor)\b|\bis this (text |message )?(really |a real )?(the|from|my|dr)\b.{0,30}(office|doctor|clinic|dentist|practice)?|\bhow do i know (this|its|it) is\b|\bhow do i know\b.*\b(real|really|you)\b/,
  /\b(whats|what is|what s|need) (your|the|ur) (phone )?number\b|\bwhat number (do|can|should) i call\b|\b(talk|speak) (to|with) (a |an )?(person|human|someone|somebody|real)\b|\bam i talking to\b/,
  /\b(quien|quienes) (demonios |diablos )?(es|eres|habla|hablas|escribe|manda|me esta (escribiendo|mandando|enviando|texteando|contactando)|esta escribiendo|me mando( este)? (mensaje|texto)|envia|me (escribe|manda|habla|texteo|mando|envia|esta|contacta)|son|sois|mando|llama)( (usted|tu|este|esto|ud|uds|ustedes|el numero|senor|senora))?( no tengo (registrado|guardado) (el|este|su) numero)?$|\bde quien es este (numero|telefono)\b|\bde (quien|donde|parte de quien|que (clinica|consultorio|doctor|oficina|dentista|numero))\b|\bcon quien hablo\b|\bde que se trata\b|\b(que|para que|de que) es( esto| eso)?$|\bno se quien (es|son|eres|me)\b( usted| este)?/,
  /\b(que significa|no (le )?entiendo|no entendi|que (hago|debo|tengo que)|como funciona|expli(queme|quenme|came))\b|^(es|son|esto es) (real|de verdad|una estafa|un robot|el dentista|la clinica|la oficina|el consultorio)\b|\bhablar con (una persona|alguien)\b|\ba que numero llamo\b|\bcual es su (telefono|numero)\b|\bes real\b|^(es|son) (de|del) (la |el )?(clinica|consultorio|dentista|doctora?|oficina|hospital)$/,
];

export function asksForHelp(plainSentences: readonly string[]): boolean {
  return plainSentences.some(
    (sentence) =>
      askedForHelp.test(sentence) ||
      (sentence.split(' ').length <= 14 && asks.some((pattern) => pattern.test(sentence))),
  );
}

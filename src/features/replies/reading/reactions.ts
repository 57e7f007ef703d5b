import { normalised } from '../../../core/accents.ts';
import { isAnswer, isKnown } from './lexicon.ts';

/**
 * Phones that cannot send a reaction as such send it as a text that quotes the message: Apple's Messages ("Liked “…”"),
 * Google Messages ("👍 to “…”", "Reacted 👍 to “…”"), Samsung and others. Such a text quotes ours, and ours say STOP.
 * Sources: qksms#1330, Simple-SMS-Messenger#428, FossifyOrg/Messages#190; Apple and Google word it in the phone's
 * language, which need not be the person's.
 *
 * The rule: a few known words or one emoji, then a quotation that goes on to the end (or was cut off).
 */

const verbs = [
  // English
  'liked|loved|laughed at|emphasi[sz]ed|questioned|disliked|reacted|reacted with|hearted|thumbs up|thumbs down',
  '(quito|elimino|removed|borro)( un| una| el| la| a| an| the)?',
  'removed (a|an|the|his|her|their|your) [a-z ]+? (from|to)|removed( .{1,12})? (from|to)',
  // Spanish
  '(a [a-z]{2,15} )?(le |me |te )?(gusto|gusta|encanto|encanta|disgusto|divirtio|dio risa|hizo gracia|pregunto|enfatizo|cuestiono)( a)?',
  '(no le|no me|ya no le|ya no me) (gusto|gusta|encanta|hace gracia|da risa|divierte)|ya no (duda sobre|pregunta sobre|enfatiza|destaca|se rie de)|se (rio|ha reido) de|(le )?ha (gustado|encantado)|puso enfasis en|destaco|(reacciono|ha reaccionado)( con)?( a)?|(elimino|quito) (de|a)',
  'se quito( .{1,12})? (de|a)|(le )?dio (un )?(me gusta|me encanta|like)( a)?|(indico|marco) (que )?(le |me )?(gusta|encanta)( a)?|elimino (un|una|el|la) .{1,40} (de|a)|quito (un|una|el|la) .{1,40} (de|a)',
  // Portuguese
  '(gostou|adorou|amou|riu|enfatizou|questionou|nao gostou|reagiu)( de| com| a)?|removeu( .{1,40})? de',
  // French
  "(a |j'ai |vous avez )?(aime|adore|ri de|mis en evidence|questionne|n'a pas aime|pas aime|reagi|rit|souligne|insiste sur)( a| avec| de)?|a retire( .{1,40})? (de|a)",
  // German
  '(gefallt|gefiel|hat .{1,30} (markiert|geliebt|hervorgehoben|reagiert)|liebt|mag|lacht uber|hebt hervor|betont|hat gefragt|gefallt nicht|reagierte|reagiert)( mit| auf)?',
  // Italian
  '(piace|piaciuto|ha messo .{1,30}|adora|ha riso( per| di)?|ha enfatizzato|ha evidenziato|ha contestato|non piace|ha reagito)( a| con| per)?|ha aggiunto( .{1,40})? a',
  // Vietnamese, Tagalog, Haitian Creole, as spoken in the US
  'da (thich|yeu thich|bay to cam xuc)|nagustuhan( ang)?|nag-?react( ng)?|te renmen',
];

/** Chinese, Japanese, Korean, Russian, Arabic: a few letters, no spaces to hold on to. */
const otherScripts =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thai}\p{Extended_Pictographic}\s:：,，]{1,40}$/u;

const prefix = new RegExp(`^(you |i )?(${verbs.join('|')})( (an? )?(image|photo|message))?$`);

/** An emoji (with its skin tone and joiners; Ⓜ in lower case, too), and the word that leads to its subject. */
const emoji =
  /(\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\uFE0F|\u200D|\u20E3|<3|:\)|!!|\?\?|\?|!|ha ?ha)/giu;
const links =
  /^(reacted with|reacted|reacciono con|reacciono|reagiu com|a reagi avec|hat mit|mit)?\s*(to|a|en|sobre|auf|reagiert auf|au|an|per|para|de|em|from|on|in response to|in reply to)?$/;

/** A reaction to a picture quotes nothing: "Liked an image". */
const toMedia =
  /^(you )?(liked|loved|laughed at|emphasi[sz]ed|questioned|disliked|reacted .{1,8} to|le gusto|le encanto) (an? |una? |un )?(image|photo|picture|video|movie|audio message|attachment|gif|sticker|link|message|text|contact|location|voice message|imagen|foto|video|archivo adjunto|mensaje)$|^(le |me )?(gusto|encanto|gusta|encanta|dio risa|disgusto|divirtio) (una?|un) (imagen|foto|video|archivo adjunto|mensaje|enlace|audio)$|^(a )?(aime|adore|ri de|mis en evidence) (une?|un) (image|photo|video|message|piece jointe)$|^(gefallt|liebt|mag) (ein|eine|einen) (bild|foto|video|nachricht|anhang|link)$|^(curtiu|gostou de|amou|adorou) (uma?|um) (imagem|foto|video|mensagem|anexo)$|^removed an? \w+ from an? (image|photo|picture|video|movie|audio message|attachment|gif|sticker|link|message)$/;

/** Whether the words before a quotation make the whole a reaction. `before` as the person's phone wrote it. */
export function isReaction(before: string): boolean {
  const words = plainWords(before);
  if (words === '') return false;
  const withoutEmoji = words.replaceAll(emoji, ' ').replaceAll(/\s+/g, ' ').trim();
  if (before.match(/\p{Extended_Pictographic}/u) && links.test(withoutEmoji)) return true;
  return prefix.test(withoutEmoji) || namedBefore(withoutEmoji) || otherScripts.test(before);
}

/** "Margaret loved": a name, and not "STOP loved". */
function namedBefore(words: string): boolean {
  const [, name] = named.exec(words) ?? [];
  return name !== undefined && !isAnswer(name) && !isKnown(name);
}

const named =
  /^([a-z]{2,15}) (liked|loved|laughed at|emphasized|questioned|disliked|(reacciono|ha reaccionado)( con)?( a)?)$/;

export function isMediaReaction(text: string): boolean {
  return toMedia.test(plainWords(text).replace(/[.!]$/, ''));
}

/** Lower case, no accents, no colon at the end. */
function plainWords(text: string): string {
  return normalised(text, 'NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .replace(/[:：]\s*$/, '')
    .trim();
}

import { courteous } from './courteous-phrases.ts';
import { isMadeOf, kind, nameMark, phrases, type Grammar } from './phrases.ts';

/**
 * The grammar of a yes to "may we text you?", in English and Spanish. A yes word agrees; so does a sentence in which the
 * writer agrees, gives consent, or allows us to text. Everything else on these lists only may stand beside that.
 */

const it = '(it|this|that|these|them|everything|all of it|all of this)';
const about =
  '((about|for|regarding|on|with|of) ((my|our|the|any|all|upcoming|future) )*(appointments?|appts?|visits?|checkups?|care))';
const noun = '(texts|texting|messages|messaging|msgs|sms|reminders|updates|alerts|notifications)';
const texts = `(both )?((the|your|my|these|any|some|all|all the|all your) )?(${kind} )*${noun}( (and|or) (${kind} )*${noun})?`;
const where =
  '((at|on|to) (this|my|the) (number|phone|cell|cell phone|cellphone|mobile|phone number)|here|by texts?|by text messages?|by sms|by message|via texts?|via sms|any ?time)';
const more = `( (${about}|${where}))*`;
const me = '(me|us|this number|my (phone|cell|number))';
/** Words for texting that only mean that; `reach` and the like stand beside a yes. */
const textMe = `((text|txt|message|msg|sms) ${me}|send (${me} )?(an? )?(text |appointment )*${noun}( to ${me})?|send ${me} (the |your )?(${kind} )*${noun})${more}`;
const getTexts = `((get|receive|have|accept) ${texts}|be (texted|messaged))${more}`;

const agreeing = '(agree|accept|consent|approve|authorize|permit|allow)';
const willingly =
  '((do|also|hereby|fully|totally|completely|definitely|certainly|gladly|absolutely) )*';
const consent = '(consent|permission|approval|authorization)';
const you = '(you|u|yall|you all)';
const ourselves = '(i|we)';

const textos =
  '((los|sus|mis|las|estos|todos los) )?(mensajes|textos|recordatorios|avisos|notificaciones)( de texto)?';
const deCitas =
  '( (sobre|de|para|acerca de) (mi|mis|la|las|nuestras?) (citas?|visitas?|consultas?))?';
const mandarme = `(mandar|enviar|escribir|textear|mandarme|enviarme|escribirme|textearme|mandarnos|enviarnos)( ${textos})?${deCitas}( (a|en) (este|mi) (numero|celular|telefono))?`;
const recibir = `(recibir )?${textos}${deCitas}`;
const consentimiento = '(permiso|consentimiento|autorizacion)';

const yesWord = '(yes+( or si| y)?|si+)';

const agreement: Grammar = {
  meant: phrases(
    `${yesWord}( ${yesWord})*( (to|for) (this number|your question|${texts}${more}|both|${it}))?`,
    // "I do agree", "agree", "I allow it"
    `(${ourselves} )?${willingly}${agreeing} ((to|with) )?(${it}|the terms|the risks)|${ourselves} ${willingly}${agreeing}|agree|accept|consent`,
    // "I agree to get texts about my visits"
    `(${ourselves} )?${willingly}${agreeing} (to )?(${getTexts}|${texts}${more}|text)`,
    `(${ourselves} )?${willingly}${agreeing} (you )?to ${textMe}`,
    `(${ourselves} )?${willingly}${agreeing} (to )?being (texted|messaged)${more}`,
    // "I give you my permission to text me", "you have my consent"
    `(${ourselves} )?${willingly}give (you )?((my|full) )*${consent}( (to ${textMe}|(for|to) ${texts}${more}))?`,
    `${you} have ((my|full) )*${consent}( (to ${textMe}|(for|to) ${texts}${more}))?`,
    // "You may text me"
    `(?<!\\b(yeah|yep|yup|yea|sure|ok|okay|fine|great|perfect|right|alright) )${you} (sure |certainly |absolutely |definitely )?(can|may|are welcome to|are free to) (certainly |absolutely |definitely |please )?${textMe}`,
    // "I would like to receive texts"
    `(${ourselves} )?(would like|would love|id like|id love|want) to (get|receive) ${texts}${more}`,
    // "My answer is yes"
    `(${ourselves} )?((already|just|did) )*(?<=\\b(i|we|already|just|did) )(say|said|reply|replied|answer|answered|am replying|text back|texted) yes|(?<!\\b(please|pls) )(replying|answering|saying|say|reply|answer|tell them|text back|(hey )?siri reply) yes|(my|the) answer is( a)? yes|(put me down for|definitely a) yes( from me)?|(?<!.)why yes`,
    // Spanish
    `(claro (que|q) si|por supuesto que si|seguro que si|desde luego que si|como no que si)`,
    `(yo )?((les|le|los|lo) )?(acepto|autorizo|permito|consiento)( ${recibir}| (que )?(me )?(manden|envien|escriban|texteen)( ${textos})?${deCitas}| (a )?${mandarme})?`,
    `(yo )?estoy de acuerdo( (en|con|a) ${recibir})?`,
    `(yo )?((les|le) )?doy (mi )?${consentimiento}( para ((que )?(me )?(manden|envien|escriban)( ${textos})?|${mandarme}|${recibir}))?${deCitas}`,
    `(ustedes )?(tiene|tienen) mi ${consentimiento}( para ${mandarme})?`,
    // "Pueden mandarme mensajes": of one person it asks as often as it allows ("puede enviarme …").
    `(ustedes )?pueden (mandarme|enviarme|mandarnos|enviarnos) ${textos}${deCitas}`,
    '(mi respuesta es|respuesta|(?<!si )(digo|dije) que|diles que|digales que|respondo|contesto|(?<!favor )(responde|contesta)) si',
  ),
  beside: [
    ...courteous,
    ...phrases(
      // Words of assent
      '(yeah|yep|yup|yea|sure|sure thing|of course|absolutely|definitely|certainly|for sure|correct|indeed|indeedy|agreed|approved|great|perfect|wonderful|fine|totally|gladly|lovely|awesome|cool|by all means|no problem( at all)?|with pleasure|my pleasure|happy to|anytime|go ahead|go right ahead|feel free)',
      // "…, I do", "…, you may"
      `(?<=[^ ] )${ourselves} (do|would)|(?<=[^ ] )${you} (sure |certainly |absolutely |definitely )?(can|may)( text)?|(?<=\\b(yes|please) )(please )?do(?! (i|we|you)\\b)|(?<=[^ ] )start|${you} have the right person`,
      // "Text me at this number"
      `(please |definitely |go ahead (and )?|feel free to |do )*(${textMe}|(?<=[^ ] )text|send them|contact ${me}|remind ${me})${more}|keep me (posted|informed|updated)|(i )?opt (me )?in|sign me up|go ahead and text|(${ourselves} )?want ${texts} back`,
      // "To texts about my appointments", of the yes before
      `(?<=\\b(yes|si|agree|consent|optin|opt in) )(to|for|on) (${texts}|both|your question|text|${it}|this number)${more}|(?<=[^ ] )(${texts}${more}|${where})`,
      // "I would like that", "I want the texts"
      `(${ourselves} )?((do|would|really|also) )*(want|like|love|appreciate|would like|would love|would appreciate|id like|id love|id appreciate|enjoy)( (to (get|receive|have)|getting|receiving|having))? (${it}|${texts}${more})( very much)?`,
      // "That is fine", "texts are best for me", "it is okay to text me"
      `(${it}|thats|its|thatll be|it ll be|${texts}|text|this number|that number|by text)( (is|are|was|s|will be|would be|will|would|sounds|makes it|be))?( (just|very|quite|totally|perfectly|all|really|so|absolutely|the|most))*( (fine|ok|okay|good|great|perfect|alright|right|lovely|wonderful|nice|helpful|best|better|easier|easiest|convenient|works|work))( (way|one|thing))?( (with|by|for|to (get|reach)) (me|us))*( to ${textMe})?( for me)?`,
      `(im|i am|we are) (ok|okay|fine|good|happy|comfortable|glad|happy) (with|to (get|receive|have)) (${it}|${texts}${more})`,
      'this is (my (cell|number|phone|cell phone)|the right number)|(that|it) is my (number|cell|phone)|correct number',
      // "I have read this", "I understand the risks"
      `(${ourselves} )?((have|also|fully) )*(read|understand|understood) (${it}(?=.* (agree|accept|consent))|the (risks?|terms)|(the )?texts? are not (encrypted|secure))|(${ourselves} )?understand(?=.* (agree|accept|consent))`,
      // Spanish
      '(adelante|claro|claro que si|por supuesto|desde luego|como no|seguro|con (mucho )?gusto|no hay problema|sin problema|cuando (guste|gusten)|de acuerdo|correcto|perfecto|esta (muy )?bien|me parece (muy )?bien|definitivamente|cuando quiera)',
      `(yo )?(quiero|deseo|me gustaria|me gustarian)( ${recibir}| recibir)?`,
      `(manden|envien|escriban|mandeme|mandenme|envieme|envienme|escribame|escribanme|textee|texteenme)( ${textos})?${deCitas}|(mande|envie) ${textos}${deCitas}|que me lleguen ${textos}`,
      `(ustedes )?((me )?puede[n]?) ${mandarme}`,
      `(a|para|por|con) ${textos}${deCitas}|(por|para) (mensajes? de texto|mensaje|texto|sms)|a este (numero|celular|telefono)|en (mi|este) (celular|telefono|numero)`,
      `(por texto|por mensaje|este numero|${textos}|eso|asi)( me)? (esta bien|estan bien|sirven?)|me sirven? ${textos}`,
    ),
  ],
};

/** The whole reply is a plain yes: it is made of these phrases alone, of which one agrees. */
export function agrees(sentences: readonly string[]): boolean {
  return loneY.test(sentences.join(' ')) || isMadeOf(agreement, sentences);
}

/** "Y please", "ok y", "Y 1234": beside anything else it is "why" in a hurry, or the Spanish "and". */
const loneY = new RegExp(
  `^((ok|okay|hi|hello|hey|hola|please|pls|good morning|good afternoon) )*y+( (y+|yes|please|pls|plz|plse|thanks|thank you|thank u|thankyou|thx|ty|tysm|tks|thank you very much|thanks so much|so much|sir|maam|por favor|gracias|\\d{4}|${nameMark}))*$`,
);

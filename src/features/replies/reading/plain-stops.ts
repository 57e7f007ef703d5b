/**
 * Requests to stop that the classes of their words do not show: with a reason behind them, as a question that is none, as a
 * complaint that an earlier one was not heard, or beside a yes. Over the words as a dictionary has them.
 */

const asked =
  '((please|pls|just|ok|okay|now|so|hi|hello|hey|sorry|thanks|thank you|hola|good (morning|afternoon|evening)) )*(stop|quit|opt (me |us )?out|remove (me|us|my number)|delete (me|us|my number)|take (me|us|my number) off|unsubscribe( me| us)?)';
const texting = '(texting|messaging|sending|contacting|with the texts|the texts|these texts)';

const denied =
  '((is|are|am|be|its|thats|was|were) )*(not|no longer|never|isnt|arent|aint|no)( (at all|really|ever|even|longer))?';
const fine = '(ok|okay|fine|alright|all right|welcome|acceptable|cool|allowed|appropriate)';

/** Clear: "stop, since I moved", "I don't want to be texted about my visits". */
const clear: readonly RegExp[] = [
  new RegExp(
    `^${asked} (because|cause|cuz|bc|since|as (i|we|requested|asked|said)|porque|pues|ya que)\\b`,
  ),
  /\b(dont|do not|never|didnt|did not) (want|wish|like) to be (texted|messaged)\b/,
  // "Texting me is no longer ok", "it is not okay to text this number"
  new RegExp(`\\b(texting|messaging|texts|messages)( (me|us))? ${denied} ${fine}\\b`),
  new RegExp(
    `\\b${denied} ${fine}( (with me|for (you|yall|u|anyone)))? to (text|message|contact) (me|us|this (number|phone))\\b`,
  ),
  /\bno (me )?puede[ns]? (seguir )?(mandarme|enviarme|escribirme|textearme|contactarme|mandandome|enviandome)\b/,
  /^((por favor|ya) )*para (ya )?con (los|sus|tus|esos|estos|tantos) (mensajes|textos|avisos|recordatorios)\b/,
  /^((por favor|ya|favor de) )*cort(en|e|a|ar) (ya )?(con )?(los|sus|esos|estos|tantos) (mensajes|textos|avisos|recordatorios)\b/,
];

const doubtful: readonly RegExp[] = [
  new RegExp(`^${asked} (as|per|for|in|at this time|from now|by order|around|into)\\b(?! needed)`),
  // "Who dis, stop texting me", "when will you stop texting me", "how many times must I opt out"
  new RegExp(
    `\\b(who|whos|what part|how many times|how often|when (will|are|do|would) (you|u|yall|they|these))\\b.*\\b(stop ${texting}|stop( me)?$|unsubscribe|opt out|remove (me|my number))`,
  ),
  /\bwhat part of (stop|no|unsubscribe)\b/,
  // It was said, and did not help.
  /\b(didnt|havent|did not|have not|what did) (i|we) (already )?(say|said|tell|told|ask|asked|text|texted)( (you|yall))?( to)? (stop|unsubscribe)\b/,
  /\b(cant|cannot|can not|unable to|wont let me|couldnt|not able to) (seem to )?(unsubscribe|opt out|get off|stop (the|these|your))/,
  /\b(texts|messages|reminders|these) (just )?(wont|will not|dont|do not|never) stop\b/,
  /\b(havent|have not|hasnt|wasnt|was not|isnt|not)( (i|you|yet|been))* (removed|taken off|unsubscribed)( yet)?$|\b(you|these|texts|messages) (havent|have not|still havent) stopped$|\bwhy (havent|have) you (not )?stopped$/,
  /\bdid i not say stop\b/,
  /^(please )?(dont|do not) disturb (me|us)$|\bwithout (me|my number)$|\bno text list\b/,
  // "Cancel my visit texts"
  /\b(take me off|cancel|remove me from|get me off|end) ((the|my|your|all|these) )*(visit|appointment|appt) (texts|reminders|messages|alerts)\b/,
  // The word comes last: "don't care, stop"
  /^(not|never|dont|do not|i dont)( \w+){1,2}(?<!\b(to|non|bus|next|last|first|ever|me|us|ill|we|they|you|a|the)) stop$|^not me stop$/,
  // Beside a yes
  /^(yes|yeah|y|si)\b.*\b(dont|do not|no more|no more please|never|never again|not anymore|enough|tired of|sick of|refuse|decline|object|ya no|ya no quiero|no mas|please no|favor no)$|^(yes|yeah|si)\b.*\b(tired|sick) of (the|these|your) (texts|messages)/,
  // Asked as a question: "is there any way to be removed?", "¿puedo darme de baja?"
  /\bis (it|there)( any| a| some| no)? (possible|way|chance)( (for|that|i|we|me|us|can|could|my number))*( to)?( (be|get|have))?( (me|my number))? (removed|off|taken off|unsubscribed?|opt(ed)? out|stop(ped)?|deleted|blocked)\b/,
  /\b(puedo|podria|podriamos|podemos|se puede|es posible|como (puedo|hago|le hago)|hay (forma|manera|modo))( (para|de|que))?( me)? (darme|dar|darnos|den|dan)( de)? baja\b|\b(puedo|podria|se puede|es posible|como (puedo|hago|le hago)|hay (forma|manera|modo))( (para|de))? (salirme|salir|desuscribirme|quitarme|borrarme)( de (la|su|esta|esa) lista| de (esto|aqui|los mensajes))?$/,
  // Said of whatever goes on: "knock it off", "that's enough", "please refrain"
  /\b(knock it off|cut it out|give it a rest|leave off|lay off|back off|bug off|buzz off|get lost|go away|beat it|shove off|quit it|pack it in)\b|\b(cease|desist|refrain)( (from|all|and|texting|contacting|sending|messaging|these|this|please|now|immediately)\b.*)?$/,
  /^((ok|okay|please|hey|guys|now) )*(that|thats|this|that is|this is|thats quite|its|it is)( (more than|quite|really|about))? enough$|^enough( (is enough|already|now|of this|of these|please))?$|^(ya )?((es|fue) )?suficiente$|^ya (estuvo|estuvo bueno|fue suficiente)$/,
  // A yes that is taken back
  /\b(cancel|revoke|withdraw|undo|take back|taking back|retract|rescind|void|nullify)\w*( (my|the|that|our|earlier|previous|last|first)){0,3} (yes|consent|agreement|permission|authori[sz]ation|approval|opt in)\b|\b(cancelo|retiro|revoco|anulo|quito|cancelen|anulen)( (mi|el|ese|aquel)){1,2} (si|consentimiento|permiso|autorizacion|acuerdo)\b/,
  // Said before: "I said end"
  /\b(i|we) (already |just |have )?(said|told (you|u|yall)|wrote|texted|typed|answered|replied|responded|asked)( (to|you|for|with))? (stop|end|quit|cancel|unsubscribe|opt out|no more|remove|revoke)$|\b(ya )?(les |te |le )?(dije|puse|escribi|mande|conteste) que (alto|pare|paren|basta|baja)$/,
  /^(pido|quiero) que me (borren|(quiten|saquen)( de (la|su) lista)?)$/,
];

/** Characters of a sentence: beyond, each "who" of many would be a look through all of the rest. */
const longestSentence = 400;

const isOneOf = (patterns: readonly RegExp[], plain: string): boolean =>
  plain.length <= longestSentence && patterns.some((pattern) => pattern.test(plain));

export const asksPlainly = (plain: string): boolean => isOneOf(clear, plain);
export const mayAsk = (plain: string): boolean => isOneOf(doubtful, plain);

import type { Tagged } from './tag.ts';

/**
 * Closed by default: a sentence about our texts, or about agreeing to them, that says no, or orders something about them,
 * may be a stop, although no rule reads it. The lists below say what is harmless: "I never got your text", "don't stop".
 */
export function speaksAgainstTexts(sentences: readonly Tagged[]): boolean {
  return sentences.some(
    ({ plain, question }) =>
      !question &&
      !harmless.some((pattern) => pattern.test(plain)) &&
      (refuses(plain) || others.some((pattern) => pattern.test(plain))),
  );
}

function refuses(plain: string): boolean {
  return (says.no.test(plain) && says.texts.test(plain)) || noAssent.test(plain);
}

const says = {
  no: /\b(not|no|never|nope|(do|does|did|is|are|was|wo|ca|could|would|should|ai|have|has)n ?t|cannot|nor|nomore|against|oppose|object|nunca|jamas|tampoco|nadie|ningun\w*|basta)\b/,
  /** What we send, how, and what it belongs to. */
  texts:
    /\b(text(s|ed|ing)?|txts?|txting|sms|messag(e|es|ed|ing)|msgs?|notifications?|reminders?|contact(s|ed|ing)?|mensaj\w*|mesaj\w*|textos?|texte\w*|notificaciones|recordatorios?|contact(en|enme|arme|ar|o)|escrib(an|anme|irme|ir|en|e)|participat\w*|enrol\w*|subscri\w*|signed up|sign up|mailing list|particip\w*|inscri\w*|suscri\w*)\b/,
};

/** A word of agreement that is denied, about this, about our texts, or about nothing in particular. */
const noAssent =
  /\b(not|no|never|no longer|(do|does|did|is|are|was|wo|ca|could|would|should|ai|have|has)n ?t|cannot|nunca|jamas|tampoco)( (?!but|and|pero|y|or|o\b)\w+){0,3} (agree|agreed|consent|permission|authori[sz]ation|approve|welcome|okay|ok|cool|acceptable|appropriate|de acuerdo|consiento|permiso|autorizo|acepto|permito)( (with|to|for|of|on|a|con|en))?( (me|us|any of|all|you|it|this|that|these|those|esto|eso|nada|nosotros|nos|mi|texting|them))*( (anymore|any more|any longer|ya|mas|thanks|gracias|please))*$/;

/** "Cut out the texts", "corten los mensajes": an order with a verb that nobody listed. */
const order =
  /^((please|pls|plz|just|can you|could you|por favor|favor de|ya|de favor|again) )*(?!(again|get|got|thanks|thank|gracias|saw|seen|read|yes|yeah|yep|ok|okay|love|like|liked|enjoy|appreciate|reading|send|sending|resend|keep|sorry|about|were|are|is|was|what|who|which|do|did|does|can|could|if|how|for|in|on|to|why|where|when|and|but|i|all|the|these|missed|miss|need|want|prefer|check|checking|use|using|only|regarding|per|by|via|from|with|of|lei|vi|leo|recibi|recibo|recibimos|mande\w*|mand[ao]|envi\w+|sigan?|siga\w*|perdon|que|por|en|y|pero|los|las|si|quiero|quisiera|prefiero|uso|con|de|cuestan?|son|est[ao]n?|gusta\w*|agradezco|bien|sin|hola|me (gust|lleg|encant|sirv|ayud)\w*)(\w*(ed|ing|s))?\b)\w+( (off|out|up|down|back|it))?( (with|on))?( (ya|de))? (the|these|those|your|all the|all these|all of the|los|sus|esos|estos|tantos)( \w+)? (texts?|texting|messages|msgs|txts|mensajes|mensajitos|textos|avisos|recordatorios|notifications|notificaciones)$/;

const others: readonly RegExp[] = [
  order,
  // "Unwanted texts"
  /^((these|this|your|the|so many|more|are|is) )*(unwanted|unsolicited|undesired|unasked|uninvited|nuisance|junk)( \w+)? (texts?|messages?|msgs?|sms)$|^(texts?|messages?) (are )?(unwanted|unsolicited|undesired|unasked|uninvited)$/,
  // "Can you not", "just don't", "no los pedí"
  /^((please|just|can|could|would|will|you|u|ya|yall) )+(not|dont|do not)( (please|thanks))?$|^(yo )?(no|nunca) (los|lo|las) (pedi|solicite)$/,
  // "Do not resume", "I refuse to opt in", "unstop was a mistake": of a word that lifts a stop, nothing is lifted by it.
  /\b(not|no|never|dont|do not|cannot|refuse\w*|declin\w*|nunca|jamas)( \w+){0,4} (start|resume|unstop|restart|resubscribe|opt(ed|ing)? in|subscribe)( (again|this|it|these|texts|texting|messages|me|now))*$/,
  /\b(start|resume|unstop|restart|resubscribe|opt in)( \w+){0,3} (no|not|never|mistake|accident|jamas|nunca)\b|\b(you|yall|u) (re ?)?(start\w*|resum\w*) (texting|messaging|sending|contacting)\b|\b(text|message) (me|us) again (and|i dare|or)\b/,
];

const negated =
  '(not|no|never|nunca|jamas|(?:do|did|wo|ca|is)n ?t)( (ever|want|wanted|need|wish|mean|meant|ask|asked|trying|going|ready|me|les|nos|to|you|please|quiero|que|vayan a))*';

const harmless: readonly RegExp[] = [
  // The texts are to go on.
  new RegExp(
    `\\b${negated} (stop\\w*|end|quit|cancel\\w*|remov\\w*|delet\\w*|take me|lose|forget|opt\\w*|unsubscrib\\w*|worry|mind|bother\\w*|paren|dejen|cancelen|quiten|borren|suspendan|molestan?|olviden?)\\b`,
  ),
  /\bno reason to stop\b|\b(nothing|not) wrong with\b/,
  // One did not come, was not read, or was for somebody else.
  /^(?!.*\b(want\w*|wish|care|should|supposed|(like|love|need) to|quiero|deseo|gusta\w*|debo|tengo que)\b).*\b(got|get|getting|gotten|receiv\w+|see|seen|saw|deliver\w+|recib\w+|lleg\w+|came|come|contest\w+|avisaron|mande)\b/,
  /\b(nobody|no one|nadie) (has )?(texted|wrote|messaged|called|answer\w*|contest\w+|me (aviso|escribio|mando))\b/,
  /\b(you|yall|guys|they|ustedes) (ya no|no|never|didn ?t|did not|haven ?t|don ?t|dont|do not) (me )?((ever|even|send) )*(text|texted|write|wrote|message|messaged|sent|send|escriben|mandan|mandaron|escribieron)\b.*\b(back|anymore|any more|before|code|codes|texted|wrote|messaged|sent|escriben|mandan|mandaron|escribieron|form|forms|address|link|results?)\b/,
  /^(por que|why|how|when|where|what|which|if|is|are|does|did|si|como|cuando)\b/,
  /\b(that|this|ese|este|el|su|your) (text|message|msg|mensaje)( \w+)? (was|wasn ?t|is|isn ?t|no era|no es|era|says|said|dice|se)\b/,
  /\bmean to (text|message|contact)\b/,
  // The writer cannot do something.
  /\b(i|im|it|link|phone|mama|app|he|she)( \w+)? (cannot|(?:ca|could|wo|does|do|did)n ?t|cant|wont|couldnt|dont|doesnt|not|no|never)( \w+)? (text|texting|read|open|see|reply|answer|respond|type|talk|check|call|work|know|understand|remember|recall|driv\w*|sabe)\b(?! me\b)/,
  /^((sorry|sry|lo siento) )?(cannot|cant|ca n ?t|wont) (text|talk|reply|answer|read|open|see)\b(?! me\b)/,
  /\b(do|does|did|ca)n ?t( \w+)? (read|hear|see|find|open)\b|\b(doesnt|dont|didnt|cant|cannot)( \w+)? (read|hear|see|find|open)\b|\bgo(ing)? through\b/,
  /\b(not|never|isnt) (very |so |too |that )?(good|great|fast) (at|with)\b|\b(ignor\w+|answer\w*|respond\w*|repl\w+) (to )?(your|the|my) (text|message|msg)\b/,
  /\bnot (here|home|in|available|around)\b|\b(no|not a) problem\b/,
  // It is to be a text rather than a call or a letter.
  /\b(text|texts|texting|texto|mensajes?) (is|are|es) (fine|ok|okay|best|better|good|great|easier|mejor)\b|\b(so|just|but|instead|rather) text\b/,
  // It is needless to write about one thing, or back.
  /\b(no need (for \w+ )?to|(?:do|does)n ?t (need|have) to|(dont|doesnt|not) (need|have) to)\b/,
  // Some are wanted, or one is thanked for.
  /\b(yes|yeah|yep|yup)\b|^si\b|\bthanks? (you )?for (the|your|my|remind)/,
  /\b(disturb|hagan caso|won ?t open|missed (a|the|your|that))\b|^(ustedes )?ya no me escriben$/,
  /\b(encrypted|secure|private|cifrad\w+|segur\w+)\b/,
  /\b(me acuerdo|drive|driving|insurance|portal|pharmacy|seguro)\b/,
];

import type { Locale } from './locale.ts';

/**
 * Phrases within a longer reply. A reply is looked at sentence by sentence: first what only sounds like a stop is struck
 * out (`harmless`), then what is left is searched for a clear request, then for a doubtful one. Every pattern works on
 * text as `normalise` leaves it; apostrophes are gone ("dont", "cant").
 */

/** What an opt-out is about, in a person's words: one of them, several, or what they are about. */
const one = '(text|text message|message|msg|reminder|notification|alert)';
const many =
  '(texts|texting|text messages|text alerts|text reminders|messages|messaging|msgs|sms|reminders|notifications|alerts|spam)';
const these =
  '((all|any|these|those|the|your|ur|my|more|of|such|this|future|automated|annoying) )*';
const subject = '((appointment|appt|prescription|billing|payment|promo|marketing|automatic) )*';
const severalTexts = `${these}${subject}${many}`;
const texts = `(${severalTexts}|${these}${one})`;
const mensajes =
  '(mensajes?|mensajes de texto|mensajitos|textos?|sms|recordatorios?|notificaciones|avisos|alertas|spam)';
const estos = '((mas|los|las|estos|esos|sus|tus|mis|de|ningun|ninguna|otro|otros|tantos) )*';

/** What a visit is called, and when it is. */
const visit =
  '(appointments?|appts?|apts?|apptmt|visit|session|consult|consultation|booking|reservation|slot|checkup|cleaning|' +
  'surgery|procedure|exam|physical|order|prescription|today|tomorrow|tonight|tmrw|tomorow|morning|afternoon|' +
  'mon|monday|tues?|tuesday|wed|wednesday|thu|thurs?|thursday|fri|friday|sat|saturday|sun|sunday|next week|this week|' +
  '\\d{1,2}( ?\\d\\d)? ?(am|pm)?|reschedule|rescheduled|resched|come|make it)';
export const aboutVisit = new RegExp(`\\b${visit}\\b`);

const not =
  '(dont|do not|never|cant|cannot|can not|wont|will not|didnt|did not|doesnt|does not|not|shouldnt|couldnt|isnt|no need to)';
const dont = '(?<!\\b(?<!(told|asked|tell) )(you|u|they) )(dont|do not|never|no longer)';
const me = '(me|us|this number|this phone)';

/** Sounds like a stop and is none: it says the opposite, or speaks of a visit or of care. */
export const harmless: readonly RegExp[] = [
  // "Don't stop", "I did not want to unsubscribe"; not "why don't you stop", "you never stop".
  re(
    `(?<!\\bwhy\\b.*)(?<!\\b(?<!thank )(you|u|they) )\\b${not} ((ever|please|pls|just|really|you|want|wanna|wish|mean|meant|` +
      'intend|need|like|(you|u|it|this|them|these|those) to|to|say|said|plan|going|ask|asked|wanting|meaning) )*' +
      '(stop|quit|end|cancel|unsubscribe|revoke|opt out)\\b( (texting|messaging|sending|contacting|writing|the|my|these|' +
      'those|your|me|it|any|texts?|messages?|msgs?|sms|reminders?))*',
  ),
  // "I'll stop by at 3", "stop in tomorrow"; not "stop at once".
  re(
    '\\bstop (by|in|over|off|past|through|near|(on|my|the|our) way|at(?! (once|last|all))|to (get|pick|see|drop|sign|pay))\\b',
  ),
  re('\\bstop for (a|an|the|my|our|gas|coffee|lunch|dinner|breakfast|food|groceries)\\b'),
  re(
    '\\b(bus|train|truck|pit|rest|next|last|first|one|a|the|another|full|non|metro|subway) stops?\\b',
  ),
  re('\\bstop (sign|light|watch)s?\\b'),
  // "When should I stop?", "stop taking the pills", "take me off the medication".
  re(
    `(?<!\\bhow )\\b(when|should|do|can|could|must|may|shall|did) i stop\\b(?! ${texts}\\b| (getting|receiving)\\b)`,
  ),
  re(
    '\\bstop (taking|eating|drinking|smoking|using|doing|wearing|bleeding|hurting|itching|coughing|crying|feeding|' +
      '((the|my|his|her|all|this|that) )*(meds?|medications?|medicines?|pills?|antibiotics?|treatment|dose|drops|insulin|' +
      'aspirin|bleeding|pain|therapy|vitamins?|inhaler))\\b',
  ),
  re(
    '\\b(me|us|him|her|my name|be removed|be taken) (off|from|out of) (\\w+ ){0,3}' +
      '(schedule|calendar|wait ?list|waiting list|books|meds?|medications?|medicines?|pills?)\\b',
  ),
  // "Cancel my appointment", "need to cancel"; not "cancel my texts".
  re(`\\bcancel(?! ${severalTexts}\\b)( \\w+){0,5}? ${visit}\\b`),
  re(`\\b${visit}\\b( \\w+){0,6}? cancel\\b(?! ${severalTexts}\\b)`),
  re('\\b(need|have|want|like|got|going|trying|forgot|called|wanted|had|able|unable) to cancel$'),
  re(
    '\\b(can|may|could|should|must|might|gotta|wanna|will|ill|lets) (i |we |you )?(please )?cancel$',
  ),
  // "No paren", "no dejen de escribirme", "no cancelen mi cita".
  re(
    '\\bno ((me|quiero|que|deseo|vayan a) )*(pares?|paren|parar|deje|dejes|dejen|dejar|cancele|canceles|cancelen|' +
      'cancelar|den|darme|detengan|detener|quiten|borren|saquen)\\b( (de|la|mi|mis|me|los|baja|cita|lista|' +
      `mandarme|enviarme|escribirme|avisarme|mandar|enviar|escribir|${mensajes}))*`,
  ),
];

export type Phrase = { locale: Locale; pattern: RegExp };

/** Somebody who says this wants no more texts. */
export const clearStops: readonly Phrase[] = [
  ...english(
    `\\b(stop|quit|cease) ((sending|getting|receiving|writing) )?(me |us )?${texts}\\b`,
    '\\b(stop|quit|cease) (texting|messaging|sending|contacting|writing|bothering|spamming|harassing|annoying|calling|bugging)\\b',
    '\\b(please|pls|plz|just|must|can you|could you|will you|would you|and|said|ok|okay|now) stop$',
    '\\b(you|u|this|it) (need|needs|have|has|got|better|ought) (to )?stop$',
    '^stop (it|this|that|now|please|pls|plz|at once|immediately|already|everything|for good)\\b',
    `\\b(cancel|discontinue|turn off|disable|deactivate|remove|delete|(?<!\\bthe )end) (me from )?(${severalTexts}|${these}subscription)\\b`,
    '\\b(unsubscribe|unsubscribing|unsub|opt (me |us )?out|optout|opted out|opting out)\\b',
    '\\b(revoke|revoking|withdraw|withdrawing|rescind)\\b.*\\b(consent|permission|authorization|agreement)\\b',
    '\\b(remove|delete) (me|us|my number|my phone|my phone number|this number)( please| pls| now| immediately)?$',
    '\\btake (me|us|my number|this number) off( please| pls| now)?$',
    '\\b(take|get|drop|strike|remove|delete|removed|taken) ((me|us|my number|my name|this number) )?(off|from|out|out of) ' +
      `(${severalTexts}|${these}(\\w+ )?(list|lists|database|system|thread|chat|group|service))\\b`,
    '\\b(want|like|ask|asked|asking) to be (removed|taken off)$',
    `\\b${dont} (ever )?(text|message|msg|contact|sms|write|write to|send) (${me} )?(again|anymore|any more|any longer|ever|please|pls|no more|nothing|anything|${texts})\\b`,
    `\\b${dont} (ever )?(text|message|msg|contact|sms|bother) ${me}$`,
    `\\bno more ${these}(${many}|${one}|of this|of these|please)\\b`,
    `\\b${dont} (want|wish|need|care|like) (to )?((get|receive|be|have|getting|receiving) )?(sent )?(${texts}|texted|contacted|messaged)\\b`,
    '^(stop ?)+$',
    '\\b(lose|delete|forget|erase|block|blocking) (my|this|your) number\\b',
    '\\b(leave me alone|cease and desist|do not disturb)\\b',
  ),
  ...spanish(
    `\\b(no|nunca) (me |nos )?(manden|mandes|mande|envien|envies|envie|escriban|escribas|escriba|texteen|textees|textee) (${estos}${mensajes}|mas|nada)\\b`,
    '\\b(no|nunca) (me|nos) (manden|mandes|mande|envien|envies|envie|escriban|escribas|escriba|molesten|molestes|moleste|contacten|contactes|contacte|texteen|textees|textee)( mas| nunca)?( por favor| gracias)?$',
    '\\b(borr|elimin|quit)(e|en|a|ar) (mi|este) numero\\b',
    '\\b(deje|dejen|deja|dejar|pare|paren|para|parar|basta) (ya )?de (estar )?(mandar|enviar|escribir|molestar|contactar|textear|mandando|enviando)(me|nos|le|te)?\\b',
    `\\bno (quiero|deseo|queremos|necesito)( recibir| tener)? (${estos}${mensajes})\\b`,
    '\\bno (quiero|deseo|queremos) (recibir (nada|mas)|que (me|nos) (manden|envien|escriban|contacten|molesten|texteen))\\b',
    `\\b(no mas|basta de|basta con|cancelar?|cancelen?|paren|detengan|eliminen|quiten|suspendan) ${estos}(${mensajes}|suscripcion)\\b`,
    '\\b(quit|borr|elimin|remuev|saqu|sac)(e|en|a|ar|es)(me|nme|nos)?( mi numero| mi nombre| mi telefono| este numero)? (de|desde) (la|su|sus|esta|esa|tu|las)( \\w+)? ?(lista|listas|sistema|base|registro)\\b',
    '\\b(quitenme|quiteme|borrenme|borreme|eliminenme|elimineme|eliminame|saquenme|saqueme)( por favor)?$',
    '\\b(denme|deme|dame|darme|dar|den|darnos) de baja\\b',
    '\\b(revoco|retiro|cancelo) (mi|el) (consentimiento|permiso|autorizacion|suscripcion)\\b',
    '\\b(dejenme|dejeme|dejame) en paz\\b',
  ),
];

/** It may be meant so: it counts, the answer says how to undo it, and staff read it. */
export const doubtfulStops: readonly Phrase[] = [
  ...english(
    '\\bstop\\b',
    '\\b(revoke|revoked)\\b',
    '\\bwrong (number|person|phone|guy|lady)\\b',
    '\\b(not|isnt|aint) (my|the right|his|her|their) (number|phone)\\b',
    '\\b(no longer|not) (at|with|have|using) this (number|phone)\\b',
    '\\b(never|didnt|did not) (sign up|signed up|agree|agreed|consent|consented|authorize|authorized|subscribe|subscribed|ask for|asked for|request|requested)( (for|to|this|these|any|your|of|it|that|texts?|messages?|spam|anything))*$',
    '\\b(not interested|no longer interested|go away|get lost|fuck off|f off|piss off|screw you|buzz off)\\b',
    '\\b(this is|its|it is|you are|reporting|reported as|report this|marked as|blocked as) (spam|spamming|harassment|unsolicited|scam|a scam)\\b',
    '^(please )?no more( please)?$',
    `\\b${dont} (text|message)$`,
    `^no ${texts}( please| pls| thanks| thank you)?$`,
    `\\b${dont} (text|message|msg|contact|sms) ${me}\\b`,
    `\\b(tired|sick) of ${texts}\\b`,
  ),
  ...spanish(
    '\\bnumero equivocado\\b',
    '\\b(se|te) equivoc\\w+ (de|con) (el )?(numero|persona|telefono)\\b',
    '\\b(no es|este no es|ya no es) (mi|el|su) (numero|telefono|celular)\\b',
    '\\bno soy (yo|esa persona|la persona|quien)\\b',
    '\\b(no me interesa|no estoy interesad[oa]|dejen de molestar|no molesten|no moleste)\\b',
    `^(no|nada de) ${estos}${mensajes}( por favor| gracias)?$`,
  ),
];

/** A cancellation that names nothing: only a stop where nothing else in the reply speaks of a visit. */
export const bareCancel = /^(please |pls )?(cancel|cancelled|canceled)\b/;

function re(pattern: string): RegExp {
  return new RegExp(pattern, 'g');
}

function english(...patterns: string[]): Phrase[] {
  return patterns.map((pattern) => ({ locale: 'en', pattern: new RegExp(pattern) }));
}

function spanish(...patterns: string[]): Phrase[] {
  return patterns.map((pattern) => ({ locale: 'es', pattern: new RegExp(pattern) }));
}

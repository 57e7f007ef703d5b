import { normalised } from '../../../core/accents.ts';

/**
 * Answers that a machine wrote: a phone in driving mode, an out-of-office note, a business's auto-responder, a
 * carrier's notice. They say nothing about consent, and answering one may start a conversation of two machines.
 * Sources: Apple's "Do Not Disturb While Driving" reply, Android Auto's and Samsung's driving replies, and the
 * auto-responders in pulse-sms-issues#673 and #896.
 */

/** Only a machine writes so, and a person who set it up: a STOP in it may be an instruction that nobody thought of. */
const certain: readonly RegExp[] = [
  /\bdo not disturb while driving\b|\bno molestar (al conducir|mientras)\b|\bfuncion no molestar\b/,
  /^\W*(auto|automatic|automated|vacation|out[- ]of[- ]office|in-traffic|busy)[- ]?(generated )?(reply|response|responder|message|text|answer|msg)\W*[:.-]/,
  /^\W*(respuesta|mensaje|contestacion) automatic[oa]\W*[:.-]/,
  /\byou (have|'ve|are|were|will be)?( now| already| successfully|re already)*( been)?( successfully)? (un|re-?)?-?(subscribed|opted (out|in))\b.*\b(message|messages|reply|texts?|help|number|alerts)\b/,
  /\byou('re| are) (already|now) (un)?subscribed\b|\byou have replied "|\byou replied with the word\b|\bnetwork msg\b/,
  /\b(ha cancelado su suscripcion|se ha (dado de baja|suscrito))\b.*\b(start|mensajes)\b/,
  /\b(not receiving|silenced) notifications\b[^]{0,40}\breply "?urgent\b|\bif this is urgent reply\b/,
  /\byou('ve| have)( now| just| already| successfully)* been( successfully)? (un|re-?)?-?subscribed\b|\byou (are|have been)( now| successfully)* (opted out|removed|unsubscribed|opted-out) (from|of) \w+.{0,40}\b(alerts|messages|texts|list)\b/,
  /\breply (help|stop|yes)\b.{0,60}\bmsg ?(&|and) ?data rates\b|\bdriv(e|ing) ?mode\b/,
  /^auto: |^siri: |^read: \d|^device (offline|online)\b|\byour (message|text) to [\d() +-]{7,} has expired\b/,
  /\byou('re| are) (now |already |successfully )*(enrolled|registered|signed up|opted in)\b.*\b(reply|text|txt) (stop|help)\b/,
];

/** People write so too: "you have reached the wrong person", "it says invalid response". */
const alike: readonly RegExp[] = [
  /\b(thank you|thanks) for (contacting|calling|texting|messaging|reaching out)\b.*\b(reply|text|txt) (stop|yes)\b/,
  /\b(you've|you have) reached\b(?! (the right|out|me|us|my (?!cell|voice|phone|number|desk|office|mailbox|personal|work|direct|business))\b)/,
  /\b(automated|virtual|automatic|digital) (assistant|attendant|system|operator|agent)\b/,
  /\b(did not|didn't|don't|could not|cannot|can't) (understand|recognize|get|process)\b.{0,40}\b(reply|text|type|send|respond)\b.{0,20}\b(yes|stop|help|no|menu)\b/,
  /\b(invalid|unrecognized|unknown) (response|command|reply|keyword|option)\b|\byour (response|reply) could not be (processed|understood)\b/,
  /\b(not a valid|invalid|not an? (available|accepted)) (option|response|reply|choice|answer|command)\b/,
  /\bthis is an? (automated|automatic|unmonitored|auto-?generated)\b.{0,80}\b(do not|don't|please|to opt out|not monitored|replies)\b/,
  /\bmsg ?\d{4}\b|\berror \d{3,5}\b|\btxt2landline\b|\btext to landline\b|\bfree ?msg\b|\bmsj gratis\b/,
  /\b(this|the) (number|recipient|phone|phone number|subscriber|destination|user)\b.{0,40}\b(is a landline|cannot receive|can't receive|not able to receive|unable to receive|is blocking|blocks|protected by)\b/,
  /\b(this|the) (phone )?number (you (texted|are texting) )?(does not|doesn't|cannot|can't) (accept|receive|support) (incoming )?(text|sms|messages)\b.*\b(call|voice|email|visit|contact|monitored)\b/,
  /\brecipient is a landline\b|\blinea fija y no puede\b|\bto this landline\b|\bto the landline\b/,
  /\b(message|text|mensaje|text message|msg)s? (not sent|not delivered|failed|blocked|no enviado|could not be (sent|delivered)|has expired|not saved|was not sent)\b/,
  /\bundeliver(able|ed)\b|\b(mail|message) delivery failed\b|\breturned to sender\b|\bdelivery status\b|\bread receipt\b/,
  /\bthe (number|person|party|subscriber) (that )?you( have| are|'ve|'re)? (texted|texting|dialed|called|reached|trying to reach)\b/,
  /^[^.]{0,60}\b(welcome to|bienvenido a)\b.*\b(reply|responda|stop|alto)\b/,
  /\bpowered by \w+\W*$/,
];

const phrases: readonly RegExp[] = [
  // Phones
  /\b(i'?m|i am|im) (currently )?(driving|riding)( right now)?\b(?!.*\b(tomorrow|home|there|down|up|over|in|to)\b)/,
  /\bdriving\b.{0,20}\b(can'?t (text|talk|answer)|eta|right now)\b/,
  /\b(driving|focus|sleep|work) (focus|mode) (is )?(turned )?on\b|\benfoque activado\b/,
  /\b(has|have|with) notifications (silenced|turned off)\b|\bnotificaciones (silenciadas|desactivadas)\b/,
  /\b(i'?m|i am) not receiving notifications\b|\bno (estoy recibiendo|recibo) notificaciones\b/,
  /\bsent (from|by) (my car|android auto|carplay)\b/,
  /^\W*(estoy|voy) (conduciendo|manejando)\b/,
  // Named as such
  /\b(auto|automatic|automated|automatically)[- ]?(generated )?(reply|replied|response|responder)\b/,
  /^\W*(auto|automatic)[- ](text|message|msg)\b/,
  /\bthis is an? (auto|automatic|automated|automatically)\b|\b(created|sent|generated) automatically\b|\bthis is automatic\b/,
  /\b(este|esta|es) (es )?(un|una)? ?(mensaje|respuesta|contestacion)? ?(automatic[oa]|automatizad[oa])\b|\benviado automaticamente\b/,
  /\brespuesta automatica\b|\bmensaje automatico\b|\bauto message\b/,
  /\b(automatic|automated) (message|text|note)[.!)\]]*$|\bunmonitored (mailbox|inbox|number|line|account)\b|\b(ticket|case) (number )?#?\d{3,} (opened|created|has been|was)\b|\b(sms|texts?|text messages|messages|texting) (to|at|on) this number (is|are) not\b/,
  /\bto this automated message\b|\bno-?reply\b|\b(i'm|i am|this is) a bot\b|\b(isn't|is not|aren't) (checked|read|monitored) by (humans|people|a person)\b/,
  // The same in the other languages that phones are set to
  /\breponse automatique\b|\bne pas deranger\b|\bau volant\b|\bje conduis\b/,
  /\bautomatische (antwort|nachricht)\b|\bich fahre gerade\b|\bbeim fahren nicht storen\b/,
  /\bresposta automatica\b|\bestou dirigindo\b|\bnao perturbe\b|\brisposta automatica\b|\bsto guidando\b/,
  /自動回覆|開車時|自動 ?응답|자동 ?응답|운전 ?중|自动回复|請勿打擾|请勿打扰|開車|开车|自動返信|運転中|자동 응답|운전 중|автоматическ|за рулем|رد تلقائي/,
  /\btra loi tu dong\b|\bdang lai xe\b|\blai xe\b/,
  // Out of the office, not monitored
  /\b(i'?m|i am|im|we are|we're|is|currently) (currently )?(out of (the )?office|away from (my|the) (phone|desk|office|email)|on (vacation|leave|maternity leave|annual leave|pto))\b/,
  /\bout[- ]of[- ](the[- ])?office\b|\bvacation responder\b/,
  /\b(fuera de (la )?oficina|de vacaciones|no me encuentro disponible)\b.*\b(regres|vuelv|hasta|respond|contest|comuni)/,
  /\b(this|the) (number|inbox|mailbox|phone|line|account|text line|phone number|message box)\b.{0,12}\b(is|does|can|can't|cannot|isn't|doesn't)( not| only)? (monitored|accepts?|receives?|able to receive|checked|in service|set up)/,
  /\bis (no longer in service|not in service|not monitored|unmonitored|not a textable|not able to receive text|only monitored)\b/,
  /\b(este|el) (numero|buzon)\b.{0,30}\bno (recibe|acepta|puede recibir|esta (monitoreado|en servicio|disponible))\b/,
  /\b(thank you|thanks) for (contacting|texting|messaging|calling|reaching out|your (message|text|inquiry|call|response))\b.*\b(we|our|someone|team|representative|office|hours|shortly|soon|line|monitored|recorded|assist|help)\b/,
  /\bgracias por (contactar|comunicarse|escribir|(su|tu) mensaje|llamar|contactarnos|escribirnos)\b.*\b(pronto|breve|respond|horario|equipo|atender|contact|nuestr|antes posible|ayudar)/,
  /\b(we|your) (have )?(message|text)?.{0,10}(received your (message|text)|message (was|has been) received|mensaje ha sido recibido)\b|\bsu mensaje ha sido recibido\b/,
  /\b(our|office|business) (office )?hours are\b|\bour (team|office) is (offline|closed)\b|\bnuestro horario\b/,
  /\byour (verification|security) code\b|\bunknown command\b|\bclick to verify\b|\bprove (that )?you are (a )?human\b|\bwould you like to talk to an agent\b/,
  /\b(mailbox|inbox) (is )?full\b|\bblocked by (subscriber|parental control)\b|\bmessages? are blocked\b|\btext messaging not supported\b|\baccount balance is too low\b|\bsaldo insuficiente\b|\bservice (access denied|not available)\b|\bnot in service\b|\bcan'?t receive text\b|\binvalid number\b|\bnot a valid mobile\b|\bbloqueo de mensajes\b|\bmessage blocking\b/,
  /\b(unable to|cannot|could not|couldn't) (send|deliver|receive)( this| your| the)? (message|text|sms)\b.*\b(number|service|blocking|invalid|short ?code|landline|error)\b/,
  /\b(text )?messages? (to|sent to) this (number|landline)\b/,
  /\b(i'?m|i am|im) (in a (meeting|class)|unavailable|busy|away)( right now| at the moment| now)?.{0,20}\b(i'?ll|i will|can i|will) (call|text|get back|reply|respond)/,
  /\b(can'?t|cannot) (talk|answer|take your call) (right )?now\b.{0,20}\b(i'?ll|i will|can i|call you|what'?s up|text me)/,
  /\bsorry,? i('| a)?m (busy|unavailable|driving)( right now| at the moment)?\b.{0,40}\b(call|text|get back|later)/,
  /\bno puedo (hablar|contestar|responder)( ahora| en este momento)?\b.{0,30}\b(llamo|llamare|luego|mas tarde|escrib)/,
  /^sorry,? i can'?t (talk|text)( right now| now)?[.!]?$/,
  /\bestoy en una (reunion|junta)\b/,
];

/** A person's words about a machine, or about driving and being away: "was that an automatic reply?" */
const tells =
  /^(yes|no|sorry|is|was|are|got|es|fue|recibi) (this|that|it|these|your|an?|un|el|su)\b|\b(i was|estaba) (out of|away|driving|on vacation|manejando|fuera)|\bautomatic reply sorry\b|\b(can|could) (we|i|you) (reschedule|change|come|move)\b|\bgive me \d+ min|^(es un|es|este es un) mensaje automatico\?|^[^a-z]*es un mensaje automatico|\b(you|u) gave (me|us)\b|^(your|my) (?!(message|text|msg|response|reply|verification|security|account|call|vote|ticket|number has|number is not)\b)|^(i|it|you|they) (got|get|keep|keeps|kept|said|says|say)\b/;

/** Characters that are looked at: a machine identifies itself at once, and the patterns look far ahead. */
const lookedAt = 1_500;

export type Machine = 'certain' | 'alike' | 'phrase';

/**
 * How surely a machine wrote this, `phrase` the least surely. It says nothing of what else stands in it: a person may have
 * typed that (machine-words.ts).
 */
export function machineIn(text: string): Machine | undefined {
  const words = lookedAtOf(text);
  if (certain.some((pattern) => pattern.test(words))) return 'certain';
  if (tells.test(words) || /^[^.!?]*[?？]\s*$/.test(words)) return undefined;
  if (alike.some((pattern) => pattern.test(words)) && !ofOneself.test(words)) return 'alike';
  return phrases.some((pattern) => pattern.test(words)) ? 'phrase' : undefined;
}

/** "Message blocked cause I hate spam": no carrier and no business speaks so. */
const ofOneself =
  /\b(mine|i (hate|block|blocked|told|said|never|want|paid|got|know|think|have (blocked|told|asked)))\b/;

function lookedAtOf(text: string): string {
  return normalised(text.slice(0, lookedAt), 'NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ');
}

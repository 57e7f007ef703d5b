import { courteous } from './courteous-phrases.ts';
import { isMadeOf, kind, phrases, type Grammar } from './phrases.ts';

/**
 * The grammar of a wish to be texted again, in English and Spanish: an order to go on, a wish for texts again, or a stop that
 * is called a mistake. It lifts a stop, so a complaint about texts ("keep your texts", "you put me back on your list") must
 * not pass: no phrase lets the reader be its subject but where they are allowed something.
 */

/** More than one: a single message that is wanted again is no wish for more. */
const noun = '(texts|text messages|messages|msgs|sms|reminders|updates|alerts|notifications)';
const texts = `((the|your|my|these|those|all the|all my) )?(${kind} )*${noun}`;
const again = '(again|once more|back)';
const i = '(i|we)';
const want = `(${i} )?(just |still |also |really )*(want|would like|id like|would love|need|like)`;

const stop = '(stop|unsubscribe|opt out|alto|baja|parar)';
const byMistake =
  '((by|on) (mistake|accident)|accidentally|mistakenly|accidently|in error|por (error|accidente|equivocacion)|sin querer)';
const sent = '(sent|texted|typed|hit|pressed|said|replied|put|wrote|tapped)';
const small =
  '(kid|kids|grandson|granddaughter|grandkid|baby|toddler|child|nephew|niece|cat|dog|son|daughter|husband|wife|mom|dad)';
const mistakenStop = `(a |the |that )?(${stop})( (text|message|reply|word))?`;

const textos = '((los|sus|mis|las) )?(mensajes|textos|recordatorios|avisos)( de texto)?';
const otraVez = '(otra vez|de nuevo|nuevamente)';
const puse = '(puse|mande|envie|escribi|pique|oprimi|le puse|le pique a|le di a|teclee)';
const pequeno = '(nieto|nieta|hijo|hija|nino|nina|bebe|sobrino|sobrina|esposo|esposa|mama)';

/** An order to go on, or a wish for texts again. */
const wishes = phrases(
  // "Start", "resume my reminders", "re-enroll me in text messages"
  `(resubscribe|re subscribe|subscribe|optin|opt in|opt back in|re ?enroll|rejoin|reinstate|unblock)( (me|us|my number))?( (in|to|for|with))?( ${texts})?( again)?`,
  `(start( (start|over|now))*|restart|resume|unstop|un stop|reactivate)( ${texts})?( again)?`,
  `(start|restart|resume|continue|begin) ((sending|getting|receiving|texting|messaging) )((me|us) )?(${texts} )?again`,
  `(start|restart|resume|continue|begin) (sending|getting|receiving|texting|messaging)( (me|us))?( ${texts})?|(resume|restart|begin) ${texts}( again)?`,
  `keep (${texts}|them) coming`,
  // "Text me again", "you may text me again"
  `((you|u) (can|may) )?(text|message|msg|send ${texts} to|contact) (me|us) again|((you|u) (can|may) )?send (me|us) ${texts} again`,
  // "Turn my reminders back on"
  `turn ((${texts}|them|these) )?(back on|on again)|turn on ${texts} again`,
  // "Put me back on the list", "sign me up again"
  `(sign|opt|put|add) (me|us|my number) back( (up|in|on))? (to|on|for) (the |your |my )?(list|${texts})|(sign|put) (me|us|my number) back (up|on)|opt (me|us|my number) back( in)?|add (me|us|my number) back`,
  `(add (me|my number) back|sign me up|put me on the list|add me)( to the list)? again|opt me (back )?in`,
  // "I want the texts again"
  `${want} ${texts} ${again}|${want} to (get|receive|start getting|start receiving|have) ${texts} ${again}|${want} to (opt back in|resubscribe|re subscribe)|${want} to (restart|resume) ${texts}|(can|may) i (get|have) ${texts} back`,
  // Spanish
  `(activar|activen|activenme|reactivar|reactiven|reanudar|reanuden|reiniciar|reinicien|iniciar|inicien|empezar|empiecen|comenzar|comiencen|suscribir|suscribirme|suscribanme|start)( ${otraVez})?( ${textos})?( ${otraVez})?|reanude ${textos}`,
  `(darme|denme|deme) de alta( ${otraVez})?(?!.* (doctora?|doc)\\b)|ponganme ${otraVez}( en la lista)?`,
  `(me )?(manden|mandenme|mandeme|envien|envienme|envieme|escriban|escribanme|escribame)( ${textos})? ${otraVez}`,
  `(me )?(vuelvan|vuelva|vuelvanme|vuelvame) a (mandar|enviar|escribir|mandarme|enviarme|escribirme)( ${textos})?`,
  `(sigan|siga) (mandando|enviando|escribiendo|mandandome|enviandome)( ${textos})?( ${otraVez})?`,
  `(ya )?(quiero|quisiera) (recibir )?${textos} ${otraVez}|(quiero|quisiera) (volver a|seguir) (recibir|recibiendo)( ${textos})?|otra vez quiero ${textos}|quiero que (me )?sigan (mandando|enviando)( ${textos})?( ${otraVez})?`,
);

/** A stop that is called a mistake. */
const takesStopBack = phrases(
  // "I hit stop by mistake", "the stop was an accident", "I accidentally unsubscribed"
  `${i} ${sent} (in )?${mistakenStop} ${byMistake}|(${i} )?(just )?(accidentally|accidently|mistakenly|by (mistake|accident)) ${sent} ${mistakenStop}( again)?`,
  `${i} ((unsubscribed|opted out)( (from|of) ${texts})?|(stopped|cancelled) ${texts}) ${byMistake}|(${i} )?(accidentally|accidently|mistakenly) ((unsubscribed|opted out)( (from|of) ${texts})?|(stopped|cancelled) ${texts})`,
  `(my |the |that |last )*stop( (text|message|reply))? was( (sent|all|just))* (${byMistake}|an? (mistake|accident|error)|my mistake)`,
  `(${i} )?(didnt|did not|never) (mean|meant)( to)?( (say|send|text|hit|type|press))? ((cancel|stop) ${texts}|${mistakenStop})`,
  `(ignore|disregard|undo|cancel|forget) ((that|the|my)( last)? )?stop( (text|message))?( (that )?${i} sent( yesterday| earlier| today)?)?`,
  `(${i} )?(texted|sent) stop to the wrong (person|number)|(${i} )?meant to send stop to (someone else|somebody else|another (person|number))`,
  `my ${small} ((accidentally|must have accidentally) (texted|sent|typed|hit|pressed) stop|(texted|sent|typed|hit|pressed) stop ${byMistake})( on my phone)?|my (kid|kids|grandson|granddaughter|grandkid|baby|toddler|nephew|niece|cat|dog) (must have )?(texted|sent|typed|hit|pressed) stop( on my phone)?`,
  '(pocket texted|autocorrect sent|butt texted) stop',
  // Spanish
  `${puse} (en )?(alto|stop) ${byMistake}|${byMistake} ${puse} (alto|stop)|me di de baja ${byMistake}|me desuscribir? ${byMistake}`,
  `(el |mi )?(alto|stop) (fue|era) (${byMistake}|un (error|accidente))|fue (un error|por error|sin querer) (lo de(l)?|el) (alto|stop)|no (quise|queria) poner (alto|stop)|ignoren (el|mi) (alto|stop)|el (alto|stop) era para otra persona`,
  `mi ${pequeno} (puso|mando|pico|escribio) (alto|stop) ${byMistake}|mi (nieto|nieta|nino|nina|bebe|sobrino|sobrina) (puso|mando|escribio) (alto|stop)`,
);

const beside = [
  ...courteous,
  ...phrases(
    '(oops|whoops|sorry|my apologies|perdon|perdone|disculpe|disculpen|lo siento)',
    '(yes|yeah|yep|sure|si|claro)',
    `(${i} )?changed my mind|after all|cambie de opinion|me (arrepenti|equivoque)`,
    `(${i} )?(do )?(still )?(want|need|would like) (${texts}|them)`,
    `keep (sending|texting)( (me|us))?( ${texts})?|(mandenme|mandeme|manden|sigan|siga|envienme|envieme) ${textos}|los habia parado yo|now|ahora|ya`,
  ),
];

/** Beside an order to start they may take that order back; beside a stop that is named, they are about it. */
const takesSomethingBack = phrases(
  `my mistake|ignore it|${i} did not mean that|ignore my last (text|message)|my kid had my phone`,
);

const grammars: readonly Grammar[] = [
  { meant: [...wishes, ...takesStopBack], beside },
  { meant: takesStopBack, beside: [...beside, ...wishes, ...takesSomethingBack] },
];

/** Every sentence of the reply asks for texts again, or takes a stop back. */
export function asksForMore(sentences: readonly string[]): boolean {
  return grammars.some((grammar) => isMadeOf(grammar, sentences));
}

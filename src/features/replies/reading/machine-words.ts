import { withoutInstructions } from './instructions.ts';

/**
 * What machines say of the line, of messages and of subscriptions, and nobody of themselves. A machine's text without
 * these words and without its instructions holds what a person may have put in, or says nothing. A closed list: a
 * statement that is not here is looked at as a person's, and costs staff a look. None counts before a question mark:
 * "You are now opted out??"
 */
const messages =
  '(?:text messages?|texts?|messages?|sms|mms|replies|notifications|calls|short code messages)';
const incoming = '(?:(?:any|your|incoming|further|more|the|this) )?';
const line =
  "(?:this|the|your|that) (?:\\w+ )?(?:number|phone|line|mailbox|inbox|recipient|subscriber|user|device|account|person|party|customer|destination)(?: (?:that )?you(?:'re| are|'ve| have)?(?: (?:just|sent to|texting|texted|trying to reach|reached|dialed|called|messaging))+)?";
const statements: readonly string[] = [
  // Subscriptions
  `you(?:'re|'ve| are| have| were| will be)?(?: (?:now|already|successfully|just|been|have)){0,3} (?:un|re-?)?-?(?:subscribed|opted (?:out|in)|opted-(?:out|in)|enrolled)(?: (?:from|of|to) (?!my\\b|me\\b|[a-z]+ing\\b)[\\w .'&-]{1,40}?)?(?: and will (?:(?:receive|get) no (?:more|further)|(?:no longer|not) (?:receive|get)(?: any)?(?: more)?) ${messages}(?: from this number)?)?(?=\\s*(?:[.!,)]|$|\\n))`,
  `no (?:more|further|other|additional) ${messages} will be sent`,
  `you will (?:not|no longer) (?:receive|get) (?:any )?(?:more |further |other )?${messages}(?: from this number)?`,
  'ha cancelado su suscripci[oó]n(?: y no recibir[aá] m[aá]s mensajes)?',
  'which blocks all texts sent from this number',
  'you (?:have )?replied (?:with the word )?"?(?:stop|unstop|start)"?',
  // What the line cannot do
  `(?:${line}|i) (?:does not|doesn't|do not|don't|cannot|can't|can not|is not able to|is unable to|is not set up to|are not able to|is not) (?:currently )?(?:accept|accepting|receive|check|read|support|take|get)(?:ing)? ${incoming}${messages}(?: (?:at|on|to|from) this (?:number|line|phone))?(?:,? call instead)?`,
  `(?:unable to|cannot|can't|could not|couldn't|was not|not able to) (?:be )?(?:send|sent|deliver|delivered|receive|received|read|respond to|reply to|text)(?: ${incoming}${messages})?(?: at this time)?`,
  `${messages} (?:was |were |is |are |has been )?(?:not sent|not delivered|failed|blocked|not saved)`,
  'mensaje no enviado|no se pudo enviar el mensaje|el bloqueo de mensajes est[aá] activo',
  `${messages} blocking(?: is active)?|(?:has |is )?block(?:ed|ing) ${incoming}${messages}(?: from (?:this sender|your number))?`,
  '(?:(?:is an?|to an?|to the|to this|the|this|text to|text2|txt2) )?(?:txt2)?landline(?: (?:and|or) cannot receive text messages)?',
  'l[ií]nea fija(?: y no puede recibir mensajes de texto)?',
  'este n[uú]mero no (?:est[aá] monitoreado|(?:recibe|acepta) mensajes(?: de texto)?)',
  "(?:please |por favor )?(?:do not|don't|no) (?:reply|respond|answer|resend|responda|conteste)(?: (?:to )?(?:this|these|the|este)(?: (?:automated|automatic))? (?:message|text|number|mensaje|texto)s?)?",
  'please do not text this number',
  '\\w+: this number has blocked you',
  'not a valid (?:mobile )?number',
  'service (?:access denied|not available)',
  // Driving and being away
  "driving,?(?: -)? (?:can't|cannot|can not) text|(?:can't|cannot|can not) receive texts",
  "(?:can't|cannot) (?:reply|respond) to (?:texts?|text messages|messages)",
  'please do not text me until i arrive',
  "(?:until|when|till) (?:i|they|i have|i've) (?:stop|stopped|park|arrive)",
  'reply "?urgent"?(?: to send a notification[^.)]{0,60})?|responde "?urgente"?(?: para enviar[^.)]{0,60})?',
  'do not disturb(?: is)?(?: turned)?(?: on)?',
  'no (?:estoy recibiendo|recibo) notificaciones',
  'do not share (?:it|this|your code)(?: with anyone)?',
  'no molestar(?: (?:activada|activado|al conducir activado))?',
  'with (?:no|limited) access to (?:my )?(?:messages|email|phone|texts)',
  'i no longer work here|ya no trabajo aqu[ií]|protected by spam filter',
  'maintenance requests: use the portal',
  '(?:please )?(?:email|call|message) (?:me|our office|us|my phone)(?: on \\w+)?(?: instead(?: of sms)?)?(?=[.!]?\\s*(?:$|\\n|\\())',
  '(?:reply|responda) yes to continue delivering[^.]{0,40}',
  'to have your message read to this landline|this user is blocking',
];
const statement = new RegExp(
  `(?<!\\p{L})(?:${statements.join('|')})(?![\\p{L}])(?!\\s*\\?)`.replaceAll(' ', '\\s{1,2}'),
  'giu',
);

/** Characters that are looked at: a machine identifies itself at once. */
const lookedAt = 1_500;

/** What is left of a machine's text: a person's words, or nothing of interest. */
export function withoutMachineWords(text: string): string {
  const beginning = text.slice(0, lookedAt);
  return `${withoutInstructions(beginning).replaceAll(statement, '\n')}\n${text.slice(lookedAt)}`.trim();
}

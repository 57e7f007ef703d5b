/**
 * Instructions to the reader of a text ("Reply STOP to end"), in our texts and in those of other businesses: a STOP in
 * one is nobody's wish. Only what is certainly an instruction counts as one, and never what follows it: a person who
 * wants to stop writes "reply stop and leave me alone", "I reply STOP".
 */
const word =
  '"?(?:yes|no|y|n|stop|start|unstop|help|menu|info|si|sí|ayuda|alto|quit|cancel|unsubscribe|opt(?: )?out|baja|salir)\\b"?';
const verb =
  "(?<!(?:can't|cannot|don't|not|no|auto|automatic|automated|my|your|the|last|this)(?: |-))(?:reply|text|txt|send|type|respond|answer|responda|responde|responder|conteste|contesta|contestar|env[ií]e|env[ií]a|enviar|mande|manda|mandar|texte|escriba|escribe)(?: back)?(?: with)?";
/** A word of the purpose, and the first one of it; whatever asks, refuses or names somebody is the writer's own. */
const purpose =
  "(?:(?!(?:i|im|i'm|me|my|us|alone|please|pls|plz|now|dont|don't|no|not|never|you|u|leave|remove|take|delete|block|wrong|and|but|or|ya|nunca|yo|mi)\\b)[\\p{L}-]+)";
const next = `(?:(?!(?:stop|quit|unsubscribe|cancel|alto)\\b)${purpose})`;
const ends =
  '(?:ends|cancels|cancela|termina|to (?:end|opt(?: |-)?out|cancel|quit|stop|unsubscribe|leave)|2(?: )?(?:end|quit|stop|cancel)|for (?:help|info|more)|para (?:cancelar|parar|salir|terminar|ayuda|m[aá]s))';

/**
 * Bounded repetitions, and no two that can take the same words: a long text is searched in time that grows with its
 * length.
 */
const instruction = new RegExp(
  [
    // "To opt out, reply STOP"
    `\\b(?:to (?:opt(?: |-)?out|unsubscribe|end|cancel|stop|quit)(?: (?:of|all|these|future|receiving|getting|texts|messages|msgs|alerts|text)){0,4},? |if you (?:(?:would|'d|no longer|do not|don't) ){0,2}(?:wish|want|like|prefer)[^.?!,\\n]{0,50}, (?:please )?)?${verb} ${word}(?:,? (?:or|o) ${word}|, ${word}){0,4}(?: \\d{4})?(?: (?:to|for|para)(?: no)? ${purpose}(?: ${next}){0,3})?`,
    // "STOP ends all texts, HELP for help"
    `\\b(?:stop|help|yes|no|start|alto|ayuda|si|sí|quit|cancel|unsubscribe|salir|baja|info) ${ends}\\b(?: ${next}){0,4}`,
    'm(?:sg|essage)s?(?: )?(?:&|and)(?: )?data rates\\b[^.\\n]{0,40}',
    'may we text you\\b[^.?\\n]{0,80}',
    'podemos enviarle\\b[^.?\\n]{0,80}',
  ]
    .join('|')
    .replaceAll(' ', '[^\\S\\n]{1,2}'),
  'giu',
);

/** Before an instruction: the writer says what they do, or did. */
const told =
  /(?<!\p{L})(i|we|i'll|i've|he|she|they|keep|had|have|but|yo|ya)( [\p{L}']{2,9}){0,1}[^\S\n]*$/iu;

function instructionsIn(text: string): string[] {
  return [...text.matchAll(instruction)].map(([found]) => found);
}

/** How many there are: two are a copy of a text of ours or of another business. */
export function countInstructions(text: string): number {
  return instructionsIn(text).length;
}

/** Without the instructions, save those that somebody says of themselves: "I reply STOP". */
export function withoutInstructions(text: string): string {
  return text
    .replaceAll(instruction, (found, at: number) =>
      told.test(text.slice(Math.max(0, at - 16), at)) ? found : '\n',
    )
    .trim();
}

const ofStop = /\b(stop|alto|unsubscribe|cancel|quit|opt ?out|baja|salir)\b/i;
const ofAnother =
  /(?<!\p{L})(yes|no|si|sí|help|ayuda|start|menu|info|data rates|may we|podemos)(?!\p{L})/iu;

/**
 * The same order again and again ("text stop, text stop"), or in several ways ("reply stop, send stop"), and no other
 * beside it: no text of ours reads so. Somebody repeats what they did, or have to do.
 */
export function repeatsStop(text: string): boolean {
  return ordersToStop(text) > 1;
}

/** Nothing but the one order, as in `"text STOP"`: no whole text of ours is so short. */
export function onlySaysStop(text: string): boolean {
  return ordersToStop(text) > 0 && !/\p{L}/u.test(withoutInstructions(text));
}

/** None, where another order stands beside them. */
function ordersToStop(text: string): number {
  const found = instructionsIn(text);
  return found.some((one) => ofAnother.test(one))
    ? 0
    : found.filter((one) => ofStop.test(one)).length;
}

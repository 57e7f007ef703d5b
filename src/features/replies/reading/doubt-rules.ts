import type { Doubt } from '../verdict.ts';

/**
 * Step 7 of reading a reply: whatever says that the number should perhaps not be texted, without a request to stop. The
 * phrases work on words as a dictionary has them (no accents, no apostrophes).
 */
type DoubtRule = { name: string; doubt: Doubt; patterns: readonly RegExp[] };

const person = '(he|she|him|her|they|it|mr|mrs|ms|\\w+)';
const kin =
  '(mother|mom|mum|mama|father|dad|papa|husband|wife|son|daughter|brother|sister|spouse|partner|parent|grandmother|grandma|grandfather|grandpa|aunt|uncle|patient|client|person|resident|madre|padre|esposo|esposa|hijo|hija|hermano|hermana|abuela|abuelo|abuelita|abuelito|tio|tia|suegra|suegro|marido|mujer|senora|senor|paciente)';
const things =
  '(phone|battery|cell|car|dog|cat|laptop|computer|connection|line|signal|telefono|celular|bateria|carro|perro|gato)';

/** The person's own slip, or a wrong number of something else: nobody is wrong at this number. */
const wrongElsewhere =
  /\bwrong (number|no) (of|for)\b|\b(i|we) (just )?(texted|called|sent|dialed|got|had)( it| that| this)?( to)? the wrong\b|\b(oops|sorry|whoops) wrong person\b|\bthat was (meant )?for (someone|somebody) else\b|\bwrong address\b|\bis [\d ]+ the wrong number\b|\bequivoc\w+ (de (pastillas|medicina|receta|dia|hora|fecha)|en (mi|la|el))|\bera para mi\b|\b(same|mismo) (number|numero)\b|\bmy old number\b/;

const rules: readonly DoubtRule[] = [
  {
    name: 'deceased',
    doubt: 'deceased',
    patterns: [
      new RegExp(
        `(?<!\\b${things} (just |has |is |just )?)\\b(passed away|passed on|pass away|is deceased|was deceased|deceased|has died|have died|is no longer with us|is no longer living|no longer alive|departed|funeral|obituary|rest in peace|rip)\\b`,
      ),
      new RegExp(`(?<!\\b${things} (just )?)\\bdied\\b`),
      new RegExp(
        `\\b(${kin}|he|she|they|hes|shes) ?(has |is |was )?(dead|gone to (heaven|be with)|in heaven)\\b`,
      ),
      new RegExp(`\\b(we )?(lost|buried) (my |our |his |her )?${kin}\\b`),
      new RegExp(
        `\\b${person} (passed)( (last|this|two|three|in|on|a|yesterday|suddenly|back)\\b|$)(?! (test|exam|inspection))`,
      ),
      /(?<!\b(phone|battery|car|cell|line|laptop) )\b(is|was|hes|shes) (dead|gone)$/,
      /\b(buried|lost) (him|her)\b|\b(went|gone) (home )?to be with\b|\b(his|her|a) widow(er)?\b|\b(her|his) estate\b|\b(patient|client|he|she) (has )?expired\b|\bin loving memory\b/,
      /\b(qepd|finad[oa]|enterramos|dios (se )?l[oa] (llevo|tiene)|(ella|el|mama|papa) (ya )?(esta|se fue) (en el|al) cielo|se nos fue|ya descansa|descansa en paz|dejo de existir)\b/,
      /(?<!\bse me )\b(fallecio|falleci|fallecido|fallecida|ha fallecido|murio(?! (el|la|mi) (telefono|bateria|celular|carro|perro|gato))|ha muerto|esta muerto|esta muerta|difunto|difunta|descanse en paz|ya no esta con nosotros|ya no esta entre nosotros|paso a mejor vida|que en paz descanse|partio con dios|perdimos a (mi|nuestr))\b/,
    ],
  },
  {
    name: 'wrong person',
    doubt: 'wrong_person',
    patterns: [
      /\b(wrong|incorrect|bad|mistaken|old) (number|num|nbr|no|phone|person|guy|lady|one|man|woman|contact|cell|individual|party|recipient|family|house|dude|patient)\b(?! of| for (my|the) (pills|appointment|refill))/,
      /^(sorry )?wrong( #)?$|\bwron (number|numb|nmbr)\b|\bwrong (numb|nmbr|numbr|nmber)\b/,
      /^(im |i am |this is |thats |that is |its |it is |youre |you are )?(not|isnt|aint) (the (right|correct) person|her|him|me|them)$|^(that|this|it) isnt me$|\bmistaken identity\b|^(you are|youre) mistaken$/,
      /\b(this is|this isnt|thats|im|i am|its) (not|no longer)? ?\w+s (number|phone|cell)\b|\bthis (isnt|is not|is no longer) \w+( \w+)?$|^not (linda|robert|margaret|maria|juan|jose|john|mary|james|carol|\w+a)$/,
      /^(whos|who is) (?!this|that|dis|dat|it|you|u|texting|asking|calling|speaking|talking|messaging|writing|demo|the|in|your)\w+( \w+)?$|^quien es (?!usted|este|esto|ese|el|ella|ud|uds|ustedes)\w+( \w+)?$|^\w+ who$|\bwho is \w+ \w+ and why\b|\bno se quien es (?!este|usted|ud)\w+/,
      /\b(dont|do not) know (no|any|a) \w+|^\w+ (has )?moved( away| out)?$|\b(my number now|mi numero ahora|new owner|nuevo dueno|was reassigned)\b/,
      /\b(not|isnt) (a|your|ur) (patient|client)\b|\bno soy (su )?paciente\b|\bnever (been|gone) to (your|this|that)\b|\bnever heard of (you|this|ur|your|yall)\b|\bnunca he ido\b/,
      /\b(dont|do not) have (a|an|any) (doctor|appointment|dentist) (there|with (you|u))\b|\b(dont|do not) (go to|use) your (practice|office|clinic)\b|\bno tengo cita (ahi|con ustedes)\b|\bno voy a (esa|su) clinica\b/,
      /\bthis is (his|her) ex\b|\bthis is a (business|fire|restaurant|store|work|company|school|police)\b|\b(reached|called|texting) a business\b|\bthis is \w+s (pizza|shop|store|auto|restaurant|salon|plumbing)\b|\best[ae] es un[ao]? (negocio|taqueria|tienda|restaurante|empresa|oficina de)\b/,
      /\btiene(n)? mal (el|mi) numero\b|\b(ese|este|esa) no es mi (nombre|cuenta)\b|\baqui no es\b|\bno l[oa]s? conozco\b|\bcompre este numero\b|\bes otra persona\b|\bhabla a otro lado\b|\bnro equivocado\b/,
      /\b(not|isnt|aint|no longer|never) (my|the right|the correct|his|her|their|hers|theirs) (number|phone|cell|cellphone|line)\b(?!.*\b(mine|my number|ends? in|its|it is)\b)/,
      /\b(no longer|not|isnt|doesnt|does not|dont|never) (at|with|have|has|having|use|uses|using|own|owns|answer) (this|that) (number|phone|cell)\b/,
      /\b(number|phone|cell) (belongs|is registered|was (given|assigned|reassigned)|has been (reassigned|given|changed|disconnected)|is (assigned|now)) (to )?\b/,
      /\b(someone|somebody|some one) (elses|else s|else)\b/,
      /\b(different|another|other) (person|owner|lady|guy|family)\b.*\b(number|phone)\b|\b(number|phone)\b.*\b(different|another|other|new) (person|owner|lady|guy|family)\b/,
      /\b(changed|change|has a new|have a new|got a new|new owner of|got this|just got this|bought this|have had this) (his |her |their |your )?(number|phone|cell)\b(?!.*\bplease (update|use)\b)/,
      /\b(do not|dont|doesnt|does not) know (a|an|any|any one|anyone|anybody|this|that|who) \w+/,
      /\b(no|not a|nobody|no one|noone|isnt a|aint no|no body) \w+( \w+)? (here|at this number|lives here|by that name|by this name|on this phone)\b/,
      /\b(nobody|no one|noone|no body|no such person|no person|no patient)\b.*\b(name|named|here|number)\b/,
      /\b(doesnt|does not|dont|no longer|do not) live(s)? (here|at this)\b/,
      /\b(moved|gone) (away|out)\b.*\b(number|phone)\b/,
      /\b(he|she|that person|this person|they|that) (is|are) not (here|at this)\b.*\b(number|phone)\b/,
      /\b(im|i am|am|this is|this isnt|thats|that is|its|it is|you are texting|youre texting)( not| isnt)? (not )?(the )?(person|patient|one|guy|lady|individual|owner)( (you|ur|that|u|who|of|youre)\b|$)/,
      /\bnot (the )?(person|patient|intended|one) (you|youre|ur|u|who|recipient|person)\b/,
      /^(this is )?(not|isnt|aint) (me|him|her)$/,
      /\byou (have|got|must have|mustve|might have|probably have) the wrong\b/,
      /\bnumero (equivocado|incorrecto|erroneo|errado|mal)|\b(num|tel|telefono|persona|celular|cel) (equivocad[oa]|incorrect[oa]|erroneo)|^(esta |estan |estas )?(equivocad[oa]s?|incorrect[oa])$/,
      /\b(se|te|estan|esta|estas|os) (han |ha |has )?equivoc\w+( (de|con) (el |la )?(numero|persona|telefono))?\b/,
      /\b(no es|este no es|ya no es|no es este|ese no es|este ya no es) (mi|el|su|de el|de ella|de) ?(numero|telefono|celular|cel)?\b(?=.*\b(numero|telefono|celular|cel)\b)/,
      /\bno soy (yo|esa persona|la persona|el|ella|quien|ese|esa|el paciente|la paciente|la senora|el senor)\b/,
      /\b(aqui|ya|ella|el|\w+) no (vive|esta|trabaja|tiene|usa)( aqui| ya)?( \w+)?( este (numero|telefono|celular)|$)/,
      /\bno (hay|vive|existe|conozco)( a)? (nadie|ningun|ninguna|ninguno|esa persona|a esa|aqui)\b/,
      /\b(ya )?no tiene este (numero|telefono|celular)\b/,
      /\b(este|ese) (numero|telefono|celular) (ya )?(no )?(pertenece|es de|le pertenece|ya no es|ahora es|tiene)\b/,
      /\b(cambio|cambie|cambiaron) (de|su) (numero|telefono)\b/,
      /\bnumero de otra persona|\bes de otra persona\b|\bno la conozco\b|\bno lo conozco\b|\bno conozco a\b/,
    ],
  },
  {
    name: 'unwelcome',
    doubt: 'unsure',
    patterns: [
      /\b(not|no longer|isnt|aint) (at all |really )?interested\b|\b(no interest|uninterested)\b/,
      /^(ill |i will )?(hard )?pass$|\bnot int(e)?r(e)?sted\b|^(no )?(estoy )?interesad[oa]$|\b(no interesad[oa]|sin interes)\b/,
      /^(fraud|fake|lies|liars?|mentira|bogus|hoax|nice try.*|reportad[oa]|bloquead[oa]|blocked|block|u r blocked|youre blocked|you are blocked)$|\b(smell|smells like) a scam\b|\bscammers?\b|\bestafador\w*\b|\b(es|esto es|puro|son) (un |una |unos )?(spam|estafa|fraude|rateros|ladrones)\b|\bsus estafas\b|\bblock list\b|\bya l[oa]s (bloquee|reporte)\b/,
      /\b(never|did not|didnt|nunca|no) (gave|give|les di|le di|di) (you |u |yall )?(my|mi) (number|cell|phone|numero)\b|\bwhy (do|did|does) (you|u|yall) (have|got|get) my (number|cell)\b|\bprivate number\b|\bunlisted\b|\b(no )?firme nada\b|\bno me he suscrito\b/,
      /\b(fu|stfu|get a life|gtfo|kma|lmfao no|kiss my|vete a la|vayanse a|chinga|chinguen|no mamen|que fastidio|molestos son|ya chole|me tienen hart[oa]|ya me canse|ya me tienen)\b/,
      /\bwhy (are|r|do|does|is|u|you)( you| u| yall| they)? ?(keep|still|always|constantly|are)?( on)? ?(texting|messaging|sending|bothering|contacting|spamming) ?(me|us|this)?\b|\b(you|u|yall) (text|message|send) (me )?(too|so) (much|many|often)\b|\bpor que me (mandan|siguen|envian|escriben|estan)\b/,
      /^(ok |please |ugh |this is ridiculous |ive had |i have had |had )*(enough|enough already|enough now|never|never again|nunca|nunca mas|jamas|ive had enough|im done|im out|i am out|out|off|lay off|suficiente|fuera|largo|ya no|ya no gracias|bye|goodbye|goodbye forever|adios|harto|again)$/,
      /^(please )?(email|e mail)( me)?( only)?$|^(phone|call|calls) only$|^(please )?email( me)?( please| thanks)*$|\b(prefer|rather|like)( \w+){0,2} (email|emails|calls?|a call|to be called|a letter|called|phone calls)\b|\b(call|use) my (house|home|land ?line|work|office)\b|\b(mychart|my chart|patient portal)( only)?$|\b(send|mail)( me)? (a )?letter\b|\b(snail|us|regular|postal) mail\b|\bpor carta\b|\b(manden|mande|envien) (una )?carta\b/,
      /\b(text|contact|call|message) my \w+ (not me|instead)\b|\bsend (all this|all of this|these|this) to my \w+$|\bnot me$|\b(hable|hablen|llamen|manden\w*|mandele)( los mensajes)?( con| a) mi (hij[oa]|espos[oa]|mama|papa|herman[oa])( mejor| a el no| a ella no)?$/,
      /\b(cannot|cant|can not|dont know how to|no puedo|no se|no leo|no uso)( \w+){0,2} ?(read|see|open|view|leer|usar|ver)?( \w+){0,2} (texts?|text messages|messages|texting|mensajes|leer)\b|\b(dont|doesnt|does not|do not) (have|do|get|support) (text|texts|texting|sms)\b/,
      /\b(house|home|flip) phone\b|\b(texts?|text messages|mensajes?)( \w+){0,3} (cost|costs|charge|charged)\b|\b(pay|charged|charge)( \w+){0,3} (per|each|for each|for every|every|for) (text|message|texts|msg)\b|\blimited (texts|texting)\b|\bonly have \d+ texts\b|\b(cobran|cuesta)( cada| los)? mensajes?\b|\bno tengo plan\b|\blinea de casa\b/,
      /\b(less|fewer|not so many|menos) (texts|messages|reminders|mensajes)\b|\btext( me)? less\b|^(please )?pause( (texts|messages|it|please|for|while|until).*)?$|\bhold off\b|\bclose my account\b/,
      /\b(go away|get lost|fuck off|f off|fk off|eff off|piss off|screw you|buzz off|bug off|back off|fuck you|f u|shut up|shove it|beat it|get out of here|drop dead|go to hell)\b/,
      /\b(this|these|that|its|it is|is|are|you are|youre|reporting|reported|report|marked|marking|blocked|flagged|flagging)( \w+){0,3} (as )?(a )?(spam|spamming|spammers?|harassment|harassing|unsolicited|scam|scammers?|phishing|fraud|junk)\b/,
      /^(spam|scam|scammer|spammer|harassment|junk|phishing|estafa|fraude|acoso)( (text|message|mensaje))?$/,
      /\b(blocking|block|blocked|reporting|report|reported) (you|u|this number|your number|yall|this)\b|\bill (block|report)\b|\bgoing to (block|report)\b/,
      /\b(bloquear|bloqueo|bloqueando|bloqueare|reportar|reportare|denunciar|voy a bloquear)(te|los|lo|las)?\b/,
      /\b(who|where|how)( \w+){0,3} (gave|give|get|got|obtain|obtained|find|found)( \w+){0,2} (my|this) (number|info|information|phone|cell)\b/,
      /\b(como|donde|quien)( \w+){0,3} (mi|este) (numero|telefono|informacion|celular)\b/,
      /\b(never|did not|didnt|dont remember|do not remember|dont recall|not|havent|have not|dont) (sign|signed|signing|agree|agreed|agreeing|consent|consented|authorize|authorized|subscribe|subscribed|ask|asked|asking|request|requested|requesting|opted|gave|give|given|opt)( \w+){0,3} (up|in|for|to|this|these|any|it|that|permission|consent)\b/,
      /\b(nunca|no) (me )?(inscribi|registre|autorice|suscribi|pedi|solicite|di (mi )?(permiso|consentimiento)|acepte)\b/,
      /\b(no me interesa|no estoy interesad[oa]|no estamos interesad\w+|dejen de molestar|dejeme tranquil[oa]|dejenme tranquil[oa]|vayanse|no molesten|no me moleste|larguense)\b/,
      /\b(only|just|prefer|rather|use|by|via|through) (an? |by |my |the )?(email|e mail|emails|phone calls?|calls?|mail|portal|letter|regular mail|postal mail)( me)?( (only|instead|please|is better|works better|is best))?$/,
      /\b(email|e mail|emails|calls?|phone calls?|mail|portal) (only|instead|is better|works better|is best|would be better|me instead)\b|^(email|e mail|call) (me )?(only|instead)\b/,
      /\b(no|not|dont) (texts?|text messages|sms)( messages)?( just| only|please)* (email|e mail|call|calls|phone)\b/,
      /\b(i|we) (dont|do not|cant|cannot|never) (do |use |read |send |get |receive |know how to )?(text|texting|texts|text messages)\b$/,
      /\b(landline|land line|telefono fijo|telefono de casa)\b/,
      /\b(solo|solamente|nomas|mejor|prefiero|por)( por| el| un)? (correo|email|e mail|correo electronico|llamadas?|telefono)( por favor| solamente| nomas| mejor)?$/,
      /\b(mejor|prefiero que me) (llam|llamen|llameme|llamenme)\w*\b.*\b(no|en vez|en lugar)\b/,
      /\bmas respeto\b|\bremove .* not me\b/,
      /\btoo many (texts|messages|reminders|msgs|text messages)\b|\bdemasiados mensajes\b|\bmuchos mensajes\b/,
      /\b(report|complain|complaint|lawyer|attorney|sue|fcc|ftc|lawsuit)\b.*\b(you|texts?|texting|messages?|number)\b/,
    ],
  },
];

/** Capitalised after "I'm not" or "no soy": a name. */
const deniesName =
  /\b(?:i'?m not|i am not|this is not|this isn'?t|it'?s not|that'?s not|not|no soy|no es|este no es)\s+(?:mr\.?|mrs\.?|ms\.?|dr\.?|el se[nñ]or|la se[nñ]ora)?\s*(\p{L}+)/giu;

export type FoundDoubt = { rule: string; doubt: Doubt };

export function findDoubt(
  plainSentences: readonly string[],
  typed: string,
): FoundDoubt | undefined {
  for (const { name, doubt, patterns } of rules)
    if (
      plainSentences.some(
        (sentence) =>
          !(doubt === 'wrong_person' && wrongElsewhere.test(sentence)) &&
          patterns.some((pattern) => pattern.test(sentence)),
      )
    )
      return { rule: name, doubt };
  return deniesAName(typed) ? { rule: 'not this name', doubt: 'wrong_person' } : undefined;
}

function deniesAName(typed: string): boolean {
  // In capitals throughout, nothing tells a name.
  if (!/\p{Ll}/u.test(typed)) return false;
  return [...typed.matchAll(deniesName)].some(([whole, name]) => {
    const rest = typed.slice(typed.indexOf(whole) + whole.length);
    return (
      name !== undefined &&
      /^\p{Lu}\p{Ll}+$/u.test(name) &&
      !ordinaryCapitals.test(name) &&
      /^(\s+\p{Lu}\p{Ll}+)?\s*([.,;!\n]|$)/u.test(rest)
    );
  });
}

const ordinaryCapitals =
  /^(I|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|Thanks?|Gracias|Yes|No|Ok|Okay|Mexican|Spanish|English|Stop)$/;

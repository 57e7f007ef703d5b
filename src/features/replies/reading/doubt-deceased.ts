/** Words for a death, of a person and not of a phone, a dog or a battery. */

const person = '(he|she|him|her|they|it|mr|mrs|ms|\\w+)';
const kin =
  '(mother|mom|mum|mama|father|dad|papa|husband|wife|son|daughter|brother|sister|spouse|partner|parent|grandmother|grandma|grandfather|grandpa|aunt|uncle|patient|client|person|resident|madre|padre|esposo|esposa|hijo|hija|hermano|hermana|abuela|abuelo|abuelita|abuelito|tio|tia|suegra|suegro|marido|mujer|senora|senor|paciente)';
const things =
  '(phone|battery|cell|car|dog|cat|laptop|computer|connection|line|signal|telefono|celular|bateria|carro|perro|gato)';

/** The person lives, and misses a visit over a death: "my sister died so I can't come". */
export const diedElsewhere =
  /^(?!.*\b(his|her|su|mi (esposo|esposa|mama|papa|hijo|hija))\b.*\b(visit|appointment|appt|cita)\b)(?=.*\b(i|we) (cant|cannot|can not|wont|will not|couldnt|missed|need to|have to|had to|wont be able to)( have to| need to)? (come|make|be there|attend|reschedule|move|change|cancel|miss)\b|.*\bcan (i|we) (move|change|reschedule)\b|.*\bno (puedo|podre|pude|voy a poder) (ir|llegar|asistir)\b|.*\bpuedo cambiar\b|.*\b(cambi|muev)(o|ar|e) (la|mi) cita\b|.*\b(going to|at|voy al?|estoy en) (a |the |his |her |el |un )?(funeral|entierro|velorio)\b)/;

/** The writer of news of a death may be the new holder of the number, or the family. */
export const deceased: readonly RegExp[] = [
  new RegExp(
    `(?<!\\b${things} (just |has |is |just )?)\\b(passed away|passed on|pass away|is deceased|was deceased|deceased|has died|have died|is no longer with us|is no longer living|no longer alive|isnt alive|is not alive|not alive|departed|funeral|obituary|rest in peace|rip)\\b`,
  ),
  new RegExp(`(?<!\\b${things} (just )?)\\bdied\\b`),
  new RegExp(
    `\\b(${kin}|he|she|they|hes|shes) ?(has |is |was |have |had )?(been )?(dead|gone to (heaven|be with)|in heaven)\\b`,
  ),
  new RegExp(`\\b(we )?(lost|buried) (my |our |his |her )?${kin}\\b`),
  new RegExp(
    `\\b${person} (passed)( (last|this|two|three|in|on|a|yesterday|suddenly|back)\\b|$)(?! (test|exam|inspection))`,
  ),
  /(?<!\b(phone|battery|car|cell|line|laptop) )\b(is|was|hes|shes) (dead|gone)$/,
  /\b(buried|lost) (him|her)\b|\b(went|gone) (home )?to be with\b|\b(his|her|a) widow(er)?\b|\b(her|his) estate\b|\b(patient|client|he|she) (has )?expired\b|\bin loving memory\b/,
  /\b(qepd|finad[oa]|enterramos|dios (se )?l[oa] (llevo|tiene)|(ella|el|mama|papa) (ya )?(esta|se fue) (en el|al) cielo|se nos fue|ya descansa|descansa en paz|dejo de existir)\b/,
  /(?<!\bse me )(?<!\b(telefono|celular|bateria|carro|perro|gato|compu|computadora|tablet) se )\b(fallecio|falleci|fallecido|fallecida|ha fallecido|murio(?! (el|la|mi) (telefono|bateria|celular|carro|perro|gato))|ha muerto|esta muerto|esta muerta|difunto|difunta|descanse en paz|ya no esta con nosotros|ya no esta entre nosotros|paso a mejor vida|que en paz descanse|partio con dios|perdimos a (mi|nuestr))\b/,
  // Said gently
  /\b(left|leaving) us (last|this|in|on|a|back|two|three|yesterday)\b|\bgod rest (him|her|his|hers|their)\b|\b(is|are|now|hes|shes|went) (\w+ )?with (god|jesus|the lord|our lord|the angels)\b|\blaid to rest\b|\b(he|she|mom|dad|mother|father) (is )?no more$|\b(heaven|eternal rest)\b|\bwe lost (him|her)\b|\bin hospice and (passed|died)\b|\b(he|she) didnt make it$|\b(memorial service|celebration of life|death certificate)\b|\b(the|her|his) (late|deceased) (?!reply|response|answer|text|message|fee|charge|notice|appointment|appt|slot|bus|start|night|shift|one|hour)\w+/,
  /\b(ya )?esta (con|junto a|en los brazos de) (dios|el senor|jesus|nuestro senor)\b|\b(se fue|partio|volo|descansa) (al cielo|con (dios|el senor)|en el senor)\b|\b(ya )?no vive mas\b|\bnos dejo (el|la|hace|este|esta|en)\b|\b(fallecieron|murieron|acta de defuncion|sepultamos|lo velamos|la velamos)\b|\bdios l[oa] tenga\b|\bpasad[oa] a mejor vida\b/,
  /\bsuccumbed\b|\b(he|she|mom|dad|mother|father|grandpa|grandma|grandfather|grandmother|husband|wife|brother|sister|son|daughter|uncle|aunt) (didnt|did not) make it\b(?! (to|in|there|on|for|back|home))|\b(texting|messaging|contacting|reminding) (a|the) dead\b|\bdead (man|woman|person|patient|guy|lady)\b/,
  /\b(descanso|descansa) (ya )?en paz\b|\b(fallesio|fayecio|falesio|fayesio|se nos murio)\b|\bdios (ya )?(se|me|nos) (lo |la )?llevo\b|\bdios (ya )?se llevo a\b|\bse nos fue (ayer|el|la|hace|este|esta|en)\b/,
];

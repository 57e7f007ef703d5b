/** The person's own slip, or a wrong number of something else: nobody is wrong at this number. */
export const wrongElsewhere =
  /\bwrong (number|no) (of|for)\b|\b(i|we) (just )?(texted|called|sent|dialed|got|had)( it| that| this)?( to)? the wrong\b|\b(oops|sorry|whoops) wrong person\b|\bthat was (meant )?for (someone|somebody) else\b|\bwrong address\b|\bis [\d ]+ the wrong number\b|\bequivoc\w+ (de (pastillas|medicina|receta|dia|hora|fecha)|en (mi|la|el))|\bera para mi\b|\b(same|mismo) (number|numero)\b|\bmy old number\b/;

/** The number is not, or no longer, the contact's. */
export const wrongPerson: readonly RegExp[] = [
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
  // Whose number it is or was
  /\b(number|phone|cell|line)( \w+){0,2} (used to be|belonged to|was) (his|hers|theirs|my \w+s|\w+s)\b|\b(hasnt|has not|havent|have not|hadnt|never|doesnt|does not) (had|have|has|used|owned|been at|been on) (this|that) (number|phone|cell|line)\b|\b(she|he|they|\w+) (had|used|owned) this (number|phone|cell) (before|years|last|until)\b|\b(recycled|reassigned) number\b|\bthis (number|phone) isnt (his|hers|theirs|\w+s)\b/,
  // Who it is not
  /\b(no idea|no clue|dont know|do not know|dunno|idk|not sure|cant say) who (?!this|that|dis|you|u|it|i|is|your|ur|these|texting)\w+|\b(dont|do not) (recognize|recognise) (?!this|that|the number|you|u|ur|your)\w+|\b(not|isnt|aint) (my|our|his) (name|account|appointment|doctor|dentist|provider|child|kid|patient)$|\b(a |complete |total )stranger\b|\brandom (person|number|guy|stranger)\b/,
  /\b(im|i am|this is) (his|her|their|the|\w+s) (ex|ex wife|ex husband|roommate|neighbor|landlord|coworker|old roommate|former \w+)\b|\b(you|u|youve|you have|youre|you are|ur|yall) (reached|called|texted|texting|contacted|calling) (a|an) (?!real|live|human|person|emergency|minute)\w+/,
  /\besta mal (el|este|su|ese) (numero|telefono|contacto)\b|\b(mal|malo|otro) (el )?(numero|telefono)$|\bno se (de )?quien (hablan?|es (?!usted|ud|este|eso|esto))|\bno (me llamo|es mi nombre)\b|\b(este|el) (numero|telefono|celular) (era|fue) de\b|\b(numero|telefono) (nuevo|prestado|ajeno)\b|\b(soy|habla) (su|el|la) (ex|vecin[oa]|compan?er[oa])\b|\bese no soy yo\b|\bno es mi (doctor|clinica|dentista|cuenta|nombre)$/,
];

/** Refuses what comes, or says that nobody agreed to it, without the word stop and without saying what. */
export const refused: readonly RegExp[] = [
  // Nobody asked for it
  /^(i |we |he |she |they |nobody( here)? )?(never|did not|didnt|(do not|dont) (remember|recall)) (ever )?(s?ub?scri\w+|suscri\w+|enroll\w*|regist\w+|join\w*|sign(ed|ing)? up)( to anything)?$/,
  /^(who|(how|when) did (i|we)( ever)?( get)?) (sign|signed|put|added|subscribed?|enroll(ed)?|registered)( (me|us))?( up)?( (for|to|on|in) (this|these|it|that|(this|the|your) list))?$/,
  /\b(never|did not|didnt) (ever )?(say|said) (yes|ok|okay|(you|u|yall|they) (could|can))( to (it|this|these|that|any of this))?$/,
  /^(y |oigan |pero )?quien (me|nos) (inscrib|apunt|anot|registr|suscri|meti)\w+( (a|en|para) (esto|estos?|eso|la lista))?$/,
  /^(yo |pero )*(no|nunca|jamas) (les |le |te )?(dije|he dicho) que si( a (esto|eso|nada))?$/,
  /\bno (recuerdo|me acuerdo( de)?) haber(me|nos)? (inscrito|apuntado|suscrito|registrado|dado permiso)\b/,
  // It was refused before
  /\b(do|dont|did|didnt|cant) (you|u|yall|you people)( not)? (understand|get)( the word)? no$|\bno entiend\w+ (que|un|el) no$|^no i (already )?told (you|u|yall)$/,
  /\b(what|which) part of no\b|\bque parte del? no\b|\bhow many times\b.*\b(say|said|tell|told|telling)( \w+)? no$/,
  /\bcuantas veces\b.*\b(decir\w*|digo|dije|digan?) que no$|^(ya )?(les |le |te )?(he dicho|dije) (\w+ )?(mil|cien|muchas|varias|tres) veces que no$|^(ya )?(les |le |te )?(he dicho|dije) que no (hombre|oigan|caray|senor\w*)$/,
  // Not wanted
  /^(i |we )?(dont|do not|no longer|never) (want|wanted|need) (this|it|that|any of (it|this|these))( any ?more| any longer)?( please| thanks| thank you)*$/,
  /^((these|they|this|it|thats?|this is|these are|they are|its|it is) )?not wanted( here| any ?more)?$/,
  /^ya no hace falta( gracias| por favor)*$|^ya no( gracias| por favor| porfa| porfavor)* no( gracias| l[oa]s? quiero| quiero)+$/,
  /^((there is |theres )?no need|(you|u|yall) (dont|do not) (need|have)) to (keep )?(remind(ing)? (me|us)|text(ing)?|messag(e|ing))( any ?more)?( please| thanks| thank you)*$/,
  // To cancel: a visit as often as the texts, and with a yes it answers nothing that we ask.
  /^(yes|yeah|yep|y|si|s)( please| pls| por favor| porfavor)? cancel(e|en|ar|a)?(me|nos|los?|las?|melos?)?( please| pls| plz| thanks| thank you| thx| ty| gracias| porfavor| porfa| por favor| ya)*$/,
];

/** What was refused is no text: the portal, a plan, an hour. Where texts are named, they are meant. */
export const refusedElsewhere =
  /^(?!.*\b(text|msg|messag|mensaj|reminder|recordatorio)\w*)(.*\b(sign\w*( me)? up|regist\w+|inscri\w+|(sub|su)scri\w+|apunt\w+)\b.*\b(portal|web ?site|insurance|seguro|pagina|slot|visit|appointment|appt|cita|las \d+)\b|(yo )?no pedi (la |una |el |un )?(cita|cambio|hora|receta|medicina)\b|.*\b(no me interesa|not interested in)\b.*\b(but|pero)\b.*\b(si voy|si mi|yes|see you|ill be|ahi)\b)/;

import { nameMark, phrases } from './phrases.ts';

/** Phrases that may stand beside a yes or a wish to be texted again: they take nothing back, ask nothing and add nothing. */

const title = '(mr|mrs|ms|miss|dr|senor|senora|senorita|don|dona)';
const named = `((la |el )?${title} )?${nameMark}( ${nameMark})*`;
const addressed =
  '(dear|sir|maam|mam|madam|hon|honey|sweetie|sweetheart|darling|doctor|doc|doctora|senor|senora|senorita|mija|mijo|joven|amiga|amigo|all|everyone|everybody|folks|guys)';

const sound =
  '(uh|um|umm|uhm|er|ah|oh|well|ok|okay|okey|alright|all right|bueno|pues|andale|orale|dale|oiga|oye|hey|yo)';

export const courteous: readonly RegExp[] = [
  ...phrases(
    // Greetings
    `(hi|hello|hey|hey there|hi there|hello there|greetings|good (morning|afternoon|evening|day|night)|hola|buenos dias|buen dia|buenas (tardes|noches)|buenas)( ${addressed})?`,
    // Thanks
    `(many |much )?(thank you|thank u|thankyou|thanks|thx|tks|ty|tysm|tyvm)( (all|again|kindly|so much|very much|a lot|a bunch|a million|a ton|for (asking( me)?( first)?|checking|this|that|letting me know|reaching out|your (help|time))))*( ${addressed})?`,
    `(muchas |muchisimas |mil )?gracias( (de antemano|por (preguntar|avisar|todo|su (ayuda|tiempo|atencion))))*( ${addressed})?`,
    '(i )?appreciate (it|that|you)|much (appreciated|obliged)|se (lo|los|les|le) agradezco( mucho)?|(les|le) agradezco( mucho)?|muy amables?',
    // Requests
    `(please|pls|plz|plse|pleas|por favor|porfavor|porfa|porfis|please please)( ${addressed})?|kindly|if (you dont mind|possible)`,
    // Farewells
    'have a (very )?(good|great|nice|blessed|lovely|wonderful) (day|one|evening|night|weekend|week|afternoon)( too)?|(best |kind )?regards|sincerely|respectfully|take care|(you|u) too|que (tenga|tengan|pase|pasen) (un )?(muy )?(buen|bonito|lindo) dia|feliz (dia|tarde|noche)|saludos( cordiales)?|atentamente|bendiciones|cuidense',
    'god bless( (you|u|yall|you all))?|bless you|(and )?god bless|(que )?dios (la|lo|le|los|las|les) bendiga',
    // Sounds
    // … before what is said
    `(?<!.)(${sound} )*${sound}|(?<=[^ ] )(ok|okay|okey|alright|all right)`,
    addressed,
    // Dictated
    'comma|period|exclamation (point|mark)|punto|coma',
    // Who writes
    `(this is|its|it is|im|i am|my name is|name is|name|names|from|signed|speaking|soy|me llamo|mi nombre es|habla|le habla|de parte de|att|atte|atentamente) ${named}( (here|speaking))?|${named}( (here|speaking))?`,
    'this is (me|he|her|him|she)|its me|(thats|that is) me|soy yo|speaking|habla con (ella|el)',
    // The code of the request
    '((and )?(the|my) )?code( is|s)? \\d{4}|(el |mi )?codigo( es)? \\d{4}|\\d{4}',
    // Between two phrases
    '(?<=[^ ] )(and|y|also|tambien)(?= .)',
  ),
];

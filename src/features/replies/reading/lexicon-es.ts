import type { Lexicon } from './lexicon.ts';

/** What may be glued to an imperative, an infinitive or a gerund: "mandenle", "enviarlos". */
const others = ['', 'le', 'les', 'lo', 'la', 'los', 'las', 'se', 'te'];
/** The same, about the person who writes: "quitenme", "mandarnoslos". */
const oneself = ['me', 'nos', 'melo', 'melos', 'nme', 'noslo', 'noslos'];
/** Imperatives, what "no" and "que" take in their place, infinitives and gerunds; nothing that only tells. */
const commandEndings = {
  ar: ['e', 'en', 'es', 'a', 'ar', 'ando', 'ad'],
  ir: ['a', 'an', 'as', 'e', 'ir', 'iendo', 'i'],
};
const toldEndings = [
  'o',
  'as',
  'an',
  'amos',
  'aron',
  'aste',
  'ado',
  'ada',
  'aba',
  'emos',
  'aran',
  'aria',
];

/** Forms of regular verbs, without accents. */
function forms(
  stems: readonly string[],
  endings: readonly string[],
  glued: readonly string[],
): string {
  return stems
    .flatMap((stem) =>
      endings.flatMap((ending) => glued.map((pronoun) => `${stem}${ending}${pronoun}`)),
    )
    .join(' | ');
}

function commands(conjugation: 'ar' | 'ir', ...stems: string[]): string {
  return forms(stems, commandEndings[conjugation], [...others, ...oneself]);
}

function verbs(...stems: string[]): string {
  return `${commands('ar', ...stems)} | ${forms(stems, toldEndings, [''])}`;
}

const removals = ['quit', 'borr', 'elimin', 'retir', 'sac', 'saqu', 'tach', 'remuev'];
const giveUp = ['dejar', 'deje', 'dejen', 'deja', 'dejes', 'dejenme', 'dejeme', 'dejense']
  .flatMap((form) => ['de', 'd', 'ya de'].map((of) => `${form} ${of}`))
  .join(' | ');

/** The Spanish of patients in the US: no accents (nobody types them), text-speak, words taken from English. */
export const spanish: Lexicon = {
  filler: `senorita | con la | punto | coma | muchisimas gracias | doctora | dios la bendiga | dios lo bendiga | andale | muchas grasias | gracia | senorita | sin problema | no hay problema | cuando guste | cuando gusten | respuesta | mi respuesta es | respondo | me pueden | me puede | me podrian | cuantas veces tengo que decir | ya puse | ya escribi | cuantas veces | estar | andar | esten | este mandando | ande | anden | fregar con | chingando con | chingar con | fregando con | fastidiar con | su mugre | mugres | tranquila | tranquilo | por favor | porfavor | porfa | porfis | xfavor | x favor | x fa | porfavorcito | favor | favor de | gracias | muchas gracias | mil gracias | grax | grasias | muy amable | muy amables | hola | ola | oiga | oigan | oye | buenos dias | buen dia | buenas tardes | buenas noches | buenas | senor | senora | senorita | disculpe | disculpen | disculpa | perdon | perdone | dios los bendiga | dios le bendiga | bendiciones | saludos | adios | que tenga buen dia | que tengan buen dia
    | el | la | los | las | lo | un | una | unos | unas | de | del | su | sus | tu | tus | mi | mis | al | algun | alguna | tantos | tantas | tanto | todos | todas | todo | toda | otro | otra | otros | otras | cualquier | estos mismos | molestos | automaticos | automatico | malditos | pinches | pinche | chingados
    | ya | ahora | ahora mismo | ahorita | inmediatamente | de inmediato | cuanto antes | lo antes posible | definitivamente | de una vez | de una vez por todas | para siempre | desde ahora | a partir de hoy | desde hoy | de verdad | la verdad | en serio | solamente favor | se lo agradezco | lo agradezco | se los agradezco | se les agradece | se lo pido | le pido | les pido | le agradezco | les agradezco | le agradeceria | agradeceria | entonces | pues | bueno pues | eso | asi | a mi | a nosotros | a uno | por este medio | por texto | por mensaje | por mensaje de texto | por sms | a mi celular | a mi telefono | a mi numero | a este numero | a este telefono | a este celular | en mi celular | en mi telefono | de su parte | de ustedes | de su oficina | de su clinica | de parte de ustedes | que | yo ya | usted | ustedes | y que | para | he | se | le | les | tambien`,
  stop: `para ya con | dejen la mandadera de | nada de | parenle con | ya parenle con | parenle a | pararle a | cuantas veces tengo que decir alto | parenle | parele | parale | parenle con | pare con | paren con | paren con eso | termine con | terminen con | terminar con | alto a | alto con | basta | ya basta | pararan | parara | parae | parrar | paran ya | dejen ya de | prohibo | prohibido | les prohibo | le prohibo | pare | paren | parar | pares | parenle ya | paremos | ${giveUp} | para de | parar de | pare de | paren de | basta de | basta con | ya basta de | ya basta con | detener | detengan | detenga | deten | detengan de | detenganse | detengase | detente | cese | cesen | cesar | desista | desistan | stop`,
  alone: `salir | anular | parale | parale ya | para ya | alto | ya alto | baja | ya estuvo | se acabo | fin | alto ahi | ya parenle | parenle | parele | parele ya | hasta aqui | terminar | terminen | termine ya | suspender | suspendan | suspenda | suspende | desactivar | desactiven | desactive | desactiva `,
  optout: ` quiero que me borren | la baja | solicito la baja | dar de vaja | darme de vaja | denme de vaja | deme de vaja | salir de esta lista | salir de su lista | salirme de esta lista | salir de las listas | dejenme tranquila | dejenme tranquilo | dejeme tranquila | dejeme tranquilo | dejennos tranquilos | me salgo | desuscribir | desuscribirme | desuscribanme | desuscribame | desuscriban | desuscripcion | desinscribir | desinscribirme | desinscribanme | darse de baja | dar de baja | darme de baja | denme de baja | deme de baja | dame de baja | den de baja | darnos de baja | me doy de baja | me quiero dar de baja | denos de baja | anular suscripcion | anular la suscripcion | anular mi suscripcion | anulen mi suscripcion | cancelar suscripcion | cancelar la suscripcion | cancelar mi suscripcion | cancelen mi suscripcion | cancele mi suscripcion | salir de la lista | salirme | salirme de la lista | quiero salirme | dejenme en paz | dejeme en paz | dejame en paz | dejenos en paz | dejennos en paz | de baja | baja de la lista | desafiliar | desafiliarme | desafilienme | no molestar | no molesten mas | no moleste mas | ya no molesten | ya no moleste`,
  remove: `quitan | borran | sacan | ${forms(removals, commandEndings.ar, others)} | saque | saquen | saqueme | saquenme | saquennos | remueva | remuevan | remuevanme | remuevame | remover | removerme | excluyan | excluyanme | excluir | elimine | desafilien`,
  revoke: `anulo | retiro | quito | retirar | retirando | revoco | revocar | revoque | revoquen | retiro | retirar mi | cancelo mi | anulo | anular | retire mi | revocado | revocada`,
  consent: `mi permiso | mi consentimiento | mi autorizacion | consentimiento | permiso | permisos | autorizacion | autorizo | autorice | autorizar | autorizado | autorizamos | consiento | consentir | di permiso | doy permiso | dar permiso | doy mi permiso | doy autorizacion | doy mi autorizacion | doy consentimiento | doy mi consentimiento | tienen permiso | tienen mi permiso | tiene permiso | tienen autorizacion | tienen mi autorizacion | acepto que me`,
  contact: `jodan | joden | jodas | friegue | friegan | frieguen | contactado | contactada | contactados | ser contactado | ser contactada | molestado | tesxteen | testeen | textien | texteenme | ${commands('ar', 'mand', 'envi', 'text', 'texte', 'mensaje', 'contact', 'notific', 'notifiqu', 'avis', 'record', 'fastidi', 'acos')} | ${commands('ir', 'escrib', 'escriv')} | ${forms(['molest'], ['e', 'en', 'es', 'ar', 'ando'], [...others, ...oneself])} | contactarse | comunicarse | comunicarse conmigo | comuniquen | comuniquense | comuniquese | se comuniquen | notifiquen | notifiquenme | mensajear | esten mandando | este mandando | esten enviando | estar mandando | estar enviando | sigan mandando | siga mandando | sigan enviando | sigan escribiendo | siga enviando | sigan molestando | sigas mandando | sigas escribiendo | estar molestando | esten molestando | vuelvan a escribir | vuelvan a mandar | vuelva a escribir | vuelva a mandar | vuelvan a enviar | vuelvan a escribirme | vuelvan a mandarme | vuelvan a contactarme | escrivan | escrivir | escriva | enbien | enbie | enbiar | manden | mander | mandes`,
  call: `${commands('ar', 'llam', 'marc', 'marqu', 'telefone')} | correo | correos | email | emails | llamadas | llamada | correo electronico | por correo | por email | por telefono`,
  texts: `mensajes | mensaje | mensajes de texto | mensaje de texto | mensajitos | mensajito | textos | texto | msj | msjs | msg | msgs | mjs | mensages | mensage | mensajes d texto | sms | recordatorios | recordatorio | notificaciones | notificacion | avisos | aviso | alertas | alerta | spam | publicidad | promociones | comunicaciones | comunicacion | correspondencia | cosas | menzajes | menzaje | mesajes | mensjes`,
  me: `me | nos | conmigo | mis datos | mi informacion | mi contacto`,
  them: `a ella | a el | a mi esposo | a mi esposa | a mi hijo | a mi hija | a mi mama | a mi papa | a mi madre | a mi padre`,
  list: `lista | listas | sistema | base de datos | base | registro | registros | suscripcion | suscripciones | inscripcion | lista de contactos | contactos | lista de mensajes | grupo | servicio | directorio | archivo | archivos | programa`,
  not: `no vuelvas a | no me vuelvas a | no me vuelvan a | no me vuelva a | nunca mas me | jamas me vuelvan a | nl | no me anden | no me ande | no me esten | no me este | que ya no | no | ni | ya no | tampoco | no vuelvan a | no vuelva a | no sigan | no siga | ya no sigan | ya no siga | no vayan a | que no | no se les ocurra`,
  cannot: `no puedo | no puede | no podemos | no pude | no podre | no voy a poder | no alcanzo | no he | no se puede`,
  want: ` quiero | quisiera | queremos | deseo | deseamos | desearia | quiere | necesito | necesitamos | prefiero | pido | solicito | quero | kiero | qiero | deceo | quisieramos`,
  get: `${commands('ir', 'recib', 'resib')} | recibo | recibia | recibi | tener | seguir recibiendo | estar recibiendo | que me lleguen | me lleguen | lleguen | llegue | me llegue | resibir | reciban | ver | saber`,
  enough: `suficiente | suficientes | ya estuvo bueno de | ya estuvo bueno con | ya estuvo de | ya fue suficiente | ya son muchos`,
  more: `mas | nada | nada mas | de nuevo | otra vez | nuevamente | en adelante | de ahora en adelante | de hoy en adelante | a partir de ahora | en el futuro`,
  from: `de ahi | de aqui | de alli | fuera de | desde | fuera`,
  or: `o | u`,
  and: `y | e`,
  you: `ud | uds | ellos`,
  i: `yo | estoy | nosotros | soy quien`,
  it: `todo esto | esto | eso | esa | ese | este | esta`,
  aux: `puede | pueden | podria | podrian | podria usted | podrian ustedes | tienen que | tiene que | deben | debe | hagan favor de | hagame el favor de | haganme el favor de | hagan el favor de | haga el favor de | haga favor de | quiero que | quisiera que | deseo que | necesito que | me gustaria que | le pido que | les pido que | pido que | solicito que | exijo que | les ordeno que | les digo que | ya les dije que | ya le dije que | ya dije que | les dije que | le dije que | quiero | voy a`,
  be: `es | son | fue | esta es | sea | ser`,
  how: `como | como hago para | como puedo | como le hago para | como hago | de que manera`,
  ask: `por que me | por que ya no | por que no | puedo | cuando puedo | debo | tengo que | deje de | debo de | cual | cuando | donde | que es | que hora | a que hora`,
  why: `por que | porque me`,
  say: `responde | responda | dile que | diles que | dile | diles | dile q | dije | digo | dicho | respondo | conteste | contesto | ya dije | ya les dije | le dije | les dije | ya le dije | escribi`,
  prep: `por | con | en | a | sobre | desde que | como a | antes | despues`,
  visit: `ya cancele | cita | citas | mi cita | la cita | consulta | turno | hoy | manana | lunes | martes | miercoles | jueves | viernes | sabado | domingo | reprogramar | cambiar | reagendar | agendar | llego | llegar | tarde | visita | examen | cirugia | operacion | factura | receta | limpieza | doctor | doctora | dr | dra | ire | voy | alli estare | ahi estare | ay estare `,
  didnt: `no he | no esta | no estoy | no es | no son | no era | no fue | no me llego | no me ha | no recibi | no hice | no di`,
  never: `nunca | jamas | yo nunca | nunca he`,
  nomore: `sin | ningun | ninguna | cero | no mas | no mas de | ni un | ni uno`,
  cancel: `${verbs('cancel')} | cancel | cancelacion`,
  take: `pierdan | pierda | olviden | olvide | olvidense de | olvidese de | bloquear | bloqueo | bloquee | bloqueen | bloqueare | pierdan | pierda | olviden | olvide | olvidense de`,
  number: `mi numero | mi telefono | mi celular | mi cel | mi cell | mi nombre | este numero | este telefono | este celular | este cel | mi numero de telefono | mi numero de celular | mi numero celular | ese numero | mi movil | el numero | mi nombre y numero`,
  time: `mientras | hasta | antes de | despues de | en la noche | de noche | en el trabajo | tan temprano | tan tarde | tanto | tan seguido | cuando | durante | entre`,
  decline: `rechazo | rechazamos | me niego a | niego | me rehuso a | rehuso`,
  tired: `harto de | harta de | estoy harto de | estoy harta de | cansado de | cansada de | estoy cansado de | estoy cansada de | ya me cansaron`,
  agree: `acepto | acepto los mensajes | acepto mensajes | acepto recibir | estoy de acuerdo en recibir | me sirven | estoy de acuerdo |  estoy de acuerdo | autorizo | doy permiso | doy mi permiso | doy mi consentimiento | doy consentimiento | doy autorizacion | doy mi autorizacion | tienen mi permiso | tiene mi permiso | tienen permiso | consiento | si acepto | acepto mensajes | acepto recibir | apruebo | estoy conforme | les doy permiso | le doy permiso | les autorizo | los autorizo `,
  part: `cobros | cobro | encuestas | encuesta | facturas | los domingos | en la noche | al trabajo`,
  but: `pero`,
  fine: `claro que si | claro q si | este numero esta bien | habla con ella | habla con el | me sirven los mensajes | esta bien | adelante | con mucho gusto | con gusto | me parece bien | me gustaria | de acuerdo | entiendo | entendido | soy yo | soy ella | soy el`,
  removeme: `${forms(removals, commandEndings.ar, oneself)} | remueveme | remuevanme | borrenme | excluyanme`,
  codeword: `codigo | clave | el codigo es | la clave es`,
  topic: `de citas | de cita | medicos | de la clinica`,
  care: `mi seguro | el seguro | seguro dental | en no molestar | el no molestar | en modo no molestar | lista de espera | la lista de espera | herida | pastillas | pastilla | medicina | medicinas | medicamento | medicamentos | tomar | tomando | fumar | comer | comiendo | beber | sangrar | sangrado | dolor | presion | azucar | tratamiento | insulina | vacuna | vacunas | terapia | dosis | antibiotico | antibioticos | gotas | alta | ver a mi | doler | respirar`,
  these: `estos | estas | esos | esas`,
  if: ` solo | solamente | excepto | menos | aunque | sino | a menos que | siempre que | siempre y cuando | depende | quizas | quiza | tal vez | talvez | creo | no se si | no estoy segura | no estoy seguro | primero | solo si`,
  instead: `mejor | en vez de | en lugar de | solo correo | solo por correo | solo email | solo llamadas | prefiero correo`,
  yes: `claro que si | claro q si | sii | si | sii | si si | s`,
  no: `no gracias | no gracia | no grasias | no muchas gracias | gracias pero no | gracias no | no senor | no senora | no senorita | claro que no | claro q no | por supuesto que no | pues no | nones | rechazado | lo rechazo | me niego | por el momento no | por ahora no | no por ahora | no por el momento | hoy no | prefiero que no | preferiria que no | digo que no | mi respuesta es no | respondo no | respuesta no | que pena | no gracias | nop | nel`,
  okay: `sip | sipi | ok | okay | okey | oki | claro | por supuesto | esta bien | de acuerdo | bueno | vale | dale | sale | va | listo | perfecto | seguro | adelante | simon | correcto | como no | con gusto | con mucho gusto | muy bien | excelente | sale pues | orale | okis | desde luego | afirmativo | confirmo`,
  start: `empezar | comenzar | iniciar | reanudar | reanuden | reanude | empiecen | empiece | reactivar | reactiven | reactive | suscribir | suscribirme | inscribirme | volver a recibir | suscribanme | reactivenme`,
  help: `ayuda | ayudenme | ayudeme | informacion | info`,
  wrong: `numero equivocado | # equivocado | num equivocado | telefono equivocado | persona equivocada | equivocado | equivocada | equivocados | numero incorrecto | numero erroneo | numero errado | telefono incorrecto | incorrecto | se equivoco | se equivocaron | se equivoca | se equivocan | esta equivocado | esta equivocada | estan equivocados | te equivocaste | numero que no es | numero mal | mal numero | no es el numero`,
  spam: `estafa | fraude | acoso | basura`,
  mistake: `por error | por accidente | sin querer | por equivocacion | me equivoque | fue un error | fue error | accidentalmente | no quise | no era mi intencion`,
  iam: `de parte de | soy | habla | le habla | me llamo | mi nombre es | con`,
};

import type { Lexicon } from './lexicon.ts';
import { commandEndings, commands, forms, oneself, others, verbs } from './spanish-verbs.ts';

const removals = ['quit', 'borr', 'elimin', 'retir', 'sac', 'saqu', 'tach', 'remuev'];
const giveUp = [
  'dejar',
  'dejaran',
  'dejara',
  'deje',
  'dejen',
  'deja',
  'dejes',
  'dejenme',
  'dejeme',
  'dejense',
]
  .flatMap((form) => ['de', 'd', 'ya de'].map((of) => `${form} ${of}`))
  .join(' | ');

/** "Ya dejen los mensajes": without a verb. */
const giveUpTexts = ['deje', 'dejen']
  .flatMap((form) => ['los', 'sus', 'esos', 'tantos'].map((which) => `${form} ${which}`))
  .flatMap((begun) => ['mensajes', 'mensajitos', 'textos'].map((texts) => `${begun} ${texts}`))
  .join(' | ');

/** "Quiero baja" ends the texts; a "baja médica" is a sick note. */
const wantedLeave = [
  'quiero',
  'quisiera',
  'deseo',
  'necesito',
  'ocupo',
  'pido',
  'solicito',
  'exijo',
].flatMap((wish) => [`${wish} baja`, `${wish} mi baja`, `${wish} la baja`]);
const leaveToEnd = wantedLeave.join(' | ');
const sickLeave = wantedLeave
  .flatMap((leave) => [`${leave} medica`, `${leave} laboral`, `${leave} por enfermedad`])
  .join(' | ');

/** The Spanish of patients in the US: no accents (nobody types them), text-speak, words taken from English. */
export const spanish: Lexicon = {
  filler: `
    a este celular | a este numero | a este telefono | a mi | a mi celular | a mi numero | a mi telefono
    | a nosotros | a partir de hoy | a uno | adios | agradeceria | agradecida | agradecido | ahora | ahora mismo
    | ahorita | al | algun | alguna | amablemente | amiga | amigas | amigo | amigos | andale | andar | ande | anden
    | asi | atentamente | automatico | automaticos | bendiciones | bonito dia | buen dia | buen dia a todos
    | buena noche | buena tarde | buenas | buenas noches | buenas tardes | bueno pues | buenos dias | chingados
    | chingando con | chingar con | coma | con el debido respeto | con la | con respeto | con todo respeto
    | cualquier | cuando guste | cuando gusten | cuantas veces | cuantas veces tengo que decir | cuanto antes
    | cuidense | d | de | de antemano gracias | de inmediato | de parte de ustedes | de su clinica | de su oficina
    | de su parte | de una vez | de una vez por todas | de ustedes | de verdad | definitivamente | del | desde ahora
    | desde hoy | dios la bendiga | dios le bendiga | dios lo bendiga | dios los bendiga | disculpa | disculpe
    | disculpen | doctora | el | en mi celular | en mi telefono | en serio | entonces | eso | estar | este mandando
    | esten | estimada | estimado | estimados | estos mismos | fastidiar con | favor | favor de | feliz dia
    | feliz noche | feliz tarde | fregando con | fregar con | gracia | gracias | gracias de antemano
    | gracias por preguntar | grasias | grax | he | hola | inmediatamente | jefa | jefe | joven | la | la verdad
    | las | le | le agradeceria | le agradezco | le pido | le ruego | les | les agradezco | les pido | les ruego
    | les suplico | lo | lo agradezco | lo antes posible | los | malditos | me podrian | me puede | me pueden | mi
    | mi respuesta es | mija | mijo | mil gracias | mis | molestos | muchas gracias | muchas grasias | muchisimas
    | muchisimas gracias | mugres | muy amable | muy amables | no hay problema | oiga | oigan | ola | otra | otras
    | otro | otros | oye | para | para siempre | pase buen dia | pasen buen dia | perdon | perdone | pinche
    | pinches | please | plis | por este medio | por favor | por fis | por mensaje | por mensaje de texto | por sms
    | por texto | por ultima vez | porfa | porfaa | porfavor | porfavorcito | porfis | pues | punto | que
    | que dios la bendiga | que dios le bendiga | que dios lo bendiga | que dios los bendiga | que tenga bonito dia
    | que tenga buen dia | que tengan bonito dia | que tengan buen dia | respetuosamente | respondo | respuesta
    | saludos | saludos cordiales | se | se les agradece | se lo agradeceria | se lo agradezco | se lo pido
    | se lo ruego | se lo suplico | se los agradeceria | se los agradezco | se los ruego | se los suplico | senor
    | senora | senores | senorita | sin problema | solamente favor | su | su mugre | sus | tambien | tantas | tanto
    | tantos | toda | todas | todo | todos | tranquila | tranquilo | tu | tus | un | una | unas | unos | usted
    | ustedes | x fa | x favor | x favorcito | x fis | xfavor | y que | ya | ya escribi | ya puse | yo ya`,
  stop: `
    ${giveUp}
    | abstenganse de | abstengase de | alto a | alto con | basta | basta con | basta de | cesar | cese | cesen
    | cuantas veces tengo que decir alto | dejarse de | dejen la mandadera de | dejen ya de | dejense d | desista
    | desistan | deten | detener | detenga | detengan | detengan de | detenganse | detengase | detente | evitar
    | evite | eviten | frene | frenen | le prohibo | les prohibo | para de | para ya con | parae | parale | paran ya
    | parar | parar de | parara | pararan | pararle a | parate | parate con | pare | pare con | pare de | parele
    | paremos | paren | paren con | paren con eso | paren de | parenle | parenle a | parenle con | parenle ya
    | parense | pares | parrar | ponga fin a | pongan fin a | pongan un alto a | ponganle alto a | ponganle fin a
    | prohibido | prohibo | stop | terminar con | termine con | terminen con | ya basta | ya basta con | ya basta de
    | ya dejen de una vez de | ya parenle con`,
  alone: `
    ${commands('ar', 'anul', 'apag', 'apagu', 'silenci')}
    | alto | alto ahi | anular | baja | desactiva | desactivar | desactive | desactiven | fin | finalice | finalicen | finalizar | hasta aqui | para ya
    | parale ya | parele ya | salir | se acabo | suspenda | suspendan | suspende | suspender | terminar | termine ya
    | terminen | ya alto | ya estuvo | ya parenle`,
  optout: `
    ${giveUpTexts}
    | ${leaveToEnd}
    | anular la suscripcion | anular mi suscripcion | anular suscripcion | anulen mi suscripcion | baja de la lista
    | cancelar la suscripcion | cancelar mi suscripcion | cancelar suscripcion | cancele mi suscripcion
    | cancelen mi suscripcion | dame de baja | dar de baja | dar de vaja | darme de baja | darme de vaja
    | darnos de baja | darse de baja | de baja | dejame en paz | dejeme en paz | dejeme tranquila | dejeme tranquilo
    | dejenme en paz | dejenme tranquila | dejenme tranquilo | dejennos en paz | dejennos tranquilos
    | dejenos en paz | deme de baja | deme de vaja | den de baja | denme de baja | denme de vaja | denos de baja
    | desafiliar | desafiliarme | desafilienme | desinscribanme | desinscribir | desinscribirme | desuscribame
    | desuscriban | desuscribanme | desuscribir | desuscribirme | desuscripcion | la baja | me di de baja
    | me dieron de baja | me doy de baja | me he dado de baja | me quiero dar de baja | me quiero salir | me salgo
    | me voy a salir | no me suscriba | no me suscriban | no molestar | no moleste mas | no molesten mas
    | no por mensaje | no por mensajes | no suscribir | no suscribirme | por mensaje no
    | por texto no | quiero que me borren | quiero salirme | salir de esta lista | salir de la lista
    | salir de las listas | salir de su lista | salirme | salirme de esta lista | salirme de la lista
    | solicito la baja | ya no moleste | ya no molesten`,
  remove: `
    ${forms(removals, commandEndings.ar, others)}
    | borran | desafilien | elimine | excluir | excluyan | excluyanme | quitan | remover | removerme | remueva
    | remuevame | remuevan | remuevanme | sacan | saque | saqueme | saquen | saquenme | saquennos`,
  removeme: `
    ${forms(removals, commandEndings.ar, oneself)}
    | borrenme | remueveme`,
  revoke: `
    anulo | cancelo mi | quito | retirando | retirar | retiro | revocada | revocado | revocar | revoco | revoque
    | revoquen`,
  consent: `
    acepto que me | autorice | autorizacion | autorizado | autorizamos | autorizar | autorizo | consentimiento
    | consentir | consiento | dar permiso | dejo que | di permiso | doy autorizacion | doy consentimiento
    | doy mi autorizacion | doy mi consentimiento | doy mi permiso | doy permiso | le doy permiso | les autorizo
    | les doy permiso | los autorizo | mi autorizacion | mi consentimiento | mi permiso | permiso | permisos
    | permitimos | permito | tiene permiso | tienen autorizacion | tienen mi autorizacion | tienen mi permiso
    | tienen permiso`,
  contact: `
    ${commands('ar', 'mand', 'envi', 'text', 'texte', 'texti', 'mensaje', 'contact', 'notific', 'notifiqu', 'avis', 'record', 'fastidi', 'acos')}
    | ${commands('ir', 'escrib', 'escriv')}
    | ${forms(['molest'], ['e', 'en', 'es', 'ar', 'ando'], [...others, ...oneself])}
    | envien aqui | escriban aqui | escriba aqui | manden aqui | texteen aqui | comunicarse | comunicarse conmigo | comuniquen | comuniquense | comuniquese | contactada | contactado
    | contactados | contactarse | enbiar | enbie | enbien | escriva | escrivan | escrivir | estar enviando
    | estar mandando | estar molestando | esten enviando | esten mandando | esten molestando | friegan | friegue
    | frieguen | jodan | jodas | joden | manden | mander | mandes | mensajear | molestado | notifiquen | notifiquenme
    | se comuniquen | ser contactada | ser contactado | siga enviando | siga mandando | sigan enviando
    | sigan escribiendo | sigan mandando | sigan molestando | sigas escribiendo | sigas mandando | testeen | tesxteen
    | texteenme | textien | vuelva a escribir | vuelva a mandar | vuelvan a contactarme | vuelvan a enviar
    | vuelvan a escribir | vuelvan a escribirme | vuelvan a mandar | vuelvan a mandarme | me llegue | me lleguen | nos llegue | nos lleguen`,
  call: `
    ${commands('ar', 'llam', 'marc', 'marqu', 'telefone')}
    | correo | correo electronico | correos | email | emails | llamada | llamadas | por correo | por email
    | por telefono`,
  texts: `
    alerta | alertas | aviso | avisos | comunicacion | comunicaciones | correspondencia | cosas | mensage | mensages
    | mensaje | mensaje de texto | mensajes | mensajes d texto | mensajes de texto | mensajito | mensajitos | mensjes
    | menzaje | menzajes | mesajes | mjs | msg | msgs | msj | msjs | notificacion | notificaciones | promociones
    | publicidad | recordatorio | recordatorios | sms | spam | texto | textos`,
  me: `conmigo | me | mi contacto | mi informacion | mis datos | nos`,
  them: `
    a el | a ella | a mi esposa | a mi esposo | a mi hija | a mi hijo | a mi madre | a mi mama | a mi padre
    | a mi papa`,
  list: `
    agenda | archivo | archivos | base | base de datos | bd | computador | computadora | contactos | directorio
    | expediente de mensajes | grupo | inscripcion | la agenda | lista | lista de contactos | lista de mensajes
    | listas | programa | registro | registros | servicio | sistema | sus contactos | suscripcion | suscripciones`,
  not: `
    jamas me vuelvan a | ni | ni se les ocurra | nl | no | no m | no me ande | no me anden | no me este
    | no me esten | no me vuelva a | no me vuelvan a | no me vuelvas a | no q | no quieran | no se atrevan a
    | no seguir | no se les ocurra | no siga | no volver a | no volverme a | no volvernos a | no sigan | no vayan a | no vuelva a | no vuelvan a | no vuelvas a | nunca jamas
    | nunca mas me | q no | que no | que no me | que ya no | tampoco | y no | ya jamas | ya no | ya no siga
    | ya no sigan | ya nunca`,
  cannot: `
    no alcanzo | no he | no podemos | no podre | no pude | no puede | no puedo | no se puede | no voy a poder`,
  didnt: `
    no di | no era | no es | no esta | no estoy | no fue | no hice | no me ha | no me llego | no recibi | no son`,
  never: `jamas | nunca | nunca he | yo nunca`,
  nomore: `
    cero | nada de | ni un | ni un mas | ni uno | ni uno mas | ningun | ninguna | ninguno | no mas | no mas d
    | no mas de | nomas no | sin | ya no mas | ya no mas de`,
  cancel: `
    ${verbs('cancel')}
    | cancel | cancelacion`,
  take: `bloquear | bloquee | bloqueen | olvide | olviden | olvidense de | olvidese de | pierda | pierdan`,
  number: `
    el numero | ese numero | este cel | este celular | este numero | este telefono | mi cel | mi cell | mi celular
    | mi movil | mi nombre | mi nombre y numero | mi numero | mi numero celular | mi numero de celular
    | mi numero de telefono | mi telefono`,
  time: `
    a esta hora | a estas horas | a media noche | antes de | antes de las | cuando | de madrugada | de noche
    | despues de | despues de las | durante | en el trabajo | en la madrugada | en la manana | en la noche | entre
    | entre semana | es todo | eso es todo | hasta | los fines de semana | mientras | tan noche | tan seguido
    | tan tarde | tan temprano | temprano`,
  part: `al trabajo | cobro | cobros | encuesta | encuestas | facturas | los domingos`,
  tired: `
    cansada de | cansado de | estoy cansada de | estoy cansado de | estoy harta de | estoy harto de | harta de
    | harto de | ya me cansaron`,
  decline: `
    me niego a | me rehuso a | niego | no estamos interesados en | no estoy interesada en | no estoy interesado en
    | no me gustaria | no me gustaria recibir | no nos gustaria | no tengo interes en | rechazamos | rechazo
    | rehuso | sin interes en`,
  fine: `
    adelante | con gusto | con mucho gusto | de acuerdo | esta bien | este numero esta bien | habla con el
    | habla con ella | me gustaria | me parece bien | me sirven los mensajes | no me molesta | no me molestan
    | no me molestaria | soy el | soy ella | soy yo`,
  understand: `comprendo | entendido | entiendo | entiendo los riesgos | he leido | lo lei`,
  agree: `
    acepto | apruebo | estoy conforme | estoy de acuerdo | estoy de acuerdo en recibir | me sirven
    | tiene mi permiso`,
  want: `
    deceo | deseamos | desearia | deseo | exijo | interesa | interesan | interesaria | kiero | necesitamos
    | necesitaria | necesito | ocupo | pedimos | pido | preferimos | preferiria | prefeririamos | prefiero | qiero
    | queremos | quero | quiere | quiero | quisiera | quisieramos | solicitamos | solicito`,
  get: `
    ${commands('ir', 'recib', 'resib')}
    | estar recibiendo | llegue | lleguen | reciban | recibi | recibia
    | recibo | resibir | saber | seguir recibiendo | tener | ver`,
  enough: `
    suficiente | suficientes | ya estuvo bueno con | ya estuvo bueno de | ya estuvo de | ya fue suficiente
    | ya son muchos`,
  more: `
    a partir de ahora | a partir de este momento | de ahora en adelante | de hoy en adelante | de nuevo
    | en adelante | en el futuro | mas | na | nada | nada mas | nuevamente | otra vez | sigue | siguen`,
  from: `de ahi | de alli | de aqui | desde | fuera | fuera de`,
  or: `o | u`,
  and: `e | y`,
  you: `ellos | ud | uds`,
  i: `estoy | nosotros | soy quien | yo`,
  it: `esa | ese | esta | este | esto | todo esto`,
  aux: `
    debe | deben | deseo que | exijo que | haga el favor de | haga favor de | hagame el favor de | hagan el favor de
    | hagan favor de | haganme el favor de | le pido que | les digo que | les ordeno que | les pido que
    | me gustaria que | necesito que | pido que | podria | podria usted | podrian | podrian ustedes | puede | pueden
    | quiero que | quisiera que | solicito que | tiene que | tienen que | voy a`,
  be: `es | esta es | fue | sea | ser | son`,
  how: `como | como hago | como hago para | como le hago para | como puedo | de que manera`,
  ask: `
    a que hora | cual | cuando puedo | debo | debo de | donde | por que me | por que no | por que ya no | puedo
    | que es | que hora | tengo que`,
  why: `por que | porque me`,
  say: `
    conteste | contesto | dicho | diciendo | digo | dije | dile | dile q | dile que | diles | diles que | escribi
    | estoy diciendo | le dije | le dije que | le puse | les dije | les dije que | les puse | responda | responde
    | ya dije | ya dije que | ya le dije | ya le dije que | ya le puse | ya les dije | ya les dije que | ya les puse`,
  prep: `a | antes | como a | con | desde que | despues | en | por | sobre`,
  visit: `
    agendar | ahi estare | alli estare | ay estare | cambiar | cirugia | cita | citas | consulta | doctor | domingo
    | dr | dra | examen | factura | hoy | ire | jueves | la cita | limpieza | llegar | llego | lunes | manana | martes
    | mi cita | miercoles | operacion | reagendar | receta | reprogramar | sabado | tarde | turno | viernes | visita
    | voy | ya cancele`,
  topic: `de cita | de citas | de la clinica | medicos`,
  these: `esas | esos | estas | estos`,
  care: `
    ${sickLeave}
    | alta | antibiotico | antibioticos | azucar | beber | comer | comiendo | de baja medica | de baja por | doler
    | dolor | dosis | el no molestar | el seguro | en modo no molestar | en no molestar | esta de baja
    | estar de baja | estoy de baja | fumar | gotas | herida | insulina | la lista de espera | lista de espera
    | medicamento | medicamentos | medicina | medicinas | mi seguro | pastilla | pastillas | presion | respirar
    | sangrado | sangrar | seguro dental | terapia | tomando | tomar | tratamiento | vacuna | vacunas | ver a mi`,
  if: `
    a menos que | aunque | creo | depende | excepto | menos | no estoy segura | no estoy seguro | no se si | primero
    | quiza | quizas | siempre que | siempre y cuando | sino | solamente | solo | solo si | tal vez | talvez`,
  instead: `
    en lugar de | en vez de | mejor | prefiero correo | prefiero mensaje | prefiero mensajes | prefiero texto
    | prefiero textos | solo correo | solo email | solo llamadas | solo por correo`,
  but: `pero`,
  yes: `
    claro q si | claro que si | desde luego que si | por supuesto que si | que si | si | si adelante | si claro
    | si como no | si de acuerdo | si esta bien | si por supuesto | si senor | si senora | si si | sii | simon si`,
  no: `
    asi esta bien no | asi estoy bien | claro q no | claro que no | digo que no | gracias no | gracias pero no
    | hoy no | la respuesta es no | lo rechazo | me niego | mi respuesta es no | nel | no de acuerdo | no es necesario
    | no estoy de acuerdo | no gracia | no gracias | no grasias | no hace falta | no lo autorizamos | no lo autorizo
    | no lo necesito | no me hace falta | no muchas gracias | no necesito gracias | no por ahora | no por el momento
    | no quiero gracias | no se lo autorizo | no senor | no senora | no senorita | nones | nop | por ahora no
    | por el momento no | por supuesto que no | preferiria que no | prefiero que no | pues no | que pena | rechazado
    | respondo no | respuesta no`,
  okay: `
    afirmativo | bueno | claro | como no | confirmo | correcto | dale | desde luego | excelente | listo | muy bien
    | ok | okay | okey | oki | okis | orale | perfecto | por supuesto | sale | sale pues | seguro | simon | sip | sipi
    | vale`,
  start: `
    comenzar | empezar | empiece | empiecen | iniciar | inscribirme | reactivar | reactive | reactiven | reactivenme
    | reanudar | reanude | reanuden | suscribanme | suscribir | suscribirme | volver a recibir`,
  help: `ayuda | ayudeme | ayudenme | info | informacion`,
  wrong: `
    # equivocado | equivocada | equivocado | equivocados | esta equivocada | esta equivocado | estan equivocados
    | incorrecto | mal numero | no es el numero | num equivocado | numero equivocado | numero errado | numero erroneo
    | numero incorrecto | numero mal | numero que no es | persona equivocada | se equivoca | se equivocan
    | se equivocaron | se equivoco | te equivocaste | telefono equivocado | telefono incorrecto`,
  spam: `acoso | basura | estafa | fraude`,
  mistake: `
    accidentalmente | fue error | fue un error | me equivoque | no era mi intencion | no quise | por accidente
    | por equivocacion | por error | sin querer`,
  iam: `de parte de | habla | le habla | me llamo | mi nombre es | soy`,
  codeword: `clave | codigo | el codigo es | la clave es`,
};

/**
 * The words that may stand in a reply which ends a stop. A closed list, as that of a yes: a word that is not here makes
 * the reply unclear. So there is no "no", "never", "why", "if", "and" or "will" in it, and no verb of a threat.
 */

const split = (words: string): string[] => words.split(/\s+/).filter((word) => word !== '');

const asking = split(`
  start restart resume unstop reinstate reactivate subscribe resubscribe re optin opt in enroll reenroll sign put add
  unblock begin continue keep coming going turn on go ahead over again back now today anymore still all after up
  get getting receive receiving have give send sending text texts texting txt txts txting message messages messaging
  msg msgs sms reminder reminders alerts updates appointment appt appointments
  changed change mind
  empezar empiecen empiece empezando comenzar comiencen iniciar inicien reiniciar reinicien reanudar reanuden reanude
  reactivar reactiven reactive activar activen active activenme suscribir suscribirme suscribanme suscriba suscriban
  alta darme denme deme sigan siga sigue seguir mandando enviando escribiendo recibiendo vuelvan vuelva vuelvanme
  vuelvame volver recibir mandar enviar escribir mandarme enviarme escribirme manden mande mandenme mandeme envien envie
  envienme envieme escriban escriba escribanme escribame pongan ponganme pongame lista textos texto mensaje mensajes
  recordatorio recordatorios aviso avisos otra vez nuevo nuevamente cambie opinion arrepenti equivoque habia parado
`);

const among = split(`
  i id im me my us our you your ur u we the them these those this that it to for from of a would like want wanna need can
  could may do did is list number phone cell
  yo me mi mis nos su sus ustedes usted que ya ahora quiero quisiera gustaria pueden puede de en la los las el lo un una
  numero celular telefono todos
`);

const courtesies = split(`
  please pls plz plse thanks thank thx ty much very so hi hello hey good morning afternoon evening sorry ok okay yes yeah
  yep sure
  por favor porfa porfavor porfis gracias muchas hola buenos buenas dias tardes noches perdon perdone disculpe disculpen
  si claro
`);

/** In a sentence that asks for texts, or beside one. */
export const startWords: ReadonlySet<string> = new Set([...asking, ...among, ...courtesies]);

/** Also in a sentence that says a stop was none. */
export const mistakeWords: ReadonlySet<string> = new Set(
  split(`
  by an on at was were had must have been accident accidentally accidently mistake mistakenly mistaken error oops pocket
  texted sent typed hit pressed said say replied reply wrote button last earlier yesterday just autocorrect
  kid kids son daughter grandson granddaughter grandkid baby toddler child nephew niece husband wife cat dog mom year old
  wrong person someone somebody else another other ignore disregard undo forget cancel
  por accidente sin querer equivocacion equivoque puse mande escribi pique le di oprimi poner fue era otra persona
  ignoren ignore olviden olvide nieto nieta hijo hija nina nino sobrino bebe puso mando escribio
`),
);

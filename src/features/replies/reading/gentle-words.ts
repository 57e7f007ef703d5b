/**
 * Fillers that take nothing back beside a yes: courtesies, articles, whose phone it is. A closed list, since the words that
 * other rules pass over hold blame as well ("yes, too many texts", "yes, unwanted texts"): whatever is not here makes a yes
 * unclear.
 */
const gentle = new Set(
  `
  at all | to your question | que | thats | to | very |
  a | ah | all | also | always | an | appreciate it | appreciated | as soon as possible | asap | at this number | back
  | be so kind as | best regards | bless you | boss | bro | bruh | bud | buddy | by message | by sms | by text
  | by text message | cheers | comma | completely | darling | dear | dear friends | dude | er | exclamation mark | exclamation point | excuse me | folks | from this number | from this office
  | from your clinic | from your company | from your number | from your office | from your practice | fully | girl
  | god bless | god bless yall | god bless you | good afternoon | good day | good day to you | good evening
  | good morning | good night | greetings | guys | happy holidays | have a blessed day | have a good day
  | have a good evening | have a good one | have a great day | have a lovely day | have a nice day
  | have a nice evening | hello | hello there | here | hereby | hey | hey there | hi | hi there | hon | honey | hun
  | i appreciate it | if possible | if you dont mind | if you would | kind | kind regards | kindly
  | lady | maam | madam | mam | man | many thanks | mate | much appreciated | much obliged | my | my dear | nicely | now | of | oh | ok so | on my cell | on my phone | on this number | our | pal | period | pleae
  | pleas | please | pleeze | plese | pls | plse | plz | politely | regards | respectfully | respectfully yours
  | right away | right now | sincerely | sir | sis | sms alert | sweetheart | sweetie | take care | thank u
  | thank u so much | thank you | thank you again | thank you all | thank you so much | thank you very much | thanks
  | thanks a bunch | thanks a lot | thanks a million | thanks a ton | thanks again | thanks so much | thanks very much
  | thankyou | the | through text | thx | tk u | tks | to my cell | to my phone | to this number | today please | ty
  | tysm | tyvm | u too | uh | um | umm | ur | via sms | via text | via text message | w respect | warmly | well
  | with gratitude | with respect | yo | you too | young lady | young man | your | yr

  | a este celular | a este numero | a este telefono | a mi | a mi celular | a mi numero | a mi telefono | a nosotros
  | a uno | agradeceria | agradecida | agradecido | ahora | ahora mismo | ahorita | amablemente | amiga
  | amigas | amigo | amigos | andale | asi | atentamente | bendiciones | bonito dia | buen dia | buen dia a todos
  | buena noche | buena tarde | buenas | buenas noches | buenas tardes | bueno pues | buenos dias | coma | con respeto
  | con todo respeto | cuando guste | cuando gusten | cuanto antes | cuidense | de | de antemano gracias
  | de inmediato | de parte de ustedes | de su clinica | de su oficina | de su parte | de ustedes | definitivamente
  | del | dios la bendiga | dios le bendiga | dios lo bendiga | dios los bendiga | doctora | el | en mi celular
  | en mi telefono | eso | estimada | estimado | estimados | favor | favor de | feliz dia | feliz noche | feliz tarde
  | gracia | gracias | gracias de antemano | gracias por preguntar | grasias | grax | hola | inmediatamente | jefa
  | jefe | joven | la | la verdad | las | le | le agradeceria | le agradezco | le pido | le ruego | les
  | les agradezco | les pido | les ruego | les suplico | lo | lo agradezco | lo antes posible | los | me podrian
  | me puede | me pueden | mi | mi respuesta es | mija | mijo | mil gracias | mis | muchas gracias | muchas grasias
  | muchisimas | muchisimas gracias | muy amable | muy amables | no hay problema | oiga | oigan | ola | oye | para
  | pase buen dia | pasen buen dia | please | plis | por este medio | por favor | por fis | por mensaje
  | por mensaje de texto | por sms | por texto | porfa | porfaa | porfavor | porfavorcito | porfis | pues | punto
  | que dios la bendiga | que dios le bendiga | que dios lo bendiga | que dios los bendiga | que tenga bonito dia
  | que tenga buen dia | que tengan bonito dia | que tengan buen dia | respetuosamente | respondo | respuesta
  | saludos | saludos cordiales | se les agradece | se lo agradeceria | se lo agradezco | se lo pido | se lo ruego
  | se lo suplico | se los agradeceria | se los agradezco | se los ruego | se los suplico | senor | senora | senores
  | senorita | sin problema | solamente favor | su | sus | toda | todas | todo | todos | tranquila | tranquilo | tu
  | tus | un | una | unas | unos | usted | ustedes | x fa | x favor | x favorcito | x fis | xfavor`
    .split('|')
    .map((words) => words.trim().replaceAll(/\s+/g, ' ')),
);

export function isGentle(filler: string): boolean {
  return gentle.has(filler);
}

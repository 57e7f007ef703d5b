import { spanishBooking } from './booking-es.ts';
import type { Words } from './words.ts';

export const spanish: Words = {
  otherLanguage: { locale: 'en', name: 'English' },
  questions: (phone) => `¿Preguntas? Llame al ${phone}.`,
  unknown: {
    title: 'Este enlace no funciona',
    text: 'Puede que esté incompleto. Ábralo otra vez desde el mensaje o llame a su consultorio.',
  },
  tooMany: {
    title: 'Espere un minuto, por favor',
    text: 'Esta página se abrió muchas veces seguidas. No se perdió nada. Espere un minuto y abra el enlace otra vez.',
  },
  notUnderstood: {
    title: 'No funcionó',
    text: 'No pudimos leer su respuesta y no se cambió nada. Abra el enlace otra vez y responda ahí, por favor.',
  },
  unavailable: {
    title: 'Intente de nuevo en un momento',
    text: 'Hubo un problema de nuestra parte y su respuesta no se guardó. Abra el enlace otra vez en unos minutos.',
  },
  open: {
    heading: {
      email: (practice) => `¿Puede ${practice} enviarle correos electrónicos?`,
      sms: (practice) => `¿Puede ${practice} enviarle mensajes de texto?`,
    },
    about: {
      email: 'Queremos enviarle recordatorios y otros mensajes, solo por correo electrónico.',
      sms: 'Queremos enviarle recordatorios y otros mensajes, solo por mensaje de texto.',
    },
    aboutPlain: 'Queremos enviarle recordatorios y otros mensajes por correo electrónico.',
    risk: {
      email: 'El correo no está encriptado: otras personas podrían leerlo.',
      sms: 'Los mensajes de texto no están encriptados: otras personas podrían leerlos.',
    },
    readFirst: 'Lea lo que esto significa',
    details: 'Lo que esto significa',
    agree: {
      email: (practice) => `Entiendo y acepto recibir correos de ${practice}.`,
      sms: (practice) => `Entiendo y acepto recibir mensajes de texto de ${practice}.`,
    },
    alsoSms: (ending) => `También acepto mensajes de texto al número que termina en ${ending}.`,
    accept: 'Sí, acepto',
    decline: { email: 'No, no quiero correos', sms: 'No, no quiero mensajes' },
  },
  problems: {
    changed: 'Su respuesta no se guardó porque esta página cambió. Responda aquí, por favor.',
    unanswered: 'Su respuesta no se guardó. Oprima Sí o No, por favor.',
    agree:
      'Para decir que sí, marque la casilla “Entiendo y acepto” y después oprima “Sí, acepto”.',
  },
  birthDate: {
    label: 'Su fecha de nacimiento',
    hint: 'Para saber que es usted. Por ejemplo: 3 14 1954.',
    month: 'Mes',
    day: 'Día',
    year: 'Año',
    notForNo: 'No la necesita para decir que no.',
    missing: 'Escriba el mes, el día y el año en que nació; por ejemplo: 3 14 1954.',
    wrong: (triesLeft) =>
      `No coincide. Revise la fecha e intente de nuevo. ${
        triesLeft === 1 ? 'Le queda 1 intento.' : `Le quedan ${triesLeft} intentos.`
      }`,
    titlePrefix: 'Error: ',
  },
  accepted: {
    title: 'Gracias',
    heading: 'Gracias. Aceptó recibir mensajes.',
    earlier: 'Usted ya aceptó',
    told: {
      email: (practice) => `${practice} puede enviarle correos electrónicos. Eso es todo.`,
      sms: (practice) => `${practice} puede enviarle mensajes de texto. Eso es todo.`,
    },
    stop: {
      emailLink:
        'Puede cancelar los correos cuando quiera con el enlace al final de cualquiera de ellos.',
      emailCall: (practice) => `Puede cancelar los correos cuando quiera: llame a ${practice}.`,
      sms: 'Puede cancelar los mensajes de texto cuando quiera: responda STOP a cualquiera de ellos.',
    },
    preferences: 'Ver o cambiar lo que recibe',
    goOn: (practice) => `Ir a ${practice}`,
    smsHeading: (practice, ending) =>
      `¿Puede ${practice} enviarle también mensajes de texto al número que termina en ${ending}?`,
    smsAccept: 'Sí, también mensajes de texto',
  },
  declined: {
    title: 'Usted dijo que no',
    told: {
      email: (practice) =>
        `${practice} no le enviará correos electrónicos. No tiene que hacer nada más.`,
      sms: (practice) =>
        `${practice} no le enviará mensajes de texto. No tiene que hacer nada más.`,
    },
    change: 'Cambié de opinión',
  },
  revoked: {
    title: 'Usted pidió no recibir más mensajes',
    told: {
      email: (practice) =>
        `${practice} no le envía correos electrónicos. Para volver a recibirlos, llame al consultorio.`,
      sms: (practice, number) =>
        number === undefined
          ? `${practice} no le envía mensajes de texto. Para volver a recibirlos, llame al consultorio.`
          : `${practice} no le envía mensajes de texto. Para volver a recibirlos, envíe START al ${number}.`,
    },
  },
  expired: {
    title: 'Este enlace ya venció',
    offer: 'Podemos enviarle uno nuevo.',
    button: 'Enviarme un enlace nuevo',
    ask: (practice) => `Pida a ${practice} que le envíe uno nuevo.`,
  },
  freshAsked: {
    title: 'Un enlace nuevo',
    heading: 'Espere un mensaje nuevo',
    told: 'Si se puede enviar un enlace nuevo, está en camino a la misma dirección.',
    late: (practice) =>
      `Puede tardar unos minutos. Revise también otras carpetas. Si no llega, llame a ${practice}.`,
  },
  locked: {
    title: 'Este enlace está bloqueado',
    told: (practice) =>
      `La fecha de nacimiento no coincidió varias veces. Llame a ${practice}: puede enviarle un enlace nuevo.`,
  },
  message: {
    title: (practice) => `Un mensaje de ${practice}`,
    ask: (practice) => `Escriba su fecha de nacimiento para leer el mensaje de ${practice}.`,
    show: 'Mostrar el mensaje',
    expiredHeading: 'Este enlace ya venció',
    expired: (practice) => `Llame a ${practice} o pida que le envíe el mensaje otra vez.`,
  },
  unsubscribe: {
    title: '¿Cancelar los correos?',
    heading: (practice) => `¿No quiere más correos de ${practice}?`,
    button: 'No quiero más correos',
    stopped: {
      title: 'Ya no recibirá correos',
      told: (practice) => `${practice} no le enviará más correos electrónicos.`,
      backByLink:
        'Para volver a recibirlos, use el enlace “Elija lo que recibe” de uno de sus correos o llame al consultorio.',
      backByPhone: 'Para volver a recibirlos, llame al consultorio.',
    },
  },
  preferences: {
    title: (practice) => `Lo que ${practice} le envía`,
    changedPrefix: 'Hecho: ',
    expired: (practice) =>
      `El correo más reciente de ${practice} tiene un enlace que funciona. Para cancelar los correos, use el enlace para cancelar que lleva cualquiera de ellos; para no recibir mensajes de texto, responda STOP.`,
    expiredNoLink: (practice) =>
      `Para cambiar lo que recibe de ${practice}, llame al consultorio. Para no recibir mensajes de texto, responda STOP a cualquiera de ellos.`,
    ways: 'Cómo pueden escribirle',
    noWay: (practice) =>
      `${practice} no le escribe por correo electrónico ni por mensaje de texto.`,
    way: {
      email: (address) => `Correo electrónico a ${address}`,
      sms: (ending) => `Mensajes de texto al número que termina en ${ending}`,
    },
    wayWithoutAddress: { email: 'Correo electrónico', sms: 'Mensajes de texto' },
    noAddress: (practice) =>
      `${practice} no tiene una dirección ni un número para escribirle por aquí.`,
    standing: {
      agreed: (_practice, when) => `Usted aceptó${when}.`,
      asked: (_practice, when) =>
        `Se le preguntó${when} y todavía no ha respondido. Use el enlace de ese mensaje.`,
      not_asked: (practice) =>
        `Todavía no se le ha preguntado. ${practice} le preguntará antes de escribirle por aquí.`,
      open: (practice) => `${practice} puede escribirle por aquí.`,
      said_no: (practice, when) => `Usted dijo que no${when}. ${practice} no le escribe por aquí.`,
      stopped: (practice, when) => `Cancelado${when}. ${practice} no le escribe por aquí.`,
      unreachable: (practice) =>
        `Los mensajes no llegan. Si cambió su dirección o su número, avise a ${practice}.`,
      not_used: (practice) => `${practice} no le escribe por aquí.`,
    },
    on: (date) => `el ${date}`,
    means: {
      page: 'en su página web',
      sms: 'por mensaje de texto',
      unsubscribe: 'con un enlace para cancelar',
      preferences: 'en esta página',
      staff: 'por medio del consultorio',
      provider: 'según su compañía de correo o de teléfono',
      online_scheduler: 'al hacer la cita por internet',
      paper: 'en papel',
      phone: 'por teléfono',
      import: 'según los datos del consultorio',
    },
    agreedTo: 'Lo que usted aceptó',
    stop: { email: 'No quiero más correos', sms: 'No quiero más mensajes de texto' },
    again: {
      email: 'Quiero correos otra vez',
      sms: 'Quiero mensajes de texto otra vez',
    },
    elsewhere: {
      email: 'Para volver a recibir correos, llame al consultorio.',
      sms: (number) =>
        number === undefined
          ? 'Para volver a recibir mensajes de texto, llame al consultorio.'
          : `Para volver a recibir mensajes de texto, envíe START al ${number} o llame al consultorio.`,
    },
    kinds: {
      heading: 'Sobre qué pueden escribirle',
      hint: 'Quite la marca de lo que no quiera recibir.',
      names: {
        appointment_notice: 'Avisos sobre citas',
        appointment_reminder: 'Recordatorios de citas',
        billing_reminder: 'Facturas',
        late_payment_reminder: 'Recordatorios de pagos atrasados',
        online_form: 'Formularios para llenar en línea',
        ad_hoc: 'Otros mensajes',
      },
      save: 'Guardar',
    },
    all: {
      heading: 'No recibir nada',
      told: (practice) =>
        `${practice} no le enviará correos ni mensajes de texto hasta que usted los quiera de nuevo.`,
      button: 'No quiero correos ni mensajes de texto',
    },
    done: {
      kinds: (declined) =>
        declined.length === 0
          ? 'Guardado: recibirá todo tipo de mensajes.'
          : `Guardado. No recibirá: ${declined.join(', ')}.`,
      stop: {
        email: 'Ya no recibirá correos.',
        sms: 'Ya no recibirá mensajes de texto.',
        all: 'Ya no recibirá correos ni mensajes de texto.',
      },
      again: {
        email: 'Pueden enviarle correos otra vez. Si hace falta su permiso, se lo pedirán antes.',
        sms: 'Pueden enviarle mensajes de texto otra vez. Si hace falta su permiso, se lo pedirán antes.',
      },
      nothing: 'No se cambió nada.',
    },
  },
  booking: spanishBooking,
  help: {
    title: 'Ayuda con los mensajes de su consultorio',
    heading: 'Ayuda con los mensajes de su consultorio',
    inbox: {
      heading: 'No se pierda nuestros correos',
      lines: [
        'Gmail: revise Promociones. Arrastre el mensaje a Principal y elija “Sí” cuando Gmail ofrezca hacer lo mismo con los próximos mensajes.',
        'Outlook: revise Otros. Abra el menú del mensaje y elija “Mover siempre a la bandeja Prioritarios”.',
        'Cualquier programa de correo: revise Correo no deseado o Spam, marque que el mensaje no es spam y agregue el remitente a sus contactos.',
      ],
    },
    about: [
      {
        heading: 'Por qué se le pregunta',
        lines: [
          'Los correos y los mensajes de texto no están encriptados. Antes de escribir algo sobre usted, el consultorio debe explicarle los riesgos y tener su permiso.',
        ],
      },
      {
        heading: 'Cómo responder',
        lines: [
          'Correo: abra el enlace del mensaje, marque la casilla y oprima el botón. Abrir el enlace, por sí solo, no cambia nada.',
          'Mensaje de texto: responda SÍ o abra el enlace del mensaje.',
        ],
      },
      {
        heading: 'Cómo cancelar y volver a recibirlos',
        lines: [
          'Correo: use el enlace para cancelar del mensaje, el botón para cancelar de su programa de correo, o llame al consultorio.',
          'Mensaje de texto: responda STOP. Para volver a recibirlos, responda START.',
        ],
      },
    ],
  },
};

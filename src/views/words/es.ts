import { spanishBooking } from './booking-es.ts';
import type { Words } from './words.ts';

export const spanish: Words = {
  otherLanguage: { locale: 'en', name: 'English' },
  channel: { email: 'correo electrónico', sms: 'mensaje de texto' },
  questions: (phone) => `¿Preguntas? Llame al ${phone}.`,
  unknown: {
    title: 'Este enlace no funciona',
    text: 'Puede que esté cortado. Ábralo de nuevo desde el mensaje o llame a su consultorio.',
  },
  tooMany: {
    title: 'Espere un minuto, por favor',
    text: 'Esta página se ha abierto muchas veces seguidas. No se ha perdido nada: espere un minuto y abra el enlace de nuevo.',
  },
  notUnderstood: {
    title: 'No ha funcionado',
    text: 'Su respuesta no llegó como debía. Vuelva atrás, abra el enlace de nuevo y pulse el botón.',
  },
  unavailable: {
    title: 'Inténtelo de nuevo en un momento',
    text: 'Algo ha fallado por nuestra parte y su respuesta no se ha guardado. Abra el enlace de nuevo en unos minutos.',
  },
  open: {
    title: (practice) => `¿Puede ${practice} escribirle?`,
    heading: (practice, channel) => `¿Puede ${practice} escribirle por ${channel}?`,
    accept: 'Sí, acepto',
    decline: 'No, no me escriban así',
    alsoSms: (ending) => `También acepto mensajes de texto al número que termina en ${ending}.`,
  },
  birthDate: {
    label: 'Su fecha de nacimiento',
    hint: 'Para saber que es usted.',
    notForNo: 'Para decir que no, no hace falta.',
    wrong: 'No coincide. Revise lo que ha escrito e inténtelo de nuevo.',
    titlePrefix: 'Error: ',
  },
  changed: 'Algo ha cambiado en esta página. Léala de nuevo y responda, por favor.',
  accepted: {
    title: 'Gracias',
    heading: 'Gracias, ha dicho que sí',
    earlier: 'Ya ha dicho que sí',
    told: (practice, channel) =>
      `${practice} puede escribirle por ${channel}. Aquí no tiene que hacer nada más.`,
    stop: 'Puede dejarlo cuando quiera: use el enlace de cualquier correo o responda STOP a cualquier mensaje de texto.',
    preferences: 'Ver o cambiar lo que recibe',
    goOn: (practice) => `Continuar a ${practice}`,
    smsHeading: (practice, ending) =>
      `¿Puede ${practice} enviarle también mensajes de texto al número que termina en ${ending}?`,
    smsAccept: 'Sí, también mensajes de texto',
    smsDecline: 'Sin mensajes de texto',
  },
  declined: {
    title: 'Ha dicho que no',
    heading: 'Ha dicho que no',
    told: (practice, channel) =>
      `${practice} no le escribirá por ${channel}. Aquí puede cambiar de opinión.`,
    read: 'Lo que aceptaría',
    change: 'He cambiado de opinión: sí, acepto',
  },
  revoked: {
    title: 'Nos pidió que paráramos',
    heading: 'Nos pidió que paráramos',
    told: (practice, channel) =>
      `${practice} no le escribe por ${channel}. Para volver a recibir mensajes, llame por teléfono o envíe START a su número.`,
  },
  expired: {
    title: 'Este enlace ha caducado',
    heading: 'Este enlace ha caducado',
    offer: 'Puede pedir que se le envíe uno nuevo.',
    button: 'Enviarme un enlace nuevo',
    ask: (practice) => `Pida a ${practice} que le envíe uno nuevo.`,
  },
  freshAsked: {
    title: 'Un enlace nuevo',
    heading: 'Espere un mensaje nuevo',
    told: 'Si se puede enviar un enlace nuevo, está en camino a la misma dirección.',
    late: (practice) =>
      `Tarda unos minutos. Mire también en otras carpetas; si no llega, llame a ${practice}.`,
  },
  locked: {
    title: 'Este enlace está bloqueado',
    heading: 'Este enlace está bloqueado',
    told: (practice) =>
      `Los datos escritos aquí no coincidieron varias veces. Llame a ${practice}: puede enviarle un enlace nuevo.`,
  },
  message: {
    title: (practice) => `Un mensaje de ${practice}`,
    ask: (practice) => `Escriba su fecha de nacimiento para leer el mensaje de ${practice}.`,
    show: 'Mostrar el mensaje',
    expiredHeading: 'Este enlace ha caducado',
    expired: (practice) => `Llame a ${practice} o pida que le envíe el mensaje de nuevo.`,
  },
  unsubscribe: {
    title: '¿Dejar de recibir correos?',
    heading: (practice) => `¿Dejar de recibir correos de ${practice}?`,
    button: 'No quiero más correos',
    stopped: {
      title: 'Ya no recibirá correos',
      told: (practice) =>
        `${practice} no le enviará más correos. Para volver a recibirlos, use el enlace “Elija lo que recibe” de uno de sus correos o llame por teléfono.`,
    },
  },
  preferences: {
    title: (practice) => `Lo que ${practice} le envía`,
    changedPrefix: 'Hecho: ',
    expired: (practice) =>
      `El correo más reciente de ${practice} tiene un enlace que funciona. Para no recibir correos puede usar el enlace para darse de baja de cualquiera de ellos; para no recibir mensajes de texto, responda STOP.`,
    ways: 'Cómo pueden escribirle',
    noWay: (practice) =>
      `${practice} no le escribe por correo electrónico ni por mensaje de texto.`,
    way: {
      email: (address) => `Correo electrónico a ${address}`,
      sms: (ending) => `Mensajes de texto al número que termina en ${ending}`,
    },
    wayWithoutAddress: { email: 'Correo electrónico', sms: 'Mensajes de texto' },
    noAddress: (practice) => `${practice} no sabe adónde escribirle.`,
    standing: {
      agreed: (_practice, when) => `Usted aceptó${when}.`,
      asked: (_practice, when) =>
        `Se le preguntó${when} y aún no ha respondido. Use el enlace de aquel mensaje.`,
      not_asked: (practice) =>
        `Aún no se le ha preguntado. ${practice} le preguntará antes de escribirle aquí.`,
      open: (practice) => `${practice} puede escribirle aquí.`,
      said_no: (practice, when) => `Usted dijo que no${when}. ${practice} no le escribe aquí.`,
      stopped: (practice, when) => `Detenido${when}. ${practice} no le escribe aquí.`,
      unreachable: (practice) =>
        `Los mensajes no llegan ahí. Si algo ha cambiado, dígaselo a ${practice}.`,
      not_used: (practice) => `${practice} no le escribe aquí.`,
    },
    on: (date) => `el ${date}`,
    means: {
      page: 'en su página web',
      sms: 'por mensaje de texto',
      unsubscribe: 'con un enlace para darse de baja',
      preferences: 'en esta página',
      staff: 'por medio del consultorio',
      provider: 'según su compañía de correo o de teléfono',
      online_scheduler: 'al reservar por internet',
      paper: 'en papel',
      phone: 'por teléfono',
      import: 'según constaba en el consultorio',
    },
    agreedTo: 'Lo que usted aceptó',
    stop: { email: 'No quiero más correos', sms: 'No quiero más mensajes de texto' },
    again: {
      email: 'Escríbanme otra vez por correo',
      sms: 'Envíenme otra vez mensajes de texto',
    },
    elsewhere: {
      email: 'Para volver a recibir mensajes aquí, llame por teléfono.',
      sms: 'Para volver a recibir mensajes aquí, envíe START a su número o llame por teléfono.',
    },
    kinds: {
      heading: 'Sobre qué pueden escribirle',
      hint: 'Lo que deje sin marcar no se le enviará de ninguna forma.',
      names: {
        appointment_notice: 'Avisos sobre citas',
        appointment_reminder: 'Recordatorios de citas',
        billing_reminder: 'Facturas',
        late_payment_reminder: 'Recordatorios de pagos atrasados',
        online_form: 'Formularios para rellenar en línea',
        ad_hoc: 'Otros mensajes',
      },
      save: 'Guardar lo que elijo',
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
        email: 'Pueden escribirle otra vez por correo. Si hace falta su sí, se lo pedirán antes.',
        sms: 'Pueden enviarle otra vez mensajes de texto. Si hace falta su sí, se lo pedirán antes.',
      },
      nothing: 'No ha cambiado nada.',
    },
  },
  booking: spanishBooking,
  help: {
    title: 'Ayuda con los mensajes de su consultorio',
    heading: 'Ayuda con los mensajes de su consultorio',
    inbox: {
      heading: 'Para no perder ningún correo',
      lines: [
        'Gmail: mire en Promociones. Arrastre el mensaje a Principal y responda que sí cuando Gmail pregunte por los siguientes.',
        'Outlook: mire en Otros. Abra el menú del mensaje y elija “Mover siempre a la bandeja Prioritarios”.',
        'Cualquier programa de correo: mire en Correo no deseado o Spam, marque el mensaje como deseado y añada el remitente a sus contactos.',
      ],
    },
    about: [
      {
        heading: 'Por qué se le pregunta',
        lines: [
          'Los correos y los mensajes de texto no están cifrados. Antes de escribir algo sobre usted, el consultorio tiene que explicarle los riesgos y recibir su sí.',
        ],
      },
      {
        heading: 'Cómo responder',
        lines: [
          'Correo: abra el enlace del mensaje y pulse el botón. Abrir el enlace, por sí solo, no cambia nada.',
          'Mensaje de texto: responda SI o abra el enlace del mensaje.',
        ],
      },
      {
        heading: 'Cómo parar y volver a empezar',
        lines: [
          'Correo: use el enlace para darse de baja de cualquier mensaje.',
          'Mensaje de texto: responda STOP. Para volver a recibirlos, responda START.',
        ],
      },
    ],
  },
};
